// One entry of `give`, and the amount keys it shares with its table. Read for policy.cpp.
#pragma once
#include "core/policy/policy.h"

namespace amends {

RemedyRule read_remedy(const Node& node, const Language& language, const Policy& policy);

// min, max, round, pay_if and order of a table. A percent has no `of` there and is an Error.
Amounts read_table_amounts(const Node& table, const Language& language);

std::string read_manner(const Node& node);
std::string read_basis(const Node& node);  // why it is owed: "law" or "goodwill"

}  // namespace amends
