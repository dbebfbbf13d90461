// What `explain` adds to the story in plain words: why the amount, what nearly counted, and all of it as it may be told
// to the customer.
#pragma once
#include <string>
#include <vector>

#include "cmd/context.h"

namespace amends {

// "GBP 6.45 for 4 days: 10% of order_value GBP 64.50 = GBP 6.45"; empty when nothing is owed.
std::string in_short(const NightCase& c);

// "one more day late would have given GBP 6.45 credit, by delay/three-days-or-more": at most two, nearest first. None
// for a case that is decided under an earlier policy.
std::vector<std::string> near_words(const NightCase& c, const Project& project, Instant as_of);

// `about`: how the story is headed, "Your order 4471".
// The story for the customer: no rules, no causes, nothing that is held; in English.
std::string customer_text(const Context& context, const std::string& order, const std::vector<JudgedCase>& cases, const Night& night,
                          const Given& given);

}  // namespace amends
