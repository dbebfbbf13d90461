// The policy: ordered decision tables whose rules give remedies (amends-policy.5), read and checked once.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/expr.h"

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

struct RemedyRule {
  std::string kind;                  // refund, credit, ...
  std::string what;                  // a word, may be empty
  std::optional<Expr> amount, of, times, quantity;
  std::optional<std::string> per;    // "day", "business_day", "8 hours"; `times` then counts them
  bool count_started = false;        // count = "started"
  bool pay_nightly = false;          // pay = "nightly": what `per` gives is paid as it grows
  Amounts amounts;
  std::string duration, valid, within, manner, pay_by;  // as written; empty: not given
  std::string text;                  // the inline table as the user wrote it
  Where where;
};

struct Rule {
  std::string name;                  // or "#2"
  Condition when;
  std::vector<RemedyRule> give;      // empty: decides "nothing, because"
  std::string why;
  Where where;
};

struct PolicyTable {
  std::string name;
  HitPolicy hit = HitPolicy::first;
  Condition when;                    // guard
  std::string manner;                // "auto" by default
  Amounts amounts;
  bool combine = false;              // also set by any amount key
  std::vector<Rule> rules;
  Where where;
};

struct CapRule {
  std::string per;                   // "order", "person", "case"
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
Policy read_policy(const Node& root, const Language& language, Currency currency);

void collect(const Policy& policy, std::vector<Slot>& slots);  // every fact it may ask for

// What decides, in one spelling: keys in alphabetical order, comments and layout gone. Its SHA-256 is the hash.
std::string canonical_policy(const Node& root);

}  // namespace amends
