#include "core/language/named_kinds.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace amends {
namespace {

std::optional<Kind> unnamed_kind(const NamedKinds& named, const FactSource& facts) {
  if (named.kind == no_slot) return std::nullopt;
  const Value told = facts.at(named.kind);
  if (told.type != Type::string) return std::nullopt;
  for (const Kind kind : named_only)
    if (told.text == name_of(kind) && !named.kinds.has(kind)) return kind;
  return std::nullopt;
}

class Reader {
 public:
  Reader(const Schema& schema, const Derivations& derived)
      : derived_(derived), kind_(schema.find("kind")), kinds_(schema.find("kinds")), risk_(schema.find("risk")), early_(schema.find("early_minutes")) {}

  void read(const Condition& condition) {
    for (const std::vector<Test>& conjunction : condition.any)
      for (const Test& test : conjunction) read(test);
  }

  NamedKinds result() const { return {kind_, named_}; }

 private:
  void read(const Test& test) {
    std::vector<Slot> slots = with_derived({test.slot}, derived_);
    const auto asks = [&](Slot slot) { return slot != no_slot && std::find(slots.begin(), slots.end(), slot) != slots.end(); };
    const bool needs_a_value = passes(test.expr, Value::null(), Currency{}) != Truth::yes;  // risk = "null" is of those that have none
    if (asks(risk_) && needs_a_value) named_.add(Kind::at_risk);
    if (asks(early_)) named_.add(Kind::early);
    if (!asks(kind_) && !asks(kinds_)) return;
    find_words(test.expr);
    for (const Slot slot : slots)
      if (const Derivation* derivation = derived_.of(slot)) find_words(derivation->expr);
  }

  void find_words(const Expr& expr) {
    if (expr.op == Op::literal && expr.literal.type == Type::string)
      for (const Kind kind : named_only)
        if (expr.literal.text == name_of(kind)) named_.add(kind);
    for (const Expr& child : expr.children) find_words(child);
  }

  const Derivations& derived_;
  Slot kind_, kinds_, risk_, early_;
  Kinds named_;
};

}  // namespace

bool NamedKinds::takes(const FactSource& facts) const { return !unnamed_kind(*this, facts); }

std::string NamedKinds::why_not(const FactSource& facts) const {
  const std::optional<Kind> unnamed = unnamed_kind(*this, facts);
  return unnamed ? fmt::format("kind is \"{}\", which the rule does not name", name_of(*unnamed)) : std::string();
}

NamedKinds kinds_named_in(const Condition& guard, const Condition& when, const Schema& schema, const Derivations& derived) {
  Reader reader(schema, derived);
  reader.read(guard);
  reader.read(when);
  return reader.result();
}

}  // namespace amends
