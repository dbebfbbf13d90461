#include "core/proofs/policy_space.h"

#include <algorithm>
#include <bit>

namespace amends {
namespace {

Ratio down_to_step(const Ratio& x, const std::optional<Ratio>& step) { return step ? floor(x / *step) * *step : x; }

// Steps by which a value reads well, from coarse to fine.
std::vector<Ratio> pleasant_steps(const Domain& domain) {
  std::vector<Ratio> steps;
  if (domain.type == Type::instant || domain.type == Type::time || domain.type == Type::duration)
    steps = {Ratio(ms_per_hour), Ratio(ms_per_minute), Ratio(ms_per_second)};
  else
    steps = {Ratio(1)};
  if (domain.step) steps.push_back(*domain.step);
  return steps;
}

// A value of the part; none when the steps of the domain pass it by.
std::optional<Ratio> pleasant_value(const ValueRange& part, const Domain& domain) {
  if (part.is_point()) return down_to_step(*part.low, domain.step) == *part.low ? part.low : std::nullopt;
  if (!part.low && !part.high) return Ratio(0);
  for (const Ratio& step : pleasant_steps(domain)) {
    const Ratio near = part.low ? (part.low_open ? floor(*part.low / step) + Ratio(1) : ceiling(*part.low / step)) * step
                                : (part.high_open ? ceiling(*part.high / step) - Ratio(1) : floor(*part.high / step)) * step;
    if (!part.low && part.contains(Ratio(0))) return Ratio(0);
    if (part.contains(near)) return near;
  }
  if (domain.step) return std::nullopt;
  return (*part.low + *part.high) / Ratio(2);
}

void add_ends(const ValueSet& set, std::vector<Ratio>& ends) {
  for (const ValueRange& part : set.parts)
    for (const std::optional<Ratio>& end : {part.low, part.high})
      if (end) ends.push_back(*end);
}

// The ends themselves, and what lies between them.
std::vector<ValueRange> cut(std::vector<Ratio> ends) {
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  std::vector<ValueRange> parts;
  ValueRange gap;
  for (const Ratio& end : ends) {
    gap.high = end;
    gap.high_open = true;
    parts.push_back(gap);
    parts.push_back({end, end, false, false});
    gap = {end, std::nullopt, true, false};
  }
  parts.push_back(gap);
  return parts;
}

Box meet_of(const Box& a, const Box& b) {
  Box both(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) both[i] = a[i] & b[i];
  return both;
}

}  // namespace

PolicySpace::PolicySpace(const RegionFinder& finder, const Schema& schema, const std::vector<const Regions*>& told) {
  std::vector<Slot> slots;
  for (const Regions* regions : told)
    for (const Region& region : *regions)
      for (const auto& [slot, set] : region) slots.push_back(slot);
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  for (const Slot slot : slots) add_axis(slot, told, finder);
  add_impossible(schema);
}

void PolicySpace::add_axis(Slot slot, const std::vector<const Regions*>& told, const RegionFinder& finder) {
  const Domain domain = finder.domain(slot);
  Axis axis;
  axis.slot = slot;
  if (domain.values.null) axis.cells.push_back({true, {}, {}});
  std::vector<Ratio> ends;
  add_ends(domain.values, ends);
  for (const Regions* regions : told)
    for (const Region& region : *regions)
      for (const auto& [other, set] : region)
        if (other == slot) add_ends(set, ends);
  bool has_other = false;
  for (const ValueRange& part : cut(std::move(ends))) {
    const bool is_word = domain.type == Type::string && part.is_point();
    const bool is_other = domain.type == Type::string && !is_word;  // all other words are one cell
    const std::optional<Ratio> at = is_other ? std::optional(part.low ? *part.low + Ratio(1, 2) : Ratio(-1)) : pleasant_value(part, domain);
    if (!at || !domain.values.contains(*at) || (is_other && has_other)) continue;
    has_other = has_other || is_other;
    axis.cells.push_back({false, part, is_other ? Ratio(-1) : *at});
  }
  axis.first = words_;
  axis.words = axis.cells.size() / 64 + 1;
  words_ += axis.words;
  axes_.push_back(std::move(axis));
}

std::optional<std::size_t> PolicySpace::axis_of(Slot slot) const {
  for (std::size_t i = 0; i < axes_.size(); ++i)
    if (axes_[i].slot == slot) return i;
  return std::nullopt;
}

Box PolicySpace::everything() const {
  Box box(words_);
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) free(box, axis);
  return box;
}

void PolicySpace::free(Box& box, std::size_t axis) const {
  const Axis& all = axes_[axis];
  for (std::size_t cell = 0; cell < all.cells.size(); ++cell) box[all.first + cell / 64] |= std::uint64_t{1} << (cell % 64);
}

void PolicySpace::keep_only(Box& box, std::size_t axis, std::size_t cell) const {
  const Axis& all = axes_[axis];
  std::fill_n(box.begin() + static_cast<std::ptrdiff_t>(all.first), all.words, 0);
  box[all.first + cell / 64] |= std::uint64_t{1} << (cell % 64);
}

bool PolicySpace::has(const Box& box, std::size_t axis, std::size_t cell) const {
  return (box[axes_[axis].first + cell / 64] >> (cell % 64) & 1) != 0;
}

