// A draft read against the decision of its own case: what is untrue in it or lacks what the law asks for puts it aside,
// what is merely badly said is a note (amends draft --lint shows both).
#pragma once
#include <string>
#include <vector>

#include "core/letters/letter_facts.h"
#include "core/lint/letter_lint.h"

namespace amends {

// Every amount, date and name of the case, from what its letter may read.
DecisionFacts facts_of_draft(const LetterInput& input, const Value& letter_facts);

// What a letter with these remedies must say. `rule`: the one it is written by; null when that is not known.
LegalDuty legal_duty(const LetterInput& input, const MessageRule* rule, const std::string& locale);

struct DraftFinding {
  LetterFinding found;
  bool is_in_subject = false;
};
// Of a language there are no rules for, only the sentences the law asks for are looked for.
std::vector<DraftFinding> lint_draft(const Message& message, const DecisionFacts& facts, const LegalDuty& duty);

// A letter that asks how it went, tells what became of something held, or is of the shop's own purpose, is no apology.
bool is_asked_of_purpose(std::string_view purpose, std::string_view code);

// A wrong amount, date or name, or without a sentence that the law asks for: such a letter never leaves.
bool puts_aside(const DraftFinding& finding);
// "£80.00" is no amount of the decision; in the subject, ...
std::string finding_words(const DraftFinding& finding);

}  // namespace amends
