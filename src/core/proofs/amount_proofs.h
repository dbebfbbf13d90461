// What lint proves about amounts: that none falls as lateness or gravity grows, passes 150 percent of the order's
// value, is taken of what may be nothing, or mixes currencies. Which rules decide is exact; amounts are compared at
// the kinks and ends of each fact they are computed from, one fact at a time, by the decision code itself.
#pragma once
#include "core/base/finding.h"
#include "core/proofs/policy_model.h"

namespace amends {

void prove_growth(PolicyModel& model, Findings& findings);
void prove_moderation(PolicyModel& model, Findings& findings);
void prove_parts(PolicyModel& model, Findings& findings);
void find_currency_mixes(const PolicyModel& model, Findings& findings);

}  // namespace amends
