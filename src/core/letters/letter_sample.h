// Invented cases of every kind, for reading a template as a letter without records: what it says of each, and the facts
// it must not get wrong.
#pragma once
#include <vector>

#include "core/letters/letter_facts.h"
#include "core/lint/letter_lint_facts.h"

namespace amends {

struct SampleCase {
  Miss miss;
  std::vector<Grant> told;
  DecisionFacts decision;
  Instant as_of;
  std::optional<Offer> offer;        // of what cannot be supplied
  std::optional<Apologies> before;   // of second misses
  std::optional<Kind> was;           // what an earlier letter of the case spoke of
  std::optional<Date> told_before;

  LetterCase letter_case() const;    // refers to this
};
// First misses and second ones, in the project's currency and zone.
std::vector<SampleCase> sample_cases(const Project& project);
// The same case as a letter of this purpose finds it: what an earlier letter may have said of it.
std::vector<SampleCase> told_before(const SampleCase& sample, std::string_view purpose);
// Another order of the same person, for a letter of several.
SampleCase another_order(SampleCase sample);

}  // namespace amends
