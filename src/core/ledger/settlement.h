// Settlement: what is owed now less what was given before is what is granted tonight. Per case and table;
// then approval rules, then caps, served by (due, case key). Pure: ledger contents in, grants out.
// caps.h keeps what the caps leave free.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/judging/miss.h"
#include "core/policy/decision.h"

namespace amends {

// Part of the ledger format (amends-ledger.5). Add, never rename.
enum class GrantState : std::uint8_t { decided, held, granted, issued, void_ };
std::string_view name_of(GrantState state);
std::optional<GrantState> grant_state_named(std::string_view name);

// How the reason of a void grant begins that a person decided not to give: it counts in no sum, and is not granted again.
inline constexpr std::string_view declined_reason = "declined by ";

// One line of the ledger.
struct Grant {
  std::string key;        // case + table + remedy (kind, or kind:what) + sequence
  std::string case_key;
  std::string record_id;
  std::string person;
  std::string table, rule, kind, what;
  int sequence = 1;
  std::optional<Money> money;
  std::optional<Ratio> quantity;
  std::string duration, valid, within, manner, pay_by;
  std::string basis;      // "law", "goodwill"; empty: the policy does not say
  GrantState state = GrantState::granted;
  std::string reason;     // of a held one: "cap per person within 90 days: GBP 100.00", "approval: total > 50.00", "brake"
  std::string reference;  // of an issued one: what who pays calls it
  Instant due;            // of the case
  Instant as_of;          // of the run that wrote it
  std::vector<std::string> steps;
  bool was_held = false;  // when it was written
  std::int64_t run = 0, last_run = 0;  // numbers of the runs that wrote it and that changed its state last
};
// A state a grant came into, and when: its first one, too.
struct GrantStep {
  std::string key;
  GrantState state = GrantState::granted;
  std::string reference, reason;
  Instant as_of;          // of the run that wrote it
};

bool is_declined(const Grant& grant);
bool is_news(const Grant& grant);  // what a customer has to be told of: a call comes by itself
std::string remedy_label(std::string_view kind, std::string_view what);  // "refund", "refund:shipping_fee"

// What the ledger and credits given by hand say was given before.
struct Given {
  std::map<std::string, std::vector<Grant>> by_case;  // of every case, in every state; a void one only keeps its key
  // Credits given by hand, which no table gave: they count against any table of any case of the order.
  std::map<std::string, Money> by_hand;               // by order id
  std::map<std::string, std::vector<Money>> left;     // of what was given twice, what is left with the customer; by order id
};

struct Settled {
  const Miss* miss = nullptr;
  const Decision* decision = nullptr;
  std::vector<Grant> grants;  // written tonight: granted, held, or decided (manner "on_request")
  Money owed;                      // money owed now in all, before settlement, in the case's currency
  std::optional<Money> ahead;      // given before beyond what is owed now, likewise
  std::optional<Money> by_hand;    // of credits given by hand, what was set against what is owed
  std::vector<Money> owed_abroad;  // the same in other currencies, which never meet in one sum
  std::vector<Money> ahead_abroad;
};

// Facts that settlement asks for besides those of approval and cap conditions: order_value and refunded. A
// judge that fills Miss::facts adds them. `total`, where the schema has it, is told by settlement itself.
void collect_settlement(const Schema& schema, std::vector<Slot>& slots);

// How a condition of a cap or an approval is read: plainly, or over derived facts too.
using Holds = std::function<Truth(const Condition&, const FactSource&)>;

// `cases` in any order; the result is by (due, case key).
std::vector<Settled> settle(const std::vector<std::pair<const Miss*, const Decision*>>& cases, const Policy& policy,
                            const Schema& schema, const Given& given, Instant as_of, const Holds& test);

inline std::vector<Settled> settle(const std::vector<std::pair<const Miss*, const Decision*>>& cases,
                                   const Policy& policy, const Schema& schema, const Given& given, Instant as_of) {
  return settle(cases, policy, schema, given, as_of,
                [](const Condition& condition, const FactSource& facts) { return holds(condition, facts); });
}

}  // namespace amends
