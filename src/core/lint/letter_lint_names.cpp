#include "core/lint/letter_lint_names.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/time/locale.h"

namespace amends {
namespace {

// The first line that is no header.
const LetterLine* first_line(const LetterText& letter) {
  for (const LetterLine& line : letter.lines) {
    const std::string word = lower(line.text.substr(0, line.text.find(':') == std::string_view::npos ? 0 : line.text.find(':')));
    if (!line.text.empty() && word != "subject" && word != "betreff" && word != "to" && word != "an") return &line;
  }
  return nullptr;
}

LetterSentence words_in(std::string_view text, const LintWords& words) {
  LetterSentence all;
  for (LetterSentence& sentence : read_letter_text(text, words.spoken()).sentences)
    for (LetterToken& token : sentence.tokens) all.tokens.push_back(std::move(token));
  return all;
}

bool is_left_open(std::string_view line) {
  static constexpr std::string_view marks[] = {"{{", "}}", "{%", "[", "]", "<", ">", "%", "$", "_", "@", "***", "(r)", "/", "?"};
  return std::any_of(std::begin(marks), std::end(marks), [&](std::string_view m) { return line.find(m) != std::string_view::npos; });
}

// "Dear ," and "Dear Priya ,": a blank where a name was to stand, or two commas.
bool has_gap(std::string_view line) {
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos || comma == 0) return comma == 0;
  return line[comma - 1] == ' ' || line.substr(comma).starts_with(",,") || line.substr(comma).starts_with(", ,") || line.find("  ") < comma;
}

// The greeted part of a line: up to the mark behind the name.
std::string_view greeting_part(std::string_view line, const LintWords& words) {
  std::size_t end = line.size();
  for (const std::string_view mark : {",", "!", ":", ";", "\u2013", "\u2014", " - ", ". "}) {
    std::size_t at = line.find(mark);
    if (mark == ". ")  // not that of "Mrs. Oldroyd"
      while (at != std::string_view::npos && words.is_one_of("title", lower(line.substr(line.rfind(' ', at) + 1, at - line.rfind(' ', at) - 1)))) at = line.find(mark, at + 1);
    end = std::min(end, at);
  }
  return line.substr(0, end);
}

bool alike(const std::string& a, const std::string& b) { return a == b || a.find(b) != std::string::npos || b.find(a) != std::string::npos; }

bool is_customers(const std::string& word, const DecisionFacts& facts) {
  const std::vector<std::string> own = name_words(facts.customer);
  return std::any_of(own.begin(), own.end(), [&](const std::string& name) { return alike(name, word); });
}

// "PRIYA", "priya" of one who writes herself Priya. A letter that begins small, "hi priya", is written so throughout.
bool is_miswritten(std::string_view written, bool is_small_letter, const DecisionFacts& facts) {
  if (facts.customer.find(written) != std::string::npos || written.size() < 2) return false;
  const std::string small = lower_case(written, "en"), large = upper_case(written, "en");
  return ((small == written && !is_small_letter) || (large == written && written.size() > 3)) && lower_case(facts.customer, "en").find(small) != std::string::npos;
}

// "Ms Klug-Baker" to Ms Klug: of a double name each half is the customer's, or it is another's.
bool has_strange_half(std::string_view part, const DecisionFacts& facts) {
  for (std::size_t at = part.find('-'); at != std::string_view::npos; at = part.find('-', at + 1)) {
    const std::size_t blank = part.rfind(' ', at);
    const std::size_t begin = blank == std::string_view::npos ? 0 : blank + 1;
    const std::string_view name = part.substr(begin, part.find(' ', at) - begin);
    const std::vector<std::string> halves = name_words(name);
    const auto is_own = [&](const std::string& half) { return is_customers(half, facts); };
    if (halves.size() == 2 && std::any_of(halves.begin(), halves.end(), is_own) && !std::all_of(halves.begin(), halves.end(), is_own)) return true;
  }
  return false;
}

class Greeting {
 public:
  Greeting(const LetterLine& line, const LintWords& words, const DecisionFacts& facts)
      : line_(line), part_(greeting_part(line.text, words)), words_(words), facts_(facts), said_(words_in(part_, words)) {}

