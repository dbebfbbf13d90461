#include "core/lint/letter_lint_pattern.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <unordered_map>
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/embedded.h"
#include "core/base/text.h"
#include "core/lint/letter_lint_index.h"
#include "core/lint/letter_lint_memo.h"

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

void add_word(std::string_view word, LintStep& step) {
  if (word.empty()) throw std::logic_error("lint words: an empty word");
  if (word.starts_with('!')) step.excluded.emplace_back(word.substr(1));
  else step.words.emplace_back(word);
}

// What one language's file says, line by line.
class LintFile {
 public:
  explicit LintFile(std::string_view tsv) {
    for (const std::string_view line : split(tsv, '\n'))
      if (!line.empty() && line.front() != '#') add(split(line, '\t'));
    for (const LintClass& c : classes)
      if (c.phrases.empty()) throw std::logic_error(fmt::format("lint words: no class {}", c.name));
  }

  SpokenWords spoken;
  std::vector<LintClass> classes;
  std::vector<std::size_t> learned;
  std::map<std::string, LintPatterns, std::less<>> lists;

 private:
  std::size_t class_number(std::string_view name) {
    const auto [at, is_new] = numbers_.emplace(name, classes.size());
    if (is_new) classes.push_back({std::string(name), {}, {}});
    return at->second;
  }

  void add_choice(std::string_view choice, LintStep& step) {
    if (choice == "@capital") step.is_capital = true;
    else if (choice.starts_with('@')) step.tokens.push_back(token_named(choice));
    else if (choice.starts_with('<') && choice.ends_with('>')) step.classes.push_back(class_number(choice.substr(1, choice.size() - 2)));
    else if (choice.find('_') != std::string_view::npos) step.phrases.push_back(pattern_of(choice, '_'));
    else add_word(choice, step);
  }

  LintStep gap_of(std::string_view text) {
    LintStep step;
    step.kind = LintStep::Kind::gap;
    const std::size_t sign = std::min(text.find('!'), text.size());
    step.most = sign == 2 ? usual_gap : std::stoul(std::string(text.substr(2, sign - 2)));
    if (sign == text.size()) return step;
    for (const std::string_view barred : split(text.substr(sign + 1), '|')) add_choice(barred, step);
    return step;
  }

  LintStep step_of(std::string_view text) {
    if (text.starts_with("..")) return gap_of(text);
    LintStep step;
    if (text.size() > 1 && text.ends_with('?')) {
      step.is_optional = true;
      text.remove_suffix(1);
    }
    if (text == "^" || text == "$") {
      step.kind = text == "^" ? Kind::first : Kind::last;
      return step;
    }
    for (const std::string_view choice : split(text, '|')) add_choice(choice, step);
    return step;
  }

  LintPattern pattern_of(std::string_view text, char between) {
    LintPattern pattern;
    for (const std::string_view step : split(text, between))
      if (!step.empty()) pattern.push_back(step_of(step));
    return pattern;
  }

  void add_class(std::string_view name, std::string_view phrases) {
    const std::size_t number = class_number(name);
    for (const std::string_view phrase : split(phrases, '|')) {
      if (phrase.starts_with('!')) {
        classes[number].excluded.emplace_back(phrase.substr(1));
        continue;
      }
      LintPattern pattern = pattern_of(phrase, ' ');
      classes[number].phrases.push_back(std::move(pattern));
    }
  }

  void learn(std::string_view names) {
    for (const std::string_view name : split(names, '|')) learned.push_back(class_number(name));
  }

