// Business calendars: opening intervals by weekday, holidays, one-off openings, in a zone of their own.
// Business days are days with any opening; a day that a zone never had (Pacific/Apia 2011-12-30) is none.
// An opening's bounds are wall times: each is the first instant at which the clock there has reached it.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
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

// One opening as it really was: part of one day.
struct Opening {
  Date date;
  Interval wall;
  Instant from;
  Instant until;  // exclusive
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
  // The earliest instant at which `ms` of opening time have passed since `start`. Throws as after() does.
  Instant add_hours(Instant start, std::int64_t ms) const;
  // The openings from `start` on, in order and cut at `start`, until `visit` says false. Throws as after() does.
  void each_opening(Instant start, const std::function<bool(const Opening&)>& visit) const;

 private:
  const std::vector<Interval>& usual_hours(Date date) const;  // whether or not the zone had that date
};

// Monday to Friday, whole days: what counts where no calendar is named.
Calendar weekdays(const Zone& zone);
// Its business_days(a, b), without a calendar.
std::int64_t weekdays_between(const Zone& zone, Date a, Date b);

// The first instant at which the clock there has reached the wall time: of one that comes twice the first, of
// one the clocks skip the moment of the change.
Instant reached(const Zone& zone, Date date, std::int64_t ms_of_day);
// The instant from which the date is past for good (a clock set back over midnight brings it back).
Instant end_of(const Zone& zone, Date date);

// [calendars.NAME]: timezone (default: the shop's), hours = { mon-fri = ["09:00-17:00"], sat = [...] },
// holidays = ["2026-12-25", ...], open = { "2026-12-24" = ["09:00-12:00"] }.
Calendar read_calendar(const Entry& entry, const Zone& shop_zone);

}  // namespace amends
