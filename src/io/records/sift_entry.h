// What sift.h keeps of every row while it joins: some twenty bytes, wide enough for ids of one or of two words.
#pragma once
#include <algorithm>
#include <cstdint>
#include <iterator>

#include "core/time/time.h"
#include "io/records/row_sieve.h"

namespace amends {

inline std::uint64_t mixed(std::uint64_t value) {
  value ^= value >> 32;
  value *= 0x9e3779b97f4a7c15u;
  value ^= value >> 29;
  value *= 0xbf58476d1ce4e5b9u;
  return value ^ value >> 32;
}

inline constexpr RecordKind attached_kinds[] = {RecordKind::shipment, RecordKind::item, RecordKind::contact, RecordKind::credit};

// What is kept of every row. Times are milliseconds after `first_time`, positions count bytes; both take 40 bits.
// `hours` as in SievedRow.
#pragma pack(push, 1)
struct NarrowEntry {
  std::uint64_t id;
  std::uint32_t time_low, position_low;
  std::uint8_t time_high, position_high;
  std::uint16_t tag, hours;

  void set_id(const WideId& wide) { id = wide.low; }
  std::uint64_t hash() const { return mixed(id); }
  bool is_same(const NarrowEntry& other) const { return id == other.id; }
};
struct WideEntry {
  std::uint64_t high;
  std::uint64_t id;
  std::uint32_t time_low, position_low;
  std::uint8_t time_high, position_high;
  std::uint16_t tag, hours;

  void set_id(const WideId& wide) { high = wide.high, id = wide.low; }
  std::uint64_t hash() const { return mixed(id ^ mixed(high)); }
  bool is_same(const WideEntry& other) const { return id == other.id && high == other.high; }
};
#pragma pack(pop)

inline constexpr std::uint64_t most_40_bits = (std::uint64_t{1} << 40) - 1;
inline constexpr std::int64_t half_40_bits = std::int64_t{1} << 39;

template <typename Entry>
std::uint64_t time_of(const Entry& entry) {
  return std::uint64_t{entry.time_high} << 32 | entry.time_low;
}
// So many hours before its time.
template <typename Entry>
std::uint64_t hours_before(const Entry& entry) {
  const std::uint64_t ms = std::uint64_t{entry.hours} * static_cast<std::uint64_t>(ms_per_hour);
  return time_of(entry) - std::min(time_of(entry), ms);
}
template <typename Entry>
std::uint64_t position_of(const Entry& entry) {
  return std::uint64_t{entry.position_high} << 32 | entry.position_low;
}

inline std::uint16_t packed(const OrderTag& tag) {
  if (tag.order == OrderClass::odd) return static_cast<std::uint16_t>(static_cast<unsigned>(tag.order) | static_cast<unsigned>(tag.use) << 3);
  return static_cast<std::uint16_t>(static_cast<unsigned>(tag.order) | (tag.may_be_open ? 4u : 0u) | static_cast<unsigned>(tag.in_time) << 3 |
                                    static_cast<unsigned>(tag.open) << 7 | static_cast<unsigned>(tag.waiting) << 11);
}
inline OrderTag order_tag(std::uint16_t bits) {
  const auto four = [bits](int at) { return static_cast<std::uint8_t>(bits >> at & 15); };
  const auto order = static_cast<OrderClass>(bits & 3);
  if (order == OrderClass::odd) return {order, static_cast<RowUse>(four(3))};
  return {order, order == OrderClass::not_yet ? RowUse::unused : RowUse::used, four(3), four(7), four(11), (bits & 4) != 0};
}

inline std::uint16_t packed_attached(const SievedRow& row) {
  const auto kind = static_cast<unsigned>(std::find(std::begin(attached_kinds), std::end(attached_kinds), row.kind) - std::begin(attached_kinds));
  return static_cast<std::uint16_t>(kind | static_cast<unsigned>(row.row) << 2 | static_cast<unsigned>(row.own_id) << 4);
}
inline RecordKind kind_in(std::uint16_t bits) { return attached_kinds[bits & 3]; }
inline RowClass class_in(std::uint16_t bits) { return static_cast<RowClass>(bits >> 2 & 3); }
inline unsigned own_id_in(std::uint16_t bits) { return bits >> 4; }

}  // namespace amends
