#include "core/proofs/fact_region.h"

#include <algorithm>

#include "core/language/functions.h"

namespace amends {
namespace {

constexpr std::size_t most_boxes = 200;

constexpr int days_before[] = {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366};

Region both(const Region& a, const Region& b) {
  Region all = a;
  for (const auto& [slot, set] : b) {
    const auto same = std::find_if(all.begin(), all.end(), [&, s = slot](const auto& part) { return part.first == s; });
    if (same == all.end()) all.emplace_back(slot, set);
    else same->second = amends::both(same->second, set);
  }
  std::sort(all.begin(), all.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  return all;
}

bool is_empty(const Region& region) {
  return std::any_of(region.begin(), region.end(), [](const auto& part) { return part.second.is_empty(); });
}

// Two boxes that differ in one fact are one box.
bool joined_into(Region& a, const Region& b) {
  if (a.size() != b.size()) return false;
  std::pair<Slot, ValueSet>* different = nullptr;
  const ValueSet* other = nullptr;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].first != b[i].first) return false;
    if (a[i].second == b[i].second) continue;
    if (different != nullptr) return false;
    different = &a[i];
    other = &b[i].second;
  }
  if (different != nullptr) different->second = amends::either(different->second, *other);
  return true;
}

void add(Regions& all, const Region& region) {
  if (is_empty(region)) return;
  for (Region& known : all)
    if (joined_into(known, region)) return;
  if (all.size() == most_boxes) throw Unprovable{};
  all.push_back(region);
}

Regions everything() { return {Region{}}; }

ValueSet half_line(Op op, const Ratio& bound) {
  const bool open = op == Op::less || op == Op::greater;
  const bool below = op == Op::less || op == Op::less_equal;
  return ValueSet::of(below ? ValueRange{std::nullopt, bound, false, open} : ValueRange{bound, std::nullopt, open, false});
}

bool is_whole(const Expr& expr) {
  switch (expr.op) {
    case Op::literal: return expr.literal.ratio.is_whole();
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::negate: return std::all_of(expr.children.begin(), expr.children.end(), is_whole);
    case Op::call: {
      const std::string_view name = functions()[expr.function].name;
      for (const char* whole : {"floor", "ceiling", "count", "days", "months", "business_days", "year", "month", "day", "weekday"})
        if (name == whole) return true;
      return (name == "min" || name == "max") && std::all_of(expr.children.begin(), expr.children.end(), is_whole);
    }
    default: return false;
  }
}

bool may_be_null(const Expr& expr) {
  if (expr.op == Op::literal) return expr.literal.is_null();
  const bool looks_up = expr.op == Op::member || expr.op == Op::item_at;
  const std::string_view name = expr.op == Op::call ? functions()[expr.function].name : std::string_view{};
  if (looks_up || name == "min" || name == "max" || name == "coalesce") return true;
  return std::any_of(expr.children.begin(), expr.children.end(), may_be_null);
}

}  // namespace

int place_of_monthday(std::int64_t monthday) {
  return days_before[monthday / 100 - 1] + static_cast<int>(monthday % 100) - 1;
}

Regions both(const Regions& a, const Regions& b) {
  Regions all;
  for (const Region& x : a)
    for (const Region& y : b) add(all, both(x, y));
  return all;
}

Regions either(Regions a, Regions b) {
  Regions all;
  for (const Region& region : a) add(all, region);
  for (const Region& region : b) add(all, region);
  return all;
}

RegionFinder::RegionFinder(const Schema& schema, const Derivations& derivations, const Zone& zone, Currency currency)
    : schema_(schema), derivations_(derivations), zone_(zone) {
  nothing_.money = currency;
}

bool RegionFinder::is_settled() {
  const bool was = is_settled_;
  is_settled_ = true;
  return was;
}

Ratio RegionFinder::place(const Value& value, Type fact) const {
  switch (value.type) {
    case Type::number:
    case Type::percent:
    case Type::money: return value.ratio;
    case Type::monthday: return Ratio(place_of_monthday(value.whole));
    case Type::date: return fact == Type::instant ? Ratio(zone_.start_of(value.date()).ms) : Ratio(value.whole);
    case Type::instant: return fact == Type::date ? Ratio(zone_.date_at(value.instant()).days) : Ratio(value.whole);
    case Type::string: {
      const auto known = std::find(words_.begin(), words_.end(), value.text);
      const auto at = known - words_.begin();
      if (known == words_.end()) words_.emplace_back(value.text);
      return Ratio(at);
    }
    default: return Ratio(value.whole);
  }
}

