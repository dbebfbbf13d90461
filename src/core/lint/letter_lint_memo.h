// What was found in sentences, kept for those that say the same: the letters of a night say most of their sentences
// again and again, but for names, numbers, amounts and dates, which make no difference to a pattern.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/lint/letter_lint_named.h"

namespace amends {

class LintMemo {
 public:
  using Found = std::optional<std::vector<LintMatch>>;  // none: not looked for yet

  // That of this thread.
  static LintMemo& mine();

  // By the number of a list. Valid until the next question. `owner`: of the words, no two of which have the same.
  std::vector<Found>& of(std::uint64_t owner, const NamedWords& named, const LetterSentence& sentence);

 private:
  struct Kept {
    std::uint64_t owner = 0;
    std::vector<Found> by_list;
  };

  LintMemo() { forget(); }
  void forget();
  Kept* known(std::uint64_t owner, const LetterSentence& sentence);

  std::uint64_t first_ = 0;  // the number of the first that is kept: none was ever given to another
  std::deque<Kept> all_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace amends
