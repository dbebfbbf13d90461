// [incidents]: by what misses are put together, and what makes many of them an incident (incident.h).
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "core/base/number.h"
#include "core/records/fields.h"

namespace amends {

// Facts besides those of the order that cases are put together by.
inline constexpr std::string_view lane_group = "lane", item_group = "item", guarantee_group = "guarantee", cause_group = "cause";

struct IncidentRules {
  // Names of string facts, the user's own among them, and of the above. Empty: standard_groups().
  std::vector<std::string> by;
  std::size_t fewest = 5;       // misses
  Ratio times = Ratio(2);       // the usual rate, at least
  Ratio chance = Ratio(1, 100); // of the incidents told, so many at most may be chance: the false discovery rate
  bool per_day = false;         // else per week, from Monday
};

IncidentRules read_incidents(const Node& node, const Schema& schema);

// By what cases are put together: as the rules say, else by everything they may be told apart by.
std::vector<std::string> groups_of(const IncidentRules& rules, const Schema& schema);

}  // namespace amends
