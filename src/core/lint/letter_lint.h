// The linter of letters: what an apology must say and what it must not, by the words of its language
// (templates/lint/<language>.tsv) and the facts of the decision where these are known. Reads text, never a template.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/lint/letter_lint_facts.h"

namespace amends {

struct LetterFinding {
  std::string code;
  std::size_t offset = 0, length = 0;  // bytes of the letter
  std::string detail;                  // what is wrong here, where the rule's own message does not say it
};

struct LetterLint {
  std::vector<LetterFinding> findings;  // by place
  std::vector<std::string> left_out;    // codes of the rules that lack a fact
};

// `language` must be one lint_words knows.
LetterLint lint_letter(std::string_view text, std::string_view language, const DecisionFacts& facts);

}  // namespace amends
