#include "io/records/byte_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "core/base/error.h"

namespace amends {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 18;

Where file_where(const std::string& name) { return Where{name, 0, 0, 1, {}}; }

[[noreturn]] void fail_as_changed(const std::string& name) {
  throw Error{file_where(name), fmt::format("{} changed while it was read", name),
              "wait until whatever writes it is done, then run again", Exit::io};
}

// How much of `to` could be filled; less than all at the end of the file.
std::size_t read_at(int fd, std::uint64_t offset, std::span<char> to, const std::string& name) {
  std::size_t done = 0;
  while (done < to.size()) {
    const ssize_t n = ::pread(fd, to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_to_read(name, errno);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

}  // namespace

void fail_to_read(const std::string& name, int error) {
  throw Error{file_where(name), fmt::format("cannot read {}: {}", name, std::strerror(error)),
              error == ENOENT ? "check the path of the source" : "", Exit::io};
}

FileStore::FileStore(Descriptor file, std::string name, std::uint64_t skipped)
    : file_(std::move(file)), name_(std::move(name)), skipped_(skipped) {
  struct stat about {};
  if (::fstat(file_.get(), &about) != 0) fail_to_read(name_, errno);
  size_ = static_cast<std::uint64_t>(about.st_size);
  written_ = about.st_mtim;
}

void FileStore::read(std::uint64_t offset, std::span<char> to) const {
  if (read_at(file_.get(), offset + skipped_, to, name_) < to.size()) fail_as_changed(name_);
}

void FileStore::check_unchanged() const {
  struct stat about {};
  if (::fstat(file_.get(), &about) != 0) fail_to_read(name_, errno);
  const bool written = about.st_mtim.tv_sec != written_.tv_sec || about.st_mtim.tv_nsec != written_.tv_nsec;
  if (written || static_cast<std::uint64_t>(about.st_size) != size_) fail_as_changed(name_);
}

void Spool::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t room = block_size - static_cast<std::size_t>(in_memory_ % block_size);
    const std::string_view part = bytes.substr(0, room);
    append_to_block(part);
    bytes.remove_prefix(part.size());
    const bool is_full = in_memory_ % block_size == 0;
    if (is_full && (file_.is_there() || in_memory_ + block_size > most_in_memory_)) move_to_file();
  }
}

void Spool::append_to_block(std::string_view bytes) {
  const auto block = static_cast<std::size_t>(in_memory_ / block_size), at = static_cast<std::size_t>(in_memory_ % block_size);
  if (block == blocks_.size()) blocks_.emplace_back(new char[block_size]);
  std::memcpy(blocks_[block].get() + at, bytes.data(), bytes.size());
  in_memory_ += bytes.size();
}

// All of it the first time, one block after that.
void Spool::move_to_file() {
  if (!file_.is_there()) file_.make();
  for (const auto& block : blocks_) {
    file_.write(in_file_, {block.get(), block_size});
    in_file_ += block_size;
  }
  in_memory_ = 0;
  blocks_.resize(1);
}

void Spool::read(std::uint64_t offset, std::span<char> to) const {
  if (offset < in_file_) {
    const auto part = to.first(static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), in_file_ - offset)));
    file_.read(offset, part);
    offset += part.size();
    to = to.subspan(part.size());
  }
  for (std::uint64_t at = offset - in_file_; !to.empty();) {
    const auto within = static_cast<std::size_t>(at % block_size);
    const std::size_t part = std::min(to.size(), block_size - within);
    std::memcpy(to.data(), blocks_[static_cast<std::size_t>(at / block_size)].get() + within, part);
    at += part;
    to = to.subspan(part);
  }
}

}  // namespace amends
