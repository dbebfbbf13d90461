// Form letters: how many letters of one run say the same once names, numbers, dates and amounts are out of them. Two
// letters are alike when at least four fifths of the words of the longer one stand in sentences that both have.
#pragma once
#include <cstddef>
#include <vector>

#include "core/mail/letter.h"

namespace amends {

inline constexpr std::size_t form_letters_from = 20;  // fewer letters of a run may say the same

struct AlikeLetters {
  std::vector<std::size_t> count;  // of each letter: it and those like it; 1: it stands alone
  std::size_t most = 0;            // of one kind; 0 when there are no letters
  std::size_t compared = 0;        // all but those about an incident
};
// A letter about an incident stands alone: that many get the same is what it says. A letter is counted with the first before it that it is like. Exact, and in one pass: 100,000 letters are no trouble.
AlikeLetters alike_letters(const std::vector<const Message*>& letters);

// More of a run's letters say the same than the share allows.
bool are_form_letters(const AlikeLetters& alike, const std::optional<Ratio>& share);

}  // namespace amends
