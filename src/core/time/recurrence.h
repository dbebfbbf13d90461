// How an event of an iCalendar file comes again (RFC 5545, section 3.3.10): daily, weekly, monthly or yearly, by
// weekday, month and day of the month. Days only; the time of day is the event's.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/time/ical_lines.h"
#include "core/time/time.h"

namespace amends {

struct Recurrence {
  enum class Frequency { daily, weekly, monthly, yearly };
  struct Weekday {
    int day = 0;  // 0 Monday
    int nth = 0;  // of the month or year; negative: from its end; 0: every
  };
  Frequency frequency = Frequency::yearly;
  std::int64_t interval = 1;
  std::optional<std::int64_t> count;
  std::string until;  // as it stands; empty: none
  std::vector<Weekday> weekdays;
  std::vector<int> months, month_days, positions;
  int week_start = 0;

  bool is_endless() const { return !count && until.empty(); }
};
// `line`: RRULE. Error at what is not read.
Recurrence read_recurrence(const IcalLine& line);

// The days from `start` on, itself first, until `visit` says false, `last` has passed or `count` were visited.
void each_day(const Recurrence& rule, Date start, Date last, const std::function<bool(Date)>& visit);

}  // namespace amends
