#include "core/lint/letter_lint_memo.h"

#include <atomic>

namespace amends {
namespace {

constexpr std::size_t most_kept = 5000;  // some kilobytes each

void add(std::uint64_t number, std::string& key) { key.append(reinterpret_cast<const char*>(&number), sizeof number); }

// All that a match goes by.
std::string key_of(std::uint64_t owner, const NamedWords& named, const LetterSentence& sentence) {
  std::string key;
  key.reserve(sizeof owner + sentence.tokens.size() * 20);
  add(owner, key);
  for (const LetterToken& token : sentence.tokens) {
    key += static_cast<char>('0' + static_cast<int>(token.kind));
    key += token.is_capital ? 'A' : 'a';
    add(token.clause, key);
    if (named.asks_for(token.word)) key += token.word;
    key += '\n';
  }
  return key;
}

}  // namespace

LintMemo& LintMemo::mine() {
  thread_local LintMemo memo;
  return memo;
}

void LintMemo::forget() {
  static std::atomic<std::uint64_t> begun = 0;
  constexpr int room = 32;  // bits: far more than are kept before it forgets
  first_ = (++begun) << room;
  all_.clear();
  places_.clear();
}

LintMemo::Kept* LintMemo::known(std::uint64_t owner, const LetterSentence& sentence) {
  const std::uint64_t number = sentence.like.number;
  if (number < first_ || number - first_ >= all_.size()) return nullptr;
  Kept& kept = all_[number - first_];
  return kept.owner == owner ? &kept : nullptr;
}

std::vector<LintMemo::Found>& LintMemo::of(std::uint64_t owner, const NamedWords& named, const LetterSentence& sentence) {
  if (Kept* kept = known(owner, sentence)) return kept->by_list;
  if (all_.size() >= most_kept) forget();
  const auto [place, is_new] = places_.emplace(key_of(owner, named, sentence), all_.size());
  if (is_new) all_.push_back({owner, {}});
  sentence.like.number = first_ + place->second;
  return all_[place->second].by_list;
}

}  // namespace amends
