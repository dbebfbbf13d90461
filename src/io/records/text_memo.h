// What was found out about a text before: (a number, the text of a cell) to a number. Cells repeat the same few
// words millions of times; short ones cost a load and a comparison here. One thread at a time.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace amends {

class TextMemo {
 public:
  static constexpr std::uint32_t unknown = 0xffffffff;

  // Sixteen bytes from the text's first on must be readable.
  std::uint32_t find(std::uint32_t from, std::string_view text) const {
    if (text.size() > 16) return find_long(from, text);
    const Slot key = slot_of(from, text);
    const Slot& slot = slots_[place_of(key)];
    return slot.low == key.low && slot.high == key.high && slot.from_and_size == key.from_and_size ? slot.to : unknown;
  }
  void put(std::uint32_t from, std::string_view text, std::uint32_t to) {
    if (text.size() > 16) {
      if (long_.size() > most_long) long_.clear();
      long_.insert_or_assign({from, std::string(text)}, to);
      return;
    }
    Slot slot = slot_of(from, text);
    slot.to = to;
    slots_[place_of(slot)] = slot;
  }

 private:
  struct Slot {
    std::uint64_t low = 0, high = 0;
    std::uint64_t from_and_size = ~std::uint64_t{0};
    std::uint32_t to = unknown;
  };
  struct Hash {
    std::size_t operator()(const std::pair<std::uint32_t, std::string>& key) const { return std::hash<std::string>{}(key.second) + key.first; }
  };
  static constexpr std::size_t slots = 1024;
  static constexpr std::size_t most_long = 100'000;

  static std::uint64_t first_bytes(const char* from, std::size_t count) {
    std::uint64_t bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return count == 0 ? 0 : count >= 8 ? bytes : bytes & (~std::uint64_t{0} >> (64 - 8 * count));
  }
  static Slot slot_of(std::uint32_t from, std::string_view text) {
    if (text.empty()) return {0, 0, std::uint64_t{from} << 8, unknown};
    return {first_bytes(text.data(), text.size()), text.size() > 8 ? first_bytes(text.data() + 8, text.size() - 8) : 0,
            std::uint64_t{from} << 8 | text.size(), unknown};
  }
  static std::size_t place_of(const Slot& slot) {
    const std::uint64_t mixed = (slot.low ^ slot.high * 0x9e3779b97f4a7c15u ^ slot.from_and_size) * 0xd6e8feb86659fd93u;
    return static_cast<std::size_t>(mixed >> 54);
  }
  std::uint32_t find_long(std::uint32_t from, std::string_view text) const {
    const auto found = long_.find({from, std::string(text)});
    return found == long_.end() ? unknown : found->second;
  }

  std::vector<Slot> slots_ = std::vector<Slot>(slots);
  std::unordered_map<std::pair<std::uint32_t, std::string>, std::uint32_t, Hash> long_;
};

}  // namespace amends
