#include "core/liquid/liquid_scope.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/liquid/liquid_value.h"

namespace amends::liquid {
namespace {

Value column_member(const Loop& loop, std::string_view name) {
  const std::int64_t column = loop.index % loop.columns;
  if (name == "col") return Value::of_number(column + 1);
  if (name == "col0") return Value::of_number(column);
  if (name == "col_first") return Value::of_boolean(column == 0);
  if (name == "col_last") return Value::of_boolean(column + 1 == loop.columns);
  if (name == "row") return Value::of_number(loop.index / loop.columns + 1);
  return {};
}

Value member_named(const Loop& loop, std::string_view name, Work& work) {
  if (name == "index") return Value::of_number(loop.index + 1);
  if (name == "index0") return Value::of_number(loop.index);
  if (name == "rindex") return Value::of_number(loop.length - loop.index);
  if (name == "rindex0") return Value::of_number(loop.length - loop.index - 1);
  if (name == "first") return Value::of_boolean(loop.index == 0);
  if (name == "last") return Value::of_boolean(loop.index + 1 == loop.length);
  if (name == "length") return Value::of_number(loop.length);
  if (loop.columns > 0) return column_member(loop, name);
  if (name == "name") return Value::of_string(work.keep(fmt::format("{}-{}", loop.variable, loop.over)));
  return {};
}

}  // namespace

std::optional<std::size_t> innermost(const std::vector<Loop>& loops, std::size_t below, bool table) {
  for (std::size_t i = std::min(below, loops.size()); i-- > 0;)
    if ((loops[i].columns > 0) == table) return i;
  return std::nullopt;
}

Value loop_member(const std::vector<Loop>& loops, std::size_t at, const std::vector<Step>& steps, Work& work) {
  std::size_t i = 1;
  for (; i < steps.size() && steps[i].name == "parentloop"; ++i) {
    const auto parent = loops[at].outermost ? std::nullopt : innermost(loops, at, false);
    if (!parent) return {};
    at = *parent;
  }
  if (i == steps.size()) return loop_record(loops, at, work);
  if (i + 1 != steps.size() || steps[i].index) return {};
  return member_named(loops[at], steps[i].name, work);
}

Value loop_record(const std::vector<Loop>& loops, std::size_t at, Work& work) {
  static constexpr std::string_view of_for[] = {"name", "length", "index", "index0", "rindex", "rindex0", "first", "last"};
  static constexpr std::string_view of_row[] = {"length", "index", "index0", "rindex",    "rindex0",  "first", "last",
                                                "row",    "col",   "col0",   "col_first", "col_last"};
  constexpr std::size_t steps_of_record = 16;
  work.spend(steps_of_record);
  Record record;
  const auto add = [&](std::string_view name) { record.emplace_back(name, member_named(loops[at], name, work)); };
  if (loops[at].columns > 0) {
    for (const std::string_view name : of_row) add(name);
    return Value::of_record(std::move(record));
  }
  for (const std::string_view name : of_for) add(name);
  const auto parent = loops[at].outermost ? std::nullopt : innermost(loops, at, false);
  record.emplace_back("parentloop", parent ? loop_record(loops, *parent, work) : Value::null());
  return Value::of_record(std::move(record));
}

}  // namespace amends::liquid
