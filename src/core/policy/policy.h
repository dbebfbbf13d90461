// The policy: ordered decision tables whose rules give remedies (amends-policy.5), read and checked once.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/language/expr.h"
#include "core/language/named_kinds.h"
#include "core/language/window.h"
#include "core/mail/legal.h"

namespace amends {

enum class HitPolicy : std::uint8_t { first, unique, any, best, collect };
enum class Step : std::uint8_t { times, min, max, round, pay_if };

struct RoundTo {
  Rounding mode = Rounding::half_up;
  std::optional<Ratio> step;  // in units of the currency; none: its minor unit
};

// The amount keys, on a remedy or a table. Absent ones do nothing.
struct Amounts {
  std::optional<Expr> min, max;
  std::optional<RoundTo> round;
  std::optional<Expr> pay_if;  // a unary test on the amount
  std::vector<Step> order;     // empty: the standard order
};

// When it is paid: a date or instant, computed. Without a start it counts from the decision (pay_by.h).
struct PayBy {
  Expr when;
  bool from_decision = false;
  bool has_time = false;  // `at`: told with its time of day
};

struct Choice;

struct RemedyRule {
  std::string kind;                  // refund, credit, ...; of a choice empty
  std::string what;                  // a word, may be empty
  std::optional<Expr> amount, of, times, quantity;
  std::optional<std::string> per;    // "day", "business_day", "8 hours"; `times` then counts them
  bool count_started = false;        // count = "started"
  bool pay_nightly = false;          // pay = "nightly": what `per` gives is paid as it grows
  Amounts amounts;
  std::string duration, valid, within, manner, basis;  // as written; empty: not given
  std::optional<PayBy> pay_by;
  std::string label;                 // how it is called where remedies are listed: its kind's
  std::shared_ptr<const Choice> choice;  // the customer's, of several
  LegalSentences legal;              // what a letter that tells of it must say
  std::string text;                  // the inline table as the user wrote it
  Where where;
};

// { by = FACT, choose = [...] }: the option whose name the fact holds; null is an open offer.
struct Choice {
  Slot by = no_slot;
  std::string fact;
  struct Option {
    std::string name;
    RemedyRule remedy;
  };
  std::vector<Option> options;
  std::string standard;              // default: the option granted when nobody chose; empty: none
  std::optional<Expr> after;         // the moment from which it is, by the case's due time
};

// A claim between two moments counts. No claim: it is offered.
struct Claim {
  Expr at;
  std::optional<Expr> opens, closes; // moments
  std::string waits;                 // "wait_until_24h": a claim made too early; empty: `opens` is a moment of its own
};

// `per`, `within`, `max_count`: the table's keys act on the running sum over all that share a key.
struct Pool {
  std::string per;                   // "person", "order" or a fact; empty: the case alone
  Slot fact = no_slot;
  Window within;
  std::optional<Expr> max_count;
};

struct Rule {
  std::string name;                  // or "#2"
  Condition when;
  std::vector<RemedyRule> give;      // empty: decides "nothing, because"
  std::string why;
  Where where;
  NamedKinds named = {};             // of one that gives something
};

class TableProgram;

struct PolicyTable {
  std::string name;
  HitPolicy hit = HitPolicy::first;
  Condition when;                    // guard
  std::string manner;                // empty: not said, which means auto
  std::string basis;                 // "law" or "goodwill"; empty: not said
  LegalSentences legal;              // what a letter that tells of any of its remedies must say
  std::optional<PayBy> pay_by;       // of remedies that do not say their own
  Amounts amounts;
  bool combine = false;              // also set by any amount key
  std::optional<Expr> each;          // for_each: a list; the table is judged once for each element
  Slot nth = no_slot;                // the fact that counts the elements from 1; none where the user has one of that name
  std::vector<std::pair<std::string, Slot>> parts;  // of an element and their facts; "item" is the whole of one that has none
  std::optional<Claim> claim;
  std::optional<Pool> pool;
  std::vector<Rule> rules;
  std::shared_ptr<const TableProgram> program;  // of the rules; without one they are read anew for each case
  Where where;
};

// Of the rule's remedies of this kind and `what`.
LegalSentences legal_of(const Rule& rule, std::string_view kind, std::string_view what);

struct CapRule {
  std::string per;                   // "order", "person", "case", "shop", "run"
  std::string within;                // "90 days"; empty: ever
  std::int64_t within_ms = 0;
  Money max;
  Condition when;
  Where where;
};

struct ApprovalRule {
  Condition when;                    // may test `total`, which settlement tells
  Where where;
};

struct KindOfRemedy {
  std::string name;
  enum class Measure { money, quantity, duration, none } measure = Measure::money;
  std::string told = "granted";      // or "issued": the letter waits for it
  std::optional<std::string> label;  // instead of its name where remedies are listed; may be empty
};

struct Policy {
  std::vector<PolicyTable> tables;
  std::vector<CapRule> caps;
  std::vector<ApprovalRule> approvals;
  std::vector<KindOfRemedy> kinds;   // built in and declared
  std::string hash;                  // SHA-256 of the text that decides, hex
  const KindOfRemedy* kind_named(std::string_view name) const;  // null when there is none
};

// [policy.*], [kinds]. Stops at the first fault with its place.
Policy read_policy(const Node& root, const Language& language, Currency currency, const Derivations& derived = {});

void collect(const Policy& policy, std::vector<Slot>& slots);  // every fact it may ask for

// What decides, in one spelling: keys in alphabetical order, comments and layout gone. Its SHA-256 is the hash.
std::string canonical_policy(const Node& root);

}  // namespace amends
