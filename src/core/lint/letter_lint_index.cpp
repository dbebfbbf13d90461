#include "core/lint/letter_lint_index.h"

#include <algorithm>

namespace amends {

LintIndex::LintIndex(const std::vector<LintClass>& classes, const LintPatterns& patterns)
    : classes_(&classes), by_class_(classes.size()) {
  for (std::size_t i = 0; i < classes.size(); ++i)
    for (const LintPattern& phrase : classes[i].phrases) add(phrase, {true, i});
  for (std::size_t i = 0; i < patterns.size(); ++i) add(patterns[i], {false, i});
}

void LintIndex::add(const LintPattern& pattern, Opener opener) {
  for (const LintStep& step : pattern) {
    if (step.kind == LintStep::Kind::first) continue;
    if (step.kind != LintStep::Kind::choice) break;
    add(step, opener);
    if (!step.is_optional) return;
  }
  always_.push_back(opener);
}

void LintIndex::add(const LintStep& step, Opener opener) {
  for (const std::string& word : step.words) {
    if (word.find('*') == std::string::npos) by_word_[word].push_back(opener);
    else parts_of(word).emplace_back(word, opener);
  }
  for (const LetterToken::Kind kind : step.tokens) by_kind_[static_cast<std::size_t>(kind)].push_back(opener);
  if (step.is_capital) by_capital_.push_back(opener);
  for (const std::size_t number : step.classes) by_class_[number].push_back(opener);
  for (const LintPattern& phrase : step.phrases) add(phrase, opener);
}

LintIndex::Parts& LintIndex::parts_of(const std::string& word) {
  if (word.front() != '*') return by_front_[static_cast<unsigned char>(word.front())];
  return word.back() != '*' ? by_back_[static_cast<unsigned char>(word.back())] : by_middle_;
}

void LintIndex::open_like(const Parts& parts, const LetterToken& token, LintForm& form) const {
  for (const auto& [part, opener] : parts)
    if (is_like(part, token.word)) open({opener}, token, form);
}

void LintIndex::open(const Openers& openers, const LetterToken& token, LintForm& form) const {
  for (const Opener& opener : openers) {
    if (!opener.is_class) {
      form.patterns.push_back(opener.number);
      continue;
    }
    if (form.classes[opener.number] || is_like_one((*classes_)[opener.number].excluded, token.word)) continue;
    form.classes[opener.number] = true;
    open(by_class_[opener.number], token, form);
  }
}

LintForm LintIndex::form_of(const LetterToken& token) const {
  LintForm form;
  form.classes.resize(classes_->size());
  open(always_, token, form);
  if (const auto found = by_word_.find(token.word); found != by_word_.end()) open(found->second, token, form);
  open_like(by_middle_, token, form);
  if (!token.word.empty()) {
    open_like(by_front_[static_cast<unsigned char>(token.word.front())], token, form);
    open_like(by_back_[static_cast<unsigned char>(token.word.back())], token, form);
  }
  open(by_kind_[static_cast<std::size_t>(token.kind)], token, form);
  if (token.is_capital) open(by_capital_, token, form);
  std::sort(form.patterns.begin(), form.patterns.end());
  form.patterns.erase(std::unique(form.patterns.begin(), form.patterns.end()), form.patterns.end());
  return form;
}

}  // namespace amends
