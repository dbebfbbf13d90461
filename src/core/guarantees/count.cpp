#include "core/guarantees/count.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::size_t most_lines = 12;  // openings shown one by one
constexpr std::size_t most_parts = 8;   // and runs of days

// "placed" of placed_at.
std::string verb_of(std::string_view fact) {
  std::string verb(fact.ends_with("_at") ? fact.substr(0, fact.size() - 3) : fact);
  for (char& c : verb)
    if (c == '_') c = ' ';
  return verb.empty() ? "from" : verb;
}

std::string started(std::string_view fact, Moment start, const Zone& zone) { return fmt::format("{} {}", verb_of(fact), print_moment(start, zone)); }

// "Sat 7, Sun 8 Mar 2026", "Mon 9 to Fri 13 Mar 2026": month and year once for each run of days. Empty when there
// are too many runs.
std::string days_in_words(const std::vector<Date>& days) {
  std::vector<std::string> parts;
  const auto same_month = [](Date a, Date b) { return civil(a).year == civil(b).year && civil(a).month == civil(b).month; };
  const auto print_short = [](Date date) { return fmt::format("{} {}", weekday_name(weekday(date)), civil(date).day); };
  for (std::size_t i = 0; i < days.size(); ++i) {
    std::size_t end = i;
    while (end + 1 < days.size() && days[end + 1].days == days[end].days + 1) ++end;
    if (end - i < 2) end = i;
    const bool goes_on = end + 1 < days.size() && same_month(days[end], days[end + 1]);
    std::string last = goes_on ? print_short(days[end]) : print_day(days[end]);
    if (end > i) last = fmt::format("{} to {}", same_month(days[i], days[end]) ? print_short(days[i]) : print_day(days[i]), last);
    parts.push_back(std::move(last));
    i = end;
  }
  return parts.size() > most_parts ? std::string{} : joined(parts, ", ");
}

// Wall clocks that are set back over midnight show a day twice; the second time it is already past.
Date day_of(const Zone& zone, Instant start) {
  const Date date = zone.date_at(start);
  const Date next{date.days + 1};
  return start >= reached(zone, next, 0) ? next : date;
}

std::string_view reached_note(const Zone& zone, Date day, std::int64_t ms) {
  switch (zone.wall(day, ms)) {
    case Zone::Wall::skipped: return ", which the clocks skip (the moment of the change counts)";
    case Zone::Wall::repeated: return ", which comes twice (the first counts)";
    case Zone::Wall::unique: break;
  }
  return "";
}

// Of an hour that comes twice, which.
std::string_view which_time(const Zone& zone, Instant at) {
  const Date day = zone.date_at(at);
  const std::int64_t ms = zone.ms_of_day(at);
  if (zone.wall(day, ms) != Zone::Wall::repeated) return "";
  return zone.instant_at(day, ms) == at ? " the first time" : " the second time";
}

struct Made {
  Date day;            // when the start counts as made
  std::string reason;  // why not on its own day; empty when it does
};

bool is_after_cutoff(const Due& due, Moment start, Date day) {
  return start.is_instant() && start.instant() >= reached(due.calendar->zone, day, due.cutoff);
}

Made made_on(const Due& due, Moment start, bool with_steps) {
  const Calendar& calendar = *due.calendar;
  const Date day = start.is_date() ? start.date() : day_of(calendar.zone, start.instant());
  if (due.cutoff < 0) return {day, {}};
  const bool closed = !calendar.is_business_day(day);
  if (!closed && !is_after_cutoff(due, start, day)) return {day, {}};
  std::string reason;
  if (with_steps)
    reason = closed ? fmt::format("closed that day by calendar {}", calendar.name)
                    : fmt::format("at or after the cut-off {}{}", print_time_of_day(due.cutoff), reached_note(calendar.zone, day, due.cutoff));
  return {calendar.next_business_day(day), std::move(reason)};
}

std::string at_step(const Zone& zone, Date day, std::int64_t at) {
  const bool skipped = zone.wall(day, at) == Zone::Wall::skipped;
  const std::string note = skipped ? fmt::format(", which the clocks skip: that is {}, by the clock before the change", print_time_of_day(zone.ms_of_day(zone.instant_at(day, at))))
                                   : std::string(reached_note(zone, day, at));
  return fmt::format("due by {} {}{}", print_time_of_day(at), zone.name(), note);
}

