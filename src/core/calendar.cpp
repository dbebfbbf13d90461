#include "core/calendar.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace amends {
namespace {

constexpr std::int32_t horizon_days = 3653;

Date plus(Date date, std::int32_t days) { return Date{date.days + days}; }

// A zone that crossed the date line westwards left a date out.
bool existed(const Zone& zone, Date date) { return zone.date_at(zone.start_of(date)) == date; }

// Whether none of the dates after a up to b was left out: then they took about as long as they are many.
bool all_existed(const Zone& zone, Date a, Date b) {
  const std::int64_t took = zone.start_of(plus(b, 1)).ms - zone.start_of(plus(a, 1)).ms;
  return took > (std::int64_t{b.days} - a.days) * ms_per_day - ms_per_day / 2;
}

[[noreturn]] void fail_horizon(const Calendar& calendar, Date date) {
  throw Error{Where{}, fmt::format("calendar {} has no business day in the ten years after {}", calendar.name, print(date)),
              "give it hours, such as mon-fri = [\"09:00-17:00\"]"};
}

std::int64_t wall_ms(const Zone& zone, Instant at) { return at.ms + zone.offset_seconds(at) * ms_per_second; }

// The moment the clocks changed, between two instants with different offsets.
Instant change_between(const Zone& zone, Instant before, Instant after) {
  const int old_offset = zone.offset_seconds(before);
  while (after.ms - before.ms > 1) {
    const Instant middle{before.ms + (after.ms - before.ms) / 2};
    (zone.offset_seconds(middle) == old_offset ? before : after) = middle;
  }
  return after;
}

}  // namespace

Instant reached(const Zone& zone, Date date, std::int64_t ms_of_day) {
  const Instant at = zone.instant_at(date, ms_of_day);
  if (zone.wall(date, ms_of_day) != Zone::Wall::skipped) return at;
  const std::int64_t gap = wall_ms(zone, at) - (std::int64_t{date.days} * ms_per_day + ms_of_day);
  return change_between(zone, Instant{at.ms - gap}, at);
}

Instant end_of(const Zone& zone, Date date) {
  const Instant end = reached(zone, plus(date, 1), 0);
  if (zone.wall(plus(date, 1), 0) != Zone::Wall::repeated) return end;
  const Instant second{end.ms + (zone.offset_seconds(end) - zone.offset_seconds(Instant{end.ms + 25 * ms_per_hour})) * ms_per_second};
  return std::max(end, second);
}

const std::vector<Interval>& Calendar::usual_hours(Date date) const {
  const auto exception = exceptions.find(date);
  return exception != exceptions.end() ? exception->second : week[static_cast<std::size_t>(weekday(date))];
}

const std::vector<Interval>& Calendar::hours(Date date) const {
  static const std::vector<Interval> closed;
  const std::vector<Interval>& usual = usual_hours(date);
  return usual.empty() || existed(zone, date) ? usual : closed;
}

Date Calendar::next_business_day(Date date) const {
  for (std::int32_t i = 1; i <= horizon_days; ++i)
    if (is_business_day(plus(date, i))) return plus(date, i);
  fail_horizon(*this, date);
}

Date Calendar::after(Date date, std::int64_t n) const {
  for (; n > 0; --n) date = next_business_day(date);
  return date;
}

std::int64_t Calendar::business_days(Date a, Date b) const {
  if (b < a) return -business_days(b, a);
  const bool whole = all_existed(zone, a, b);
  std::int64_t count = 0;
  for (Date date = plus(a, 1); date <= b; date = plus(date, 1)) {
    const bool open = whole ? !usual_hours(date).empty() : is_business_day(date);
    count += open ? 1 : 0;
  }
  return count;
}

void Calendar::each_opening(Instant start, const std::function<bool(const Opening&)>& visit) const {
  // The day before: a clock set back over midnight can bring its evening back.
  Date date = plus(zone.date_at(start), -1);
  std::int32_t closed_for = 0;
  for (; closed_for <= horizon_days; date = plus(date, 1), ++closed_for) {
    for (const Interval& wall : hours(date)) {
      const Instant from = std::max(start, reached(zone, date, wall.from));
      const Instant until = reached(zone, date, wall.until);
      if (until <= from) continue;
      if (!visit(Opening{date, wall, from, until})) return;
      closed_for = 0;
    }
  }
  fail_horizon(*this, zone.date_at(start));
}

Instant Calendar::add_hours(Instant start, std::int64_t ms) const {
  if (ms <= 0) return start;
  Instant end = start;
  each_opening(start, [&](const Opening& opening) {
    const std::int64_t open = opening.until.ms - opening.from.ms;
    end = Instant{opening.from.ms + std::min(open, ms)};
    ms -= std::min(open, ms);
    return ms > 0;
  });
  return end;
}

Calendar weekdays(const Zone& zone) {
  Calendar calendar;
  calendar.name = "Mon-Fri";
  calendar.zone = zone;
  for (std::size_t day = 0; day < 5; ++day) calendar.week[day] = {{0, ms_per_day}};
  return calendar;
}

std::int64_t weekdays_between(const Zone& zone, Date a, Date b) {
  if (b < a || !all_existed(zone, a, b)) return weekdays(zone).business_days(a, b);
  // Monday to Friday of whole weeks, and of the days after.
  const std::int32_t days = b.days - a.days;
  std::int64_t count = std::int64_t{days} / 7 * 5;
  int day = weekday(a);
  for (std::int32_t i = 0; i < days % 7; ++i) count += (day = (day + 1) % 7) < 5 ? 1 : 0;
  return count;
}

}  // namespace amends