std::string RegionFinder::word_at(const Ratio& place) const {
  return place.is_negative() ? "any other" : words_[static_cast<std::size_t>(whole_of(place))];
}

Value RegionFinder::value_at(Slot slot, const Ratio& place) const {
  const Domain known = domain(slot);
  switch (known.type) {
    case Type::number: return Value::of_number(place);
    case Type::percent: return Value::of_percent(place);
    case Type::money: return Value::of_money(place, known.currency);
    case Type::string: return {};
    case Type::monthday: {
      int month = 1;
      while (Ratio(days_before[month]) <= place) ++month;
      return Value::of(Type::monthday, month * 100 + whole_of(place) - days_before[month - 1] + 1);
    }
    case Type::list: return Value::of_list({});
    case Type::record: return Value::of_record({});
    default: return Value::of(known.type, whole_of(place));
  }
}

Domain RegionFinder::domain(Slot slot) const {
  const Field& field = schema_.at(slot);
  Domain domain;
  domain.type = field.type.base;
  domain.currency = field.type.currency.is_none() ? nothing_.money : field.type.currency;
  domain.values = ValueSet::line();
  const Derivation* derivation = derivations_.of(slot);
  const bool is_given = field.origin == Origin::record || field.origin == Origin::judged || field.origin == Origin::history;
  const Ratio zero;
  switch (domain.type) {
    case Type::number:
    case Type::percent:
      if (is_given) domain.values = ValueSet::of({zero, std::nullopt, false, false});
      if (is_given) domain.step = field.name == "late_seconds" ? Ratio(1, 1000) : Ratio(1);
      if (derivation != nullptr && is_whole(derivation->expr)) domain.step = Ratio(1);
      break;
    case Type::money:
      if (is_given) domain.values = ValueSet::of({zero, std::nullopt, false, false});
      if (derivation == nullptr) domain.step = minor_unit(domain.currency);
      break;
    case Type::boolean: domain.values = ValueSet::of({zero, Ratio(1), false, false}); break;
    case Type::time: domain.values = ValueSet::of({zero, Ratio(ms_per_day), false, true}); break;
    case Type::monthday: domain.values = ValueSet::of({zero, Ratio(365), false, false}); break;
    case Type::span:
    case Type::list:
    case Type::record: domain.values = ValueSet::point(zero); break;
    case Type::string:
      if (field.type.words.empty()) break;
      domain.values = ValueSet::nothing();
      for (const std::string& word : field.type.words)
        domain.values = amends::either(domain.values, ValueSet::point(place(Value::of_string(word), Type::string)));
      break;
    default: break;
  }
  if (domain.type != Type::number && domain.type != Type::percent && domain.type != Type::money) domain.step = Ratio(1);
  domain.values.null = field.type.optional || (derivation != nullptr && may_be_null(derivation->expr));
  return domain;
}

std::optional<Value> RegionFinder::constant(const Expr& expr) const {
  if (expr.op == Op::local) return std::nullopt;
  std::vector<Slot> slots;
  collect(expr, slots);
  if (!slots.empty()) return std::nullopt;
  if (expr.op == Op::literal) return expr.literal;
  Fault fault;
  const Value value = evaluate(expr, nothing_, fault);
  if (fault.any() || value.is_missing()) return std::nullopt;
  return value;
}

Regions RegionFinder::where(const Condition& condition) {
  if (condition.is_always()) return everything();
  Regions all;
  for (const std::vector<Test>& conjunction : condition.any) all = amends::either(all, where(conjunction));
  return all;
}

Regions RegionFinder::where(const std::vector<Test>& conjunction) {
  Regions all = everything();
  for (const Test& test : conjunction) all = amends::both(all, where(test, true));
  return all;
}

Regions RegionFinder::where(const Test& test, bool holds) { return truth(test.expr, holds); }

