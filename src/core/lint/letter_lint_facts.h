// What a decision says that its letter must say too, as a header above the letter tells it or a draft's case does;
// and the places where the letter says something else.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/node.h"
#include "core/lint/letter_lint_pattern.h"
#include "core/lint/letter_lint_text.h"

namespace amends {

// What is not known is empty.
struct DecisionFacts {
  std::string id, customer, order, signatory, locale;
  std::vector<std::string> phones, emails, hours, told;
  std::optional<std::vector<std::string>> legal;      // sentences the letter must hold
  std::optional<std::set<std::int64_t>> amounts;      // hundredths: each remedy's, their sum, the total, nothing
  std::set<std::int64_t> given, totals;               // hundredths: of each remedy; of all together
  std::set<std::int64_t> prices;                      // likewise, of the case and not given: never alone in a sentence that gives
  std::optional<SpokenDate> promised, met;
  std::vector<SpokenDate> other_dates;                // of the case too, none of them the promised one
  std::optional<bool> second;                         // it is not the first miss of this person
  bool gives_voucher = false;                         // money for a later order is what is given
  bool gives_nothing = false;                         // the decision is known, and empty
  bool gives_only_money = false;                      // each remedy is an amount
  std::vector<SpokenDate> remedy_days;                // "new appointment 2026-05-21"
};

// Keys it does not know are left alone: a header may hold notes of its owner.
DecisionFacts decision_facts(const Node& header);

struct LetterPlace {
  std::size_t offset = 0, length = 0;
  std::string detail;
};

// Amounts, dates, days of delay, order numbers, telephone numbers and addresses that are not those of the decision.
// `is_skipped`: sentences that are not looked at.
std::vector<LetterPlace> wrong_facts(std::string_view text, const LetterText& letter, const LintWords& words, const DecisionFacts& facts,
                                     const std::function<bool(const LetterSentence&)>& is_skipped);
// Whether the letter names all the money that is given, not only as a price. What other amounts it names are then of other things.
bool names_all_money(const LetterText& letter, const LintWords& words, const DecisionFacts& facts);
// Whether the sentence names the day that was promised or the one it came, "6 February" or "the 6th".
bool names_day_of_case(const LetterSentence& sentence, const LintWords& words, const DecisionFacts& facts);
// Whether the sentence names a day on which the remedy comes.
bool names_remedy_day(const LetterSentence& sentence, const LintWords& words, const DecisionFacts& facts);
// Whether anything is known that a letter could get wrong.
bool knows_facts(const DecisionFacts& facts);

// The words of a name, lower case: "Dr. Helga Petersen" to dr, helga, petersen.
std::vector<std::string> name_words(std::string_view name);

// Where `sentence` stands in the text, whatever its line ends and quotation marks; nullopt: nowhere.
std::optional<LetterPlace> place_of(std::string_view text, std::string_view sentence);

}  // namespace amends
