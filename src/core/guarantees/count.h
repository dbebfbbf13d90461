// Counts a deadline from its start, and says how: the one place that knows what a due means. clock.h compiles it for
// many starts; explain and the command calendar print its steps.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/guarantees/guarantee.h"

namespace amends {

// How a deadline was counted, for explain: one line a step.
struct Count {
  Moment due;                      // a date promise stays a date
  Instant end;                     // the instant after (date) or at (instant) which it is broken
  bool end_is_exclusive = false;   // true for dates: met must be before `end`
  std::vector<std::string> steps;  // filled only when asked: "Fri 6 Mar 16:20 is after the cut-off 14:00: ..."

  bool stands = false;             // a pause that has not ended began before it was due: there is no deadline yet
  std::string beyond;              // why it cannot be counted: the calendar does not know a day of it; else empty

  Instant limit() const { return Instant{end_is_exclusive ? end.ms : end.ms + 1}; }  // the first instant too late
};
// `start` (or the due field's moment) is known and countable. `zone`: the destination's, for dates. `fact`: what
// the start is called.
Count count_due(const Due& due, std::string_view fact, Moment start, const Zone& zone, bool with_steps);
// The same with pauses in between, in order, none overlapping another.
struct Standstill {
  Instant from;
  std::optional<Instant> until;  // none: it lasts
  std::string_view reason;
};
Count count_due(const Due& due, std::string_view fact, Moment start, const Zone& zone, const std::vector<Standstill>& pauses, bool with_steps);
// Moves what was counted.
void move(Count& count, const PromiseException& exception, const Zone& zone, bool with_steps);

// Why no deadline can be counted from this start ("placed_at has no time of day ..."), or empty.
std::string uncountable(const Due& due, std::string_view fact, Moment start);
// The zone its due is in: the calendar's, else the destination's.
const Zone& due_zone(const Due& due, const Zone& destination);
// What a person is told where a calendar does not know all days from one to the other; empty when it does.
std::string unknown_days(const Calendar& calendar, Date from, Date until);
// The openings that `ms` of opening time from `start` take, and the closed days in between, one line each.
std::vector<std::string> opening_steps(const Calendar& calendar, Instant start, std::int64_t ms);
std::string length_in_words(const Due& length);  // "30 min", "2 business days", "2 h of opening time"
// "8 h", "1 h 30 min"
std::string duration_in_words(std::int64_t ms);
std::string in_words(std::int64_t count, std::string_view noun);  // "1 day", "2 days"

}  // namespace amends
