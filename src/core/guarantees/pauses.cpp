// What changes a count: pauses, in which the clock stands, and exceptions, which move what was counted.
#include <algorithm>

#include <fmt/format.h>

#include "core/guarantees/count.h"

namespace amends {
namespace {

std::string paused_step(const Standstill& pause, const Zone& zone) {
  const std::string from = print_moment(pause.from, zone);
  const std::string span = pause.until ? fmt::format("{} to {}", from, print_moment(*pause.until, zone)) : "since " + from;
  return fmt::format("{}: the clock stands{}{}", span, pause.reason.empty() ? "" : ", ", pause.reason);
}

// The first `kept` steps of the count as it would be, and why it is not.
Count standing(const Due& due, std::string_view fact, Moment start, const Zone& zone, std::size_t kept, const std::vector<std::string>& steps) {
  Count count;
  count.stands = true;
  if (steps.empty()) return count;
  count.steps = count_due(due, fact, start, zone, true).steps;
  count.steps.resize(std::min(kept, count.steps.size()));
  count.steps.insert(count.steps.end(), steps.begin(), steps.end());
  return count;
}

// Opening time, or running time where there is no calendar.
std::int64_t time_between(const Due& due, Instant from, Instant until) {
  return due.calendar ? due.calendar->open_ms(from, until) : until.ms - from.ms;
}

// What is left of the time runs on after each pause.
Count count_hours(const Due& due, std::string_view fact, Moment start, const Zone& zone, const std::vector<Standstill>& pauses, bool with_steps) {
  Due left = due;
  Instant at = start.instant();
  std::vector<std::string> steps;
  std::string beyond;
  for (const Standstill& pause : pauses) {
    const Instant from = std::max(pause.from, at);
    const Count until_now = count_due(left, fact, at, zone, false);
    if (pause.until && *pause.until <= at) continue;
    if (from >= until_now.end) break;
    const std::int64_t taken = time_between(due, at, from);
    if (due.calendar) beyond = unknown_days(*due.calendar, zone.date_at(at), zone.date_at(from));
    if (with_steps && due.calendar && taken > 0)
      for (std::string& step : opening_steps(*due.calendar, at, taken)) steps.push_back(std::move(step));
    if (with_steps) steps.push_back(paused_step(pause, zone));
    left.ms -= taken;
    if (!pause.until) return standing(due, fact, start, zone, 2, steps);
    at = *pause.until;
  }
  Count count = count_due(left, fact, at, zone, with_steps);
  if (!beyond.empty()) count.beyond = beyond;
  if (!with_steps || steps.empty()) return count;
  // The whole's first lines, then what went before, and the rest behind its own first lines.
  std::vector<std::string> all = count_due(due, fact, start, zone, true).steps;
  all.resize(2);
  all.insert(all.end(), steps.begin(), steps.end());
  all.insert(all.end(), count.steps.begin() + 2, count.steps.end());
  count.steps = std::move(all);
  return count;
}

// A pause makes a due in days later by the days it goes over.
Count count_days(const Due& due, std::string_view fact, Moment start, const Zone& zone, const std::vector<Standstill>& pauses, bool with_steps) {
  Due longer = due;
  std::vector<std::string> steps;
  Count count = count_due(longer, fact, start, zone, false);
  for (const Standstill& pause : pauses) {
    if (pause.from.ms >= count.limit().ms) break;
    if (with_steps) steps.push_back(paused_step(pause, due.calendar->zone));
    if (!pause.until) return standing(due, fact, start, zone, 1, steps);
    longer.count += due.calendar->business_days(due.calendar->zone.date_at(pause.from), due.calendar->zone.date_at(*pause.until));
    count = count_due(longer, fact, start, zone, false);
  }
  if (!with_steps) return count;
  count = count_due(longer, fact, start, zone, true);
  if (longer.count != due.count)
    steps.push_back(fmt::format("{} and {} of pause", length_in_words(due), in_words(longer.count - due.count, due.kind == Due::Kind::days ? "day" : "business day")));
  count.steps.insert(count.steps.begin() + 1, steps.begin(), steps.end());
  return count;
}

Count count_field(const Due& due, std::string_view fact, Moment start, const Zone& zone, const std::vector<Standstill>& pauses, bool with_steps) {
  Count count = count_due(due, fact, start, zone, with_steps);
  for (const Standstill& pause : pauses) {
    if (pause.from.ms >= count.limit().ms) break;
    if (with_steps) count.steps.push_back(paused_step(pause, zone));
    if (!pause.until) {
      count.stands = true;
      return count;
    }
    if (count.due.is_date()) {
      const Date date{count.due.date().days + zone.date_at(*pause.until).days - zone.date_at(pause.from).days};
      count.due = date;
      count.end = end_of(zone, date);
    } else {
      count.end.ms += pause.until->ms - pause.from.ms;
      count.due = count.end;
    }
    if (with_steps) count.steps.push_back("due " + print_moment(count.due, zone));
  }
  return count;
}

}  // namespace

Count count_due(const Due& due, std::string_view fact, Moment start, const Zone& zone, const std::vector<Standstill>& pauses, bool with_steps) {
  if (pauses.empty()) return count_due(due, fact, start, zone, with_steps);
  if (due.kind == Due::Kind::hours) return count_hours(due, fact, start, due_zone(due, zone), pauses, with_steps);
  if (due.is_counted()) return count_days(due, fact, start, zone, pauses, with_steps);
  return count_field(due, fact, start, zone, pauses, with_steps);
}

// Days keep the time of day; hours turn a day into a moment.
void move(Count& count, const PromiseException& exception, const Zone& zone, bool with_steps) {
  const Due& by = exception.moved;
  if (by.kind == Due::Kind::hours) {
    const Instant from = count.end;
    count.end = by.calendar ? by.calendar->add_hours(from, by.ms) : Instant{from.ms + by.ms};
    count.due = count.end;
    if (by.calendar && count.beyond.empty()) count.beyond = unknown_days(*by.calendar, by.calendar->zone.date_at(from), by.calendar->zone.date_at(count.end));
  } else {
    const Date from = count.due.is_date() ? count.due.date() : zone.date_at(count.end);
    const Date to = by.calendar->after(from, by.count);
    const std::int64_t ms = count.due.is_date() ? 0 : zone.ms_of_day(count.end);
    count.end = count.due.is_date() ? end_of(zone, to) : zone.instant_at(to, ms);
    count.due = count.due.is_date() ? Moment(to) : Moment(count.end);
    if (count.beyond.empty()) count.beyond = unknown_days(*by.calendar, from, to);
  }
  if (with_steps) count.steps.push_back(fmt::format("moved by {} to {}: {}", length_in_words(by), print_moment(count.due, zone), exception.reason));
}

}  // namespace amends
