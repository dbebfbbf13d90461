// Filters on lists.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

#include "core/base/code_points.h"
#include "core/base/text.h"
#include "core/liquid/liquid_filters.h"
#include "core/liquid/liquid_value.h"
#include "core/time/locale.h"

namespace amends::liquid {
namespace {

void flatten(const List& from, List& to) {
  for (const Value& item : from) {
    if (item.type == Type::list)
      flatten(*item.list, to);
    else
      to.push_back(item);
  }
}

// What a list filter works on: nothing is an empty list, anything single is a list of it.
List items(const Value& input, const FilterContext& c) {
  if (is_nothing(input)) return {};
  List flat;
  if (input.type == Type::list)
    flatten(*input.list, flat);
  else if (is_range(input))
    flat = items_of(input);
  else
    flat.push_back(input);
  c.work.spend(flat.size());
  return flat;
}

Value list(List l) {
  Work::require_items(l.size());
  return Value::of_list(std::move(l));
}

// Something that has no members at all: the whole filter then answers nothing.
struct HasNoMembers {};

[[noreturn]] void refuse(const Value& property, const FilterContext& c) {
  throw FilterFault{fmt::format("the list holds elements without a property {}", text_of(property, c.locale)), {}};
}

Value character_of(std::string_view text, std::int64_t place) {
  const auto size = static_cast<std::int64_t>(count_code_points(text));
  if (place < 0) place += size;
  if (place < 0 || place >= size) return Value::null();
  const std::size_t at = offset_of_code_point(text, static_cast<std::size_t>(place));
  return Value::of_string(text.substr(at, code_point_length(text, at)));
}

Value member_of_text(const Value& item, const Value& property, const FilterContext& c) {
  if (property.type == Type::number) return character_of(item.text, integer_of(property));
  if (property.type != Type::string) refuse(property, c);
  c.work.spend((item.text.size() / 64 + 1) * (property.text.size() / 64 + 1));
  return item.text.find(property.text) == std::string_view::npos ? Value::null() : property;
}

Value member_of_record(const Record& record, const Value& property, const FilterContext& c) {
  const Value* field = property.type == Type::string ? field_of(record, property.text) : nullptr;
  if (field) return *field;
  if (c.is_strict() && !record.empty())
    throw FilterFault{fmt::format("{} is not a fact of these elements", quoted(text_of(property, c.locale))), {}};
  return Value::null();
}

// item[property] as Liquid's filters see it: a text holds what is a part of it, a whole number its bits.
Value member_by(const Value& item, const Value& property, const FilterContext& c) {
  if (item.type == Type::record) return member_of_record(*item.record, property, c);
  if (item.type == Type::string) return member_of_text(item, property, c);
  if (item.type != Type::number || is_decimal(item)) throw HasNoMembers{};
  if (property.type != Type::number) refuse(property, c);
  return Value::of_number(0);
}

bool names_property(const Arguments& a) {
  return !a.empty() && !is_nothing(a[0]);
}

Value first(const Value& input, const Arguments&, const FilterContext&) {
  return first_of(input);
}
Value last(const Value& input, const Arguments&, const FilterContext&) {
  return last_of(input);
}

Value join(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string between = a.empty() ? " " : text_of(a[0], c.locale);
  std::string out;
  bool further = false;
  for (const Value& item : items(input, c)) {
    if (further) out += between;
    append_text(out, item, c.locale);
    Work::require_size(out.size());
    further = true;
  }
  return c.string(out);
}

Value reverse(const Value& input, const Arguments&, const FilterContext& c) {
  List l = items(input, c);
  std::reverse(l.begin(), l.end());
  return list(std::move(l));
}

Value concat(const Value& input, const Arguments& a, const FilterContext& c) {
  const Value& more = a[0];
  if (more.type != Type::list && !is_range(more)) throw FilterFault{"concat needs a list", {}};
  List l = items(input, c);
  const List tail = items_of(more);
  c.work.spend(tail.size());
  l.insert(l.end(), tail.begin(), tail.end());
  return list(std::move(l));
}

Value compact(const Value& input, const Arguments& a, const FilterContext& c) {
  List l = items(input, c);
  const bool by_property = names_property(a);
  std::erase_if(l, [&](const Value& item) { return is_nothing(by_property ? member_by(item, a[0], c) : item); });
  return list(std::move(l));
}

Value map(const Value& input, const Arguments& a, const FilterContext& c) {
  List l;
  for (const Value& item : items(input, c)) {
    try {
      l.push_back(member_by(item, a[0], c));
    } catch (const HasNoMembers&) {
      l.push_back(Value::null());
    }
  }
  return list(std::move(l));
}

bool matches(const Value& item, const Arguments& a, const FilterContext& c) {
  const Value found = member_by(item, a[0], c);
  return a.size() > 1 && !is_nothing(a[1]) ? equal(found, a[1]) : is_true(found);
}

// The filters that look for elements by a property, and by its value if one is given.
template <bool wanted>
Value where(const Value& input, const Arguments& a, const FilterContext& c) {
  List l = items(input, c);
  std::erase_if(l, [&](const Value& item) { return matches(item, a, c) != wanted; });
  return list(std::move(l));
}

std::optional<std::size_t> place_of(const List& l, const Arguments& a, const FilterContext& c) {
  const auto found = std::find_if(l.begin(), l.end(), [&](const Value& item) { return matches(item, a, c); });
  return found == l.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - l.begin()));
}