Regions RegionFinder::truth(const Expr& expr, bool holds) {
  switch (expr.op) {
    case Op::anything: return holds ? everything() : Regions{};
    case Op::opposite: return truth(expr.children[0], !holds);
    case Op::both:
    case Op::either: {
      const bool is_both = (expr.op == Op::both) == holds;
      Regions all = is_both ? everything() : Regions{};
      for (const Expr& child : expr.children)
        all = is_both ? amends::both(all, truth(child, holds)) : amends::either(all, truth(child, holds));
      return all;
    }
    case Op::is_null: return values(expr.children[0], holds ? ValueSet::only_null() : ValueSet::line());
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::equal:
    case Op::not_equal:
    case Op::within:
    case Op::any_of: return comparison(expr, holds);
    default: {
      ValueSet set = ValueSet::point(Ratio(holds ? 1 : 0));
      set.null = !holds;
      return values(expr, set);
    }
  }
}

// The values of the subject for which the comparison holds.
ValueSet RegionFinder::tested(const Expr& expr, Type fact) {
  std::vector<Value> bounds;
  for (std::size_t i = 1; i < expr.children.size(); ++i) {
    const std::optional<Value> bound = constant(expr.children[i]);
    if (!bound) throw Unprovable{};
    bounds.push_back(*bound);
  }
  // A day compared with a moment is that day's first moment: no place on the line of days.
  for (const Value& bound : bounds)
    if (fact == Type::date && bound.type == Type::instant) throw Unprovable{};
  const auto at = [&](std::size_t i) { return place(bounds[i], fact); };
  ValueSet set;
  if (expr.op == Op::within) {
    if (bounds[0].is_null() || bounds[1].is_null()) return set;
    const ValueSet from = half_line(expr.low_open ? Op::greater : Op::greater_equal, at(0));
    const ValueSet until = half_line(expr.high_open ? Op::less : Op::less_equal, at(1));
    return is_cyclic(bounds[0].type) && at(0) > at(1) ? amends::either(from, until) : amends::both(from, until);
  }
  if (expr.op == Op::any_of || expr.op == Op::equal || expr.op == Op::not_equal) {
    for (std::size_t i = 0; i < bounds.size(); ++i)
      set = amends::either(set, bounds[i].is_null() ? ValueSet::only_null() : ValueSet::point(at(i)));
    return expr.op == Op::not_equal ? complement(set) : set;
  }
  return bounds[0].is_null() ? set : half_line(expr.op, at(0));
}

Regions RegionFinder::comparison(const Expr& expr, bool holds) {
  const bool is_turned = expr.children.size() == 2 && constant(expr.children[0]) && !constant(expr.children[1]);
  Expr turned;
  if (is_turned) {
    turned = expr;
    std::swap(turned.children[0], turned.children[1]);
    if (expr.op == Op::less) turned.op = Op::greater;
    if (expr.op == Op::less_equal) turned.op = Op::greater_equal;
    if (expr.op == Op::greater) turned.op = Op::less;
    if (expr.op == Op::greater_equal) turned.op = Op::less_equal;
  }
  const Expr& told = is_turned ? turned : expr;
  const ValueSet set = tested(told, told.children[0].type);
  return values(told.children[0], holds ? set : complement(set));
}

Regions RegionFinder::fact(const Expr& expr, const ValueSet& set) {
  const Field& field = schema_.at(expr.slot);
  if (field.origin == Origin::judged && (field.name == "late_minutes" || field.name == "late_hours")) {
    const Slot seconds = schema_.find("late_seconds");
    const ValueSet whole = where_floor(set);
    return {Region{{seconds, where_scaled(whole, Ratio(1, field.name == "late_hours" ? 3600 : 60), Ratio())}}};
  }
  const Derivation* derivation = derivations_.of(expr.slot);
  if (derivation != nullptr && !opaque_.contains(expr.slot)) {
    try {
      return values(derivation->expr, set);
    } catch (const Unprovable&) {
    }
    opaque_.insert(expr.slot);
    is_settled_ = false;
  }
  Regions all;
  add(all, {{expr.slot, amends::both(set, domain(expr.slot).values)}});
  return all;
}

Regions RegionFinder::values(const Expr& expr, const ValueSet& set) {
  if (set.is_empty()) return {};
  if (const std::optional<Value> known = constant(expr)) {
    const bool is_in = known->is_null() ? set.null : set.contains(place(*known, expr.type));
    return is_in ? everything() : Regions{};
  }
  switch (expr.op) {
    case Op::fact: return fact(expr, set);
    case Op::in_currency: return values(expr.children[0], set);
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::negate: return arithmetic(expr, set);
    case Op::choose:
      return amends::either(amends::both(truth(expr.children[0], true), values(expr.children[1], set)),
                            amends::both(truth(expr.children[0], false), values(expr.children[2], set)));
    case Op::rows: return rows(expr, set);
    case Op::call: return call(expr, set);
    default: break;
  }
  if (expr.type != Type::boolean || expr.op == Op::some || expr.op == Op::every || expr.op == Op::in_list || expr.op == Op::local ||
      expr.op == Op::member || expr.op == Op::item_at)
    throw Unprovable{};
  Regions all;
  if (set.contains(Ratio(1))) all = truth(expr, true);
  return set.contains(Ratio(0)) ? amends::either(all, truth(expr, false)) : all;
}

