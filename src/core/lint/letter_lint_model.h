// What a sentence of a letter says, learned from sentences that people have read and named (tests/letters): a sum of
// weights, one for each word, each two words that stand together and each class of words. Whole numbers, so that every
// machine finds the same. templates/lint/<language>.weights.tsv is written by scripts/learn-letters:
//
//   feature <TAB> blame <TAB> internal_cause <TAB> ...    the rules, in the first line
//   (always) <TAB> -310 <TAB> -402 <TAB> ...                of every sentence
//   deliv* <TAB> 12 <TAB> ...                             the first five letters of a longer word
//   *sfirma <TAB> 31 <TAB> ...                            the last six of a long one
//   the courier <TAB> 84 <TAB> ...                        words that follow each other; ^ and $ $? $! are the ends
//   because _ driver <TAB> ...                            with any one between them
//   our <trade> <TAB> ...                                 a class that the line `learned` of <language>.tsv names
//   ^^ <us_all> <failed> <TAB> ...                        the first class, or the first two, of a sentence
//
// An empty cell is 0. A rule is said of a sentence whose weights add up to more than 0.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/lint/letter_lint_pattern.h"

namespace amends {

struct LintSaid {
  std::string_view code;
  std::int64_t score = 0;  // above 0
  LintMatch match;         // the words that say it most
};

class LintModel {
 public:
  // Throws std::logic_error when the data file is wrong: it is ours. `words` outlive the model.
  LintModel(std::string_view tsv, const LintWords& words);

  // In the order of the rules; the codes live as long as the model.
  std::vector<LintSaid> said(const LetterSentence& sentence) const;

 private:
  static constexpr std::size_t most_rules = 8;
  using Weights = std::array<std::int32_t, most_rules>;
  // A word, a front, a class: three of them, or fewer and 0.
  using Key = std::array<std::uint32_t, 3>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  void add(const std::vector<std::string_view>& cells);
  Key key_of(std::string_view feature);

  const LintWords& words_;
  std::vector<std::string> rules_;
  Weights always_{};
  std::unordered_map<std::string, std::uint32_t> numbers_;  // from 1
  std::unordered_map<Key, Weights, KeyHash> weights_;
};

// Null when there is no data for the language.
const LintModel* lint_model(std::string_view language);

// The features of a sentence as the data file spells them, each once: what the weights are learned for.
std::vector<std::string> lint_features(const LetterSentence& sentence, const LintWords& words);

}  // namespace amends
