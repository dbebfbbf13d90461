// Business calendars: opening intervals by weekday, holidays, one-off openings, in a zone of their own.
// Business days are days with any opening; a day that a zone never had (Pacific/Apia 2011-12-30) is none.
// An opening's bounds are wall times: each is the first instant at which the clock there has reached it.
// A calendar with holidays knows them for certain years only; who counts asks knows() whether the days it went
// over are among them. calendar_reader.cpp reads one, holidays.h its rules, ical.h the files it names.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/node.h"
#include "core/time/time.h"

namespace amends {

struct Interval {
  std::int64_t from = 0;   // ms of day
  std::int64_t until = 0;  // ms of day, exclusive; 24:00 allowed
  friend bool operator==(const Interval&, const Interval&) = default;
};

// What stands on one date instead of the week's hours.
struct SpecialDay {
  std::vector<Interval> hours;  // empty: closed
  std::string name = {};        // "Easter Monday"; may be empty
};

// What a person should look at, for lint: nothing a count would stop at.
struct Oddity {
  Where where;
  std::string message;
  std::string hint;
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
  std::map<Date, SpecialDay> exceptions;               // holidays, part-day and one-off openings
  Date first{std::numeric_limits<std::int32_t>::min()};  // of the dates whose holidays are known
  Date last{std::numeric_limits<std::int32_t>::max()};
  std::vector<Oddity> odd;
  Where where;

  bool knows(Date from, Date until) const { return from >= first && until <= last; }
  bool has_end() const { return last.days != std::numeric_limits<std::int32_t>::max(); }
  std::string known_words() const;  // "2024 to 2026", "1 Apr 2024 to 31 Mar 2026"

  const std::vector<Interval>& hours(Date date) const;
  const std::vector<Interval>& usual_hours(Date date) const;  // whether or not the zone had that date
  std::string_view name_of(Date date) const;                  // of the holiday, or why the zone had no such day; or empty
  bool is_ever_open() const;                                  // on some day of the week
  bool is_business_day(Date date) const { return !hours(date).empty(); }
  // The nth business day after `date` (n >= 0; 0: `date` itself, open or not).
  // Throws Error when a calendar has no business day within ten years.
  Date after(Date date, std::int64_t n) const;
  Date next_business_day(Date date) const;  // first one strictly after
  // Business days after a up to and including b; negative when b is before a.
  std::int64_t business_days(Date a, Date b) const;
  // The earliest instant at which `ms` of opening time have passed since `start`. Throws as after() does.
  Instant add_hours(Instant start, std::int64_t ms) const;
  std::int64_t open_ms(Instant from, Instant until) const;  // opening time in between
  // The openings from `start` on, in order and cut at `start`, until `visit` says false. Throws as after() does.
  void each_opening(Instant start, const std::function<bool(const Opening&)>& visit) const;
};

// Open only where both are. Of one zone.
Calendar both(const Calendar& a, const Calendar& b);
// What of `intervals` is in none of `closed`; both sorted.
std::vector<Interval> less(const std::vector<Interval>& intervals, const Interval& closed);

// Monday to Friday, whole days: what counts where no calendar is named.
Calendar weekdays(const Zone& zone);
// Every day, whole: for calendar days.
Calendar all_days(const Zone& zone);
// Its business_days(a, b), without a calendar.
std::int64_t weekdays_between(const Zone& zone, Date a, Date b);

// The first instant at which the clock there has reached the wall time: of one that comes twice the first, of
// one the clocks skip the moment of the change.
Instant reached(const Zone& zone, Date date, std::int64_t ms_of_day);
// A moment itself, or when its day begins.
Instant first_of(Moment moment, const Zone& zone);
// The instant from which the date is past for good (a clock set back over midnight brings it back).
Instant end_of(const Zone& zone, Date date);

using Calendars = std::map<std::string, Calendar>;
// The iCalendar files that calendars name, by path as the project file has it.
using CalendarTexts = std::map<std::string, std::shared_ptr<const Source>>;

// [calendars]: of each NAME timezone (default: the shop's), hours = { mon-fri = ["09:00-17:00"], sat = [...] },
// holidays = ["2026-12-25", "last mon of aug", "easter +1"], open = { "2026-12-24" = ["09:00-12:00"] },
// ics = "uk.ics", include = ["uk"], known = "2024..2027".
Calendars read_calendars(const Node& table, const Zone& shop_zone, const CalendarTexts& texts);
// "uk", or "uk + warehouse"; Error with the nearest name when there is none.
Calendar calendar_named(const Node& node, std::string_view name, const Calendars& calendars);
// The files that ics keys name, each with where it says so.
std::vector<const Node*> calendar_files(const Node& table);

}  // namespace amends
