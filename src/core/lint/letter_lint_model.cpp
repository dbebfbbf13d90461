#include "core/lint/letter_lint_model.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/embedded.h"
#include "core/base/text.h"
#include "core/lint/letter_lint_index.h"

namespace amends {
namespace {

constexpr std::size_t front_letters = 5, back_letters = 6, long_word_letters = 8;

bool begins_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// The first five letters and a star; empty when the word is not longer.
std::string front_of(std::string_view word) {
  std::size_t letters = 0, at = 0;
  for (; at < word.size(); ++at)
    if (begins_letter(word[at]) && letters++ == front_letters) break;
  return at == word.size() ? std::string() : fmt::format("{}*", word.substr(0, at));
}

// A star and the last six letters, which in German name the thing; empty when the word is not long.
std::string back_of(std::string_view word) {
  if (static_cast<std::size_t>(std::count_if(word.begin(), word.end(), begins_letter)) <= long_word_letters) return {};
  std::size_t letters = 0, at = word.size();
  while (letters < back_letters) letters += begins_letter(word[--at]);
  return fmt::format("*{}", word.substr(at));
}

std::string_view name_of(const LetterToken& token) {
  switch (token.kind) {
    case LetterToken::Kind::word:
      return token.word;
    case LetterToken::Kind::number:
      return "@number";
    case LetterToken::Kind::money:
      return "@money";
    case LetterToken::Kind::date:
      return "@date";
    case LetterToken::Kind::phone:
      return "@phone";
    case LetterToken::Kind::address:
      return "@address";
  }
  throw std::logic_error("a kind of token without a name");
}

// What stands for a token in features, as numbers; 0: in none.
struct TokenCells {
  std::uint32_t word = 0, front = 0, back = 0;
  std::vector<std::uint32_t> classes;
};

struct Feature {
  std::array<std::uint32_t, 3> key{};
  LintMatch match;
};

// `number` of a cell's text.
template <class Number>
std::vector<Feature> features_of(const LetterSentence& sentence, const LintWords& words, const Number& number) {
  std::vector<TokenCells> cells;
  cells.push_back({number("^"), 0, 0, {}});
  const std::vector<const LintForm*> forms = words.forms_of(sentence);
  for (std::size_t i = 0; i < forms.size(); ++i) {
    const LetterToken& token = sentence.tokens[i];
    TokenCells cell;
    cell.word = number(name_of(token));
    if (token.kind == LetterToken::Kind::word) {
      if (const std::string front = front_of(token.word); !front.empty()) cell.front = number(front);
      if (const std::string back = back_of(token.word); !back.empty()) cell.back = number(back);
    }
    for (const std::string_view name : forms[i]->learned) cell.classes.push_back(number(name));
    cells.push_back(std::move(cell));
  }
  cells.push_back({number(sentence.end == '?' ? "$?" : sentence.end == '!' ? "$!" : "$"), 0, 0, {}});
  const std::uint32_t any = number("_"), opens = number("^^");

  std::vector<Feature> found;
  const auto add = [&](std::array<std::uint32_t, 3> key, std::size_t first, std::size_t last) {
    const auto token = [&](std::size_t cell) { return std::clamp<std::size_t>(cell, 1, sentence.tokens.size()) - 1; };
    found.push_back({key, {token(first), token(last) + 1}});
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const TokenCells& cell = cells[i];
    if (cell.word && i > 0) add({cell.word, 0, 0}, i, i);  // ^ is always there
    if (cell.front) add({cell.front, 0, 0}, i, i);
    if (cell.back) add({cell.back, 0, 0}, i, i);
    for (const std::uint32_t c : cell.classes)
      if (c) add({c, 0, 0}, i, i);
    if (i + 1 == cells.size()) break;
    const TokenCells& next = cells[i + 1];
    if (cell.word && next.word) add({cell.word, next.word, 0}, i, i + 1);
    for (const std::uint32_t c : next.classes)
      if (cell.word && c) add({cell.word, c, 0}, i, i + 1);
    for (const std::uint32_t c : cell.classes)
      if (c && next.word) add({c, next.word, 0}, i, i + 1);
    if (i + 2 < cells.size() && cell.word && cells[i + 2].word) add({cell.word, any, cells[i + 2].word}, i, i + 2);
  }
  const auto has_class = [](const TokenCells& cell) { return !cell.classes.empty(); };
  const auto first = std::find_if(cells.begin(), cells.end(), has_class);
  if (opens && first != cells.end()) {
    const auto place = [&](auto cell) { return static_cast<std::size_t>(cell - cells.begin()); };
    add({opens, first->classes.front(), 0}, place(first), place(first));
    const auto second = std::find_if(first + 1, cells.end(), has_class);
    if (second != cells.end()) add({opens, first->classes.front(), second->classes.front()}, place(first), place(second));
  }
  // Each once, where it stands first.
  std::stable_sort(found.begin(), found.end(), [](const Feature& a, const Feature& b) { return a.key < b.key; });
  found.erase(std::unique(found.begin(), found.end(), [](const Feature& a, const Feature& b) { return a.key == b.key; }), found.end());
  return found;
}

// The run of words whose weights add up to most.
LintMatch heaviest_run(const std::vector<std::int64_t>& weights) {
  LintMatch best{0, 1};
  std::int64_t most = weights.front(), sum = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (sum <= 0) {
      sum = 0;
      begin = i;
    }
    sum += weights[i];
    if (sum > most) {
      most = sum;
      best = {begin, i + 1};
    }
  }
  return best;
}

}  // namespace

