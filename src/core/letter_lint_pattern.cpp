#include "core/letter_lint_pattern.h"

#include <algorithm>
#include <unordered_map>
#include <stdexcept>

#include <fmt/format.h>

#include "core/embedded.h"
#include "core/text.h"

namespace amends {
namespace {

using Kind = LintStep::Kind;
using Ends = std::vector<std::size_t>;

constexpr std::size_t usual_gap = 3;

LetterToken::Kind token_named(std::string_view name) {
  if (name == "@money") return LetterToken::Kind::money;
  if (name == "@date") return LetterToken::Kind::date;
  if (name == "@number") return LetterToken::Kind::number;
  if (name == "@phone") return LetterToken::Kind::phone;
  if (name == "@address") return LetterToken::Kind::address;
  if (name == "@word") return LetterToken::Kind::word;
  throw std::logic_error(fmt::format("lint words: no kind of token {}", name));
}

LintPattern pattern_of(std::string_view text, char between);

void add_choice(std::string_view choice, LintStep& step) {
  if (choice == "@capital") step.is_capital = true;
  else if (choice.starts_with('@')) step.tokens.push_back(token_named(choice));
  else if (choice.starts_with('<') && choice.ends_with('>')) step.classes.emplace_back(choice.substr(1, choice.size() - 2));
  else if (choice.find('_') != std::string_view::npos) step.phrases.push_back(pattern_of(choice, '_'));
  else step.words.emplace_back(choice);
}

LintStep step_of(std::string_view text) {
  LintStep step;
  if (text.size() > 1 && text.ends_with('?')) {
    step.is_optional = true;
    text.remove_suffix(1);
  }
  if (text.starts_with("..")) {
    step.kind = Kind::gap;
    step.most = text.size() == 2 ? usual_gap : std::stoul(std::string(text.substr(2)));
  } else if (text == "^" || text == "$") {
    step.kind = text == "^" ? Kind::first : Kind::last;
  } else {
    for (const std::string_view choice : split(text, '|')) add_choice(choice, step);
  }
  return step;
}

LintPattern pattern_of(std::string_view text, char between) {
  LintPattern pattern;
  for (const std::string_view step : split(text, between))
    if (!step.empty()) pattern.push_back(step_of(step));
  return pattern;
}

bool is_like(std::string_view pattern, std::string_view word) {
  const bool begins = pattern.ends_with('*');
  const bool ends = pattern.starts_with('*');
  if (begins) pattern.remove_suffix(1);
  if (ends) pattern.remove_prefix(1);
  if (begins && ends) return word.find(pattern) != std::string_view::npos;
  if (begins) return word.starts_with(pattern);
  return ends ? word.ends_with(pattern) : word == pattern;
}

bool is_like_one(const std::vector<std::string>& patterns, std::string_view word) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return is_like(p, word); });
}

bool is_chosen(const LintStep& step, const LetterToken& token) {
  return (step.is_capital && token.is_capital) || std::find(step.tokens.begin(), step.tokens.end(), token.kind) != step.tokens.end() ||
         is_like_one(step.words, token.word);
}

void add_sorted(Ends& to, const Ends& from) {
  to.insert(to.end(), from.begin(), from.end());
  std::sort(to.begin(), to.end());
  to.erase(std::unique(to.begin(), to.end()), to.end());
}

void name_all(std::map<std::string, int>& names, std::string_view words) {
  int n = 0;
  for (const auto& [name, number] : names) n = std::max(n, number);
  for (const std::string_view word : split(words, '|')) names[std::string(word)] = n + 1;
}

template <typename Number>
void value_all(std::map<std::string, Number>& values, std::string_view words) {
  for (const std::string_view word : split(words, '|')) {
    const std::size_t sign = word.find('=');
    values[std::string(word.substr(0, sign))] = std::stoll(std::string(word.substr(sign + 1)));
  }
}

