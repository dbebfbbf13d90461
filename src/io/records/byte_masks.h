// Which of 64 bytes are separators, line feeds, quotes and carriage returns, one bit each: what a processor finds
// out many bytes at a time. The fastest way it knows is chosen once, when the program runs.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace amends {

struct ByteMasks {
  std::uint64_t separators, line_feeds, quotes, returns;  // bit i: byte i
};

// One entry for each 64 bytes from `bytes` on.
void find_masks(const char* bytes, std::size_t blocks, char separator, ByteMasks* masks);

// The same, without any instruction of one processor: what tests compare with.
void find_masks_plainly(const char* bytes, std::size_t blocks, char separator, ByteMasks* masks);

// How many of the bytes are `wanted`.
std::size_t count_bytes(const char* bytes, std::size_t size, char wanted);

struct MarkCounts {
  std::size_t line_feeds = 0, quotes = 0, returns = 0;
};
MarkCounts count_marks(std::string_view bytes);
// Whether `wanted` stands in the bytes, of which 64 more can be read behind the end.
bool holds_bytes(std::string_view bytes, std::string_view wanted);

}  // namespace amends
