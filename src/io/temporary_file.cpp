#include "io/temporary_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "core/base/error.h"

namespace amends {
namespace {

// A file without a name in `folder`; -1 and errno when there can be none.
int open_unnamed(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  // EISDIR: a kernel, EOPNOTSUPP: a file system that does not know O_TMPFILE.
  if (fd >= 0 || (errno != EISDIR && errno != EOPNOTSUPP)) return fd;
  std::string path = folder + "/amends-XXXXXX";
  const int named = ::mkostemp(path.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(path.c_str());
  return named;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ > 2) ::close(fd_);
}

void TemporaryFile::make() {
  file_ = Descriptor(open_unnamed(folder_));
  if (!is_there()) fail_to_write(errno);
}

void TemporaryFile::write(std::uint64_t offset, std::string_view bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::pwrite(file_.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail_to_write(n == 0 ? ENOSPC : errno);
    done += static_cast<std::size_t>(n);
  }
}

void TemporaryFile::read(std::uint64_t offset, std::span<char> to) const {
  for (std::size_t done = 0; done < to.size();) {
    const ssize_t n = ::pread(file_.get(), to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0)
      throw Error{Where{folder_, 0, 0, 1, {}}, fmt::format("cannot read a temporary file in {} again: {}", folder_, std::strerror(n == 0 ? EIO : errno)),
                  "name another folder by --tmp", Exit::io};
    done += static_cast<std::size_t>(n);
  }
}

void TemporaryFile::fail_to_write(int error) const {
  const bool full = error == ENOSPC || error == EDQUOT;
  throw Error{Where{folder_, 0, 0, 1, {}},
              full ? fmt::format("the disk is full: {} has no room for temporary files", folder_)
                   : fmt::format("cannot write a temporary file in {}: {}", folder_, std::strerror(error)),
              "name a folder with room by --tmp", Exit::io};
}

}  // namespace amends
