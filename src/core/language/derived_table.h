// A decision table under [derived]: one test per input, then one expression per output; the first row that holds
// decides. derived.cpp reads each output as a fact of its own.
#pragma once
#include <string>
#include <vector>

#include "core/language/expr.h"

namespace amends {

// The names of the facts it gives: `outputs`, or its own.
std::vector<std::string> outputs_of(const Entry& table);

// One expression for each output, in order.
std::vector<Expr> read_table(const Entry& table, const Language& language);

}  // namespace amends
