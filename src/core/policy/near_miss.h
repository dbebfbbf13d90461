// Rules that nearly counted: which one fact kept from it, by how much, and what they would have given. `explain` and
// `test` tell of them.
#pragma once
#include <string>
#include <vector>

#include "core/policy/decision.h"

namespace amends {

struct NearMiss {
  std::string table, rule;
  Slot fact = no_slot;
  Value has, needs;  // of one type that has an order: a number, money, a date, ...
  Decision would;    // the whole case, were it so
};

// Nearest first, at most one a rule; only those under which the case would be owed something else. Facts that have
// no order (a service, a kind) are not near or far, so they are left out, and so are tables that go through a list.
std::vector<NearMiss> near_misses(const Policy& policy, const Judging& judging, const Decision& decision);

// What the rule would give the case, whatever its tests say.
Decision given_by(const PolicyTable& table, const Rule& rule, const Judging& judging);

// "one more day late", "order_value of GBP 100.00 instead of GBP 80.00".
std::string gap_words(const NearMiss& near, const Schema& schema, const Zone& zone);

}  // namespace amends
