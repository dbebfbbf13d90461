// Settlement: what is owed now less what was given before is what is granted tonight. Per case and table;
// then approval rules, then caps, served by (due, case key). Pure: ledger contents in, grants out.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/decision.h"
#include "core/miss.h"

namespace amends {

// Part of the ledger format (amends-ledger.5). Add, never rename.
enum class GrantState : std::uint8_t { decided, held, granted, issued, void_ };
std::string_view name_of(GrantState state);
std::optional<GrantState> grant_state_named(std::string_view name);

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
  GrantState state = GrantState::granted;
  std::string reason;     // of a held one: "cap per person within 90 days: GBP 100.00", "approval: total > 50.00", "brake"
  Instant due;            // of the case
  Instant as_of;          // of the run that wrote it
  std::vector<std::string> steps;
};

// What the ledger and credits given by hand say was given before.
struct Given {
  std::map<std::string, std::vector<Grant>> by_case;      // not void
  std::map<std::string, std::vector<Grant>> by_person;    // not void, not held: what caps count
  // Credits given by hand, which no table gave: they count against any table of the case (or order).
  std::map<std::string, Money> by_hand;                   // by order id; unused part
};

struct Settled {
  const Miss* miss = nullptr;
  const Decision* decision = nullptr;
  std::vector<Grant> grants;        // granted or held tonight
  std::optional<Money> ahead;       // given before beyond what is owed now
  Money owed;                       // money owed now in all, before settlement
};

// `cases` in any order; the result is by (due, case key).
std::vector<Settled> settle(const std::vector<std::pair<const Miss*, const Decision*>>& cases, const Policy& policy,
                            const Schema& schema, const Given& given, Instant as_of);

}  // namespace amends