// The days after one up to another that are closed, in words: a line for each with a name and each run without.
void tell_closed(const Calendar& calendar, Date after, Date until, std::vector<std::string>& steps) {
  std::vector<std::string> lines;
  std::vector<Date> unnamed;
  const auto finish = [&] {
    if (const std::string days = days_in_words(unnamed); !days.empty()) lines.push_back(days + ": closed");
    unnamed.clear();
  };
  for (Date date{after.days + 1}; date <= until; ++date.days) {
    if (calendar.is_business_day(date)) continue;
    const std::string_view name = calendar.name_of(date);
    if (name.empty()) {
      unnamed.push_back(date);
      continue;
    }
    finish();
    lines.push_back(fmt::format("{}: closed, {}", print_day(date), name));
  }
  finish();
  if (lines.size() <= most_lines) steps.insert(steps.end(), lines.begin(), lines.end());
}

std::string counted_days(const Due& due, Date after, Date last) {
  const Calendar& calendar = *due.calendar;
  std::vector<Date> days;
  for (Date date{after.days + 1}; date <= last; ++date.days)
    if (calendar.is_business_day(date)) days.push_back(date);
  const std::string listed = due.kind == Due::Kind::days ? std::string{} : days_in_words(days);
  const std::string what = due.kind == Due::Kind::days ? in_words(due.count, "day")
                                                       : fmt::format("{} by calendar {}", in_words(due.count, "business day"), calendar.name);
  return fmt::format("{}: {}", what, listed.empty() ? print_day(last) : listed);
}

Count count_days(const Due& due, std::string_view fact, Moment start, bool with_steps) {
  const Calendar& calendar = *due.calendar;
  const Made made = made_on(due, start, with_steps);
  const Date day = calendar.after(made.day, due.count);
  Count count;
  count.beyond = unknown_days(calendar, start.is_date() ? start.date() : calendar.zone.date_at(start.instant()), day);
  if (due.at < 0) {
    count.due = day;
    count.end = end_of(calendar.zone, day);
    count.end_is_exclusive = true;
  } else {
    count.end = calendar.zone.instant_at(day, due.at);
    count.due = count.end;
  }
  if (!with_steps) return count;
  std::string first = started(fact, start, calendar.zone);
  if (!made.reason.empty()) first += fmt::format(", {}: counts as made on {}", made.reason, print_day(made.day));
  count.steps.push_back(std::move(first));
  tell_closed(calendar, made.day, day, count.steps);
  count.steps.push_back(counted_days(due, made.day, day));
  count.steps.push_back(due.at < 0 ? fmt::format("due by the end of that day, {}", calendar.zone.name())
                                   : at_step(calendar.zone, day, due.at));
  return count;
}

std::string opening_step(const Calendar& calendar, const Opening& opening, std::int64_t taken) {
  const auto clock = [&](Instant at, std::int64_t end_of_day) {
    return calendar.zone.date_at(at) == opening.date ? calendar.zone.ms_of_day(at) : end_of_day;
  };
  const std::int64_t from = clock(opening.from, opening.wall.from), until = clock(Instant{opening.from.ms + taken}, opening.wall.until);
  return fmt::format("{} {}-{}: {}{}", print_day(opening.date), print_time_of_day(from), print_time_of_day(until), duration_in_words(taken),
                     until - from == taken ? "" : ", the clocks change");
}

Count count_hours(const Due& due, std::string_view fact, Moment start, const Zone& zone, bool with_steps) {
  const Instant from = start.instant();
  Count count;
  count.end = due.calendar ? due.calendar->add_hours(from, due.ms) : Instant{from.ms + due.ms};
  count.due = count.end;
  if (due.calendar) count.beyond = unknown_days(*due.calendar, zone.date_at(from), zone.date_at(Instant{count.end.ms - 1}));
  if (!with_steps) return count;
  count.steps.push_back(started(fact, start, zone));
  count.steps.push_back(due.calendar ? fmt::format("{} of opening time by calendar {}", duration_in_words(due.ms), due.calendar->name)
                                     : fmt::format("{} of running time", duration_in_words(due.ms)));
  if (due.calendar)
    for (std::string& step : opening_steps(*due.calendar, from, due.ms)) count.steps.push_back(std::move(step));
  const bool changes = !due.calendar && zone.offset_seconds(from) != zone.offset_seconds(count.end);
  count.steps.push_back(fmt::format("due {}{} {}{}", print_moment(count.due, zone), which_time(zone, count.end), zone.name(), changes ? ", the clocks change in between" : ""));
  return count;
}

