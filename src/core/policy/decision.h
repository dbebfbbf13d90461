// What policy says one case is owed, with its derivation. Pure: facts in, remedies out.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/policy/policy.h"
#include "core/policy/pool_book.h"

namespace amends {

// What the customer may choose from, while nobody has.
struct Offer {
  struct Option {
    std::string name, kind, what;
    std::optional<Money> money;
    std::optional<Ratio> quantity;
  };
  std::vector<Option> options;
  std::string standard;    // the name of the one given when nobody chooses; empty: none is
  std::optional<Date> by;  // the last day to choose; none: no end is set
};

struct OwedRemedy {
  std::string table;
  std::string rule;                 // of a combined one: the first rule's
  std::string kind;
  std::string what;
  std::optional<Money> money;       // none: a remedy without money
  std::optional<Ratio> quantity;    // points, items
  std::string duration, valid, within, manner;
  std::string basis;                // "law", "goodwill"; empty: not said
  std::string pay_by;               // a date; empty: not said
  bool is_manner_said = false;      // by the policy; else it is auto because nothing was said
  std::string label;                // "refund:shipping_fee", "choose_one:voucher|miles:2500"
  std::vector<std::string> options; // labels of an open offer, of which this is the first with money
  std::shared_ptr<const Offer> offer;  // the same with names and amounts; null where a table's sums change them
  bool at_close = false;            // it grows with the lateness and is paid once the case is closed
  std::vector<std::string> steps;   // "10% of order_value GBP 80.00 = GBP 8.00", "at least GBP 2.00", ...
};

// What became of one rule, for explain. Filled only when asked.
struct RuleTrace {
  std::string table;
  std::string rule;
  Truth truth = Truth::no;
  bool reached = true;              // false: an earlier rule had decided
  std::string failed;               // the first test that did not hold: "late_days >= 3, but it is 2"
};

struct Decision {
  bool judged = true;               // false: cannot judge
  std::vector<std::string> missing; // names of facts
  std::string reason;               // otherwise, or the sentence for missing
  std::vector<OwedRemedy> owed;     // in table order; amounts of zero are not remedies
  std::vector<std::string> why;     // of rules that fired and gave nothing, or less: "table/rule: why"
  std::vector<std::string> fired;   // "table/rule" of every rule that counted
  std::vector<std::string> waits;   // claims made before they open: "wait_until_24h"
  std::vector<PoolEntry> pooled;    // what it adds to pools
  std::vector<RuleTrace> traces;
};

// What a case is decided by. The as-of matters only to offers left open and to dates counted from the decision.
struct Judging {
  const Schema& schema;
  const FactSource& facts;
  const Zone& zone;
  Instant as_of;
  // Of pools; without a book they hold the case alone.
  const PoolBook* pools = nullptr;
  std::string person = {}, order = {};
  Instant due = {};
  std::optional<Date> silent_from = {};  // the day from which a choice's `after` counts; none: the due time
};

// Never throws over what facts hold: what cannot be computed is "cannot judge".
Decision decide(const Policy& policy, const Judging& judging, bool with_traces);

}  // namespace amends