Value find(const Value& input, const Arguments& a, const FilterContext& c) {
  const List l = items(input, c);
  const auto place = place_of(l, a, c);
  return place ? l[*place] : Value::null();
}
Value find_index(const Value& input, const Arguments& a, const FilterContext& c) {
  const auto place = place_of(items(input, c), a, c);
  return place ? Value::of_number(static_cast<std::int64_t>(*place)) : Value::null();
}
Value has(const Value& input, const Arguments& a, const FilterContext& c) {
  return Value::of_boolean(place_of(items(input, c), a, c).has_value());
}

// Nothing comes last.
bool is_before(const Value& a, const Value& b) {
  if (is_nothing(a) || is_nothing(b)) return !is_nothing(a) && is_nothing(b);
  if (a.type == b.type && a.type != Type::string && equal(a, b)) return false;
  return compare(a, b) < 0;
}

std::size_t sorting_steps(const List& l) {
  std::size_t all = 0, steps = 0;
  for (const Value& item : l) all += 1 + weight(item);
  for (std::size_t i = l.size(); i > 0; i /= 2) steps += all / 8;
  return steps;
}

void require_members(const Value& item) {
  const bool has = item.type == Type::record || item.type == Type::string || (item.type == Type::number && !is_decimal(item));
  if (!has) throw HasNoMembers{};
}

struct Keyed {
  Value key, item;
};

std::vector<Keyed> keyed(List l, const Arguments& a, const FilterContext& c) {
  c.work.spend(sorting_steps(l));
  std::vector<Keyed> out;
  for (Value& item : l) {
    if (names_property(a)) require_members(item);
    Value key = names_property(a) && l.size() > 1 ? member_by(item, a[0], c) : item;
    out.push_back({std::move(key), std::move(item)});
  }
  return out;
}

Value unkeyed(std::vector<Keyed> sorted) {
  List l;
  for (Keyed& k : sorted) l.push_back(std::move(k.item));
  return list(std::move(l));
}

Value sort(const Value& input, const Arguments& a, const FilterContext& c) {
  auto all = keyed(items(input, c), a, c);
  // Asked first, so that the sort below compares only what has an order.
  for (std::size_t i = 1; i < all.size(); ++i) is_before(all[0].key, all[i].key);
  std::stable_sort(all.begin(), all.end(), [](const Keyed& x, const Keyed& y) { return is_before(x.key, y.key); });
  return unkeyed(std::move(all));
}

