#include "cmd/lint_letters.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cmd/sentences.h"
#include "core/base/text.h"
#include "core/lint/letter_lint.h"
#include "core/lint/lint_rules.h"
#include "core/time/locale.h"
#include "io/records/input_file.h"
#include "io/records/json_tree.h"
#include "io/toml.h"

namespace amends {
namespace {

constexpr std::string_view fence = "+++";

struct OpenedLetter {
  DecisionFacts facts;
  Anchor begin;  // of its text in the file
  std::string text;
  bool is_message = false;  // a line of JSON, in which no byte stands where it does in the letter
};

Source opened(const std::string& path) {
  const InputFile file = read_input(path);
  Source source{path == "-" ? "stdin" : path, std::string(*file.bytes)};
  if (const std::size_t bad = first_invalid_utf8(source.text); bad != std::string::npos)
    throw Error{where_at(source.name, source.text, bad, 1), "this is not UTF-8", "save the file as UTF-8"};
  if (source.text.find_first_not_of(" \t\r\n") == std::string::npos) throw Error{{source.name}, "there is no letter in it", "amends lint --letter letter.txt"};
  return source;
}

bool is_fence(std::string_view line) { return trimmed(line.substr(0, line.find_last_not_of('\r') + 1)) == fence; }

// Offsets at which lines that are fences begin.
std::vector<std::size_t> fences(std::string_view text) {
  std::vector<std::size_t> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (is_fence(text.substr(at, end - at))) found.push_back(at);
    at = end + 1;
  }
  return found;
}

std::size_t line_after(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size() - 1) + 1; }

// The start of the line at `offset`, counted from an earlier one.
Anchor anchor_at(std::string_view text, std::size_t offset, Anchor from) {
  const std::string_view between = text.substr(from.offset, offset - from.offset);
  return {from.line + static_cast<std::size_t>(std::count(between.begin(), between.end(), '\n')), offset};
}

DecisionFacts facts_in(const Source& file, Anchor from, std::size_t to) {
  try {
    return decision_facts(read_toml(std::make_shared<Source>(Source{file.name, file.text.substr(from.offset, to - from.offset)})));
  } catch (const Error& fault) {
    Where where = fault.where;
    if (where.line > 0) where.line += from.line - 1;
    throw Error{where, fault.message, "the lines between +++ are TOML: customer = \"Priya Sharma\""};
  }
}

std::string text_in(const Node& node, std::string_view key, std::string_view inner = {}) {
  const Node* found = node.find(key);
  if (found != nullptr && !inner.empty()) found = found->find(inner);
  return found == nullptr ? std::string{} : found->text;
}

// What a message tells of its decision; amounts and dates it does not.
DecisionFacts facts_of_message(const Node& message) {
  DecisionFacts facts;
  facts.id = text_in(message, "order");
  if (message.find("also") == nullptr) facts.order = facts.id;  // a letter of several orders names all of them
  facts.locale = text_in(message, "locale");
  facts.customer = text_in(message, "to", "name");
  facts.signatory = text_in(message, "from", "name");
  const Node* grants = message.find("grants");
  facts.gives_nothing = grants != nullptr && grants->items.empty();
  facts.signatory.resize(std::min(facts.signatory.size(), facts.signatory.find(" (")));
  return facts;
}

// The letters among the lines amends draft prints; a text message has no room for what a letter must say.
std::vector<OpenedLetter> messages_in(const Source& file) {
  std::vector<OpenedLetter> letters;
  std::size_t at = 0, number = 0;
  for (const std::string_view line : split(file.text, '\n')) {
    ++number;
    if (!trimmed(line).empty()) {
      const Node message = read_json(line, file.name, number);
      if (text_in(message, "type") == "message" && text_in(message, "channel") != "sms") letters.push_back({facts_of_message(message), {number, at}, text_in(message, "text"), true});
    }
    at += line.size() + 1;
  }
  return letters;
}