void append(std::vector<std::string>& list, std::string_view words) {
  for (const std::string_view word : split(words, '|')) list.emplace_back(word);
}

}  // namespace

LintWords::LintWords(std::string_view tsv) {
  for (const std::string_view line : split(tsv, '\n'))
    if (!line.empty() && line.front() != '#') add(split(line, '\t'));
  const auto check = [&](const LintPatterns& patterns) {
    for (const LintPattern& pattern : patterns)
      for (const LintStep& step : pattern)
        for (const std::string& name : step.classes)
          if (!classes_.contains(name)) throw std::logic_error(fmt::format("lint words: no class {}", name));
  };
  for (const auto& [name, patterns] : lists_) check(patterns);
  for (const auto& [name, patterns] : classes_) check(patterns);
}

void LintWords::add(const std::vector<std::string_view>& cells) {
  const std::string_view name = cells.front();
  if (name == "let" && cells.size() == 3) {
    for (const std::string_view phrase : split(cells[2], '|')) classes_[std::string(cells[1])].push_back(pattern_of(phrase, ' '));
    return;
  }
  if (cells.size() != 2) throw std::logic_error(fmt::format("lint words: {}", joined({cells.begin(), cells.end()}, " ")));
  if (name == "month") name_all(spoken_.months, cells[1]);
  else if (name == "weekday") name_all(spoken_.weekdays, cells[1]);
  else if (name == "number") value_all(spoken_.numbers, cells[1]);
  else if (name == "currency") value_all(spoken_.currencies, cells[1]);
  else if (name == "abbreviation") append(spoken_.abbreviations, cells[1]);
  else if (name == "weight") append(spoken_.weights, cells[1]);
  else if (name == "turn") append(spoken_.turns, cells[1]);
  else if (name == "link") append(spoken_.links, cells[1]);
  else if (name == "contraction") spoken_.contractions[std::string(cells[1].substr(0, cells[1].find('=')))] = cells[1].substr(cells[1].find('=') + 1);
  else lists_[std::string(name)].push_back(pattern_of(cells[1], ' '));
}

Ends LintWords::ends(const LintStep& step, const LetterSentence& sentence, std::size_t from) const {
  const std::vector<LetterToken>& tokens = sentence.tokens;
  const bool has_token = from < tokens.size();
  Ends found;
  switch (step.kind) {
    case Kind::gap:
      for (std::size_t n = 0; n <= step.most && from + n <= tokens.size(); ++n) found.push_back(from + n);
      return found;
    case Kind::first:
      return from == 0 ? Ends{from} : Ends{};
    case Kind::last:
      return has_token ? Ends{} : Ends{from};
    case Kind::choice:
      if (has_token && is_chosen(step, tokens[from])) found.push_back(from + 1);
      for (const LintPattern& phrase : step.phrases) add_sorted(found, ends(phrase, sentence, from));
      for (const std::string& name : step.classes)
        for (const LintPattern& phrase : classes_.find(name)->second) add_sorted(found, ends(phrase, sentence, from));
      break;
  }
  if (step.is_optional) add_sorted(found, {from});
  return found;
}

Ends LintWords::ends(const LintPattern& pattern, const LetterSentence& sentence, std::size_t from) const {
  Ends at = {from};
  for (const LintStep& step : pattern) {
    Ends next;
    for (const std::size_t place : at) add_sorted(next, ends(step, sentence, place));
    at = std::move(next);
    if (at.empty()) break;
  }
  return at;
}

bool LintWords::may_begin(const LintPattern& pattern, const LetterSentence& sentence, std::size_t from) const {
  const LintStep& step = pattern.front();
  if (step.kind == Kind::first) return from == 0;
  if (step.kind != Kind::choice || step.is_optional) return true;
  if (is_chosen(step, sentence.tokens[from])) return true;
  const auto begins = [&](const LintPattern& phrase) { return may_begin(phrase, sentence, from); };
  return std::any_of(step.phrases.begin(), step.phrases.end(), begins) || std::any_of(step.classes.begin(), step.classes.end(), [&](const std::string& name) {
           const LintPatterns& phrases = classes_.find(name)->second;
           return std::any_of(phrases.begin(), phrases.end(), begins);
         });
}