Value sort_natural(const Value& input, const Arguments& a, const FilterContext& c) {
  auto all = keyed(items(input, c), a, c);
  for (Keyed& k : all)
    if (!is_nothing(k.key)) k.key = c.string(lower_case(text_of(k.key, c.locale), c.locale.name));
  std::stable_sort(all.begin(), all.end(), [](const Keyed& x, const Keyed& y) { return is_before(x.key, y.key); });
  return unkeyed(std::move(all));
}

Value uniq(const Value& input, const Arguments& a, const FilterContext& c) {
  std::unordered_set<std::string> seen;
  List l;
  const List all = items(input, c);
  for (const Value& item : all) {
    std::string by;
    append_inspected(by, names_property(a) && all.size() > 1 ? member_by(item, a[0], c) : item, c.locale);
    c.work.spend(by.size() / 32);
    if (seen.insert(std::move(by)).second) l.push_back(item);
  }
  return list(std::move(l));
}

// Numbers only: letters never compute money.
Value sum(const Value& input, const Arguments& a, const FilterContext& c) {
  Ratio total(0);
  bool decimal = false;
  const auto add = [&](const Value& value) {
    if (value.type == Type::money)
      throw FilterFault{"letters do not compute money", "the policy decides amounts; print total with | money"};
    const Value number = number_of(value);
    total = total + number.ratio;
    decimal = decimal || is_decimal(number);
  };
  for (const Value& item : items(input, c)) {
    try {
      const Value by = names_property(a) ? member_by(item, a[0], c) : item;
      for (const Value& part : items(by, c)) add(part);
    } catch (const HasNoMembers&) {
      continue;
    }
  }
  return decimal ? decimal_of(total) : Value::of_number(total);
}

// Looked for by nothing, nothing is found.
template <FilterFunction filter, FilterFunction otherwise>
Value by_property(const Value& input, const Arguments& a, const FilterContext& c) {
  return names_property(a) ? filter(input, a, c) : otherwise(input, a, c);
}
Value no_elements(const Value&, const Arguments&, const FilterContext&) {
  return Value::of_list({});
}
Value no_element(const Value&, const Arguments&, const FilterContext&) {
  return Value::null();
}
Value no(const Value&, const Arguments&, const FilterContext&) {
  return Value::of_boolean(false);
}

template <FilterFunction filter>
Value unless_without_members(const Value& input, const Arguments& a, const FilterContext& c) {
  try {
    return filter(input, a, c);
  } catch (const HasNoMembers&) {
    return Value::null();
  }
}

constexpr std::array table{
    Filter{"compact", 0, 1, unless_without_members<compact>},
    Filter{"concat", 1, 1, concat},
    Filter{"find", 1, 2, unless_without_members<by_property<find, no_element>>},
    Filter{"find_index", 1, 2, unless_without_members<by_property<find_index, no_element>>},
    Filter{"first", 0, 0, first},
    Filter{"has", 1, 2, unless_without_members<by_property<has, no>>},
    Filter{"join", 0, 1, join},
    Filter{"last", 0, 0, last},
    Filter{"map", 1, 1, map},
    Filter{"reject", 1, 2, unless_without_members<by_property<where<false>, no_elements>>},
    Filter{"reverse", 0, 0, reverse},
    Filter{"sort", 0, 1, unless_without_members<sort>},
    Filter{"sort_natural", 0, 1, unless_without_members<sort_natural>},
    Filter{"sum", 0, 1, sum},
    Filter{"uniq", 0, 1, unless_without_members<uniq>},
    Filter{"where", 1, 2, unless_without_members<by_property<where<true>, no_elements>>},
};

}  // namespace

std::span<const Filter> list_filters() {
  return table;
}

}  // namespace amends::liquid
