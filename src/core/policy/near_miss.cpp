#include "core/policy/near_miss.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <fmt/format.h>

namespace amends {
namespace {

bool is_exact(Type type) { return type == Type::number || type == Type::money || type == Type::percent; }

// Where two values may be told apart by how far they are.
bool has_distance(Type type) {
  return is_exact(type) || type == Type::date || type == Type::instant || type == Type::duration;
}

// The next value beyond a bound that is not included.
Ratio step_of(const Value& bound) {
  switch (bound.type) {
    case Type::money: return minor_unit(bound.currency);
    case Type::percent: return Ratio(1, 100);
    case Type::number: return bound.ratio.is_whole() ? Ratio(1) : Ratio(1, 100);
    case Type::date: return Ratio(1);
    default: return Ratio(ms_per_minute);
  }
}

Value moved(Value value, const Ratio& by) {
  if (is_exact(value.type)) value.ratio = value.ratio + by;
  else value.whole += whole_of(by);
  return value;
}

Ratio place_of(const Value& value) { return is_exact(value.type) ? value.ratio : Ratio(value.whole); }
Ratio size_of(const Ratio& x) { return x.is_negative() ? -x : x; }
Ratio distance(const Value& a, const Value& b) { return size_of(place_of(a) - place_of(b)); }

// Every value a test names.
void collect_bounds(const Expr& expr, std::vector<Value>& bounds) {
  if (expr.op == Op::literal) bounds.push_back(expr.literal);
  for (const Expr& child : expr.children) collect_bounds(child, bounds);
}

// The value nearest to `has` for which the test holds.
std::optional<Value> nearest_passing(const Test& test, const Value& has, Currency currency) {
  std::vector<Value> bounds;
  collect_bounds(test.expr, bounds);
  std::optional<Value> best;
  for (Value bound : bounds) {
    if (bound.type != has.type) continue;
    if (bound.type == Type::money) bound.currency = has.currency;
    for (const Value& value : {bound, moved(bound, step_of(bound)), moved(bound, -step_of(bound))})
      if (passes(test.expr, value, currency) == Truth::yes && (!best || distance(value, has) < distance(*best, has))) best = value;
  }
  return best;
}

// The one test of a conjunction that does not hold; null when there are several, or one cannot be told.
const Test* only_failing(const std::vector<Test>& tests, const FactSource& facts) {
  const Test* failing = nullptr;
  for (const Test& test : tests) {
    const Truth truth = holds(test, facts);
    if (truth == Truth::yes) continue;
    if (truth == Truth::unknown || failing != nullptr) return nullptr;
    failing = &test;
  }
  return failing;
}

bool is_same(const OwedRemedy& a, const OwedRemedy& b) {
  return a.table == b.table && a.kind == b.kind && a.what == b.what && a.money == b.money && a.quantity == b.quantity && a.label == b.label;
}

bool owes_the_same(const Decision& a, const Decision& b) {
  return a.owed.size() == b.owed.size() && std::equal(a.owed.begin(), a.owed.end(), b.owed.begin(), is_same);
}

std::string name_of(const PolicyTable& table, const Rule& rule) { return fmt::format("{}/{}", table.name, rule.name); }

bool has_fired(const Decision& decision, const std::string& rule) {
  return std::find(decision.fired.begin(), decision.fired.end(), rule) != decision.fired.end();
}

class Search {
 public:
  Search(const Policy& policy, const Judging& judging, const Decision& decision)
      : policy_(policy), judging_(judging), decision_(decision) {}

  std::vector<NearMiss> all() {
    for (const PolicyTable& table : policy_.tables) {
      if (table.each || holds(table.when, judging_.facts) != Truth::yes) continue;
      for (const Rule& rule : table.rules)
        if (!has_fired(decision_, name_of(table, rule))) look_at(table, rule);
    }
    std::stable_sort(found_.begin(), found_.end(), [](const NearMiss& a, const NearMiss& b) { return far(a) < far(b); });
    return std::move(found_);
  }

