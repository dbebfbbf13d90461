#include "io/records/chunks.h"

#include <algorithm>
#include <span>

namespace amends {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t spare = 64;               // that can be read behind the bytes

}  // namespace

Chunks::Chunks(const std::vector<SourceFile>& files, std::uint64_t chunk_size) : chunk_size_(chunk_size) {
  for (const SourceFile& file : files) {
    const std::uint64_t size = file.bytes->size();
    files_.push_back({file.base, file.base + size, all_.size(), file.body / chunk_size});
    for (std::uint64_t begin = file.body; begin < size;) {
      const std::uint64_t end = std::min(size, (begin / chunk_size + 1) * chunk_size);
      Chunk& chunk = all_.emplace_back();
      chunk.file = &file;
      chunk.begin = chunk.first_row = begin;
      chunk.end = end;
      begin = end;
    }
    if (file.spec->kind == RecordKind::order) of_orders_ = all_.size();
  }
}

std::size_t Chunks::number_of(std::uint64_t position) const {
  const auto file = std::upper_bound(files_.begin(), files_.end(), position, [](std::uint64_t at, const File& f) { return at < f.end; });
  return file->first_chunk + static_cast<std::size_t>((position - file->base) / chunk_size_ - file->before);
}

void ChunkReader::read(const Chunk& chunk, std::uint64_t from, std::uint64_t until) {
  file_ = chunk.file;
  from_ = from / page * page;
  skipped_ = static_cast<std::size_t>(from - from_);
  used_ = 0;
  fill(until);
}

bool ChunkReader::read_on() {
  if (is_end()) return false;
  fill(from_ + used_ + std::max(usual_tail, used_));
  return true;
}

void ChunkReader::fill(std::uint64_t until) {
  const std::uint64_t end = std::min(file_->bytes->size(), (until + page - 1) / page * page);
  const auto size = static_cast<std::size_t>(end - from_);
  if (buffer_.size() < size + spare) buffer_.resize(std::max(size + spare, buffer_.size() + buffer_.size() / 2));
  file_->bytes->read(from_ + used_, std::span(buffer_).subspan(used_, size - used_));
  used_ = size;
  std::fill_n(buffer_.begin() + static_cast<std::ptrdiff_t>(used_), spare, '\0');
}

}  // namespace amends
