// Walks well-formed UTF-8 one code point at a time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace amends {

// The bytes the code point at `at` takes; 1 for a byte that begins none.
inline std::size_t code_point_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t wanted = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
  return at + wanted <= text.size() ? wanted : 1;
}

inline std::uint32_t code_point_at(std::string_view text, std::size_t at) {
  const std::size_t length = code_point_length(text, at);
  const auto lead = static_cast<unsigned char>(text[at]);
  if (length == 1) return lead;
  std::uint32_t point = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  return point;
}

inline std::size_t count_code_points(std::string_view text) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < text.size(); i += code_point_length(text, i)) ++n;
  return n;
}

// The byte at which code point number `n` begins; the size of the text when there are fewer.
inline std::size_t offset_of_code_point(std::string_view text, std::size_t n) {
  std::size_t i = 0;
  while (n > 0 && i < text.size()) {
    i += code_point_length(text, i);
    --n;
  }
  return i;
}

}  // namespace amends
