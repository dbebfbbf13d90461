// Business calendars: opening intervals by weekday, holidays, one-off openings, in a zone of their own.
// Business days are days with any opening.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/node.h"
#include "core/time.h"

namespace amends {

struct Interval {
  std::int64_t from = 0;   // ms of day
  std::int64_t until = 0;  // ms of day, exclusive; 24:00 allowed
  friend bool operator==(const Interval&, const Interval&) = default;
};

class Calendar {
 public:
  std::string name;
  Zone zone;
  std::array<std::vector<Interval>, 7> week;           // Monday first, each sorted and disjoint
  std::map<Date, std::vector<Interval>> exceptions;    // holidays (empty), part-day and one-off openings

  const std::vector<Interval>& hours(Date date) const;
  bool is_business_day(Date date) const { return !hours(date).empty(); }
  // The nth business day after `date` (n >= 0; 0: `date` itself, open or not).
  // Throws Error when a calendar has no business day within ten years.
  Date after(Date date, std::int64_t n) const;
  Date next_business_day(Date date) const;  // first one strictly after
  // Business days after a up to and including b; negative when b is before a.
  std::int64_t business_days(Date a, Date b) const;
  // The instant at which `ms` of opening time have passed since `start`.
  Instant add_hours(Instant start, std::int64_t ms) const;
};

// [calendars.NAME]: timezone (default: the shop's), hours = { mon-fri = ["09:00-17:00"], sat = [...] },
// holidays = ["2026-12-25", ...], open = { "2026-12-24" = ["09:00-12:00"] }.
Calendar read_calendar(const Entry& entry, const Zone& shop_zone);

}  // namespace amends
