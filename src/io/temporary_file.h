// What does not fit into memory, for the length of a run: a file that has no name, so that nothing stays behind
// after a crash.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "io/limits.h"

namespace amends {

// A file descriptor that is closed at the end; stdin, stdout and stderr are not.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }

 private:
  int fd_;
};

// Made by the first write. Several threads may read and write different places, once it is there.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string folder) : folder_(std::move(folder)) {}
  bool is_there() const { return file_.get() >= 0; }
  void make();
  // Error (io) when the folder is full.
  void write(std::uint64_t offset, std::string_view bytes);
  void read(std::uint64_t offset, std::span<char> to) const;

 private:
  [[noreturn]] void fail_to_write(int error) const;
  std::string folder_;
  Descriptor file_;
};

}  // namespace amends
