#include "core/derived.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"
#include "core/tokens.h"

namespace amends {
namespace {

class Reader {
 public:
  Reader(const Node& table, Schema& schema, const Language& language)
      : table_(table), schema_(schema), language_(language) {}

  Derivations all() {
    for (const Entry& entry : table_.entries) read(entry);
    return std::move(result_);
  }

 private:
  bool is_read(const Entry& entry) const {
    return std::any_of(result_.all.begin(), result_.all.end(), [&](const auto& d) { return d.name == entry.key; });
  }

  // Reads first what the entry speaks of; `open_` is the way here.
  void read(const Entry& entry) {
    if (is_read(entry)) return;
    check(entry);
    open_.push_back(entry.key);
    const std::vector<Token> tokens = tokens_of(entry.value);
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      const bool is_call = tokens[i + 1].kind == Token::Kind::sign && tokens[i + 1].text == "(";
      if (tokens[i].kind == Token::Kind::name && !is_call) read_used(entry, tokens[i]);
    }
    open_.pop_back();
    add(entry);
  }

  void check(const Entry& entry) const {
    if (entry.value.is_table())
      throw Error{where_of_key(table_, entry.key),
                  fmt::format("{} is a table of rows, which this version does not understand", quoted(entry.key)),
                  "write one expression: " + entry.key + " = \"if ... then ... else ...\""};
    scalar_of(entry.value, "derived fact " + entry.key);
    const Slot known = schema_.find(entry.key);
    if (known == no_slot) return;
    const Origin origin = schema_.at(known).origin;
    if (origin == Origin::record) return;
    throw Error{where_of_key(table_, entry.key), fmt::format("there is already a fact {}", quoted(entry.key)),
                "give the derived fact a name of its own"};
  }

  void read_used(const Entry& entry, const Token& name) {
    const auto used = std::find_if(table_.entries.begin(), table_.entries.end(),
                                   [&](const Entry& e) { return e.key == name.text; });
    if (used == table_.entries.end()) return;
    const auto open = std::find(open_.begin(), open_.end(), used->key);
    if (open == open_.end()) return read(*used);
    std::vector<std::string> way(open, open_.end());
    way.push_back(used->key);
    throw Error{where_inside(entry.value, name.at, name.length),
                fmt::format("{} is computed from itself: {}", used->key, joined(way, " -> "))};
  }

  void add(const Entry& entry) {
    Derivation derivation;
    derivation.name = entry.key;
    derivation.expr = read_expression(entry.value, language_, Type::missing);
    derivation.where = where_of_key(table_, entry.key);
    if (derivation.expr.type == Type::null) fail(entry.value, fmt::format("{} is always null", entry.key));
    Field field;
    field.name = entry.key;
    field.origin = Origin::derived;
    field.type.base = derivation.expr.type;
    field.stage = "compensate";
    field.meaning = derivation.expr.text;
    derivation.slot = schema_.add(std::move(field));
    result_.all.push_back(std::move(derivation));
  }

  const Node& table_;
  Schema& schema_;
  const Language& language_;
  Derivations result_;
  std::vector<std::string> open_;
};

}  // namespace

const Derivation* Derivations::of(Slot slot) const {
  for (const Derivation& derivation : all)
    if (derivation.slot == slot) return &derivation;
  return nullptr;
}

Derivations read_derived(const Node& root, Schema& schema, const Language& language) {
  const Node* table = root.find("derived");
  if (table == nullptr) return {};
  if (!table->is_table()) fail(*table, "[derived] is a table of facts", "write [derived] and name = \"expression\" below it");
  return Reader(*table, schema, language).all();
}

std::vector<Slot> with_derived(std::vector<Slot> slots, const Derivations& derivations) {
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (const Derivation* derivation = derivations.of(slots[i])) collect(derivation->expr, slots);
  return slots;
}

DerivedFacts::DerivedFacts(const FactSource& facts, const Derivations& derivations)
    : facts_(facts), derivations_(derivations), computed_(derivations.all.size()) {}

Value DerivedFacts::at(Slot slot) const {
  const Derivation* derivation = derivations_.of(slot);
  if (derivation == nullptr) return facts_.at(slot);
  std::optional<Value>& value = computed_[static_cast<std::size_t>(derivation - derivations_.all.data())];
  if (!value) {
    Fault fault;
    value = evaluate(derivation->expr, *this, fault);
  }
  return *value;
}

std::string DerivedFacts::lacks(Slot slot, std::vector<Slot>& missing) const {
  const Derivation* derivation = derivations_.of(slot);
  if (derivation == nullptr) return facts_.lacks(slot, missing);
  Fault fault;
  evaluate(derivation->expr, *this, fault);
  missing.insert(missing.end(), fault.missing.begin(), fault.missing.end());
  return fault.reason.empty() ? fault.reason : fmt::format("{}: {}", derivation->name, fault.reason);
}

void DerivedFacts::restart() { std::fill(computed_.begin(), computed_.end(), std::nullopt); }

}  // namespace amends
