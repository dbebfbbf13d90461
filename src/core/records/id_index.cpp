#include "core/records/id_index.h"

#include <bit>
#include <functional>

namespace amends {

std::uint32_t IdIndex::hash_of(const Id& id) {
  const auto hash = [](std::string_view text) { return text.empty() ? 0 : std::hash<std::string_view>{}(text); };
  const std::size_t mixed = (hash(id.first) ^ hash(id.second) * 0x9e3779b97f4a7c15ull ^ hash(id.third) * 0xc2b2ae3d27d4eb4full) * 0xd6e8feb86659fd93ull;
  return static_cast<std::uint32_t>(mixed >> 32);
}

void IdIndex::reserve(std::size_t rows) {
  const std::size_t wanted = std::bit_ceil(rows * 2 + 16);
  if (wanted > slots_.size() && used_ == 0) slots_.assign(wanted, Slot{});
}

Row IdIndex::add(Row row) {
  if ((used_ + 1) * 2 > slots_.size()) grow();
  const Id id = id_of(row);
  const std::uint32_t hash = hash_of(id);
  Slot& slot = slots_[place_of(hash, id)];
  if (slot.row != no_row) return slot.row;
  slot = {hash, row};
  ++used_;
  return row;
}

Row IdIndex::find(std::string_view first, std::string_view second, std::string_view third) const {
  if (slots_.empty()) return no_row;
  const Id id{first, second, third};
  return slots_[place_of(hash_of(id), id)].row;
}

std::size_t IdIndex::place_of(std::uint32_t hash, const Id& id) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  for (;; i = (i + 1) & mask) {
    const Slot& slot = slots_[i];
    if (slot.row == no_row) return i;
    if (slot.hash == hash && id_of(slot.row) == id) return i;
  }
}

void IdIndex::grow() {
  const std::vector<Slot> old = std::move(slots_);
  slots_.assign(std::bit_ceil(old.size() * 2 + 16), Slot{});
  for (const Slot& slot : old)
    if (slot.row != no_row) slots_[place_of(slot.hash, id_of(slot.row))] = slot;
}

}  // namespace amends
