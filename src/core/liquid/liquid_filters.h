// What `| name: arguments` can be: one table of filters, each a function from value to value.
#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/liquid/liquid_work.h"
#include "core/liquid/template.h"
#include "core/time/value.h"

namespace amends::liquid {

inline constexpr std::size_t most_arguments = 8;

// Views of values that outlive the call.
class Arguments {
 public:
  void add(const Value& value) { plain_[size_++] = &value; }
  void add(std::string_view name, const Value& value) { named_[names_++] = {name, &value}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Value& operator[](std::size_t i) const { return *plain_[i]; }
  const Value* find(std::string_view name) const {
    for (std::size_t i = 0; i < names_; ++i)
      if (named_[i].first == name) return named_[i].second;
    return nullptr;
  }

 private:
  std::array<const Value*, most_arguments> plain_;
  std::array<std::pair<std::string_view, const Value*>, most_arguments> named_;
  std::size_t size_ = 0, names_ = 0;
};

struct FilterContext {
  const LetterLocale& locale;
  Template::Mode mode;
  Template::Context context;
  Work& work;

  bool is_strict() const { return mode == Template::Mode::strict; }
  Value string(std::string_view text) const { return Value::of_string(work.keep(text)); }
};

using FilterFunction = Value (*)(const Value& input, const Arguments& arguments, const FilterContext& context);

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
std::span<const Filter> code_filters();
std::span<const Filter> list_filters();
std::span<const Filter> number_filters();
std::span<const Filter> locale_filters();

}  // namespace amends::liquid
