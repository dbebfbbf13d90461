// From which day on the silence of a customer counts who has a choice: the day the letter that told of it left the house.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/settlement.h"

namespace amends {

// A letter of a case that was not withdrawn.
struct LetterOfCase {
  Instant as_of;                // of the run that wrote it
  std::optional<Instant> left;  // none: it waits in the outbox
};
using LettersOfCases = std::map<std::string, std::vector<LetterOfCase>>;  // by case key

// While the letter waits, or none could be written yet, the day of `as_of`; of a case that got none at all, when it was
// offered, so that nobody waits for ever.
Date silent_from(const std::string& case_key, const LettersOfCases& letters, const Given& given, const Zone& zone, Instant as_of);

}  // namespace amends
