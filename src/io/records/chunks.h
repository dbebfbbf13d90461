// Files cut into chunks, which threads take one by one. A chunk takes the rows that begin in it. Where its first row
// begins is guessed (behind the first line feed) and then compared with where the chunk before it ended, so that a
// line feed inside quotes is never taken for a row's.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "io/records/source_file.h"

namespace amends {

struct Chunk {
  const SourceFile* file = nullptr;
  std::uint64_t begin = 0, end = 0;  // of the file: rows that begin in between
  std::uint64_t first_row = 0;       // where the first of them begins
  std::uint64_t behind = 0;          // where the last of them ends
  std::size_t lines = 0;             // line ends from first_row to behind
  std::size_t line = 0;              // the line of first_row
};

// Files cut into chunks. A position counts the bytes of all files, one after the other.
class Chunks {
 public:
  Chunks() = default;
  // Files of orders come first.
  Chunks(const std::vector<SourceFile>& files, std::uint64_t chunk_size);
  std::size_t size() const { return all_.size(); }
  std::size_t of_orders() const { return of_orders_; }
  Chunk& operator[](std::size_t number) { return all_[number]; }
  const Chunk& operator[](std::size_t number) const { return all_[number]; }
  std::size_t number_of(std::uint64_t position) const;

 private:
  struct File {
    std::uint64_t base, end;
    std::size_t first_chunk;
    std::uint64_t before;   // chunks taken up by its header alone
  };
  std::vector<Chunk> all_;
  std::vector<File> files_;
  std::size_t of_orders_ = 0;
  std::uint64_t chunk_size_ = 0;
};

inline constexpr std::size_t usual_tail = std::size_t{16} << 10;  // bytes behind a chunk, for its last row

// Reads a chunk's bytes, and as much behind it as its last row takes; 64 more can be read behind.
class ChunkReader {
 public:
  // The file's bytes from `from` on, at least up to `until` or its end.
  void read(const Chunk& chunk, std::uint64_t from, std::uint64_t until);
  // More behind them; false when there is none.
  bool read_on();
  std::string_view bytes() const { return {buffer_.data() + skipped_, used_ - skipped_}; }
  bool is_end() const { return from_ + used_ == file_->bytes->size(); }

 private:
  void fill(std::uint64_t until);
  const SourceFile* file_ = nullptr;
  std::uint64_t from_ = 0;     // aligned: where the buffer begins in the file
  std::size_t skipped_ = 0;    // of the buffer, before what was asked for
  std::size_t used_ = 0;
  std::vector<char> buffer_;
};

}  // namespace amends
