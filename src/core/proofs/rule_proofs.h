// What lint proves about which rules match: two that overlap, holes between tiers, rules that never fire, tests that
// say nothing. Each finding carries a case, and the decision code has confirmed it.
#pragma once
#include "core/base/finding.h"
#include "core/proofs/policy_model.h"

namespace amends {

void prove_overlaps(PolicyModel& model, Findings& findings);
void prove_never(PolicyModel& model, Findings& findings);
void prove_always(PolicyModel& model, Findings& findings);
void prove_gaps(PolicyModel& model, Findings& findings);
void prove_rows(PolicyModel& model, Findings& findings);  // gaps in decision tables under [derived]
void prove_lost(PolicyModel& model, Findings& findings);  // tables and letters that cannot judge a loss nobody dated
// What the proofs could not reach or finish.
void tell_unreached(const PolicyModel& model, Findings& findings);

// Boxes as a search wants them: what no case is, and those given.
std::vector<const Box*> others_of(const PolicyModel& model, const std::vector<const Boxes*>& more);

// ", if days_taken can be so", where the boxes rest on derived facts that are taken as facts of their own.
std::string proviso(const PolicyModel& model, const std::vector<const Box*>& boxes);

// By what is written, not by what it comes to.
bool gives_same(const Rule& a, const Rule& b);

// The search gave up; the amount is of a kind that is not followed.
Finding unfinished(const Where& where, const std::string& what);
Finding unfollowed(const Where& where, const std::string& what);

// One axis of a box as a unary test of the project file: "[1..3)", [ "late", "overdue" ].
std::string test_text(const PolicyModel& model, const Box& box, std::size_t axis);

}  // namespace amends
