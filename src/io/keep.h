// Orders that come with all their records whatever a first look at them says (row_sieve.h).
#pragma once
#include <string_view>
#include <unordered_set>

namespace amends {

struct Keep {
  bool all = false;
  bool unmatched = false;                          // those under no guarantee
  std::unordered_set<std::string_view> orders;     // by id: those the ledger knows, the one asked for
  std::unordered_set<std::string_view> customers;  // by id: those whose rows contradict each other
};

}  // namespace amends
