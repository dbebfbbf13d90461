#include "core/id_index.h"

#include <bit>
#include <functional>

namespace amends {
namespace {

std::uint32_t hash_of(std::string_view first, std::string_view second) {
  const std::size_t a = std::hash<std::string_view>{}(first);
  const std::size_t b = second.empty() ? 0 : std::hash<std::string_view>{}(second) * 0x9e3779b97f4a7c15ull;
  const std::size_t mixed = (a ^ b) * 0xd6e8feb86659fd93ull;
  return static_cast<std::uint32_t>(mixed >> 32);
}

}  // namespace

void IdIndex::reserve(std::size_t rows) {
  const std::size_t wanted = std::bit_ceil(rows * 2 + 16);
  if (wanted > slots_.size() && used_ == 0) slots_.assign(wanted, Slot{});
}

Row IdIndex::add(Row row) {
  if ((used_ + 1) * 2 > slots_.size()) grow();
  const std::string_view first = first_of(row), second = second_of(row);
  const std::uint32_t hash = hash_of(first, second);
  Slot& slot = slots_[place_of(hash, first, second)];
  if (slot.row != no_row) return slot.row;
  slot = {hash, row};
  ++used_;
  return row;
}

Row IdIndex::find(std::string_view first, std::string_view second) const {
  if (slots_.empty()) return no_row;
  return slots_[place_of(hash_of(first, second), first, second)].row;
}

std::size_t IdIndex::place_of(std::uint32_t hash, std::string_view first, std::string_view second) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  for (;; i = (i + 1) & mask) {
    const Slot& slot = slots_[i];
    if (slot.row == no_row) return i;
    if (slot.hash == hash && first_of(slot.row) == first && second_of(slot.row) == second) return i;
  }
}

void IdIndex::grow() {
  const std::vector<Slot> old = std::move(slots_);
  slots_.assign(std::bit_ceil(old.size() * 2 + 16), Slot{});
  for (const Slot& slot : old)
    if (slot.row != no_row) slots_[place_of(slot.hash, first_of(slot.row), second_of(slot.row))] = slot;
}

}  // namespace amends
