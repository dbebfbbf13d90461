// Days that come every year, as [calendars.NAME] holidays and open say them: "12-25", "last mon of aug",
// "easter +1", "mon before 05-25".
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/time/time.h"

namespace amends {

// The years that rules are read for; a calendar made of rules alone knows these.
inline constexpr std::int32_t first_rule_year = 1970, last_rule_year = 2100;

struct DayRule {
  enum class Kind {
    day,      // month and day
    nth,      // the nth weekday of a month; -1: the last
    easter,   // so many days after Easter Sunday
    near,     // the last `weekday` before month and day (nth -1), or the first on or after it (nth 1)
  };
  Kind kind = Kind::day;
  int month = 0, day = 0;
  int weekday = 0;   // 0 Monday
  int nth = 0;
  int offset = 0;    // easter

  // None in a year that has no such day: 29 February, a fifth Monday.
  std::optional<Date> in(std::int32_t year) const;
};
std::optional<DayRule> read_day_rule(std::string_view text);
inline constexpr std::string_view day_rule_examples = "write \"2026-12-25\", \"12-25\", \"last mon of aug\", \"easter +1\" or \"mon before 05-25\"";

// Sunday of the western churches.
Date easter(std::int32_t year);
// The nth (from 1) of a weekday in a month, or from its end (-1: the last).
std::optional<Date> nth_weekday(std::int32_t year, int month, int weekday, int nth);

}  // namespace amends
