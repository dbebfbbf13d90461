// Which facts make a condition hold, as a union of boxes: the ground of what lint proves (policy_space.h). A derived
// fact is followed to what it is computed from where that is exact: through decision tables, if, and, or, not,
// comparisons with a value, and sums, products, floor, ceiling, min and max of one fact. One that cannot be followed
// is taken as a fact of its own, and named.
#pragma once
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/value_set.h"
#include "core/language/derived.h"

namespace amends {

using Region = std::vector<std::pair<Slot, ValueSet>>;  // all of these, by slot; a fact not named may be anything
using Regions = std::vector<Region>;                    // any of these

// The values a fact may have at all.
struct Domain {
  ValueSet values;
  std::optional<Ratio> step;  // they are its multiples; none: any
  Type type = Type::missing;
  Currency currency;          // money
};

// The condition has more boxes than a proof can go through, or none at all.
struct Unprovable {};

class RegionFinder {
 public:
  RegionFinder(const Schema& schema, const Derivations& derivations, const Zone& zone, Currency currency);

  // Throws Unprovable. What is taken as a fact of its own can grow while conditions are read: read again until
  // is_settled().
  Regions where(const Condition& condition);
  Regions where(const std::vector<Test>& conjunction);
  Regions where(const Test& test, bool holds);
  // Where a boolean expression is true, or is false or null.
  Regions truth(const Expr& expr, bool holds);
  bool is_settled();  // since it was asked before

  Domain domain(Slot slot) const;
  bool is_opaque(Slot slot) const { return opaque_.contains(slot); }
  const std::set<Slot>& opaque() const { return opaque_; }

  // Places on the line of a fact's values. Words have places of their own; any other word stands at -1.
  Ratio place(const Value& value, Type fact) const;
  Value value_at(Slot slot, const Ratio& place) const;
  std::string word_at(const Ratio& place) const;

 private:
  Regions values(const Expr& expr, const ValueSet& set);
  Regions fact(const Expr& expr, const ValueSet& set);
  Regions arithmetic(const Expr& expr, const ValueSet& set);
  Regions call(const Expr& expr, const ValueSet& set);
  Regions extreme(const Expr& expr, const ValueSet& set);
  Regions rows(const Expr& expr, const ValueSet& set);
  Regions comparison(const Expr& expr, bool holds);
  ValueSet tested(const Expr& expr, Type fact);
  std::optional<Value> constant(const Expr& expr) const;

  const Schema& schema_;
  const Derivations& derivations_;
  const Zone& zone_;
  Facts nothing_;
  std::set<Slot> opaque_;
  bool is_settled_ = true;
  mutable std::vector<std::string> words_;
};

// Box by box; throw Unprovable.
Regions both(const Regions& a, const Regions& b);
Regions either(Regions a, Regions b);

// Places of days of the year: 0 is 1 January of a leap year.
int place_of_monthday(std::int64_t monthday);

}  // namespace amends
