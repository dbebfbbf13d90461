// Invented cases of every kind, for reading a template as a letter without records: what it says of each, and the facts
// it must not get wrong.
#pragma once
#include <vector>

#include "core/letter_lint_facts.h"
#include "core/miss.h"
#include "core/project.h"
#include "core/settlement.h"

namespace amends {

struct SampleCase {
  Miss miss;
  std::vector<Grant> told;
  DecisionFacts decision;
  Instant as_of;
};
// First misses and second ones, in the project's currency and zone.
std::vector<SampleCase> sample_cases(const Project& project);

}  // namespace amends
