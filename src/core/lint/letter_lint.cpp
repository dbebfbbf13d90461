#include "core/lint/letter_lint.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/lint/letter_lint_model.h"
#include "core/lint/letter_lint_names.h"

namespace amends {
namespace {

using Kind = LetterToken::Kind;

constexpr std::string_view blame = "blame", internal_cause = "internal_cause";
// What is always one, in whatever sentence: lists of a few patterns beside the model.
constexpr std::string_view stock_phrases[] = {"hollow_sorry", "hollow_words"};
// What a letter must say; the other rules of the model are of what it must not.
constexpr std::string_view responsibility = "responsibility";

class Reader {
 public:
  Reader(std::string_view text, const LintWords& words, const LintModel& model, const DecisionFacts& facts)
      : text_(text), words_(words), model_(model), facts_(facts), letter_(read_letter_text(text, words.spoken())) {
    for (const std::string& sentence : facts.legal.value_or(std::vector<std::string>{}))
      if (const auto place = place_of(text, sentence)) legal_.push_back(*place);
  }

  LetterLint read() {
    if (letter_.sentences.empty()) return {};
    find_greeting();
    find_responsibility();
    find_said();
    find_other_prices();
    find_choice();
    find_lacking();
    find_early_reason();
    find_wrong_facts();
    find_missing_legal();
    leave_out();
    std::stable_sort(lint_.findings.begin(), lint_.findings.end(), [](const LetterFinding& a, const LetterFinding& b) { return a.offset < b.offset; });
    return std::move(lint_);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  bool is_legal(const LetterSentence& sentence) const {
    const std::size_t at = sentence.tokens.front().offset;
    return std::any_of(legal_.begin(), legal_.end(), [&](const LetterPlace& p) { return at >= p.offset && at < p.offset + p.length; });
  }

  template <class Counts>
  bool tells(std::string_view list, const Counts& counts) const {
    return std::any_of(letter_.sentences.begin(), letter_.sentences.end(), [&](const LetterSentence& s) { return !is_legal(s) && words_.says(list, s) && counts(s); });
  }
  bool says(std::string_view list) const {
    return tells(list, [](const LetterSentence&) { return true; });
  }

  void find_responsibility() {
    const auto owning = std::find_if(letter_.sentences.begin(), letter_.sentences.end(), [&](const LetterSentence& s) { return !is_legal(s) && owns(s); });
    if (owning != letter_.sentences.end()) responsibility_ = static_cast<std::size_t>(owning - letter_.sentences.begin());
  }

  // Of a sentence of the letter.
  const std::vector<LintSaid>& said_in(const LetterSentence& sentence) const {
    std::optional<std::vector<LintSaid>>& said = said_[static_cast<std::size_t>(&sentence - letter_.sentences.data())];
    if (!said) said = model_.said(sentence);
    return *said;
  }

  bool owns(const LetterSentence& sentence) const {
    if (words_.says("disowns", sentence)) return false;
    if (words_.says("responsibility", sentence)) return true;
    const std::vector<LintSaid>& said = said_in(sentence);
    if (std::any_of(said.begin(), said.end(), [](const LintSaid& s) { return s.code == responsibility; })) return true;
    if (is_reason(said)) return false;
    const std::vector<LetterSentence> clauses = clauses_of(sentence);
    return std::any_of(clauses.begin(), clauses.end(), [&](const LetterSentence& c) { return words_.says("wrong_doing", c) && !is_reason(model_.said(c)); });
  }

  // Who blames another does not say "I" of a failing of their own.
  static bool is_reason(const std::vector<LintSaid>& said) {
    return std::any_of(said.begin(), said.end(), [](const LintSaid& s) { return s.code == blame || s.code == internal_cause; });
  }

  // "It was us and | I am sorry": each with a subject of its own, so that what one says is not said of the other.
  std::vector<LetterSentence> clauses_of(const LetterSentence& sentence) const {
    std::vector<LetterSentence> clauses(1);
    for (const LetterToken& token : sentence.tokens) {
      std::vector<LetterToken>& done = clauses.back().tokens;
      const bool begins = !done.empty() && words_.is_one_of("clause_subject", token.word) && words_.is_one_of("clause_link", done.back().word);
      if (begins || (!done.empty() && done.back().clause != token.clause)) clauses.emplace_back();
      clauses.back().tokens.push_back(token);
    }
    return clauses;
  }

  // A day of the case tells of it, but for "I write about your order of 3 March". Where the days are known, a letter that
  // names none must say of some thing, or for how long, what became of it: "you did not get what we promised" does not.
  bool tells_of_case() const {
    const bool knows_days = facts_.promised || facts_.met;
    const auto names_day = [&](const LetterSentence& s) {
      return !is_legal(s) && !words_.says("mere_mention", s) && names_day_of_case(s, words_, facts_);
    };
    const auto is_of_case = [&](const LetterSentence& s) {
      return !is_legal(s) && !is_of_house(s) && !was_found("upsell", s) && (knows_days ? tells_of_thing(s) : words_.says("account", s));
    };
    return std::any_of(letter_.sentences.begin(), letter_.sentences.end(), [&](const LetterSentence& s) { return is_of_case(s) || names_day(s); });
  }

  // "I wrote to you because | we had lost your order": the second half tells.
  bool tells_of_thing(const LetterSentence& sentence) const {
    const auto tells = [&](const LetterSentence& s) { return words_.says("account", s) && words_.says("account_of", s); };
    const std::vector<LetterSentence> clauses = clauses_of(sentence);
    return tells(sentence) || std::any_of(clauses.begin(), clauses.end(), tells);
  }

  // Where money is what is given, only money repairs: "the new one should have come" is of something else.
  bool says_repair(const LetterSentence& s) const {
    return words_.says("repair", s) || (!facts_.gives_only_money && words_.says("repair_thing", s)) || names_remedy_day(s, words_, facts_);
  }

  bool tells_of_repair() const {
    const auto is_given = [&](const LetterToken& t) { return t.kind == Kind::money && t.hundredths != 0 && facts_.amounts && facts_.amounts->contains(t.hundredths); };
    return std::any_of(letter_.sentences.begin(), letter_.sentences.end(), [&](const LetterSentence& s) {
      if (is_legal(s) || was_found("upsell", s) || sells(s)) return false;
      return says_repair(s) || (std::any_of(s.tokens.begin(), s.tokens.end(), is_given) && !words_.says("price", s));
    });
  }

  // Of the causes of a failure, and not of what it was to the reader.
  bool is_of_house(const LetterSentence& sentence) const {
    return (was_found("internal_cause", sentence) || was_found("blame", sentence)) && !words_.says("readers_own", sentence);
  }

  bool holds(Kind kind) const {
    return std::any_of(letter_.sentences.begin(), letter_.sentences.end(), [&](const LetterSentence& s) {
      return std::any_of(s.tokens.begin(), s.tokens.end(), [&](const LetterToken& t) { return t.kind == kind; });
    });
  }

  void add(std::string_view code, std::size_t offset, std::size_t length, std::string detail = {}) {
    lint_.findings.push_back({std::string(code), offset, length, std::move(detail)});
  }

  // What a letter lacks is found at its first line.
  void add_lacking(const char* code, std::string detail = {}) {
    const auto line = std::find_if(letter_.lines.begin(), letter_.lines.end(), [](const LetterLine& l) { return !l.text.empty(); });
    add(code, line->offset, line->text.size(), std::move(detail));
  }

  void find_lacking() {
    if (responsibility_ == none) add_lacking("no_responsibility");
    if (!tells_of_case()) add_lacking("no_account");
    if (!facts_.gives_nothing && !tells_of_repair()) add_lacking("no_repair");
    find_person();
  }

  void find_person() {
    if (!names_signatory() && signer().empty() && !says("person")) return add_lacking("no_person", "no person signs this letter");
    const bool has_phone = holds(Kind::phone);
    if (says("no_answer")) return add_lacking("no_person", "nobody reads an answer to this letter");
    const bool has_channel = tells("channel", [&](const LetterSentence& s) { return !was_found("effort", s); });
    if (!has_phone && !holds(Kind::address) && !has_channel) return add_lacking("no_person", "this letter names no way to reach the person who signs");
    const bool names_hours = std::any_of(facts_.hours.begin(), facts_.hours.end(), [&](const std::string& hours) { return text_.find(hours) != std::string_view::npos; });
    if (has_phone && !facts_.hours.empty() && !names_hours && !says("hours")) add_lacking("no_person", "the telephone number has no hours");
  }

  void find_said() {
    for (const LetterSentence& sentence : letter_.sentences) {
      if (is_legal(sentence)) continue;
      for (const LintSaid& s : said_in(sentence))
        if (is_asked(s.code, sentence)) find_said(s.code, sentence, {s.match});
      for (const std::string_view code : stock_phrases) find_listed(code, sentence, code);
      if (!facts_.gives_voucher) find_listed("upsell", sentence, "upsell_unless_voucher");
    }
  }

  bool is_asked(std::string_view code, const LetterSentence& sentence) const {
    if (code == responsibility) return false;
    if (code == "never_again") return facts_.second.value_or(false);
    return (code != blame && code != internal_cause) || !is_told(sentence);
  }

  // The price of something that is neither given nor was paid, in a letter that names all that is given.
  void find_other_prices() {
    if (!facts_.amounts || !names_all_money(letter_, words_, facts_)) return;
    for (const LetterSentence& sentence : letter_.sentences) {
      if (is_legal(sentence) || was_found("upsell", sentence) || words_.says("price", sentence) || words_.says("gives_money", sentence)) continue;
      const auto other = std::find_if(sentence.tokens.begin(), sentence.tokens.end(),
                                      [&](const LetterToken& t) { return t.kind == Kind::money && !facts_.amounts->contains(t.hundredths); });
      if (other != sentence.tokens.end()) add("upsell", other->offset, other->length);
    }
  }

  void find_listed(std::string_view code, const LetterSentence& sentence, std::string_view list) { find_said(code, sentence, words_.matches(list, sentence)); }

  void find_said(std::string_view code, const LetterSentence& sentence, std::vector<LintMatch> matches) {
    if (code == "upsell") std::erase_if(matches, [&](const LintMatch& m) { return is_of_decision(sentence, m); });
    std::erase_if(matches, [&](const LintMatch& m) { return is_in_bad_greeting(sentence.tokens[m.first]); });
    if (matches.empty() || was_found(code, sentence)) return;
    const LetterToken& first = sentence.tokens[matches.front().first];
    const LetterToken& last = sentence.tokens[matches.front().end - 1];
    add(code, first.offset, last.offset + last.length - first.offset);
  }

  // "Dear Valued Shopper" is one fault.
  bool is_in_bad_greeting(const LetterToken& token) const {
    return std::any_of(lint_.findings.begin(), lint_.findings.end(), [&](const LetterFinding& f) {
      return f.code == "bad_greeting" && f.offset <= token.offset && token.offset < f.offset + f.length;
    });
  }

  // "Your ticket for £21.00" where £21.00 is given.
  bool is_of_decision(const LetterSentence& sentence, const LintMatch& match) const {
    const auto is_given = [&](const LetterToken& t) { return t.kind == Kind::money && t.hundredths != 0 && facts_.amounts->contains(t.hundredths); };
    const auto begin = sentence.tokens.begin();
    return facts_.amounts && std::any_of(begin + static_cast<std::ptrdiff_t>(match.first), begin + static_cast<std::ptrdiff_t>(match.end), is_given);
  }

  // Once a sentence.
  bool was_found(std::string_view code, const LetterSentence& sentence) const {
    return std::any_of(lint_.findings.begin(), lint_.findings.end(), [&](const LetterFinding& f) {
      return f.code == code && f.offset >= sentence.tokens.front().offset && f.offset <= sentence.tokens.back().offset;
    });
  }

  // A choice is no effort where the letter says what happens on silence.
  void find_choice() {
    if (says("silence")) return;
    for (const LetterSentence& sentence : letter_.sentences)
      if (!is_legal(sentence)) find_listed("effort", sentence, "choice");
  }

  // Most words of one approved reason.
  bool is_told(const LetterSentence& sentence) const {
    return std::any_of(facts_.told.begin(), facts_.told.end(), [&](const std::string& told) {
      std::set<std::string> wanted;
      for (const std::string& word : name_words(told))
        if (word.size() > 3) wanted.insert(word);
      std::size_t common = 0;
      for (const std::string& word : wanted)
        common += std::any_of(sentence.tokens.begin(), sentence.tokens.end(), [&](const LetterToken& t) { return t.word == word; });
      return common >= std::min<std::size_t>(2, wanted.size()) && common > 0 && common * 2 > wanted.size();
    });
  }

  void find_early_reason() {
    for (std::size_t i = 0; i < letter_.sentences.size(); ++i) {
      const LetterSentence& sentence = letter_.sentences[i];
      if (!is_told(sentence) || (responsibility_ != none && responsibility_ <= i)) continue;
      add("blame", sentence.tokens.front().offset, sentence.tokens.back().offset + sentence.tokens.back().length - sentence.tokens.front().offset,
          "the reason stands before the sentence that takes responsibility");
      return;
    }
  }

  void find_wrong_facts() {
    const auto is_skipped = [&](const LetterSentence& s) {
      return is_legal(s) || sells(s) || was_found("upsell", s) || (!facts_.gives_voucher && words_.says("upsell_unless_voucher", s));
    };
    for (const LetterPlace& place : wrong_facts(text_, letter_, words_, facts_, is_skipped)) add("wrong_fact", place.offset, place.length, place.detail);
    const std::string_view other = signer();
    if (facts_.signatory.empty() || other.empty() || (names_signatory() && !is_namesake(other))) return;
    add("wrong_fact", static_cast<std::size_t>(other.data() - text_.data()), other.size(), fmt::format("the letter is signed by {}", quoted(facts_.signatory)));
  }

  // Both read all of the letter again, and are asked more than once.
  bool names_signatory() const {
    if (!names_signatory_) names_signatory_ = holds_signatory(letter_, words_, facts_);
    return *names_signatory_;
  }
  std::string_view signer() const {
    if (!signer_) signer_ = signing_person(letter_, words_, facts_);
    return *signer_;
  }

  // "Adrian Coleman" or "Andrew Cole" of Adrian Cole, who is nowhere named as he is called.
  bool is_namesake(std::string_view signed_name) const {
    const std::vector<std::string> own = name_words(facts_.signatory), other = name_words(signed_name), all = name_words(text_);
    const auto is_nowhere = [&](const std::string& word) { return std::find(all.begin(), all.end(), word) == all.end(); };
    if (own.size() < 2 || other.size() != 2) return false;
    if (other.front() == own.front()) return other.back().size() > 2 && is_nowhere(own.back());
    const bool is_short_form = other.front().size() < 3 || other.front().substr(0, 3) == own.front().substr(0, 3);
    return own.size() == 2 && other.back() == own.back() && !is_short_form && is_nowhere(own.front());
  }

  // What follows in a paragraph once it sells: its prices are not the decision's.
  bool sells(const LetterSentence& sentence) const {
    const std::size_t at = sentence.tokens.front().offset;
    return std::any_of(lint_.findings.begin(), lint_.findings.end(), [&](const LetterFinding& f) {
      return f.code == "upsell" && f.offset < at && text_.substr(f.offset, at - f.offset).find("\n\n") == std::string_view::npos;
    });
  }

  void find_greeting() {
    if (const auto fault = greeting_fault(letter_, words_, facts_))
      add(fault->broken ? "bad_greeting" : "wrong_fact", fault->place.offset, fault->place.length, fault->place.detail);
  }

  void find_missing_legal() {
    for (const std::string& sentence : facts_.legal.value_or(std::vector<std::string>{}))
      if (!place_of(text_, sentence)) add_lacking("missing_legal", fmt::format("the letter does not say {}", quoted(sentence)));
  }

  void leave_out() {
    if (!facts_.second) lint_.left_out.emplace_back("never_again");
    if (!knows_facts(facts_)) lint_.left_out.emplace_back("wrong_fact");
    if (!facts_.legal) lint_.left_out.emplace_back("missing_legal");
  }

  const std::string_view text_;
  const LintWords& words_;
  const LintModel& model_;
  const DecisionFacts& facts_;
  const LetterText letter_;
  mutable std::vector<std::optional<std::vector<LintSaid>>> said_{letter_.sentences.size()};  // asked for more than once
  std::vector<LetterPlace> legal_;
  std::size_t responsibility_ = none;
  mutable std::optional<bool> names_signatory_;
  mutable std::optional<std::string_view> signer_;  // who signs instead
  LetterLint lint_;
};

// "8,20 £" as ICU writes it, with a blank that no line breaks at: bytes stay where they are.
std::string with_plain_blanks(std::string_view text) {
  std::string plain(text);
  for (const std::string_view blank : {"\u00a0", "\u202f", "\u2009"})
    for (std::size_t at = plain.find(blank); at != std::string::npos; at = plain.find(blank, at)) plain.replace(at, blank.size(), std::string(blank.size(), ' '));
  return plain;
}

}  // namespace

LetterLint lint_letter(std::string_view text, std::string_view language, const DecisionFacts& facts) {
  const std::string plain = with_plain_blanks(text);
  return Reader(plain, *lint_words(language), *lint_model(language), facts).read();
}

}  // namespace amends
