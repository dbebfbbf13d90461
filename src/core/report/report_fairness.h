// Like cases with unlike remedies: closed cases that one table judged by the same facts, and that were still given
// something else. A policy treats them alike; persons, approvers, caps and a change of the policy need not.
#pragma once
#include <string>
#include <vector>

#include "core/ledger/settlement.h"

namespace amends {

// A case under one table, with what the table's conditions and amounts read of it but for who and where it is.
struct LikeCase {
  std::string table;
  std::string facts;                 // "kind late, late_days 4, order_value GBP 12.00"
  std::string record_id, person, region;
  std::vector<const Grant*> grants;  // under the table, in every state
};

struct UnlikeRemedies {
  struct Outcome {
    std::string words;                 // "GBP 3.00 credit", "GBP 3.00 credit held", "nothing"
    std::size_t cases = 0;
    std::vector<std::string> orders;   // at most three of each, for somebody to look at
    std::vector<std::string> regions;
    std::vector<std::string> reasons;  // of grants: "approved by Maya Chen", "cap per person within 90 days: GBP 60.00"
  };
  std::string table, facts;
  std::size_t cases = 0;
  std::vector<Outcome> outcomes;       // most cases first
};
// Those with the most cases first.
std::vector<UnlikeRemedies> unlike_remedies(std::vector<LikeCase> cases);

// Facts that tell who somebody is or where: cases are alike whatever these say.
bool is_about_whom(std::string_view fact);

}  // namespace amends
