// What stands alone in an expression's place and is meant as it is: a date, a time of day, a length of time, and in a
// cell of a decision table also a word. expr_parse.cpp asks first.
#pragma once
#include <optional>

#include "core/language/expr.h"

namespace amends {

// A date, a time of day or a length of time: 2025-01-22 subtracts nothing.
std::optional<Expr> plain_literal(const Node& node, const Language& language);

}  // namespace amends
