#include "io/unfinished_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "core/base/error.h"
#include "io/temporary_file.h"

namespace amends {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view mark = ".amends-";
constexpr std::size_t longest_name = 200;  // of what the file itself is called; 255 with all that stands around it

std::string beside(const std::string& path, int attempt) {
  const std::string name = path.substr(path.rfind('/') + 1).substr(0, longest_name);
  return fmt::format("{}/.{}{}{}-{}", folder_of(path), name, mark, ::getpid(), attempt);
}

// ".letters.mbox.amends-417-0"
bool is_ours(const std::string& name) {
  const std::size_t at = name.rfind(mark);
  if (!name.starts_with('.') || at == std::string::npos || at == 0) return false;
  const std::string tail = name.substr(at + mark.size());
  const std::size_t dash = tail.find('-');
  const auto is_number = [](std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; };
  return dash != std::string::npos && is_number(std::string_view(tail).substr(0, dash)) && is_number(std::string_view(tail).substr(dash + 1));
}

// Under the lock, so that nobody who has just made it loses it unseen: open_locked() looks again once it has the lock.
void remove_if_abandoned(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) return;
  if (!S_ISREG(facts.st_mode) || facts.st_uid != ::geteuid() || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return;
  ::unlink(path.c_str());
}

}  // namespace

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

void sync_folder(const std::string& folder) {
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() >= 0) ::fsync(file.get());  // one that can be written but not listed has none
}

void remove_abandoned(const std::string& folder) {
  std::error_code fault;
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, fault))
    if (is_ours(entry.path().filename().string())) found.push_back(entry.path().string());
  for (const std::string& path : found) remove_if_abandoned(path);
}

UnfinishedFile::UnfinishedFile(std::string path, int mode) : path_(std::move(path)) {
  open_locked(mode);
}

void UnfinishedFile::open_locked(int mode) {
  for (int attempt = 0;; ++attempt) {
    beside_ = beside(path_, attempt);
    const int fd = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0 && errno == EEXIST) continue;
    if (fd < 0) fail();
    struct stat facts {};
    const bool is_there = ::flock(fd, LOCK_EX) != 0 || ::fstat(fd, &facts) != 0 || facts.st_nlink > 0;
    if (is_there && (file_ = ::fdopen(fd, "wb")) != nullptr) return;
    ::close(fd);
    if (is_there) fail();
  }
}

UnfinishedFile::~UnfinishedFile() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
  if (file_ != nullptr) std::fclose(file_);
}

void UnfinishedFile::fail() const {
  throw Error{{path_}, fmt::format("cannot be written: {}", std::strerror(errno)), "", Exit::io};
}

void UnfinishedFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail();
}

void UnfinishedFile::flush() {
  if (std::fflush(file_) != 0) fail();
}

void UnfinishedFile::finish() {
  if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) fail();
}

void UnfinishedFile::put_in_place() {
  finish();
  if (std::rename(beside_.c_str(), path_.c_str()) != 0) fail();
  beside_.clear();
  sync_folder(folder_of(path_));
}

bool UnfinishedFile::link_as(const std::string& path) {
  finish();
  if (::link(beside_.c_str(), path.c_str()) == 0) return true;
  if (errno != EEXIST) fail();
  return false;
}

}  // namespace amends
