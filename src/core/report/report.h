// The figures of `report`: misses and rates, how fast the shop made good, who was told before they asked. Pure: cases
// and counts go in. What money came to, what people asked and who was treated unlike stand in report_*.h beside it.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/report/report_case.h"
#include "core/report/report_counts.h"

namespace amends {

enum class By : std::uint8_t { month, week, kind, carrier, region, guarantee, cause, channel };
inline constexpr std::array all_by = {By::month, By::week, By::kind, By::carrier, By::region, By::guarantee, By::cause, By::channel};
std::string_view name_of(By by);
std::optional<By> by_named(std::string_view name);

// By nearest rank: a median is a wait that somebody had.
struct Waits {
  std::size_t count = 0;
  std::int64_t median = 0, ninetieth = 0;  // ms
};
Waits waits_of(std::vector<std::int64_t> ms);

// From the miss, of cases that policy decides; what came before it counts as at once.
struct Speeds {
  Waits word, remedy, close;
};

struct Group {
  std::string name;                  // empty: nobody told
  std::optional<std::size_t> cases;  // whose time is over, kept or not; none: kept ones have no such name (kind, cause, channel)
  std::size_t missed = 0;
  Speeds speeds;
};

// Whether the customer heard of it from the shop first; of cases that policy decides.
struct Telling {
  std::size_t decided = 0;
  std::size_t told = 0;         // a letter was handed over or a call made
  std::size_t told_first = 0;   // and nobody had asked before
  std::size_t asked_first = 0;  // they asked before they were told, if ever
};

struct Figures {
  std::size_t cases = 0, missed = 0, kept = 0;
  std::map<By, std::vector<Group>> groups;  // months and weeks in their order; others most missed first
  Speeds speeds;
  Telling telling;
  const std::vector<Group>& by(By by) const { return groups.at(by); }
};
// `cases`: of the period `kept` was counted in. `guarantees`: their names in file order.
Figures figures_of(const std::vector<ReportCase>& cases, const KeptCounts& kept, const std::vector<std::string>& guarantees);

std::string month_name_of(Date day);  // "2026-03"
std::string week_name_of(Date day);   // "2026-W11", ISO 8601

}  // namespace amends
