// The table of all filters, and the two that fit no other file.
#include "core/liquid/liquid_filters.h"

#include <algorithm>
#include <array>

#include "core/liquid/liquid_value.h"

namespace amends::liquid {
namespace {

Value default_(const Value& input, const Arguments& arguments, const FilterContext&) {
  const Value* allow_false = arguments.find("allow_false");
  const Value standard = arguments.empty() ? Value::of_string("") : arguments[0];
  if (input.type == Type::boolean && input.whole == 0)
    return allow_false && is_true(*allow_false) ? input : standard;
  if (is_empty_literal(input) || is_nothing(input) || equal(input, empty_literal())) return standard;
  return input;
}

// Of a whole number 8, the bytes it has, as elsewhere; letters have no use for it.
Value size(const Value& input, const Arguments&, const FilterContext& c) {
  if (input.type == Type::record) return Value::of_number(static_cast<std::int64_t>(input.record->size()));
  if (input.type == Type::number && !is_decimal(input) && !c.is_strict()) return Value::of_number(8);
  const Value n = member(input, "size");
  return n.is_missing() ? Value::of_number(0) : n;
}

constexpr std::array own{Filter{"default", 0, 1, default_, true}, Filter{"size", 0, 0, size}};

const std::array<std::span<const Filter>, 6>& tables() {
  static const std::array<std::span<const Filter>, 6> all{std::span<const Filter>(own), text_filters(), code_filters(),
                                                          list_filters(), number_filters(), locale_filters()};
  return all;
}

}  // namespace

const Filter* filter_named(std::string_view name) {
  for (const auto& table : tables())
    for (const Filter& filter : table)
      if (filter.name == name) return &filter;
  return nullptr;
}

std::vector<std::string> filter_names() {
  std::vector<std::string> names;
  for (const auto& table : tables())
    for (const Filter& filter : table) names.emplace_back(filter.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace amends::liquid
