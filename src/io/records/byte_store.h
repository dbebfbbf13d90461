// The bytes of one input, whatever it came from: readable at any offset, by several threads at once. A file is
// read where it stands; what comes as a stream (a pipe, a compressed file, rows of a database) is spooled:
// kept in memory up to a limit and past it in a temporary file that has no name, so that nothing stays behind
// after a crash. io/records/input.h opens them.
#pragma once
#include <cstdint>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/temporary_file.h"

namespace amends {

class ByteStore {
 public:
  virtual ~ByteStore() = default;
  virtual std::uint64_t size() const = 0;
  // Fills all of `to` from `offset`, within size(). Error (io) when the bytes are not there any more or cannot
  // be read.
  virtual void read(std::uint64_t offset, std::span<char> to) const = 0;
  // Error (io) when the input is not the one that was opened: it has grown, shrunk or was written to. To be
  // asked after the last read; a total over a file that changed meanwhile is nobody's.
  virtual void check_unchanged() const {}
  virtual std::uint64_t in_memory() const { return 0; }  // how many of its bytes take up memory
};

[[noreturn]] void fail_to_read(const std::string& name, int error);  // an errno, as an Error (io)

class FileStore : public ByteStore {
 public:
  // A regular file, open for reading, without its first `skipped` bytes; `name` as messages show it.
  FileStore(Descriptor file, std::string name, std::uint64_t skipped = 0);
  std::uint64_t size() const override { return size_ - skipped_; }
  void read(std::uint64_t offset, std::span<char> to) const override;
  void check_unchanged() const override;

 private:
  Descriptor file_;
  std::string name_;
  std::uint64_t skipped_;
  std::uint64_t size_ = 0;
  timespec written_{};
};

// Appended to by one thread, then read by any. Error (io) when the folder for temporary files is full.
class Spool : public ByteStore {
 public:
  explicit Spool(Limits limits) : most_in_memory_(limits.memory), file_(std::move(limits.tmp)) {}
  void append(std::string_view bytes);
  std::uint64_t size() const override { return in_file_ + in_memory_; }
  std::uint64_t in_memory() const override { return in_memory_; }
  void read(std::uint64_t offset, std::span<char> to) const override;

 private:
  void append_to_block(std::string_view bytes);
  void move_to_file();

  std::uint64_t most_in_memory_;
  TemporaryFile file_;
  std::uint64_t in_file_ = 0;    // the first bytes,
  std::uint64_t in_memory_ = 0;  // and those after them
  std::vector<std::unique_ptr<char[]>> blocks_;
};

}  // namespace amends