Regions RegionFinder::arithmetic(const Expr& expr, const ValueSet& set) {
  if (expr.op == Op::negate) return values(expr.children[0], where_scaled(set, Ratio(-1), Ratio()));
  const std::optional<Value> left = constant(expr.children[0]);
  const std::optional<Value> right = constant(expr.children[1]);
  const std::optional<Value>& known = left ? left : right;
  if (!known || !known->is_known()) throw Unprovable{};
  const Expr& other = expr.children[left ? 1 : 0];
  const Ratio by = place(*known, expr.type);
  switch (expr.op) {
    case Op::add: return values(other, where_scaled(set, Ratio(1), by));
    case Op::subtract: return values(other, left ? where_scaled(set, Ratio(-1), by) : where_scaled(set, Ratio(1), -by));
    case Op::multiply:
      if (by.is_zero()) throw Unprovable{};
      return values(other, where_scaled(set, by, Ratio()));
    default:
      if (left || by.is_zero()) throw Unprovable{};
      return values(other, where_scaled(set, Ratio(1) / by, Ratio()));
  }
}

Regions RegionFinder::call(const Expr& expr, const ValueSet& set) {
  const std::string_view name = functions()[expr.function].name;
  const Expr& first = expr.children[0];
  if (first.type == Type::list) throw Unprovable{};
  if (name == "floor") return values(first, where_floor(set));
  if (name == "ceiling") return values(first, where_ceiling(set));
  if (name == "abs") return values(first, where_absolute(set));
  if (name == "min" || name == "max") return extreme(expr, set);
  if (name == "coalesce") {
    ValueSet known = set;
    known.null = false;
    Regions rest = everything();
    Regions all;
    for (const Expr& child : expr.children) {
      const bool is_last = &child == &expr.children.back();
      all = amends::either(all, amends::both(rest, values(child, is_last ? set : known)));
      rest = amends::both(rest, values(child, ValueSet::only_null()));
    }
    return all;
  }
  if (name == "date" && first.type == Type::instant && expr.zone) {
    const Zone zone = *expr.zone;
    ValueSet moments;
    for (const ValueRange& part : where_floor(set).parts) {
      ValueRange moment{std::nullopt, std::nullopt, false, true};
      if (part.low) moment.low = Ratio(zone.start_of(Date{static_cast<std::int32_t>(whole_of(*part.low))}).ms);
      if (part.high) moment.high = Ratio(zone.start_of(Date{static_cast<std::int32_t>(whole_of(*part.high))}).ms);
      moments = amends::either(moments, ValueSet::of(moment));
    }
    return values(first, moments);
  }
  throw Unprovable{};
}

// min lies in a part when none lies below it and one does not lie above it; max the other way about.
Regions RegionFinder::extreme(const Expr& expr, const ValueSet& set) {
  const bool is_max = functions()[expr.function].name == "max";
  Regions all;
  for (const ValueRange& part : set.parts) {
    const ValueSet above{{{part.low, std::nullopt, part.low_open, false}}, false};
    const ValueSet below{{{std::nullopt, part.high, false, part.high_open}}, false};
    Regions each = everything();
    Regions one;
    for (const Expr& child : expr.children) {
      each = amends::both(each, values(child, is_max ? below : above));
      one = amends::either(one, values(child, is_max ? above : below));
    }
    all = amends::either(all, amends::both(each, one));
  }
  return all;
}

Regions RegionFinder::rows(const Expr& expr, const ValueSet& set) {
  Regions rest = everything();
  Regions all;
  for (std::size_t i = 0; i + 1 < expr.children.size(); i += 2) {
    all = amends::either(all, amends::both(rest, amends::both(truth(expr.children[i], true), values(expr.children[i + 1], set))));
    rest = amends::both(rest, truth(expr.children[i], false));
  }
  return all;
}

}  // namespace amends
