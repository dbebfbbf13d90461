// How likely so many misses or more are by chance where the rate itself varies: a beta-binomial law. Rates of weeks
// vary more than coins do, and a binomial test would find an incident in every busy week.
#pragma once
#include <cstdint>

namespace amends {

struct Chance {
  double rate = 0;     // expected
  double spread = 1;   // variance as a multiple of the binomial one; below 1 counts as 1
};

// P(K >= missed) of `cases`.
double chance_of_as_many(std::int64_t missed, std::int64_t cases, const Chance& chance);

}  // namespace amends