bool PolicySpace::is_free(const Box& box, std::size_t axis) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < axes_[axis].words; ++i) count += static_cast<std::size_t>(std::popcount(box[axes_[axis].first + i]));
  return count == axes_[axis].cells.size();
}

bool PolicySpace::is_empty(const Box& box) const {
  return std::any_of(axes_.begin(), axes_.end(), [&](const Axis& axis) {
    const auto begin = box.begin() + static_cast<std::ptrdiff_t>(axis.first);
    return std::all_of(begin, begin + static_cast<std::ptrdiff_t>(axis.words), [](std::uint64_t word) { return word == 0; });
  });
}

Boxes PolicySpace::boxes(const Regions& regions) const {
  Boxes all;
  for (const Region& region : regions) {
    Box box = everything();
    for (const auto& [slot, set] : region) {
      const Axis& axis = axes_[*axis_of(slot)];
      for (std::size_t cell = 0; cell < axis.cells.size(); ++cell) {
        const Cell& one = axis.cells[cell];
        const bool is_in = one.is_null ? set.null : set.contains(one.at);
        if (!is_in) box[axis.first + cell / 64] &= ~(std::uint64_t{1} << (cell % 64));
      }
    }
    if (!is_empty(box)) all.push_back(std::move(box));
  }
  return all;
}

void PolicySpace::link(Slot a, Slot b, ValueSet (*possible)(const Cell&)) {
  const std::optional<std::size_t> one = axis_of(a);
  const std::optional<std::size_t> other = axis_of(b);
  if (!one || !other) return;
  for (std::size_t cell = 0; cell < axes_[*one].cells.size(); ++cell) {
    const ValueSet set = possible(axes_[*one].cells[cell]);
    Box box = everything();
    keep_only(box, *one, cell);
    const Axis& axis = axes_[*other];
    for (std::size_t i = 0; i < axis.cells.size(); ++i)
      if (!both(set, ValueSet::of(axis.cells[i].part)).is_empty()) box[axis.first + i / 64] &= ~(std::uint64_t{1} << (i % 64));
    if (!is_empty(box)) impossible_.push_back(std::move(box));
  }
}

// Days late are days of the calendar, counted in the zone of the promise, and perhaps from another moment than the
// seconds: a day and two hours are left open on either side, and one business day.
void PolicySpace::add_impossible(const Schema& schema) {
  const Slot days = schema.find("late_days");
  link(days, schema.find("late_seconds"), [](const Cell& cell) {
    const Ratio day(86400), slack(86400 + 7200);
    ValueRange seconds;
    if (cell.part.low) seconds.low = (*cell.part.low - Ratio(1)) * day - slack;
    if (cell.part.high) seconds.high = (*cell.part.high + Ratio(1)) * day + slack;
    return ValueSet::of(seconds);
  });
  link(days, schema.find("late_business_days"), [](const Cell& cell) {
    if (!cell.part.high) return ValueSet::line();
    return ValueSet::of({std::nullopt, *cell.part.high + Ratio(1), false, cell.part.high_open});
  });
}

bool meet(const PolicySpace& space, const Box& a, const Box& b, Box& both) {
  both = meet_of(a, b);
  return !space.is_empty(both);
}

Search::Answer Search::outside(const Box& box, const std::vector<const Box*>& others) {
  others_.clear();
  Box common;
  for (const Box* other : others)
    if (meet(space_, box, *other, common)) others_.push_back(other);
  left_of_all_ -= static_cast<std::int64_t>(others.size());
  left_ = std::min(steps_of_one, left_of_all_);
  const std::int64_t had = left_;
  // Those that leave least of the box first.
  const auto splits = [&](const Box* other) {
    int count = 0;
    for (const Axis& axis : space_.axes())
      for (std::size_t i = axis.first; i < axis.first + axis.words; ++i)
        if ((box[i] & ~(*other)[i]) != 0) {
          ++count;
          break;
        }
    return count;
  };
  std::stable_sort(others_.begin(), others_.end(), [&](const Box* a, const Box* b) { return splits(a) < splits(b); });
  Box rest = box;
  const bool is_found = !space_.is_empty(box) && descend(rest, 0);
  left_of_all_ -= had - left_;
  if (is_found) return Answer::found;
  return left_ <= 0 ? Answer::unfinished : Answer::none;
}

// What is outside the next box it meets: for each axis the cells that box has not.
bool Search::descend(Box& box, std::size_t next) {
  Box common;
  for (; next < others_.size(); ++next) {
    if (--left_ <= 0) return false;
    if (meet(space_, box, *others_[next], common)) break;
  }
  if (next == others_.size()) {
    found_ = box;
    return true;
  }
  const Box& other = *others_[next];
  for (const Axis& axis : space_.axes()) {
    Box piece = box;
    bool is_any = false;
    for (std::size_t i = axis.first; i < axis.first + axis.words; ++i) {
      piece[i] &= ~other[i];
      is_any = is_any || piece[i] != 0;
    }
    if (is_any && descend(piece, next + 1)) return true;
    if (left_ <= 0) return false;
    for (std::size_t i = axis.first; i < axis.first + axis.words; ++i) box[i] &= other[i];
  }
  return false;
}

}  // namespace amends
