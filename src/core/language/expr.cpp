// What parsing and evaluating share: three-valued logic, the order of values, literals, the facts asked for.
#include "core/language/expr.h"

#include <algorithm>

namespace amends {

Truth both(Truth a, Truth b) {
  if (a == Truth::no || b == Truth::no) return Truth::no;
  return a == Truth::unknown || b == Truth::unknown ? Truth::unknown : Truth::yes;
}

Truth either(Truth a, Truth b) { return opposite(both(opposite(a), opposite(b))); }

Truth opposite(Truth a) {
  if (a == Truth::unknown) return a;
  return a == Truth::yes ? Truth::no : Truth::yes;
}

void Fault::add(Slot missing_fact, const FactSource& facts) {
  Fault other;
  other.reason = facts.lacks(missing_fact, other.missing);
  add(other);
}

void Fault::add_element(const std::string& part) {
  if (std::find(elements.begin(), elements.end(), part) == elements.end()) elements.push_back(part);
}

void Fault::add(const Fault& other) {
  for (const std::string& part : other.elements) add_element(part);
  for (const Slot slot : other.missing)
    if (std::find(missing.begin(), missing.end(), slot) == missing.end()) missing.push_back(slot);
  if (reason.empty()) reason = other.reason;
}

namespace {

std::partial_ordering compare_moments(const Value& a, const Value& b, const Zone* zone) {
  const bool comparable = zone != nullptr && ((a.type == Type::date && b.type == Type::instant) ||
                                              (a.type == Type::instant && b.type == Type::date));
  if (!comparable) return std::partial_ordering::unordered;
  const auto ms = [&](const Value& v) { return v.type == Type::date ? zone->start_of(v.date()).ms : v.whole; };
  return ms(a) <=> ms(b);
}

std::partial_ordering compare_spans(const Value& a, const Value& b) {
  if (a.whole == b.whole && a.until == b.until) return std::partial_ordering::equivalent;
  return std::partial_ordering::unordered;
}

}  // namespace

bool is_cyclic(Type type) { return type == Type::time || type == Type::monthday; }

bool has_order(Type type) {
  switch (type) {
    case Type::string:
    case Type::boolean:
    case Type::span:
    case Type::list:
    case Type::record: return false;
    default: return true;
  }
}

std::partial_ordering compare(const Value& a, const Value& b, const Zone* zone) {
  if (a.type != b.type) return compare_moments(a, b, zone);
  switch (a.type) {
    case Type::number:
    case Type::percent: return a.ratio <=> b.ratio;
    case Type::money:
      if (!(a.currency == b.currency)) return std::partial_ordering::unordered;
      return a.ratio <=> b.ratio;
    case Type::string: return a.text <=> b.text;
    case Type::span: return compare_spans(a, b);
    case Type::list:
    case Type::record: return std::partial_ordering::unordered;
    default: return a.whole <=> b.whole;
  }
}

std::optional<Value> read_literal(std::string_view text, const FieldType& type, const Zone& zone) {
  if (text.empty() && type.base != Type::string) return std::nullopt;
  if (type.base == Type::boolean && text != "true" && text != "false") return std::nullopt;
  if (type.base == Type::percent && text.back() != '%') return std::nullopt;
  if (text.empty()) return type.words.empty() ? std::optional(Value::of_string(text)) : std::nullopt;
  return read_value(text, type, Currency{}, zone);
}

void collect(const Expr& expr, std::vector<Slot>& slots) {
  if (expr.slot != no_slot && std::find(slots.begin(), slots.end(), expr.slot) == slots.end())
    slots.push_back(expr.slot);
  for (const Expr& child : expr.children) collect(child, slots);
}

void collect(const Condition& condition, std::vector<Slot>& slots) {
  for (const std::vector<Test>& tests : condition.any)
    for (const Test& test : tests) {
      collect(test.expr, slots);
      if (std::find(slots.begin(), slots.end(), test.slot) == slots.end()) slots.push_back(test.slot);
    }
}

}  // namespace amends
