// `when`: read as conjunctions of unary tests (unary_test.cpp), and asked of every row, so asking allocates
// nothing. How null and missing facts are treated is told in amends-policy.5; `passes` is the whole of it.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/expr.h"
#include "core/policy/next_step.h"

namespace amends {
namespace {

Test read_entry(const Node& table, const Entry& entry, const Language& language) {
  Test test;
  test.fact = entry.key;
  test.slot = language.schema->find(entry.key);
  test.where = where_of_key(table, entry.key);
  if (test.slot == no_slot)
    throw Error{test.where, fmt::format("there is no fact {}", quoted(entry.key)),
                fact_suggestion(entry.key, *language.schema)};
  test.expr = read_test(entry.value, language.schema->at(test.slot), test.slot, language);
  test.text = test.expr.text;
  return test;
}

std::vector<Test> read_conjunction(const Node& node, const Language& language) {
  if (!node.is_table()) fail(node, "a condition is a table of tests", "write { kind = \"late\", late_days = \">= 3\" }");
  std::vector<Test> tests;
  for (const Entry& entry : node.entries) tests.push_back(read_entry(node, entry, language));
  return tests;
}

std::partial_ordering against(const Value& value, const Expr& literal, const Zone* zone, Currency currency) {
  const Value& bound = literal.literal;
  if (value.type != Type::money || !bound.currency.is_none()) return compare(value, bound, zone);
  const bool is_foreign = !currency.is_none() && !(value.currency == currency);
  return is_foreign ? std::partial_ordering::unordered : value.ratio <=> bound.ratio;
}

Truth truth_of(bool yes) { return yes ? Truth::yes : Truth::no; }

Truth lies_within(const Expr& test, const Value& value, Currency currency) {
  const Zone* zone = test.zone.get();
  const std::partial_ordering low = against(value, test.children[1], zone, currency);
  const std::partial_ordering high = against(value, test.children[2], zone, currency);
  if (low == std::partial_ordering::unordered || high == std::partial_ordering::unordered) return Truth::unknown;
  const bool above = test.low_open ? low > 0 : low >= 0;
  const bool below = test.high_open ? high < 0 : high <= 0;
  const bool wraps = is_cyclic(value.type) && test.children[1].literal.whole > test.children[2].literal.whole;
  return truth_of(wraps ? above || below : above && below);
}

Truth is_any_of(const Expr& test, const Value& value, Currency currency) {
  Truth any = Truth::no;
  for (std::size_t i = 1; i < test.children.size(); ++i) {
    const std::partial_ordering order = against(value, test.children[i], test.zone.get(), currency);
    if (order == 0) return Truth::yes;
    if (order == std::partial_ordering::unordered) any = Truth::unknown;
  }
  return any;
}

Truth is_beyond(const Expr& test, const Value& value, Currency currency) {
  const std::partial_ordering order = against(value, test.children[1], test.zone.get(), currency);
  if (order == std::partial_ordering::unordered) return Truth::unknown;
  switch (test.op) {
    case Op::less: return truth_of(order < 0);
    case Op::less_equal: return truth_of(order <= 0);
    case Op::greater: return truth_of(order > 0);
    default: return truth_of(order >= 0);
  }
}

Truth passes_any(const Expr& test, const Value& value, Currency currency) {
  Truth any = Truth::no;
  for (const Expr& child : test.children) {
    any = either(any, passes(child, value, currency));
    if (any == Truth::yes) break;
  }
  return any;
}

Truth holds(const std::vector<Test>& conjunction, const FactSource& facts) {
  Truth all = Truth::yes;
  for (const Test& test : conjunction) {
    all = both(all, holds(test, facts));
    if (all == Truth::no) break;
  }
  return all;
}

void add_fault(const Test& test, const FactSource& facts, Fault& fault) {
  if (holds(test, facts) != Truth::unknown) return;
  const Value value = facts.at(test.slot);
  Fault one;
  if (value.is_missing()) one.add(test.slot, facts);
  else one.reason = fmt::format("{} is {}, which cannot be compared in a case in {}", test.fact, print(value, Zone::utc()),
                                facts.currency().name());
  fault.add(one);
}

}  // namespace

Condition read_condition(const Node& node, const Language& language) {
  Condition condition;
  if (!node.is_array()) {
    condition.any.push_back(read_conjunction(node, language));
    return condition;
  }
  if (node.items.empty()) fail(node, "an empty list of conditions never holds", "leave `when` out, or write { ... }");
  for (const Node& item : node.items) condition.any.push_back(read_conjunction(item, language));
  return condition;
}

Truth passes(const Expr& test, const Value& value, Currency currency) {
  switch (test.op) {
    case Op::anything: return Truth::yes;
    case Op::opposite: return opposite(passes(test.children[0], value, currency));
    case Op::either: return passes_any(test, value, currency);
    default: break;
  }
  if (value.is_missing()) return Truth::unknown;
  if (test.op == Op::is_null) return truth_of(value.is_null());
  if (value.is_null()) return Truth::no;
  if (test.op == Op::any_of) return is_any_of(test, value, currency);
  if (test.op == Op::within) return lies_within(test, value, currency);
  return is_beyond(test, value, currency);
}

Truth holds(const Test& test, const FactSource& facts) {
  const Value value = facts.at(test.slot);
  try {
    return passes(test.expr, value, value.type == Type::money ? facts.currency() : Currency{});
  } catch (const Overflow&) {
    return Truth::unknown;
  }
}

Truth holds(const Condition& condition, const FactSource& facts) {
  if (condition.is_always()) return Truth::yes;
  Truth any = Truth::no;
  for (const std::vector<Test>& conjunction : condition.any) {
    any = either(any, holds(conjunction, facts));
    if (any == Truth::yes) break;
  }
  return any;
}

Fault fault_of(const Condition& condition, const FactSource& facts) {
  Fault fault;
  if (holds(condition, facts) != Truth::unknown) return fault;
  for (const std::vector<Test>& conjunction : condition.any) {
    if (holds(conjunction, facts) != Truth::unknown) continue;
    for (const Test& test : conjunction) add_fault(test, facts, fault);
  }
  return fault;
}

std::vector<Slot> missing_for(const Condition& condition, const FactSource& facts) {
  return fault_of(condition, facts).missing;
}

namespace {

// `service is "express", not "standard"`, or `late_days >= 3, but it is 2`.
std::string reason_of(const Test& test, const std::string& value) {
  const bool equality = test.text.starts_with("is ") && !test.text.starts_with("is not");
  return equality ? fmt::format("{} is {}, not {}", test.fact, value, test.text.substr(3))
                  : fmt::format("{} {}, but it is {}", test.fact, test.text, value);
}

}  // namespace

std::string why_not(const Condition& condition, const FactSource& facts, const Zone& zone) {
  std::vector<std::string> reasons;
  for (const std::vector<Test>& conjunction : condition.any) {
    const Truth truth = holds(conjunction, facts);
    if (truth == Truth::yes) return {};
    const auto failed = std::find_if(conjunction.begin(), conjunction.end(),
                                     [&](const Test& test) { return holds(test, facts) == truth; });
    reasons.push_back(reason_of(*failed, print(facts.at(failed->slot), zone)));
  }
  return joined(reasons, "; ");
}

}  // namespace amends
