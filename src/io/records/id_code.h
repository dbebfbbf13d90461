// Ids as fixed-width numbers, so that a join compares integers: prefix and digits, 32 hex digits, a UUID, or a
// few bytes as they are. The shape is learned from the first ids of the orders; within it two ids have the same
// code only when they are the same bytes. An id of another shape has no code and is joined by its text.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace amends {

struct WideId {
  std::uint64_t high = 0, low = 0;
  friend bool operator==(const WideId&, const WideId&) = default;
};

class IdCode {
 public:
  static IdCode learned_from(const std::vector<std::string_view>& ids);

  bool is_wide() const { return shape_ == Shape::hex || shape_ == Shape::uuid || shape_ == Shape::long_bytes; }
  // False when the id has no code. With a narrow shape only `low` tells.
  bool encode(std::string_view id, WideId& code) const;

 private:
  enum class Shape { digits, hex, uuid, short_bytes, long_bytes };
  bool has_prefix(std::string_view id) const;
  bool encode_hex(std::string_view hex, WideId& code) const;

  Shape shape_ = Shape::long_bytes;
  std::string prefix_;
  std::uint64_t prefix_bytes_ = 0, prefix_mask_ = 0;  // its first eight, as they lie in memory
  char hex_ten_ = 'a';  // or 'A'
};

}  // namespace amends