  std::optional<GreetingFault> fault() const {
    const bool is_name_alone = !words_.says("greeting", said_);
    if (is_name_alone) return fault_of_name_alone();
    if (is_left_open(part_) || has_gap(line_.text)) return broken("the salutation is left open");
    if (says_beside_name("greeting_broken")) return broken("the salutation is broken");
    if (says_beside_name("greeting_general"))
      return facts_.customer.empty() ? std::nullopt : broken(fmt::format("{} is a person with a name", quoted(facts_.customer)));
    if (words_.says("greeting_hollow", said_)) return std::nullopt;  // hollow_words says so
    const std::vector<const LetterToken*> names = said_names();
    if (names.empty()) return words_.says("greeting_needs_name", said_) ? broken("the salutation has no name") : std::nullopt;
    return fault_of(names);
  }

 private:
  std::optional<GreetingFault> broken(std::string detail) const { return GreetingFault{true, {line_.offset, part_.size(), std::move(detail)}}; }

  // Ms Guest and Mr Blank are so called.
  bool says_beside_name(std::string_view list) const {
    const std::vector<LintMatch> matches = words_.matches(list, said_);
    return std::any_of(matches.begin(), matches.end(), [&](const LintMatch& m) {
      const auto begin = said_.tokens.begin();
      const auto is_own = [&](const LetterToken& t) { return is_customers(t.word, facts_); };
      return !std::all_of(begin + static_cast<std::ptrdiff_t>(m.first), begin + static_cast<std::ptrdiff_t>(m.end), is_own);
    });
  }

  std::vector<const LetterToken*> said_names() const {
    std::vector<const LetterToken*> names;
    for (const LetterToken& token : said_.tokens)
      if (!words_.is_one_of("greeting_word", token.word) && !words_.is_one_of("title", token.word)) names.push_back(&token);
    return names;
  }

  std::optional<GreetingFault> fault_of(const std::vector<const LetterToken*>& names) const {
    bool is_own = facts_.customer.empty();
    for (const LetterToken* token : names) {
      if (token->kind != LetterToken::Kind::word) return broken("a name has no digits");
      const std::string_view written = part_.substr(token->offset, token->length);
      if (!facts_.customer.empty() && is_miswritten(written, !said_.tokens.front().is_capital, facts_)) return broken(fmt::format("{} is written {}", quoted(facts_.customer), quoted(written)));
      is_own = is_own || is_customers(token->word, facts_) || words_.is_one_of("nobody", token->word);
    }
    is_own = is_own && (facts_.customer.empty() || !has_strange_half(part_, facts_));
    const bool is_sentence = names.size() > 4;  // "Hello from all of us at the depot"
    if (is_own || is_sentence) return std::nullopt;
    return GreetingFault{false, {line_.offset, part_.size(), fmt::format("the letter is to {}", quoted(facts_.customer))}};
  }

  // "Tamsin,"
  std::optional<GreetingFault> fault_of_name_alone() const {
    if (line_.text == ",") return broken("the salutation has no name");
    const bool is_short = said_.tokens.size() <= 2 && !said_.tokens.empty() && line_.text == std::string(part_) + ",";
    if (!is_short || is_left_open(part_)) return is_short ? broken("the salutation is left open") : std::nullopt;
    for (const LetterToken& token : said_.tokens)
      if (!token.is_capital) return std::nullopt;
    return fault_of(said_names());
  }

