// The money of one remedy, and of the sum that a table makes of its remedies, step by step in the order the
// policy states. Amounts are exact ratios until they are rounded. decision.cpp asks for both.
#pragma once
#include <string>
#include <vector>

#include "core/policy/policy.h"

namespace amends {

struct Amount {
  Ratio units;                     // of the case's currency
  bool withheld = false;           // pay_if failed
  std::vector<std::string> steps;  // as OwedRemedy tells them
};

// The amount of a remedy; with `fault` told it means nothing. `is_final`: no sum of the table follows, so it
// ends in whole minor units.
Amount amount_of(const RemedyRule& remedy, const FactSource& facts, bool is_final, Fault& fault);

// The sum of several, after the table's own keys.
Amount sum_of(const std::vector<Amount>& parts, const Amounts& keys, const FactSource& facts, Fault& fault);

}  // namespace amends
