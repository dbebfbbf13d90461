// The facts a letter may read (amends-templates.7), made from a case and what is granted for it. Nothing
// else of a record reaches a template, and what is held is never told.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/judging/miss.h"
#include "core/ledger/settlement.h"
#include "core/mail/letter.h"
#include "core/project.h"

namespace amends {

// One case of a letter, and what was said of it before.
struct LetterCase {
  const Miss& miss;                  // outlives the facts: their texts are views into it
  const std::vector<Grant>& told;    // likewise; those held or void are left out
  bool accrues = false;              // what is owed grows while the case is open
  std::optional<Offer> offer = {};   // what the customer may still choose from
  std::optional<Date> told_before = {};  // of the first letter of this case
  std::optional<Kind> was = {};          // the gravest kind a letter of this case spoke of
  bool is_held = false;                  // something of it waits for a person to decide
};

// Letters of apology to this person before this one.
struct Apologies {
  Date last;
  std::optional<Kind> kind;  // what the last was about
  std::size_t count = 0;
};

struct LetterInput {
  const Project& project;
  std::vector<LetterCase> cases;  // several: orders of one person in one letter
  Instant as_of;
  std::optional<Apologies> before = {};
  std::vector<std::string> legal = {};  // sentences that the law asks this letter to hold
  std::string locale = {};              // of the letter: the shop's hours are told in its words; empty: as written

  bool is_of_several() const { return cases.size() > 1; }
};

// Whether something is held that the customer would hear of, were it granted.
bool is_something_held(const std::vector<Grant>& grants);

// A record value and the texts made for it. Facts there are but nobody knows are null, so that `if` and
// `default` work and printing them is an error; an unknown name is missing.
struct LetterFacts {
  Value record;
  std::shared_ptr<std::deque<std::string>> words;
};
LetterFacts letter_facts(const LetterInput& input);

// The facts of a case that letter_facts asks for, besides own public ones.
inline constexpr const char* letter_facts_read[] = {
    "email",      "customer_name", "first_name", "locale",       "placed_at", "order_value",
    "carrier",    "tracking",      "shipped_at", "delivered_at", "status",    "revised_promised_at",
    "cause_told", "misses_before"};
// Of a case about a message besides.
inline constexpr const char* contact_facts_read[] = {"at", "subject", "first_reply_at"};

// A path a letter may read, "order.items[].name", own public fields by their name; optional: a case may lack it. Of a
// letter of several orders what belongs to one stands under orders[] alone.
struct LetterFactName {
  std::string path;
  bool optional = false;
};
std::vector<LetterFactName> letter_fact_names(const Schema& schema, bool several = false);
// The paths a template reads that do not exist, guarded or not: what lint lists.
std::vector<TemplatePath> unknown_paths(const LetterTemplate& letter, const Schema& schema, bool several = false);
// Throws them in one Error: what is asked before the first letter is written.
void require_known_paths(const LetterTemplate& letter, const Schema& schema, bool several = false);
// The optional facts a template prints, or looks into, where neither a condition around it nor the rule's own
// `when` makes sure of them: a letter of a case without would be put aside.
std::vector<TemplatePath> doubtful_paths(const LetterTemplate& letter, const MessageRule& rule, const Project& project);

// "1 month", "30 days": {count, unit}, the unit in English, singular; null when it is written otherwise.
Value duration_record(std::string_view text, std::deque<std::string>& words);

}  // namespace amends