std::vector<OpenedLetter> letters_in(const Source& file) {
  const std::string_view text = file.text;
  const std::vector<std::size_t> marks = fences(text);
  if (trimmed(text).starts_with("{\"")) return messages_in(file);
  if (marks.empty()) return {{{}, {}, file.text, false}};
  if (marks.size() % 2 != 0)
    throw Error{where_at(file.name, file.text, marks.back(), fence.size()), "the header that begins here has no end", "write +++ below the facts too"};
  std::vector<OpenedLetter> letters;
  Anchor begin;
  for (std::size_t i = 0; i < marks.size(); i += 2) {
    const Anchor header = anchor_at(text, line_after(text, marks[i]), begin);
    begin = anchor_at(text, line_after(text, marks[i + 1]), header);
    const std::size_t end = i + 2 < marks.size() ? marks[i + 2] : text.size();
    letters.push_back({facts_in(file, header, marks[i + 1]), begin, file.text.substr(begin.offset, end - begin.offset), false});
  }
  return letters;
}

std::string language_of_letter(const OpenedLetter& letter, const Source& file) {
  const std::string language = letter.facts.locale.empty() ? guessed_language(letter.text) : language_of(letter.facts.locale);
  if (lint_words(language) != nullptr) return language;
  throw Error{where_at(file.name, file.text, letter.begin.offset, 1, letter.begin), language.empty() ? "the language of this letter is not known" : fmt::format("there are no rules for letters in {}", quoted(language)),
              "letters in English and German can be read; a header with locale = \"en\" says which it is"};
}

class Reading {
 public:
  explicit Reading(const Source& file) : file_(file) {}

  // Of many that amends itself wrote, those in a language without rules are counted.
  void read(const OpenedLetter& letter) {
    const std::string own = language_of(letter.facts.locale);
    if (letter.is_message && !own.empty() && lint_words(own) == nullptr) {
      ++without_rules_[own];
      return;
    }
    const LetterLint lint = lint_letter(letter.text, language_of_letter(letter, file_), letter.facts);
    for (const LetterFinding& found : lint.findings) {
      const LintRule& rule = *lint_rule(found.code);
      const std::string message = found.detail.empty() ? rule.message : found.detail;
      add({place_of(letter, found), rule.severity, rule.code, message, rule.hint, {}, letter.facts.id});
    }
    if (!lint.left_out.empty()) ++left_out_[joined(lint.left_out, ", ")];
    ++read_.letters;
  }

  LintedLetters take() {
    for (const auto& [language, count] : without_rules_)
      add({{file_.name}, "note", "no-rules",
           fmt::format("there are no rules for letters in {}: {} not read", quoted(language), counted(count, "letter was", "letters were")),
           "letters in English and German can be read; let somebody who speaks it read these"});
    for (const auto& [rules, count] : left_out_)
      add({{file_.name}, "note", "no-facts", fmt::format("not looked at in {}, for want of the decision's facts: {}", counted(count, "letter", "letters"), rules),
           "give them above the letter between two lines +++; man amends-lint lists them"});
    return std::move(read_);
  }

 private:
  // Of a message the words themselves, in its line.
  Where place_of(const OpenedLetter& letter, const LetterFinding& found) const {
    Where where = where_at(file_.name, file_.text, letter.begin.offset + (letter.is_message ? 0 : found.offset), found.length, letter.begin);
    if (!letter.is_message) return where;
    const std::size_t begin = letter.text.rfind('\n', found.offset) + 1;
    where.text = letter.text.substr(begin, std::min(letter.text.find('\n', found.offset), letter.text.size()) - begin);
    where.column = found.offset - begin + 1;
    return where;
  }

  void add(Finding finding) { read_.findings.push_back(std::move(finding)); }

  const Source& file_;
  LintedLetters read_;
  std::map<std::string, std::size_t> without_rules_;  // letters by language
  std::map<std::string, std::size_t> left_out_;  // letters by the rules they could not be read by
};

}  // namespace

LintedLetters lint_letters(const std::string& path) {
  const Source file = opened(path);
  Reading reading(file);
  for (const OpenedLetter& letter : letters_in(file)) reading.read(letter);
  return reading.take();
}

}  // namespace amends