  const LetterLine& line_;
  const std::string_view part_;
  const LintWords& words_;
  const DecisionFacts& facts_;
  const LetterSentence said_;
};

bool ends_sentence(std::string_view line) { return line.ends_with('.') || line.ends_with('!') || line.ends_with('?') || line.ends_with(':'); }

// One to four words with capitals, none of which is a team's, a firm's or a greeting's.
bool is_persons_line(std::string_view line, const LintWords& words) {
  line = trimmed(line.substr(0, std::min({line.find(','), line.find('('), line.find('|'), line.find(" - "), line.find("\u2013"), line.find("\u2014"), line.find('/')})));
  while (line.ends_with('.')) line.remove_suffix(1);
  const LetterSentence said = words_in(line, words);
  if (said.tokens.empty() || said.tokens.size() > 6) return false;
  std::size_t capitals = 0;
  for (const LetterToken& token : said.tokens) {
    if (token.kind != LetterToken::Kind::word || words.is_one_of("impersonal", token.word)) return false;
    if (words.is_one_of("signing_link", token.word)) break;  // "Lea aus der Backstube"
    if (!token.is_capital) return false;
    ++capitals;
  }
  return capitals >= 1 && capitals <= 4;
}

// "Harbour Books" of pete@harbourbooks.example, "Lémanair" of lea@lemanair.example: a name of the domain, and not the
// signatory's own.
bool is_firms(std::string_view line, const DecisionFacts& facts) {
  const std::vector<std::string> own = name_words(facts.signatory);
  for (const std::string& word : name_words(line)) {
    if (word.size() < 4 || std::find(own.begin(), own.end(), word) != own.end()) continue;
    for (const std::string& email : facts.emails)
      if (email.find('@') != std::string::npos && lower(email).find(without_accents(word), email.find('@')) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::optional<GreetingFault> greeting_fault(const LetterText& letter, const LintWords& words, const DecisionFacts& facts) {
  const LetterLine* line = first_line(letter);
  return line == nullptr ? std::nullopt : Greeting(*line, words, facts).fault();
}

std::string_view signing_person(const LetterText& letter, const LintWords& words, const DecisionFacts& facts) {
  std::size_t begin = letter.lines.size();
  while (begin > 0 && !ends_sentence(letter.lines[begin - 1].text)) --begin;
  for (std::size_t i = begin; begin > 0 && i < letter.lines.size(); ++i) {
    const std::string_view line = letter.lines[i].text;
    if (line.empty() || words.says("closing", words_in(line, words))) continue;
    const bool is_contact = line.find('@') != std::string_view::npos || std::any_of(line.begin(), line.end(), [](char c) { return std::isdigit(static_cast<unsigned char>(c)); });
    if (is_contact && !is_persons_line(line, words)) continue;
    return is_persons_line(line, words) && !is_firms(line, facts) ? line : std::string_view{};
  }
  // Signed in the last line of a text message: "... 8-18. Sam Okoro"
  if (letter.lines.empty()) return {};
  std::string_view last = letter.lines.back().text;
  if (const std::size_t stop = last.rfind(". "); stop != std::string_view::npos && !ends_sentence(last)) last = last.substr(stop + 2);
  return is_persons_line(last, words) && !is_firms(last, facts) ? last : std::string_view{};
}

bool holds_signatory(const LetterText& letter, const LintWords& words, const DecisionFacts& facts) {
  const std::vector<std::string> names = name_words(facts.signatory);
  const auto is_on = [&](const LetterLine& line) {
    const std::vector<std::string> on_line = name_words(line.text);
    const auto holds = [&](const std::string& name) { return name.size() > 2 && std::find(on_line.begin(), on_line.end(), name) != on_line.end(); };
    if (line.text.find(facts.signatory) != std::string_view::npos || holds(names.front())) return true;
    if (std::none_of(names.begin(), names.end(), holds)) return false;
    const std::vector<LetterToken> tokens = words_in(line.text, words).tokens;
    const auto goes_on = [&](const LetterToken& token, const LetterToken& next) {
      return next.is_capital && next.offset == token.offset + token.length + 1 && line.text[next.offset - 1] == ' ';
    };
    for (std::size_t i = 0; i < tokens.size(); ++i)
      if (std::find(names.begin(), names.end(), tokens[i].word) != names.end() && (i + 1 == tokens.size() || !goes_on(tokens[i], tokens[i + 1]))) return true;
    return false;
  };
  return !names.empty() && std::any_of(letter.lines.begin(), letter.lines.end(), is_on);
}

}  // namespace amends
