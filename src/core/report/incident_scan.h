// What find_incidents() looks through: groups of like cases counted by period, and their runs of periods in which more
// was missed than chance explains.
#pragma once
#include <cstdint>
#include <vector>

#include "core/report/case_groups.h"
#include "core/report/incident_rules.h"

namespace amends {

// A day's week from Monday, or itself, as a number that goes up by one.
std::int32_t period_of(std::int32_t day, bool per_day);
Date first_day(std::int32_t period, bool per_day);

inline double real(const Ratio& ratio) { return static_cast<double>(ratio.numerator()) / static_cast<double>(ratio.denominator()); }

// What cases are put together by: nothing (all of them), a column, or two.
struct Dimension {
  std::vector<const GroupColumn*> columns;
  std::size_t tried = 0;  // runs of its groups
  double weight = 1;      // of the chance of each of them
  bool of_misses() const { return columns.size() == 1 && columns[0]->of_misses; }
};

using GroupKey = std::vector<GroupValue>;  // beside Dimension::columns

// A run of periods in which a group missed much.
struct GroupRun {
  std::size_t dimension = 0;
  GroupKey key;
  std::int32_t first = 0, last = 0;  // periods
  std::int64_t cases = 0, missed = 0;
  double usual = 0;    // rate
  double spread = 1;   // of what is missed in it: the variance as a multiple of the binomial one
  double chance = 1;   // of as many, times its dimension's weight
  double told_at = 1;  // the false discovery rate at which it is still told
};

struct Scan {
  std::vector<Dimension> dimensions;  // the simplest first
  std::vector<GroupRun> runs;         // past chance
  std::size_t tried = 0;
  double cutoff = 0;                  // the largest chance of those
  std::size_t periods = 0;            // of all cases
};
Scan scan(const CaseGroups& groups, const IncidentRules& rules);

// Whether a case is of the group, whenever it was promised; whether it counts as missed in it.
bool is_in(const Dimension& dimension, const GroupKey& key, std::uint32_t at);
bool is_hit(const CaseGroups& groups, const Dimension& dimension, const GroupKey& key, std::uint32_t at);

inline constexpr std::size_t fewest_periods = 4;  // besides a run's own, before all orders can be held against their own past

}  // namespace amends
