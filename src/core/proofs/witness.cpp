#include "core/proofs/witness.h"

#include <algorithm>

#include <fmt/format.h>

namespace amends {
namespace {

constexpr std::int64_t an_ordinary_day = 20543;  // 2026-03-31

bool is_lateness(const std::string& name) { return name.starts_with("late_"); }

}  // namespace

Value Witness::value_of(Slot slot, const Ratio& place) {
  if (schema_.at(slot).type.base != Type::string) return finder_.value_at(slot, place);
  words_->push_back(place.is_negative() ? "something else" : finder_.word_at(place));
  return Value::of_string(words_->back());
}

// The parts of an order are not more than the whole.
Value Witness::ordinary_amount(const Field& field, Currency currency) const {
  const auto is = [&](const char* name) { return field.origin == Origin::record && field.name == name; };
  const auto whole = [&] { return at(schema_.find("order_value")).ratio; };
  if (is("refunded")) return Value::of_money(Ratio(0), currency);
  if (is("shipping_fee")) return Value::of_money(std::min(Ratio(5), floor(whole() / Ratio(10))), currency);
  if (is("goods_value")) return Value::of_money(whole(), currency);
  return Value::of_money(Ratio(80), currency);
}

Value Witness::ordinary(Slot slot) const {
  const Field& field = schema_.at(slot);
  const FieldType& type = field.type;
  switch (type.base) {
    case Type::money: return ordinary_amount(field, type.currency.is_none() ? currency_ : type.currency);
    case Type::number: return Value::of_number(is_lateness(field.name) || field.origin == Origin::history ? Ratio(0) : Ratio(field.name == "misses_before" ? 0 : 1));
    case Type::percent: return Value::of_percent(Ratio(1, 10));
    case Type::boolean: return Value::of_boolean(false);
    case Type::string:
      if (type.optional) return Value::null();
      return Value::of_string(type.words.empty() ? "something" : std::string_view(type.words[0]));
    case Type::date: return Value::of_date(Date{an_ordinary_day});
    case Type::instant: return Value::of_instant(Instant{an_ordinary_day * ms_per_day + 12 * ms_per_hour});
    case Type::time: return Value::of(Type::time, 12 * ms_per_hour);
    case Type::monthday: return Value::of(Type::monthday, 331);
    case Type::duration: return Value::of(Type::duration, ms_per_hour);
    case Type::list: return type.optional ? Value::null() : Value::of_list({});
    default: return Value::null();
  }
}

Value Witness::at(Slot slot) const {
  if (const auto told = told_.find(slot); told != told_.end()) return told->second;
  const Field& field = schema_.at(slot);
  if (field.origin == Origin::judged && (field.name == "late_minutes" || field.name == "late_hours")) {
    const Ratio seconds = at(schema_.find("late_seconds")).ratio;
    return Value::of_number(floor(seconds / Ratio(field.name == "late_hours" ? 3600 : 60)));
  }
  if (field.name == "open" && field.origin == Origin::judged) {
    const std::string_view kind = at(schema_.find("kind")).text;
    return Value::of_boolean(kind == "overdue" || kind == "at_risk");
  }
  const Derivation* derivation = derivations_.of(slot);
  if (derivation == nullptr) return ordinary(slot);
  Fault fault;
  return evaluate(derivation->expr, *this, fault);
}

std::string Witness::lacks(Slot slot, std::vector<Slot>& missing) const {
  const Derivation* derivation = told_.contains(slot) ? nullptr : derivations_.of(slot);
  if (derivation == nullptr) return FactSource::lacks(slot, missing);
  Fault fault;
  evaluate(derivation->expr, *this, fault);
  missing.insert(missing.end(), fault.missing.begin(), fault.missing.end());
  return fault.reason.empty() ? fault.reason : fmt::format("{}: {}", derivation->name, fault.reason);
}

// A cell that reads well: an ordinary one where anything goes, a word that is named, nothing below zero.
std::size_t Witness::best_cell(const PolicySpace& space, const Box& box, std::size_t axis) const {
  const std::vector<Cell>& cells = space.axes()[axis].cells;
  const Slot slot = space.axes()[axis].slot;
  const bool is_computed = derivations_.of(slot) != nullptr;
  const Value usual = is_computed ? Value{} : at(slot);
  const bool is_free = space.is_free(box, axis) && usual.is_known();
  std::size_t best = cells.size();
  int least = 10;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!space.has(box, axis, i)) continue;
    const Cell& cell = cells[i];
    const Type type = schema_.at(slot).type.base;
    const bool is_nothing = cell.at.is_zero() && (type == Type::number || type == Type::money);
    int cost = cell.is_null ? 3 : cell.at.is_negative() ? 2 : is_nothing ? 1 : 0;
    if (is_free && !cell.is_null && cell.part.contains(finder_.place(usual, schema_.at(slot).type.base))) cost = -1;
    if (cost >= least) continue;
    least = cost;
    best = i;
  }
  return best;
}

