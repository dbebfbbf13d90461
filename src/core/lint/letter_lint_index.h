// Which classes and patterns may begin with a word. Asked once a word, so that most patterns are never tried: a letter
// has some hundred words, a language some hundreds of patterns.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/lint/letter_lint_pattern.h"

namespace amends {

// What may begin with one token.
struct LintForm {
  std::vector<bool> classes;              // by the number of the class
  std::vector<std::size_t> patterns;      // numbers, ascending
  std::vector<std::string_view> learned;  // classes of which it is by itself
};

class LintIndex {
 public:
  LintIndex() = default;
  // The two outlive the index.
  LintIndex(const std::vector<LintClass>& classes, const LintPatterns& patterns);

  LintForm form_of(const LetterToken& token) const;

 private:
  struct Opener {
    bool is_class = false;
    std::size_t number = 0;
  };
  using Openers = std::vector<Opener>;
  using Parts = std::vector<std::pair<std::string, Opener>>;  // words with a *

  void add(const LintPattern& pattern, Opener opener);
  void add(const LintStep& step, Opener opener);
  void open(const Openers& openers, const LetterToken& token, LintForm& form) const;
  void open_like(const Parts& parts, const LetterToken& token, LintForm& form) const;
  Parts& parts_of(const std::string& word);

  const std::vector<LintClass>* classes_ = nullptr;
  std::unordered_map<std::string, Openers> by_word_;
  std::array<Parts, 256> by_front_, by_back_;  // by the byte the word must begin with, else end with
  Parts by_middle_;
  std::array<Openers, letter_token_kinds> by_kind_;
  std::vector<Openers> by_class_;
  Openers by_capital_, always_;
};

}  // namespace amends
