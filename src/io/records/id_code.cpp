#include "io/records/id_code.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace amends {
namespace {

constexpr std::size_t most_digits = 17;  // 10^17 is below 2^57
constexpr std::size_t uuid_length = 36;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// False when they are not all digits.
bool append_eight_digits(const char* text, std::uint64_t& value) {
  if constexpr (std::endian::native != std::endian::little) {
    for (int i = 0; i < 8; ++i) {
      if (!is_digit(text[i])) return false;
      value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
    }
    return true;
  }
  std::uint64_t digits;
  std::memcpy(&digits, text, sizeof digits);
  digits ^= 0x3030303030303030u;
  if (((digits | (digits + 0x7676767676767676u)) & 0x8080808080808080u) != 0) return false;
  digits = (digits * 10 + (digits >> 8)) & 0x00ff00ff00ff00ffu;                // pairs
  digits = (digits * 100 + (digits >> 16)) & 0x0000ffff0000ffffu;              // fours
  digits = (digits & 0xffffffffu) * 10000 + (digits >> 32);
  value = value * 100'000'000 + digits;
  return true;
}

// Eight hexadecimal digits to 32 bits, in an order of their own. False when they are not all digits, or letters of
// the other case.
bool read_eight_hex(const char* text, char ten, std::uint64_t& bits) {
  constexpr std::uint64_t each = 0x0101010101010101u;
  std::uint64_t bytes;
  std::memcpy(&bytes, text, sizeof bytes);
  const std::uint64_t values = (bytes & each * 0x0f) + ((bytes >> 6) & each) * 9;
  const std::uint64_t letters = ((values + each * 0x76) >> 7) & each;
  if ((values & each * 0xf0) != 0 || values + each * '0' + letters * static_cast<std::uint64_t>(ten - 10 - '0') != bytes) return false;
  bits = (values | values >> 4) & 0x00ff00ff00ff00ffu;
  bits = (bits | bits >> 8) & 0x0000ffff0000ffffu;
  bits = (bits | bits >> 16) & 0xffffffffu;
  return true;
}

bool are_digits(std::string_view text) {
  return !text.empty() && text.size() <= most_digits && std::all_of(text.begin(), text.end(), is_digit);
}

std::size_t common_prefix(const std::vector<std::string_view>& ids) {
  std::size_t length = ids.empty() ? 0 : ids[0].size();
  for (const std::string_view id : ids) {
    const auto differ = std::mismatch(ids[0].begin(), ids[0].begin() + static_cast<std::ptrdiff_t>(std::min(length, id.size())), id.begin());
    length = static_cast<std::size_t>(differ.first - ids[0].begin());
  }
  return length;
}

template <typename Test>
bool all_rests(const std::vector<std::string_view>& ids, std::size_t prefix, const Test& test) {
  return std::all_of(ids.begin(), ids.end(), [&](std::string_view id) { return test(id.substr(prefix)); });
}

bool has_dashes(std::string_view id) {
  return id.size() == uuid_length && id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-';
}

// Up to sixteen bytes as two numbers; the length keeps "a" and "a\0" apart.
WideId packed(std::string_view text) {
  unsigned char bytes[16] = {};
  if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
  bytes[15] = static_cast<unsigned char>(text.size());
  WideId code;
  std::memcpy(&code.low, bytes, 8);
  std::memcpy(&code.high, bytes + 8, 8);
  return code;
}

}  // namespace

IdCode IdCode::learned_from(const std::vector<std::string_view>& ids) {
  IdCode code;
  if (ids.empty()) return code;
  const std::size_t common = common_prefix(ids);
  std::size_t before_digits = common;
  while (before_digits > 0 && is_digit(ids[0][before_digits - 1])) --before_digits;
  const auto keep_prefix = [&](std::size_t length) {
    code.prefix_ = std::string(ids[0].substr(0, length));
    code.prefix_bytes_ = code.prefix_mask_ = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(length, 8); ++i) {
      reinterpret_cast<char*>(&code.prefix_bytes_)[i] = code.prefix_[i];
      reinterpret_cast<char*>(&code.prefix_mask_)[i] = '\xff';
    }
  };
  if (all_rests(ids, before_digits, are_digits)) {
    code.shape_ = Shape::digits;
    keep_prefix(before_digits);
    return code;
  }
  for (const auto& [shape, length] : {std::pair{Shape::hex, std::size_t{32}}, std::pair{Shape::uuid, uuid_length}}) {
    const std::size_t prefix = ids[0].size() >= length ? ids[0].size() - length : common + 1;
    if (prefix > common) continue;
    code.shape_ = shape;
    keep_prefix(prefix);
    for (const char ten : {'a', 'A'}) {
      code.hex_ten_ = ten;
      WideId any;
      if (std::all_of(ids.begin(), ids.end(), [&](std::string_view id) { return code.encode(id, any); })) return code;
    }
  }
  const std::size_t prefix = all_rests(ids, 0, [](std::string_view id) { return id.size() <= 7; }) ? 0 : common;
  code.shape_ = all_rests(ids, prefix, [](std::string_view rest) { return rest.size() <= 7; }) ? Shape::short_bytes : Shape::long_bytes;
  keep_prefix(prefix);
  return code;
}

bool IdCode::encode_hex(std::string_view hex, WideId& code) const {
  char digits[32];
  if (shape_ == Shape::uuid) {
    for (const auto& [to, from, count] : {std::array{0, 0, 8}, {8, 9, 4}, {12, 14, 4}, {16, 19, 4}, {20, 24, 12}})
      std::memcpy(digits + to, hex.data() + from, static_cast<std::size_t>(count));
  } else {
    std::memcpy(digits, hex.data(), sizeof digits);
  }
  std::uint64_t parts[4];
  for (int i = 0; i < 4; ++i)
    if (!read_eight_hex(digits + 8 * i, hex_ten_, parts[i])) return false;
  code = {parts[0] << 32 | parts[1], parts[2] << 32 | parts[3]};
  return true;
}

bool IdCode::has_prefix(std::string_view id) const {
  if (prefix_.size() > 8 || id.size() < 8) return id.starts_with(prefix_);
  std::uint64_t first;
  std::memcpy(&first, id.data(), sizeof first);
  return ((first ^ prefix_bytes_) & prefix_mask_) == 0;
}

bool IdCode::encode(std::string_view id, WideId& code) const {
  if (!has_prefix(id)) return false;
  id.remove_prefix(prefix_.size());
  switch (shape_) {
    case Shape::digits: {
      const std::uint64_t length = id.size();
      std::uint64_t value = 0;
      if (id.empty() || id.size() > most_digits) return false;
      for (; id.size() >= 8; id.remove_prefix(8))
        if (!append_eight_digits(id.data(), value)) return false;
      for (const char c : id) {
        if (!is_digit(c)) return false;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
      }
      code = {0, length << 57 | value};
      return true;
    }
    case Shape::hex: return id.size() == 32 && encode_hex(id, code);
    case Shape::uuid: return has_dashes(id) && encode_hex(id, code);
    case Shape::short_bytes:
      if (id.size() > 7) return false;
      code = packed(id);
      code.low |= std::uint64_t{id.size()} << 56;
      code.high = 0;
      return true;
    case Shape::long_bytes:
      if (id.size() > 15) return false;
      code = packed(id);
      return true;
  }
  return false;
}

}  // namespace amends