void Witness::take(const PolicySpace& space, const Box& box) {
  for (std::size_t axis = 0; axis < space.axes().size(); ++axis) {
    const Axis& all = space.axes()[axis];
    const std::size_t best = best_cell(space, box, axis);
    if (best == all.cells.size()) continue;
    const Cell& cell = all.cells[best];
    const bool is_usual = space.is_free(box, axis) && derivations_.of(all.slot) == nullptr && at(all.slot).is_known() &&
                          schema_.at(all.slot).type.base != Type::string && !cell.is_null &&
                          cell.part.contains(finder_.place(at(all.slot), schema_.at(all.slot).type.base));
    if (cell.is_null) set(all.slot, Value::null());
    else if (is_usual) set(all.slot, at(all.slot));
    else set_place(all.slot, cell.at);
  }
  agree_on_lateness(space, box);
}

void Witness::tell(const char* name, const Ratio& number) const {
  told_[schema_.find(name)] = Value::of_number(number);
}

// Days and seconds late are two measures of one delay.
void Witness::agree_on_lateness(const PolicySpace& space, const Box& box) {
  const Slot days = schema_.find("late_days");
  const Slot seconds = schema_.find("late_seconds");
  const std::optional<std::size_t> axis = space.axis_of(seconds);
  const bool has_days = space.axis_of(days).has_value();
  if (!axis) {
    tell("late_seconds", at(days).ratio * Ratio(86400));
  } else {
    const Ratio wanted = at(days).ratio * Ratio(86400);
    for (std::size_t i = 0; has_days && i < space.axes()[*axis].cells.size(); ++i)
      if (space.has(box, *axis, i) && space.axes()[*axis].cells[i].part.contains(wanted)) tell("late_seconds", wanted);
    if (!has_days) tell("late_days", floor(at(seconds).ratio / Ratio(86400)));
  }
  if (!space.axis_of(schema_.find("late_business_days"))) tell("late_business_days", at(days).ratio);
}

Facts Witness::only(const std::vector<Slot>& slots, const Zone& zone) const {
  Facts told;
  told.money = currency_;
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    const auto slot = static_cast<Slot>(i);
    if (derivations_.of(slot) != nullptr) continue;
    const FieldType& type = schema_.at(slot).type;
    const bool is_told = std::find(slots.begin(), slots.end(), slot) != slots.end();
    Value value = is_told ? at(slot) : type.standard ? read_value(type.standard->text, type, currency_, zone).value_or(Value{}) : type.optional ? Value::null() : Value{};
    if (value.type == Type::string) value = Value::of_string(told.keep(value.text));
    if (!value.is_missing()) told.set(slot, std::move(value));
  }
  return told;
}

std::vector<std::pair<std::string, std::string>> Witness::facts(const std::vector<Slot>& slots, const Zone& zone) const {
  std::vector<std::pair<std::string, std::string>> told;
  for (const Slot slot : slots) {
    const Value value = at(slot);
    std::string text = value.type == Type::string ? std::string(value.text) : print(value, zone);
    if (value.type == Type::money) text = amount(value.ratio, value.currency) + (value.currency == currency_ ? "" : " " + std::string(value.currency.name()));
    told.emplace_back(schema_.at(slot).name, std::move(text));
  }
  return told;
}

}  // namespace amends