  void add(const std::vector<std::string_view>& cells) {
    const std::string_view name = cells.front();
    if (name == "let" && cells.size() == 3) {
      add_class(cells[1], cells[2]);
      return;
    }
    if (cells.size() != 2) throw std::logic_error(fmt::format("lint words: {}", joined({cells.begin(), cells.end()}, " ")));
    if (name == "month") name_all(spoken.months, cells[1]);
    else if (name == "weekday") name_all(spoken.weekdays, cells[1]);
    else if (name == "number") value_all(spoken.numbers, cells[1]);
    else if (name == "currency") value_all(spoken.currencies, cells[1]);
    else if (name == "abbreviation") append(spoken.abbreviations, cells[1]);
    else if (name == "weight") append(spoken.weights, cells[1]);
    else if (name == "turn") append(spoken.turns, cells[1]);
    else if (name == "link") append(spoken.links, cells[1]);
    else if (name == "contraction") spoken.contractions[std::string(cells[1].substr(0, cells[1].find('=')))] = cells[1].substr(cells[1].find('=') + 1);
    else if (name == "learned") learn(cells[1]);
    else lists[std::string(name)].push_back(pattern_of(cells[1], ' '));
  }

  std::map<std::string, std::size_t, std::less<>> numbers_;  // of the classes
};

bool is_chosen(const LintStep& step, const LetterToken& token) {
  return (step.is_capital && token.is_capital) || std::find(step.tokens.begin(), step.tokens.end(), token.kind) != step.tokens.end() ||
         is_like_one(step.words, token.word);
}

void add_sorted(Ends& to, const Ends& from) {
  to.insert(to.end(), from.begin(), from.end());
  std::sort(to.begin(), to.end());
  to.erase(std::unique(to.begin(), to.end()), to.end());
}

// A sentence and what may begin with each of its words.
class Reading {
 public:
  Reading(const std::vector<LintClass>& classes, const LetterSentence& sentence, const std::vector<const LintForm*>& forms)
      : classes_(classes), tokens_(sentence.tokens), forms_(forms) {}

  // Where a match of the pattern that begins at `from` may end; empty: there is none.
  Ends ends(const LintPattern& pattern, std::size_t from) const {
    Ends at = {from};
    for (const LintStep& step : pattern) {
      Ends next;
      for (const std::size_t place : at) add_sorted(next, ends(step, place));
      at = std::move(next);
      if (at.empty()) break;
    }
    return at;
  }

 private:
  Ends ends(const LintStep& step, std::size_t from) const {
    const bool has_token = from < tokens_.size();
    switch (step.kind) {
      case Kind::gap:
        return ends_of_gap(step, from);
      case Kind::first:
        return from == 0 ? Ends{from} : Ends{};
      case Kind::last:
        return has_token ? Ends{} : Ends{from};
      case Kind::choice:
        break;
    }
    Ends found;
    if (has_token && (step.excluded.empty() || !is_like_one(step.excluded, tokens_[from].word))) found = ends_of_choice(step, from);
    if (step.is_optional) add_sorted(found, {from});
    return found;
  }

  Ends ends_of_gap(const LintStep& step, std::size_t from) const {
    Ends found = {from};
    for (std::size_t at = from; at < from + step.most && at < tokens_.size() && !is_barred(step, at); ++at) found.push_back(at + 1);
    return found;
  }

  bool is_barred(const LintStep& gap, std::size_t at) const {
    return is_chosen(gap, tokens_[at]) || std::any_of(gap.classes.begin(), gap.classes.end(), [&](std::size_t number) { return forms_[at]->classes[number]; });
  }

  Ends ends_of_choice(const LintStep& step, std::size_t from) const {
    Ends found;
    if (is_chosen(step, tokens_[from])) found.push_back(from + 1);
    for (const LintPattern& phrase : step.phrases) add_sorted(found, ends(phrase, from));
    for (const std::size_t number : step.classes)
      if (forms_[from]->classes[number])
        for (const LintPattern& phrase : classes_[number].phrases)
          if (may_begin(phrase.front(), tokens_[from])) add_sorted(found, ends(phrase, from));
    return found;
  }

  // False: surely not. A class has hundreds of phrases, of which one or two begin with the word.
  static bool may_begin(const LintStep& step, const LetterToken& token) {
    return step.kind != Kind::choice || step.is_optional || !step.classes.empty() || !step.phrases.empty() || is_chosen(step, token);
  }

  const std::vector<LintClass>& classes_;
  const std::vector<LetterToken>& tokens_;
  const std::vector<const LintForm*>& forms_;
};

}  // namespace

