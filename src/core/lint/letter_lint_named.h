// The words that a language's patterns ask for. Two words that none of them asks for are the same to every pattern:
// names of people, order numbers.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/lint/letter_lint_pattern.h"

namespace amends {

class NamedWords {
 public:
  NamedWords() = default;
  NamedWords(const std::vector<LintClass>& classes, const LintPatterns& patterns);

  // False: surely no pattern asks for it, be it to have it or not to.
  bool asks_for(const std::string& word) const;

 private:
  void add(const LintPattern& pattern);
  void add(const std::vector<std::string>& words);

  std::unordered_set<std::string> whole_;
  std::array<std::vector<std::string>, 256> by_front_;  // with a * further behind, by their first byte
  std::vector<std::string> others_;                     // that begin with *
};

}  // namespace amends
