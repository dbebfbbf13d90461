// Counts a deadline from its start, and says how.
#include <fmt/format.h>

#include "core/guarantee.h"
#include "core/text.h"

namespace amends {
namespace {

constexpr std::size_t most_lines = 12;  // openings shown one by one

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

// "placed" of placed_at.
std::string verb_of(std::string_view fact) {
  std::string verb(fact.ends_with("_at") ? fact.substr(0, fact.size() - 3) : fact);
  for (char& c : verb)
    if (c == '_') c = ' ';
  return verb;
}

// Wall clocks that are set back over midnight show a day twice; the second time it is already past.
Date day_of(const Zone& zone, Instant start) {
  const Date date = zone.date_at(start);
  const Date next{date.days + 1};
  return start >= reached(zone, next, 0) ? next : date;
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
                    : fmt::format("at or after the cut-off {}", print_time_of_day(due.cutoff));
  return {calendar.next_business_day(day), std::move(reason)};
}

std::string at_step(const Zone& zone, Date day, std::int64_t at) {
  const std::string_view note = [&]() -> std::string_view {
    switch (zone.wall(day, at)) {
      case Zone::Wall::skipped: return ", which the clocks skip: read by the clock before the change";
      case Zone::Wall::repeated: return ", which comes twice: the first counts";
      case Zone::Wall::unique: return "";
    }
    return "";
  }();
  return fmt::format("due by {} {}{}", print_time_of_day(at), zone.name(), note);
}

Count count_business_days(const Guarantee& guarantee, Moment start, bool with_steps) {
  const Due& due = guarantee.due;
  const Calendar& calendar = *due.calendar;
  const Made made = made_on(due, start, with_steps);
  const Date day = calendar.after(made.day, due.count);
  Count count;
  if (due.at < 0) {
    count.due = day;
    count.end = end_of(calendar.zone, day);
    count.end_is_exclusive = true;
  } else {
    count.end = calendar.zone.instant_at(day, due.at);
    count.due = count.end;
  }
  if (!with_steps) return count;
  std::string first = fmt::format("{} {}", verb_of(guarantee.start), print_moment(start, calendar.zone));
  if (!made.reason.empty()) first += fmt::format(", {}: counts as made on {}", made.reason, print_day(made.day));
  count.steps.push_back(std::move(first));
  count.steps.push_back(fmt::format("{} by calendar {}: {}", in_words(due.count, "business day"), calendar.name, print_day(day)));
  count.steps.push_back(due.at < 0 ? fmt::format("due by the end of that day, {}", calendar.zone.name())
                                   : at_step(calendar.zone, day, due.at));
  return count;
}

std::string opening_step(const Calendar& calendar, const Opening& opening, std::int64_t taken) {
  const auto clock = [&](Instant at, std::int64_t end_of_day) {
    return print_time_of_day(calendar.zone.date_at(at) == opening.date ? calendar.zone.ms_of_day(at) : end_of_day);
  };
  return fmt::format("{} {}-{}: {}", print_day(opening.date), clock(opening.from, opening.wall.from),
                     clock(Instant{opening.from.ms + taken}, opening.wall.until), duration_in_words(taken));
}

std::vector<std::string> opening_steps(const Calendar& calendar, Instant start, std::int64_t ms) {
  std::vector<std::string> steps;
  std::size_t more = 0;
  calendar.each_opening(start, [&](const Opening& opening) {
    const std::int64_t taken = std::min(ms, opening.until.ms - opening.from.ms);
    ms -= taken;
    if (steps.size() < most_lines) steps.push_back(opening_step(calendar, opening, taken));
    else ++more;
    return ms > 0;
  });
  if (more > 0) steps.push_back(fmt::format("and {} up to the last", in_words(static_cast<std::int64_t>(more), "more opening")));
  return steps;
}

Count count_hours(const Guarantee& guarantee, Moment start, const Zone& zone, bool with_steps) {
  const Due& due = guarantee.due;
  const Instant from = start.instant();
  Count count;
  count.end = due.calendar ? due.calendar->add_hours(from, due.ms) : Instant{from.ms + due.ms};
  count.due = count.end;
  if (!with_steps) return count;
  count.steps.push_back(fmt::format("{} {}", verb_of(guarantee.start), print_moment(start, zone)));
  count.steps.push_back(due.calendar ? fmt::format("{} of opening time by calendar {}", duration_in_words(due.ms), due.calendar->name)
                                     : fmt::format("{} of running time", duration_in_words(due.ms)));
  if (due.calendar)
    for (std::string& step : opening_steps(*due.calendar, from, due.ms)) count.steps.push_back(std::move(step));
  count.steps.push_back(fmt::format("due {} {}", print_moment(count.due, zone), zone.name()));
  return count;
}

Count count_field(const Guarantee& guarantee, Moment promised, const Zone& zone, bool with_steps) {
  Count count;
  count.due = promised;
  count.end_is_exclusive = promised.is_date();
  count.end = promised.is_date() ? end_of(zone, promised.date()) : promised.instant();
  if (!with_steps) return count;
  count.steps.push_back(fmt::format("{}: {}", guarantee.due.field, print_moment(promised, zone)));
  count.steps.push_back(promised.is_date() ? fmt::format("a day was promised: due by its end, {}", zone.name())
                                           : fmt::format("a moment was promised: due at it, {}", zone.name()));
  return count;
}

}  // namespace

const Zone& due_zone(const Guarantee& guarantee, const Zone& destination) {
  return guarantee.due.calendar ? guarantee.due.calendar->zone : destination;
}

std::string uncountable(const Guarantee& guarantee, Moment start) {
  const Due& due = guarantee.due;
  if (!start.is_date() || due.kind == Due::Kind::field) return {};
  if (due.kind == Due::Kind::hours) return fmt::format("{} has no time of day, and hours are counted from it", guarantee.start);
  if (due.cutoff < 0 || !due.calendar->is_business_day(start.date())) return {};
  return fmt::format("{} has no time of day, and the cut-off {} needs one", guarantee.start, print_time_of_day(due.cutoff));
}

Count count_due(const Guarantee& guarantee, Moment start, const Zone& zone, bool with_steps) {
  switch (guarantee.due.kind) {
    case Due::Kind::business_days: return count_business_days(guarantee, start, with_steps);
    case Due::Kind::hours: return count_hours(guarantee, start, due_zone(guarantee, zone), with_steps);
    case Due::Kind::field:
    case Due::Kind::none: break;
  }
  return count_field(guarantee, start, zone, with_steps);
}

}  // namespace amends
