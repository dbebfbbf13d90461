#include "core/language/derived.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/derived_table.h"
#include "core/language/typing.h"

namespace amends {
namespace {

class Reader {
 public:
  Reader(const Node& root, Schema& schema, const Language& language) : root_(root), schema_(schema), language_(language) {
    if (const Node* table = root.find("derived")) table_ = table;
    language_.before_fact = [this](std::string_view name, const Where& where) { read_used(name, where); };
  }

  Derivations all() {
    check_table();
    for (const Entry& entry : entries())
      for (const std::string& name : names_of(entry)) check_name(entry, name);
    add_elements();
    for (const Entry& entry : entries()) read(entry);
    return std::move(result_);
  }

 private:
  const std::vector<Entry>& entries() const {
    static const std::vector<Entry> none;
    return table_ != nullptr ? table_->entries : none;
  }

  void check_table() const {
    if (table_ != nullptr && !table_->is_table())
      fail(*table_, "[derived] is a table of facts", "write [derived] and name = \"expression\" below it");
  }

  static std::vector<std::string> names_of(const Entry& entry) {
    return entry.value.is_table() ? outputs_of(entry) : std::vector<std::string>{entry.key};
  }

  bool is_read(const Entry& entry) const {
    return std::any_of(result_.all.begin(), result_.all.end(), [&](const auto& d) { return d.name == names_of(entry)[0]; });
  }

  void check_name(const Entry& entry, const std::string& name) const {
    const Slot known = schema_.find(name);
    const bool is_taken = known != no_slot && schema_.at(known).origin != Origin::record;
    const auto tells = [&](const Entry& other) {
      const std::vector<std::string> names = names_of(other);
      return &other != &entry && std::find(names.begin(), names.end(), name) != names.end();
    };
    if (is_taken || std::any_of(entries().begin(), entries().end(), tells))
      throw Error{where_of_key(*table_, entry.key), fmt::format("there is already a fact {}", quoted(name)),
                  "give the derived fact a name of its own"};
  }

  // What it speaks of is read on the way; `open_` is the way here.
  void read(const Entry& entry) {
    if (is_read(entry)) return;
    open_.push_back(entry.key);
    std::vector<Expr> exprs;
    if (entry.value.is_table()) exprs = read_table(entry, language_);
    else exprs.push_back(read_one(entry));
    open_.pop_back();
    const std::vector<std::string> names = names_of(entry);
    for (std::size_t i = 0; i < names.size(); ++i) add(entry, names[i], std::move(exprs[i]));
  }

  Expr read_one(const Entry& entry) const {
    scalar_of(entry.value, "derived fact " + entry.key);
    return read_expression(entry.value, language_, Type::missing);
  }

  void read_used(std::string_view name, const Where& where) {
    const auto used = std::find_if(entries().begin(), entries().end(), [&](const Entry& e) {
      const std::vector<std::string> names = names_of(e);
      return std::find(names.begin(), names.end(), name) != names.end();
    });
    if (used == entries().end()) return;
    const auto open = std::find(open_.begin(), open_.end(), used->key);
    if (open == open_.end()) return read(*used);
    std::vector<std::string> way(open, open_.end());
    way.push_back(used->key);
    throw Error{where, fmt::format("{} is computed from itself: {}", used->key, joined(way, " -> "))};
  }

  void add(const Entry& entry, const std::string& name, Expr expr) {
    Derivation derivation;
    derivation.name = name;
    derivation.expr = std::move(expr);
    derivation.where = where_of_key(*table_, entry.key);
    if (derivation.expr.type == Type::null) fail(entry.value, fmt::format("{} is always null", name));
    Field field;
    field.name = name;
    field.origin = Origin::derived;
    field.type = type_of(derivation.expr);
    field.stage = "compensate";
    field.meaning = entry.value.is_table() ? fmt::format("by the table derived.{}", entry.key) : derivation.expr.text;
    derivation.slot = schema_.add(std::move(field));
    result_.all.push_back(std::move(derivation));
  }

  static FieldType type_of(const Expr& expr) {
    FieldType type;
    if (expr.shape && expr.shape->base == expr.type) type = *expr.shape;
    type.base = expr.type;
    type.optional = false;
    type.standard = nullptr;
    type.bare = is_bare_number(expr);
    return type;
  }

  // The lists that policy tables go through: the parts of their elements are facts while they do.
  void add_elements() {
    const Node* policy = root_.find("policy");
    if (policy == nullptr || !policy->is_table()) return;
    for (const Entry& entry : policy->entries) {
      const Node* list = entry.value.is_table() ? entry.value.find("for_each") : nullptr;
      if (list != nullptr) add_parts(*list);
    }
  }

  void add_parts(const Node& list) {
    const Expr expr = read_expression(list, language_, Type::missing);
    if (expr.type != Type::list) fail(list, fmt::format("{} is no list", expr.text), "declare it under [fields] as [\"case?\"] or [ { a = \"number\" } ]");
    const Slot nth = schema_.find("nth");
    const std::vector<Member>& members = expr.shape->element->members;
    const bool is_own = std::any_of(members.begin(), members.end(), [](const Member& member) { return member.name == "nth"; });
    if (!is_own && (nth == no_slot || schema_.at(nth).origin == Origin::element)) add_part(list, "nth", *plain_type(Type::number));
    const FieldType& element = *expr.shape->element;
    if (element.base != Type::record) return add_part(list, "item", element);
    for (const Member& member : element.members) add_part(list, member.name, member.type);
  }

  void add_part(const Node& list, const std::string& name, const FieldType& type) {
    const Slot known = schema_.find(name);
    if (known != no_slot) {
      if (print(schema_.at(known).type) == print(type) || element_type(schema_.at(known).type) == element_type(type)) return;
      fail(list, fmt::format("{} of each element is {}, but the fact {} is {}", name, print(type), name, print(schema_.at(known).type)),
           "give that part of the elements another name");
    }
    Field field;
    field.name = name;
    field.type = type;
    field.origin = Origin::element;
    field.stage = "compensate";
    field.meaning = fmt::format("Of each of {}", list.text);
    schema_.add(std::move(field));
  }

  // A part may be optional where the case's fact is not, and the other way about.
  static std::string element_type(FieldType type) {
    type.optional = false;
    type.standard = nullptr;
    return print(type);
  }

  const Node& root_;
  const Node* table_ = nullptr;
  Schema& schema_;
  Language language_;
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
  return Reader(root, schema, language).all();
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

namespace {

// Derived facts computed anew over an element.
class DerivedElement : public FactSource {
 public:
  DerivedElement(const FactSource& facts, std::vector<std::pair<Slot, Value>> element, const Derivations& derivations)
      : told_(facts, std::move(element)), derived_(told_, derivations) {}
  Value at(Slot slot) const override { return derived_.at(slot); }
  Currency currency() const override { return derived_.currency(); }
  std::string lacks(Slot slot, std::vector<Slot>& missing) const override { return derived_.lacks(slot, missing); }

 private:
  ElementFacts told_;
  DerivedFacts derived_;
};

}  // namespace

std::unique_ptr<FactSource> DerivedFacts::with(std::vector<std::pair<Slot, Value>> element) const {
  return std::make_unique<DerivedElement>(facts_, std::move(element), derivations_);
}

void DerivedFacts::restart() { std::fill(computed_.begin(), computed_.end(), std::nullopt); }

}  // namespace amends
