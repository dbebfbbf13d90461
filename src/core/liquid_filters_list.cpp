// Filters on lists.
#include <algorithm>
#include <array>

#include "core/liquid_filters.h"
#include "core/liquid_value.h"
#include "core/locale.h"

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
List items(const Value& input) {
  if (is_nothing(input)) return {};
  if (input.type == Type::record || input.type == Type::number || input.type == Type::boolean) return {input};
  List flat;
  flatten(input.type == Type::string ? List{input} : items_of(input), flat);
  return flat;
}

Value list(List l) {
  return Value::of_list(std::move(l));
}

std::string key(const Arguments& a, const FilterContext& c) {
  return text_of(a.plain[0], c.locale);
}

Value field(const Value& item, std::string_view name) {
  if (item.type == Type::record) return member(item, name);
  throw FilterFault{"the list holds more than records", {}};
}

bool has_key(const Arguments& a) {
  return !a.plain.empty() && !is_nothing(a.plain[0]);
}

Value first(const Value& input, const Arguments&, const FilterContext&) {
  return member(input, "first");
}
Value last(const Value& input, const Arguments&, const FilterContext&) {
  return member(input, "last");
}

Value join(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string between = a.plain.empty() ? " " : text_of(a.plain[0], c.locale);
  std::string out;
  bool further = false;
  for (const Value& item : items(input)) {
    if (further) out += between;
    append_text(out, item, c.locale);
    further = true;
  }
  return c.string(std::move(out));
}

Value reverse(const Value& input, const Arguments&, const FilterContext&) {
  List l = items(input);
  std::reverse(l.begin(), l.end());
  return list(std::move(l));
}

Value concat(const Value& input, const Arguments& a, const FilterContext&) {
  const Value& more = a.plain[0];
  if (more.type != Type::list && !is_range(more)) throw FilterFault{"concat needs a list", {}};
  List l = items(input);
  const List tail = items_of(more);
  l.insert(l.end(), tail.begin(), tail.end());
  return list(std::move(l));
}

Value compact(const Value& input, const Arguments& a, const FilterContext& c) {
  List l = items(input);
  const bool by_field = has_key(a);
  const std::string name = by_field ? key(a, c) : "";
  std::erase_if(l, [&](const Value& item) { return is_nothing(by_field ? field(item, name) : item); });
  return list(std::move(l));
}

Value map(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string name = key(a, c);
  List l;
  for (const Value& item : items(input)) l.push_back(field(item, name));
  return list(std::move(l));
}

bool matches(const Value& item, const std::string& name, const Arguments& a) {
  const Value found = field(item, name);
  return a.plain.size() > 1 && !is_nothing(a.plain[1]) ? equal(found, a.plain[1]) : is_true(found);
}

template <bool wanted>
Value where(const Value& input, const Arguments& a, const FilterContext& c) {
  List l = items(input);
  if (!has_key(a)) return list({});
  const std::string name = key(a, c);
  std::erase_if(l, [&](const Value& item) { return matches(item, name, a) != wanted; });
  return list(std::move(l));
}

// Nothing comes last; other kinds in the order compare gives.
bool is_before(const Value& a, const Value& b) {
  if (is_nothing(a) || is_nothing(b)) return !is_nothing(a) && is_nothing(b);
  return compare(a, b) < 0;
}

Value sort(const Value& input, const Arguments& a, const FilterContext& c) {
  List l = items(input);
  const bool by_field = has_key(a);
  const std::string name = by_field ? key(a, c) : "";
  std::stable_sort(l.begin(), l.end(), [&](const Value& x, const Value& y) {
    return by_field ? is_before(field(x, name), field(y, name)) : is_before(x, y);
  });
  return list(std::move(l));
}

Value sort_natural(const Value& input, const Arguments& a, const FilterContext& c) {
  const bool by_field = has_key(a);
  const std::string name = by_field ? key(a, c) : "";
  std::vector<std::pair<std::string, Value>> keyed;
  for (const Value& item : items(input)) {
    const Value by = by_field ? field(item, name) : item;
    // U+10FFFF: nothing comes last
    keyed.emplace_back(is_nothing(by) ? "\xF4\x8F\xBF\xBF" : lower_case(text_of(by, c.locale), c.locale.name),
                       item);
  }
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const auto& x, const auto& y) { return x.first < y.first; });
  List l;
  for (auto& [_, item] : keyed) l.push_back(std::move(item));
  return list(std::move(l));
}

Value uniq(const Value& input, const Arguments& a, const FilterContext& c) {
  const bool by_field = has_key(a);
  const std::string name = by_field ? key(a, c) : "";
  List seen, l;
  for (const Value& item : items(input)) {
    const Value by = by_field ? field(item, name) : item;
    if (std::any_of(seen.begin(), seen.end(), [&](const Value& s) { return equal(s, by); })) continue;
    seen.push_back(by);
    l.push_back(item);
  }
  return list(std::move(l));
}

constexpr std::array table{
    Filter{"compact", 0, 1, compact},     Filter{"concat", 1, 1, concat},
    Filter{"first", 0, 0, first},         Filter{"join", 0, 1, join},
    Filter{"last", 0, 0, last},           Filter{"map", 1, 1, map},
    Filter{"reject", 1, 2, where<false>}, Filter{"reverse", 0, 0, reverse},
    Filter{"sort", 0, 1, sort},           Filter{"sort_natural", 0, 1, sort_natural},
    Filter{"uniq", 0, 1, uniq},           Filter{"where", 1, 2, where<true>},
};

}  // namespace

std::span<const Filter> list_filters() {
  return table;
}

}  // namespace amends::liquid
