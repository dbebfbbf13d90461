// How a remedy is called in one word where remedies are listed: its kind's label, then its parameters after colons.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/decision.h"

namespace amends {

// "extend" with what = "prime" and for = "1 month" is "extend:prime:P1M"; "miles" of 2500 is "miles:2500".
std::string parameters_after(std::string_view label, const OwedRemedy& remedy);

// A length of time in the user's words as ISO 8601: "3 months" is P3M, "24 h" is PT24H. What is none stays as it is.
std::string iso_period(std::string_view text);

// "3 months" for "1 month" three times.
std::string multiplied(std::string_view period, const Ratio& times);

// All of them in order; behind those given in one manner and by one date come the manner, where the policy says it,
// and "pay_by:2026-03-31". A label that is empty is left out.
std::vector<std::string> labels_of(const std::vector<OwedRemedy>& owed);

}  // namespace amends