Count count_field(std::string_view field, Moment promised, const Zone& zone, bool with_steps) {
  Count count;
  count.due = promised;
  count.end_is_exclusive = promised.is_date();
  count.end = promised.is_date() ? end_of(zone, promised.date()) : promised.instant();
  if (!with_steps) return count;
  count.steps.push_back(fmt::format("{}: {}", field, print_moment(promised, zone)));
  count.steps.push_back(promised.is_date() ? fmt::format("a day was promised: due by its end, {}", zone.name())
                                           : fmt::format("a moment was promised: due at it, {}", zone.name()));
  return count;
}

}  // namespace

std::vector<std::string> opening_steps(const Calendar& calendar, Instant start, std::int64_t ms) {
  std::vector<std::string> steps;
  std::size_t shown = 0, more = 0;
  Date told{calendar.zone.date_at(start).days - 1};
  calendar.each_opening(start, [&](const Opening& opening) {
    const std::int64_t taken = std::min(ms, opening.until.ms - opening.from.ms);
    ms -= taken;
    if (shown++ < most_lines) {
      tell_closed(calendar, told, Date{opening.date.days - 1}, steps);
      steps.push_back(opening_step(calendar, opening, taken));
      told = opening.date;
    } else {
      ++more;
    }
    return ms > 0;
  });
  if (more > 0) steps.push_back(fmt::format("and {} up to the last", in_words(static_cast<std::int64_t>(more), "more opening")));
  return steps;
}

std::string in_words(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string duration_in_words(std::int64_t ms) {
  const std::int64_t hours = ms / ms_per_hour;
  const std::int64_t minutes = ms / ms_per_minute % 60;
  const std::int64_t seconds = ms / ms_per_second % 60;
  std::vector<std::string> parts;
  if (hours != 0) parts.push_back(fmt::format("{} h", hours));
  if (minutes != 0) parts.push_back(fmt::format("{} min", minutes));
  if (seconds != 0) parts.push_back(fmt::format("{} s", seconds));
  return parts.empty() ? "0 min" : joined(parts, " ");
}

std::string unknown_days(const Calendar& calendar, Date from, Date until) {
  if (calendar.knows(from, until)) return {};
  const bool begins_before = from < calendar.first;
  return fmt::format("calendar {} knows {}, and this is counted {} {}", calendar.name, calendar.known_words(), begins_before ? "from" : "up to",
                     print_day(begins_before ? from : until));
}

std::string length_in_words(const Due& length) {
  if (length.kind == Due::Kind::hours) return duration_in_words(length.ms) + (length.calendar ? " of opening time" : "");
  return in_words(length.count, length.kind == Due::Kind::days ? "day" : "business day");
}

const Zone& due_zone(const Due& due, const Zone& destination) { return due.calendar ? due.calendar->zone : destination; }

std::string uncountable(const Due& due, std::string_view fact, Moment start) {
  if (!start.is_date() || !due.is_counted()) return {};
  if (due.kind == Due::Kind::hours) return fmt::format("{} has no time of day, and hours are counted from it", fact);
  if (due.cutoff < 0 || !due.calendar->is_business_day(start.date())) return {};
  return fmt::format("{} has no time of day, and the cut-off {} needs one", fact, print_time_of_day(due.cutoff));
}

Count count_due(const Due& due, std::string_view fact, Moment start, const Zone& zone, bool with_steps) {
  switch (due.kind) {
    case Due::Kind::business_days:
    case Due::Kind::days: return count_days(due, fact, start, with_steps);
    case Due::Kind::hours: return count_hours(due, fact, start, due_zone(due, zone), with_steps);
    case Due::Kind::field:
    case Due::Kind::none: break;
  }
  return count_field(fact, start, zone, with_steps);
}

}  // namespace amends
