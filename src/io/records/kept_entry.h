// What sift.h keeps of a row for kept orders besides (KeptOrderRow, KeptParcelRow), as few bytes as tell it: memory that is
// touched for the first time costs more than anything done with it. Times are told from `first_time` on, in 40 bits; what
// does not fit is not packed, and the row is left to the records.
#pragma once
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/guarantees/guarantee.h"
#include "io/records/sift_entry.h"

namespace amends {

#pragma pack(push, 1)
struct FortyBits {
  std::uint32_t low = 0;
  std::uint8_t high = 0;

  void set(std::uint64_t value) { low = static_cast<std::uint32_t>(value), high = static_cast<std::uint8_t>(value >> 32); }
  std::uint64_t value() const { return std::uint64_t{high} << 32 | low; }
};
struct PackedParcel {
  std::uint16_t group_low = 0;
  std::uint8_t group_high = 0;
  FortyBits shipped;
};
struct PackedOrder : PackedParcel {
  FortyBits met, placed;
  std::int32_t start = 0;  // ms after it was placed
  std::int16_t day = 0;    // after the as-of's, in UTC
  std::uint8_t guarantee = KeptOrder::no_guarantee;
  std::uint8_t zone = 0;
  bool is_due_on_date = false;
  std::uint64_t person = 0;
};
// With what is told of kept orders besides.
template <typename Entry, typename Packed>
struct ToldEntry : Entry {
  Packed told;
};
#pragma pack(pop)

// Of an order's row and of one attached to it.
template <typename Entry>
struct PlainEntries {
  static constexpr bool tell = false;
  using Order = Entry;
  using Attached = Entry;
};
template <typename Entry>
struct ToldEntries {
  static constexpr bool tell = true;
  using Order = ToldEntry<Entry, PackedOrder>;
  using Attached = ToldEntry<Entry, PackedParcel>;
};

// Between moments and what is packed of them.
class KeptPacking {
 public:
  KeptPacking(std::int64_t first_time, Instant as_of, const std::vector<Guarantee>& guarantees)
      : first_time_(first_time), first_day_(floor_div(first_time, ms_per_day)), as_of_day_(floor_div(as_of.ms, ms_per_day)), guarantees_(guarantees) {}

  // All false where something does not fit.
  bool pack(const KeptParcelRow& row, PackedParcel& to) const {
    to.group_low = static_cast<std::uint16_t>(row.group);
    to.group_high = static_cast<std::uint8_t>(row.group >> 16);
    return pack(row.shipped, to.shipped);
  }
  bool pack(const KeptOrderRow& row, PackedOrder& to) const {
    to.person = row.person;
    to.guarantee = row.guarantee;
    to.zone = row.zone;
    if (!pack(static_cast<const KeptParcelRow&>(row), to) || !pack(row.met, to.met) || !pack(row.placed, to.placed)) return false;
    return row.guarantee == KeptOrder::no_guarantee || pack_promise(row, to);
  }
  // `entry`: whose time is when an order would be too late, or a parcel arrived (RowSieve).
  template <typename Entry>
  KeptOrderRow order(const Entry& entry) const {
    KeptOrderRow row;
    const PackedOrder& from = entry.told;
    static_cast<KeptParcelRow&>(row) = unpacked(from);
    row.met = moment(from.met);
    row.placed = moment(from.placed);
    row.person = from.person;
    row.guarantee = from.guarantee;
    row.zone = from.zone;
    if (from.guarantee == KeptOrder::no_guarantee) return row;
    row.limit = first_time_ + static_cast<std::int64_t>(time_of(entry));
    row.day = static_cast<std::int32_t>(as_of_day_ + from.day);
    row.due = from.is_due_on_date ? Moment(Date{row.day}).raw() : Moment(Instant{row.limit - 1 - guarantees_[from.guarantee].grace}).raw();
    if (row.placed != Moment::none) row.start = Moment(Instant{Moment::from_raw(row.placed).instant().ms + from.start}).raw();
    return row;
  }
  template <typename Entry>
  KeptParcelRow parcel(const Entry& entry) const {
    KeptParcelRow row = unpacked(entry.told);
    if (class_in(entry.tag) != RowClass::arrived) return row;
    const std::int64_t at = first_time_ + static_cast<std::int64_t>(time_of(entry));
    row.met = entry.hours == 0 ? Moment(Instant{at}).raw() : Moment(Date{static_cast<std::int32_t>(floor_div(at - 12 * ms_per_hour, ms_per_day) - 1)}).raw();
    return row;
  }
  // Whether an entry's time stands for this one.
  bool fits(std::int64_t time) const { return time > first_time_ && time - first_time_ < static_cast<std::int64_t>(most_40_bits); }

 private:
  static constexpr std::uint64_t date_bit = std::uint64_t{1} << 39;

  bool pack(std::int64_t raw, FortyBits& to) const {
    const Moment at = Moment::from_raw(raw);
    if (at.is_none()) return to.set(most_40_bits), true;
    const std::int64_t after = at.is_date() ? at.date().days - first_day_ : at.instant().ms - first_time_;
    if (after < 0 || after >= static_cast<std::int64_t>(date_bit) - 1) return false;
    to.set(static_cast<std::uint64_t>(after) | (at.is_date() ? date_bit : 0));
    return true;
  }

  bool pack_promise(const KeptOrderRow& row, PackedOrder& to) const {
    const Moment due = Moment::from_raw(row.due), placed = Moment::from_raw(row.placed), start = Moment::from_raw(row.start);
    const std::int64_t day = row.day - as_of_day_, grace = guarantees_[row.guarantee].grace;
    const std::int64_t after = placed.is_none() || start.is_none() ? 0 : start.instant().ms - placed.instant().ms;
    to.is_due_on_date = due.is_date();
    to.day = static_cast<std::int16_t>(day);
    to.start = static_cast<std::int32_t>(after);
    const bool is_due_told = due.is_date() ? due.date().days == row.day : due.instant().ms == row.limit - 1 - grace;
    return is_due_told && placed.is_none() == start.is_none() && to.day == day && to.start == after && fits(row.limit);
  }

  Moment moment_of(std::uint64_t value) const {
    if (value == most_40_bits) return {};
    const auto after = static_cast<std::int64_t>(value & (date_bit - 1));
    return (value & date_bit) != 0 ? Moment(Date{static_cast<std::int32_t>(first_day_ + after)}) : Moment(Instant{first_time_ + after});
  }
  std::int64_t moment(const FortyBits& from) const { return moment_of(from.value()).raw(); }

  KeptParcelRow unpacked(const PackedParcel& from) const {
    KeptParcelRow row;
    row.group = std::uint32_t{from.group_high} << 16 | from.group_low;
    row.shipped = moment(from.shipped);
    return row;
  }

  std::int64_t first_time_, first_day_, as_of_day_;
  const std::vector<Guarantee>& guarantees_;
};

}  // namespace amends
