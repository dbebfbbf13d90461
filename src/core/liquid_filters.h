// What `| name: arguments` can be: one table of filters, each a function from value to value.
#pragma once
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/template.h"
#include "core/value.h"

namespace amends::liquid {

struct Arguments {
  std::vector<Value> plain;
  std::vector<std::pair<std::string_view, Value>> named;

  const Value* find(std::string_view name) const;
};

// A fault inside a filter, in words; the renderer adds the place.
struct FilterFault {
  std::string message;
  std::string hint;
};

struct FilterContext {
  const LetterLocale& locale;
  Template::Mode mode;
  std::deque<std::string>& words;  // made by filters; live as long as the rendering

  std::string_view keep(std::string text) const { return words.emplace_back(std::move(text)); }
  Value string(std::string text) const { return Value::of_string(keep(std::move(text))); }
};

using FilterFunction = Value (*)(const Value& input, const Arguments& arguments,
                                 const FilterContext& context);

struct Filter {
  std::string_view name;
  std::size_t least = 0;  // plain arguments
  std::size_t most = 0;
  FilterFunction run = nullptr;
  bool named = false;  // takes named arguments
};

const Filter* filter_named(std::string_view name);
std::vector<std::string> filter_names();

// The parts of the table, by file.
std::span<const Filter> text_filters();
std::span<const Filter> list_filters();
std::span<const Filter> number_filters();
std::span<const Filter> locale_filters();

}  // namespace amends::liquid
