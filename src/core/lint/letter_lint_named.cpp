#include "core/lint/letter_lint_named.h"

namespace amends {

NamedWords::NamedWords(const std::vector<LintClass>& classes, const LintPatterns& patterns) {
  for (const LintClass& c : classes) {
    add(c.excluded);
    for (const LintPattern& phrase : c.phrases) add(phrase);
  }
  for (const LintPattern& pattern : patterns) add(pattern);
}

void NamedWords::add(const LintPattern& pattern) {
  for (const LintStep& step : pattern) {
    add(step.words);
    add(step.excluded);
    for (const LintPattern& phrase : step.phrases) add(phrase);
  }
}

void NamedWords::add(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.find('*') == std::string::npos) whole_.insert(word);
    else if (word.front() == '*') others_.push_back(word);
    else by_front_[static_cast<unsigned char>(word.front())].push_back(word);
  }
}

bool NamedWords::asks_for(const std::string& word) const {
  if (whole_.contains(word) || is_like_one(others_, word)) return true;
  return !word.empty() && is_like_one(by_front_[static_cast<unsigned char>(word.front())], word);
}

}  // namespace amends
