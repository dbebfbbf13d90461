// A set of the values one fact may have, for what lint proves about a policy (policy_space.h): points and intervals
// on a line on which the values of every type are laid, and whether null is among them. Exact: bounds are ratios.
#pragma once
#include <optional>
#include <vector>

#include "core/base/number.h"

namespace amends {

struct ValueRange {
  std::optional<Ratio> low, high;  // none: without end
  bool low_open = false, high_open = false;

  bool is_empty() const;
  bool is_point() const { return low && high && *low == *high; }
  bool contains(const Ratio& x) const;
  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

struct ValueSet {
  std::vector<ValueRange> parts;  // in order, apart from each other
  bool null = false;

  static ValueSet everything();  // and null
  static ValueSet line();        // without null
  static ValueSet nothing() { return {}; }
  static ValueSet only_null();
  static ValueSet point(const Ratio& x);
  static ValueSet of(ValueRange interval);

  bool is_empty() const { return parts.empty() && !null; }
  bool contains(const Ratio& x) const;
  friend bool operator==(const ValueSet&, const ValueSet&) = default;
};

ValueSet both(const ValueSet& a, const ValueSet& b);
ValueSet either(const ValueSet& a, const ValueSet& b);
ValueSet complement(const ValueSet& set);  // null as well

// The x whose image lies in `set`; null is never among them, since arithmetic with null has no value.
ValueSet where_scaled(const ValueSet& set, const Ratio& factor, const Ratio& offset);  // factor * x + offset; factor is not 0
ValueSet where_floor(const ValueSet& set);
ValueSet where_ceiling(const ValueSet& set);
ValueSet where_absolute(const ValueSet& set);
ValueSet where_at_least(const ValueSet& set, const Ratio& least);  // max(x, least)
ValueSet where_at_most(const ValueSet& set, const Ratio& most);    // min(x, most)

}  // namespace amends