bool is_like(std::string_view pattern, std::string_view word) {
  if (pattern.front() != '*' && (word.empty() || pattern.front() != word.front())) return false;  // most are told by a letter
  if (const std::size_t star = pattern.find('*', 1); star != std::string_view::npos && star + 1 < pattern.size())
    return word.size() + 1 >= pattern.size() && word.starts_with(pattern.substr(0, star)) && word.ends_with(pattern.substr(star + 1));
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

LintWords::LintWords(std::string_view tsv) {
  static std::atomic<std::uint64_t> made = 0;
  number_ = ++made;
  LintFile file(tsv);
  spoken_ = std::move(file.spoken);
  classes_ = std::move(file.classes);
  for (const std::size_t number : file.learned) learned_.push_back({number, fmt::format("<{}>", classes_[number].name)});
  for (auto& [name, patterns] : file.lists) {
    const Range range{patterns_.size(), patterns_.size() + patterns.size(), lists_.size()};
    lists_.emplace(name, range);
    std::move(patterns.begin(), patterns.end(), std::back_inserter(patterns_));
  }
  index_ = std::make_unique<const LintIndex>(classes_, patterns_);
  named_ = std::make_unique<const NamedWords>(classes_, patterns_);
}

LintWords::~LintWords() = default;

// Kept by thread: the letters of a night say most words again and again.
std::vector<const LintForm*> LintWords::forms_of(const LetterSentence& sentence) const {
  constexpr std::size_t most_kept = 20000;
  thread_local std::unordered_map<std::string, LintForm> known;
  if (known.size() >= most_kept) known.clear();
  std::vector<const LintForm*> forms;
  for (const LetterToken& token : sentence.tokens) {
    std::string key(reinterpret_cast<const char*>(&number_), sizeof number_);
    key += static_cast<char>('0' + static_cast<int>(token.kind));
    key += token.is_capital ? 'A' : 'a';
    key += token.word;
    auto found = known.find(key);
    if (found == known.end()) found = known.emplace(std::move(key), new_form(token)).first;
    forms.push_back(&found->second);
  }
  return forms;
}

LintForm LintWords::new_form(const LetterToken& token) const {
  LintForm form = index_->form_of(token);
  for (const Learned& learned : learned_)
    if (form.classes[learned.number] && is_one_of(classes_[learned.number].name, token.word)) form.learned.push_back(learned.name);
  return form;
}

std::vector<LintMatch> LintWords::raw_matches(std::string_view list, const LetterSentence& sentence) const {
  std::vector<LintMatch> found;
  const auto patterns = lists_.find(list);
  if (patterns == lists_.end()) return found;
  const Range range = patterns->second;
  const std::vector<const LintForm*> forms = forms_of(sentence);
  const Reading reading(classes_, sentence, forms);
  for (std::size_t from = 0; from < sentence.tokens.size(); ++from) {
    const std::vector<std::size_t>& candidates = forms[from]->patterns;
    for (auto at = std::lower_bound(candidates.begin(), candidates.end(), range.first); at != candidates.end() && *at < range.end; ++at)
      if (const Ends ends = reading.ends(patterns_[*at], from); !ends.empty()) found.push_back({from, std::max(ends.front(), from + 1)});
  }
  return found;
}

const std::vector<LintMatch>& LintWords::kept_matches(std::string_view list, const LetterSentence& sentence) const {
  static const std::vector<LintMatch> none;
  const auto asked = lists_.find(list);
  if (asked == lists_.end()) return none;
  std::vector<LintMemo::Found>& kept = LintMemo::mine().of(number_, *named_, sentence);
  if (kept.empty()) kept.resize(lists_.size());
  LintMemo::Found& found = kept[asked->second.number];
  if (!found) found = new_matches(list, sentence);
  return *found;
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
  const auto found = std::find_if(classes_.begin(), classes_.end(), [&](const LintClass& c) { return c.name == name; });
  return found != classes_.end() && !is_like_one(found->excluded, word) && std::any_of(found->phrases.begin(), found->phrases.end(), [&](const LintPattern& p) {
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
