// The names in a letter: whom its first line greets and who signs.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/lint/letter_lint_facts.h"

namespace amends {

// What is wrong with the salutation; `broken` when it is no person's, else it is another person's.
struct GreetingFault {
  bool broken = true;
  LetterPlace place;
};
// A letter that greets nobody has none.
std::optional<GreetingFault> greeting_fault(const LetterText& letter, const LintWords& words, const DecisionFacts& facts);

// The line with which a person signs; empty: nobody does, or a team or firm.
std::string_view signing_person(const LetterText& letter, const LintWords& words, const DecisionFacts& facts);

// Whether the letter names who is to sign it: by the given name, or by the surname where no firm is called so ("Tweedie Vans").
bool holds_signatory(const LetterText& letter, const LintWords& words, const DecisionFacts& facts);

}  // namespace amends
