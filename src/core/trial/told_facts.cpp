#include "core/trial/told_facts.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

// Why a value is none of its type; thrown and caught inside this file.
struct Unreadable {
  std::string reason;
};

std::string shown(const Node& node) {
  if (node.is_array()) return "a list";
  if (node.is_table()) return "an object";
  return node.is_string() ? quoted(node.text) : node.text;
}

class Reader {
 public:
  Reader(const Schema& schema, const FactNames& names, const Zone& zone, ToldFacts& told)
      : schema_(schema), names_(names), zone_(zone), told_(told) {}

  void read(const Node& object) {
    for (const Entry& entry : object.entries) {
      const Slot slot = slot_of(entry.key);
      if (slot != no_slot) set(slot, entry.value);
    }
    for (std::size_t i = 0; i < schema_.size(); ++i) fill(static_cast<Slot>(i));
  }

  Slot slot_of(const std::string& key) const {
    const auto named = names_.find(key);
    return schema_.find(named == names_.end() ? key : named->second);
  }

 private:
  void set(Slot slot, const Node& node) {
    const Field& field = schema_.at(slot);
    try {
      const Value value = value_of(node, field.type);
      if (!value.is_missing()) told_.facts.set(slot, value);
    } catch (const Unreadable& fault) {
      told_.unreadable.emplace_back(slot, fmt::format("{}: {}", field.name, fault.reason));
    }
  }

  // What nobody told: its default, or null where it may be.
  void fill(Slot slot) {
    if (!told_.facts.at(slot).is_missing()) return;
    for (const auto& [bad, reason] : told_.unreadable)
      if (bad == slot) return;
    const Value value = absent(schema_.at(slot).type);
    if (!value.is_missing()) told_.facts.set(slot, value);
  }

  Value absent(const FieldType& type) {
    if (!type.standard) return type.optional ? Value::null() : Value{};
    return read_value(type.standard->text, type, told_.facts.money, zone_).value_or(Value{});
  }

  Value value_of(const Node& node, const FieldType& type) {
    if (node.kind == Node::Kind::null) return absent(type);
    switch (type.base) {
      case Type::list: return list_of(node, type);
      case Type::record: return type.is_case ? case_of(node) : record_of(node, type);
      case Type::span: return span_of(node, type);
      default: return scalar(node, type);
    }
  }

  Value scalar(const Node& node, const FieldType& type) {
    if (node.is_array() || node.is_table()) unreadable(node, type);
    if (node.text.empty() && type.base == Type::string && type.words.empty()) return Value::of_string({});
    const std::optional<Value> value = read_value(told_.facts.keep(node.text), type, told_.facts.money, zone_);
    if (!value) unreadable(node, type);
    return *value;
  }

  [[noreturn]] static void unreadable(const Node& node, const FieldType& type) {
    throw Unreadable{fmt::format("{} is not {}", shown(node), print(type))};
  }

  Value list_of(const Node& node, const FieldType& type) {
    if (!node.is_array()) unreadable(node, type);
    List values;
    for (const Node& item : node.items) values.push_back(value_of(item, *type.element));
    return Value::of_list(std::move(values));
  }

  // A part may go by the name that [sources.facts] columns gives it.
  const Node* part(const Node& object, const std::string& name) const {
    for (const auto& [key, fact] : names_)
      if (fact == name)
        if (const Node* node = object.find(key)) return node;
    return names_.contains(name) ? nullptr : object.find(name);
  }

  Value record_of(const Node& node, const FieldType& type) {
    if (!node.is_table()) unreadable(node, type);
    Record record;
    for (const Member& member : type.members) {
      const Node* told = part(node, member.name);
      record.emplace_back(member.name, told == nullptr ? absent(member.type) : value_of(*told, member.type));
    }
    return Value::of_record(std::move(record));
  }

  // Only what it sets: the rest is the case's own.
  Value case_of(const Node& node) {
    if (!node.is_table()) throw Unreadable{fmt::format("{} is no case", shown(node))};
    Record record;
    for (const Entry& entry : node.entries) {
      const Slot slot = slot_of(entry.key);
      if (slot == no_slot) continue;
      const Field& field = schema_.at(slot);
      record.emplace_back(field.name, value_of(entry.value, field.type));
    }
    return Value::of_record(std::move(record));
  }

  // "from/until", or both in a list or an object.
  Value span_of(const Node& node, const FieldType& type) {
    if (!node.is_array() && !node.is_table()) return scalar(node, type);
    std::vector<const Node*> ends;
    for (const Node& item : node.items) ends.push_back(&item);
    for (const Entry& entry : node.entries) ends.push_back(&entry.value);
    if (ends.size() != 2) unreadable(node, type);
    FieldType instant;
    instant.base = Type::instant;
    const auto ms = [&](const Node& end) {
      const Value value = scalar(end, instant);
      return value.type == Type::date ? zone_.start_of(value.date()).ms : value.whole;
    };
    return Value::of_span(ms(*ends[0]), ms(*ends[1]));
  }

  const Schema& schema_;
  const FactNames& names_;
  const Zone& zone_;
  ToldFacts& told_;
};

}  // namespace

std::string ToldFacts::lacks(Slot slot, std::vector<Slot>& missing) const {
  for (const auto& [bad, reason] : unreadable)
    if (bad == slot) return reason;
  missing.push_back(slot);
  return {};
}

ToldFacts told_facts(const Node& object, const Schema& schema, const FactNames& names, Currency currency, const Zone& zone) {
  ToldFacts told;
  told.facts.money = currency;
  Reader reader(schema, names, zone, told);
  const Slot slot = schema.find("currency");
  std::optional<Currency> named = currency;
  for (const Entry& entry : object.entries)
    if (slot != no_slot && reader.slot_of(entry.key) == slot && entry.value.is_string()) named = currency_named(entry.value.text);
  told.facts.money = named.value_or(currency);
  reader.read(object);
  if (slot != no_slot && named && !named->is_none()) told.facts.set(slot, Value::of_string(told.facts.keep(named->name())));
  return told;
}

}  // namespace amends