std::vector<LintMatch> LintWords::raw_matches(std::string_view list, const LetterSentence& sentence) const {
  std::vector<LintMatch> found;
  const auto patterns = lists_.find(list);
  if (patterns == lists_.end()) return found;
  for (std::size_t from = 0; from < sentence.tokens.size(); ++from)
    for (const LintPattern& pattern : patterns->second)
      if (may_begin(pattern, sentence, from))
        if (const Ends at = ends(pattern, sentence, from); !at.empty()) found.push_back({from, std::max(at.front(), from + 1)});
  return found;
}

namespace {

// All that a match goes by. Which date, amount or long number (an order's) it is makes no difference: no pattern names one.
std::string key_of(const LintWords* words, std::string_view list, const LetterSentence& sentence) {
  std::string key(reinterpret_cast<const char*>(&words), sizeof words);
  key += list;
  for (const LetterToken& token : sentence.tokens) {
    key += static_cast<char>('0' + static_cast<int>(token.kind));
    key += token.is_capital ? 'A' : 'a';
    key += static_cast<char>('0' + token.clause % 64);
    const bool is_long_number = token.kind == LetterToken::Kind::number && token.word.size() > 3;
    if (token.kind != LetterToken::Kind::money && token.kind != LetterToken::Kind::date && !is_long_number) key += token.word;
    key += '\n';
  }
  return key;
}

}  // namespace

// The letters of a night say most of their sentences again and again.
std::vector<LintMatch> LintWords::matches(std::string_view list, const LetterSentence& sentence) const {
  constexpr std::size_t most_kept = 50000;
  thread_local std::unordered_map<std::string, std::vector<LintMatch>> known;
  std::string key = key_of(this, list, sentence);
  if (const auto found = known.find(key); found != known.end()) return found->second;
  if (known.size() >= most_kept) known.clear();
  return known.emplace(std::move(key), new_matches(list, sentence)).first->second;
}

std::vector<LintMatch> LintWords::new_matches(std::string_view list, const LetterSentence& sentence) const {
  std::vector<LintMatch> found = raw_matches(list, sentence);
  if (found.empty()) return found;
  const auto clause = [&](std::size_t token) { return sentence.tokens[token].clause; };
  for (const LintMatch& except : raw_matches(fmt::format("{}-not", list), sentence))
    std::erase_if(found, [&](const LintMatch& m) { return clause(m.first) <= clause(except.end - 1) && clause(except.first) <= clause(m.end - 1); });
  return found;
}

bool LintWords::is_one_of(std::string_view name, std::string_view word) const {
  const auto found = classes_.find(name);
  return found != classes_.end() && std::any_of(found->second.begin(), found->second.end(), [&](const LintPattern& p) {
           return p.size() == 1 && is_like_one(p.front().words, word);
         });
}

const LintWords* lint_words(std::string_view language) {
  static const LintWords en(embedded("lint/en.tsv"));
  static const LintWords de(embedded("lint/de.tsv"));
  return language == "en" ? &en : language == "de" ? &de : nullptr;
}

std::string guessed_language(std::string_view text) {
  std::string best;
  std::size_t most = 0;
  constexpr std::size_t rare = 12;  // one word in more than that is nobody's
  for (const char* language : {"en", "de"}) {
    const LintWords& words = *lint_words(language);
    std::size_t count = 0, all = 0;
    for (const LetterSentence& sentence : read_letter_text(text, words.spoken()).sentences)
      for (const LetterToken& token : sentence.tokens) ++all, count += words.is_one_of("common", token.word);
    if (count > most && count * rare >= all) {
      best = language;
      most = count;
    }
  }
  return best;
}

}  // namespace amends