std::vector<std::string> lint_features(const LetterSentence& sentence, const LintWords& words) {
  std::unordered_map<std::string, std::uint32_t> numbers;
  std::vector<std::string> names = {""};
  const auto number = [&](std::string_view cell) {
    const auto [at, is_new] = numbers.emplace(cell, names.size());
    if (is_new) names.emplace_back(cell);
    return at->second;
  };
  std::vector<std::string> texts;
  for (const Feature& feature : features_of(sentence, words, number)) {
    std::string text;
    for (const std::uint32_t cell : feature.key)
      if (cell) text += (text.empty() ? "" : " ") + names[cell];
    texts.push_back(std::move(text));
  }
  return texts;
}

std::size_t LintModel::KeyHash::operator()(const Key& key) const {
  std::uint64_t hash = 0;
  for (const std::uint32_t cell : key) {
    hash = (hash ^ cell) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
  }
  return hash;
}

LintModel::LintModel(std::string_view tsv, const LintWords& words) : words_(words) {
  for (const std::string_view line : split(tsv, '\n'))
    if (!line.empty() && line.front() != '#') add(split(line, '\t'));
}

void LintModel::add(const std::vector<std::string_view>& cells) {
  if (rules_.empty()) {
    rules_.assign(cells.begin() + 1, cells.end());
    if (cells.front() != "feature" || rules_.size() > most_rules) throw std::logic_error("lint weights: the first line names the rules");
    return;
  }
  if (cells.size() != rules_.size() + 1) throw std::logic_error(fmt::format("lint weights: {}", cells.front()));
  Weights& weights = cells.front() == "(always)" ? always_ : weights_[key_of(cells.front())];
  for (std::size_t i = 0; i < rules_.size(); ++i)
    if (!cells[i + 1].empty()) weights[i] = std::stoi(std::string(cells[i + 1]));
}

LintModel::Key LintModel::key_of(std::string_view feature) {
  Key key{};
  std::size_t at = 0;
  for (const std::string_view cell : split(feature, ' ')) {
    if (at == key.size()) throw std::logic_error(fmt::format("lint weights: {}", feature));
    key[at++] = numbers_.emplace(cell, numbers_.size() + 1).first->second;
  }
  return key;
}

std::vector<LintSaid> LintModel::said(const LetterSentence& sentence) const {
  const auto number = [&](std::string_view cell) -> std::uint32_t {
    const auto found = numbers_.find(std::string(cell));
    return found == numbers_.end() ? 0 : found->second;
  };
  struct Found {
    const Weights* weights = nullptr;
    LintMatch match;
  };
  std::vector<Found> found;
  Weights sums = always_;
  for (const Feature& feature : features_of(sentence, words_, number)) {
    const auto at = weights_.find(feature.key);
    if (at == weights_.end()) continue;
    for (std::size_t i = 0; i < rules_.size(); ++i) sums[i] += at->second[i];
    found.push_back({&at->second, feature.match});
  }

  std::vector<LintSaid> said;
  for (std::size_t rule = 0; rule < rules_.size(); ++rule) {
    if (sums[rule] <= 0) continue;
    std::vector<std::int64_t> by_token(sentence.tokens.size());
    for (const Found& f : found) {
      const auto length = static_cast<std::int64_t>(f.match.end - f.match.first);
      constexpr std::int64_t shares = 6;  // of one, two or three words
      for (std::size_t i = f.match.first; i < f.match.end; ++i) by_token[i] += (*f.weights)[rule] * shares / length;
    }
    said.push_back({rules_[rule], sums[rule], heaviest_run(by_token)});
  }
  return said;
}

const LintModel* lint_model(std::string_view language) {
  static const LintModel en(embedded("lint/en.weights.tsv"), *lint_words("en"));
  static const LintModel de(embedded("lint/de.weights.tsv"), *lint_words("de"));
  return language == "en" ? &en : language == "de" ? &de : nullptr;
}

}  // namespace amends
