// Orders that come with all their records whatever a first look at them says (row_sieve.h); or that alone come.
#pragma once
#include <string>
#include <string_view>
#include <unordered_set>

namespace amends {

struct Keep {
  bool all = false;
  bool unmatched = false;                          // those under no guarantee
  std::unordered_set<std::string_view> orders;     // by id: those the ledger knows, the one asked for
  std::unordered_set<std::string_view> customers;  // by id: those whose rows contradict each other

  // No others: nothing is counted, and a source is not in doubt. Chunks that do not hold the bytes are passed over.
  bool only_these = false;
  // Then, besides: orders that name one of these as customer, person or e-mail (in lower case), without their parcels.
  std::unordered_set<std::string> persons;
};

}  // namespace amends
