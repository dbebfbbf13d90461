#include "core/base/value_set.h"

#include <algorithm>

namespace amends {
namespace {

bool starts_before(const ValueRange& a, const ValueRange& b) {
  if (!a.low || !b.low) return !a.low && b.low;
  return *a.low != *b.low ? *a.low < *b.low : !a.low_open && b.low_open;
}

bool ends_before(const ValueRange& a, const ValueRange& b) {
  if (!a.high || !b.high) return a.high && !b.high;
  return *a.high != *b.high ? *a.high < *b.high : a.high_open && !b.high_open;
}

// Whether nothing lies between the end of a and the start of b.
bool touches(const ValueRange& a, const ValueRange& b) {
  if (!a.high || !b.low) return true;
  return *b.low < *a.high || (*b.low == *a.high && !(a.high_open && b.low_open));
}

ValueRange overlap(const ValueRange& a, const ValueRange& b) {
  const ValueRange& low = starts_before(a, b) ? b : a;
  const ValueRange& high = ends_before(a, b) ? a : b;
  return {low.low, high.high, low.low_open, high.high_open};
}

ValueSet tidy(std::vector<ValueRange> parts, bool null) {
  std::erase_if(parts, [](const ValueRange& part) { return part.is_empty(); });
  std::sort(parts.begin(), parts.end(), starts_before);
  ValueSet set;
  set.null = null;
  for (ValueRange& part : parts) {
    part.low_open = part.low_open && part.low;
    part.high_open = part.high_open && part.high;
    if (set.parts.empty() || !touches(set.parts.back(), part)) {
      set.parts.push_back(part);
      continue;
    }
    ValueRange& last = set.parts.back();
    if (!ends_before(last, part)) continue;
    last.high = part.high;
    last.high_open = part.high_open;
  }
  return set;
}

template <class F>
ValueSet mapped(const ValueSet& set, F&& map) {
  std::vector<ValueRange> parts;
  for (const ValueRange& part : set.parts) parts.push_back(map(part));
  return tidy(std::move(parts), false);
}

}  // namespace

bool ValueRange::is_empty() const {
  if (!low || !high) return false;
  return *low > *high || (*low == *high && (low_open || high_open));
}

bool ValueRange::contains(const Ratio& x) const {
  if (low && (low_open ? x <= *low : x < *low)) return false;
  return !(high && (high_open ? x >= *high : x > *high));
}

ValueSet ValueSet::line() { return of({}); }

ValueSet ValueSet::everything() {
  ValueSet set = line();
  set.null = true;
  return set;
}

ValueSet ValueSet::only_null() {
  ValueSet set;
  set.null = true;
  return set;
}

ValueSet ValueSet::point(const Ratio& x) { return of({x, x, false, false}); }

ValueSet ValueSet::of(ValueRange interval) { return tidy({std::move(interval)}, false); }

bool ValueSet::contains(const Ratio& x) const {
  return std::any_of(parts.begin(), parts.end(), [&](const ValueRange& part) { return part.contains(x); });
}

ValueSet both(const ValueSet& a, const ValueSet& b) {
  std::vector<ValueRange> parts;
  for (const ValueRange& x : a.parts)
    for (const ValueRange& y : b.parts) parts.push_back(overlap(x, y));
  return tidy(std::move(parts), a.null && b.null);
}

ValueSet either(const ValueSet& a, const ValueSet& b) {
  std::vector<ValueRange> parts = a.parts;
  parts.insert(parts.end(), b.parts.begin(), b.parts.end());
  return tidy(std::move(parts), a.null || b.null);
}

ValueSet complement(const ValueSet& set) {
  ValueSet rest;
  rest.null = !set.null;
  ValueRange gap;
  for (const ValueRange& part : set.parts) {
    gap.high = part.low;
    gap.high_open = !part.low_open;
    if (part.low && !gap.is_empty()) rest.parts.push_back(gap);
    if (!part.high) return rest;
    gap = {part.high, std::nullopt, !part.high_open, false};
  }
  rest.parts.push_back(gap);
  return rest;
}

ValueSet where_scaled(const ValueSet& set, const Ratio& factor, const Ratio& offset) {
  return mapped(set, [&](ValueRange part) {
    if (part.low) part.low = (*part.low - offset) / factor;
    if (part.high) part.high = (*part.high - offset) / factor;
    if (!factor.is_negative()) return part;
    std::swap(part.low, part.high);
    std::swap(part.low_open, part.high_open);
    return part;
  });
}

// Whole numbers n of the part: those from the first to the last; x lies in [n, n + 1).
ValueSet where_floor(const ValueSet& set) {
  return mapped(set, [](const ValueRange& part) {
    ValueRange x;
    if (part.low) x.low = part.low_open ? floor(*part.low) + Ratio(1) : ceiling(*part.low);
    if (part.high) x.high = part.high_open ? ceiling(*part.high) : floor(*part.high) + Ratio(1);
    x.high_open = true;
    return x;
  });
}

ValueSet where_ceiling(const ValueSet& set) {
  return where_scaled(where_floor(where_scaled(set, Ratio(-1), Ratio(0))), Ratio(-1), Ratio(0));
}

ValueSet where_absolute(const ValueSet& set) {
  const ValueSet positive = both(set, ValueSet::of({Ratio(0), std::nullopt, false, false}));
  return either(positive, where_scaled(positive, Ratio(-1), Ratio(0)));
}

ValueSet where_at_least(const ValueSet& set, const Ratio& least) {
  const ValueSet above = both(set, ValueSet::of({least, std::nullopt, true, false}));
  return set.contains(least) ? either(above, ValueSet::of({std::nullopt, least, false, false})) : above;
}

ValueSet where_at_most(const ValueSet& set, const Ratio& most) {
  const ValueSet below = both(set, ValueSet::of({std::nullopt, most, false, true}));
  return set.contains(most) ? either(below, ValueSet::of({most, std::nullopt, false, false})) : below;
}

}  // namespace amends