 private:
  // Days of a date, otherwise the share of what was needed: ten minutes of an hour are as far as ten days of sixty.
  static Ratio far(const NearMiss& near) {
    const Ratio gap = distance(near.has, near.needs);
    if (near.needs.type == Type::date) return gap / Ratio(30);
    if (near.needs.type == Type::instant) return gap / Ratio(30 * ms_per_day);
    const Ratio needed = size_of(place_of(near.needs));
    return needed.is_zero() ? gap : gap / needed;
  }

  void look_at(const PolicyTable& table, const Rule& rule) {
    std::optional<NearMiss> nearest;
    for (const std::vector<Test>& tests : rule.when.any) {
      const Test* test = only_failing(tests, judging_.facts);
      if (test == nullptr) continue;
      std::optional<NearMiss> near = had_it_passed(table, rule, *test);
      if (near && (!nearest || far(*near) < far(*nearest))) nearest = std::move(near);
    }
    if (nearest) found_.push_back(std::move(*nearest));
  }

  // What is computed from the fact is computed anew; a fact that is itself computed is only laid over.
  std::unique_ptr<FactSource> facts_with(Slot slot, const Value& value) const {
    if (judging_.schema.at(slot).origin == Origin::derived)
      return std::make_unique<ElementFacts>(judging_.facts, std::vector<std::pair<Slot, Value>>{{slot, value}});
    return judging_.facts.with({{slot, value}});
  }

  std::optional<NearMiss> had_it_passed(const PolicyTable& table, const Rule& rule, const Test& test) const {
    const Value has = judging_.facts.at(test.slot);
    if (!has_distance(has.type) || test.expr.op == Op::any_of) return std::nullopt;  // the very day, or not: nothing is near
    const std::optional<Value> needs = nearest_passing(test, has, has.type == Type::money ? judging_.facts.currency() : Currency{});
    if (!needs) return std::nullopt;
    const std::unique_ptr<FactSource> facts = facts_with(test.slot, *needs);
    const Judging changed{judging_.schema, *facts, judging_.zone, judging_.as_of, judging_.pools, judging_.person, judging_.order, judging_.due, judging_.silent_from};
    Decision would = decide(policy_, changed, false);
    if (!would.judged || !has_fired(would, name_of(table, rule)) || owes_the_same(would, decision_)) return std::nullopt;
    return NearMiss{table.name, rule.name, test.slot, has, *needs, std::move(would)};
  }

  const Policy& policy_;
  const Judging& judging_;
  const Decision& decision_;
  std::vector<NearMiss> found_;
};

// Facts that count how late a case is, and in what.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> lateness = {{{"late_days", "day"},
                                                                                    {"late_business_days", "business day"},
                                                                                    {"late_hours", "hour"},
                                                                                    {"late_minutes", "minute"},
                                                                                    {"late_seconds", "second"}}};

}  // namespace

std::vector<NearMiss> near_misses(const Policy& policy, const Judging& judging, const Decision& decision) {
  if (!decision.judged) return {};
  try {
    return Search(policy, judging, decision).all();
  } catch (const Overflow&) {  // a bound too large to step over is near to nothing
    return {};
  }
}

Decision given_by(const PolicyTable& table, const Rule& rule, const Judging& judging) {
  Policy alone;
  alone.tables.push_back(table);
  alone.tables[0].rules = {rule};
  alone.tables[0].program.reset();
  alone.tables[0].when = {};
  alone.tables[0].rules[0].when = {};
  alone.tables[0].rules[0].named = {};
  return decide(alone, judging, false);
}

std::string gap_words(const NearMiss& near, const Schema& schema, const Zone& zone) {
  const std::string& fact = schema.at(near.fact).name;
  const auto* unit = std::find_if(lateness.begin(), lateness.end(), [&](const auto& one) { return one.first == fact; });
  if (unit == lateness.end()) return fmt::format("{} of {} instead of {}", fact, print(near.needs, zone), print(near.has, zone));
  const Ratio gap = distance(near.has, near.needs);
  const bool is_one = gap == Ratio(1);
  const std::string count = is_one ? "one" : print(gap);
  const std::string units = fmt::format("{}{}", unit->second, is_one ? "" : "s");
  return near.has.ratio < near.needs.ratio ? fmt::format("{} more {} late", count, units) : fmt::format("{} {} earlier", count, units);
}

}  // namespace amends
