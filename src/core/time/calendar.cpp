#include "core/time/calendar.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"

namespace amends {
namespace {

constexpr std::int32_t horizon_days = 3653;

Date plus(Date date, std::int32_t days) { return Date{date.days + days}; }

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

Instant first_of(Moment moment, const Zone& zone) {
  return moment.is_date() ? reached(zone, moment.date(), 0) : moment.instant();
}

Instant end_of(const Zone& zone, Date date) {
  const Instant end = reached(zone, plus(date, 1), 0);
  if (zone.wall(plus(date, 1), 0) != Zone::Wall::repeated) return end;
  const Instant second{end.ms + (zone.offset_seconds(end) - zone.offset_seconds(Instant{end.ms + 25 * ms_per_hour})) * ms_per_second};
  return std::max(end, second);
}

const std::vector<Interval>& Calendar::usual_hours(Date date) const {
  const auto exception = exceptions.find(date);
  return exception != exceptions.end() ? exception->second.hours : week[static_cast<std::size_t>(weekday(date))];
}

const std::vector<Interval>& Calendar::hours(Date date) const {
  static const std::vector<Interval> closed;
  const std::vector<Interval>& usual = usual_hours(date);
  return usual.empty() || zone.had_all(date, date) ? usual : closed;
}

std::string_view Calendar::name_of(Date date) const {
  const auto exception = exceptions.find(date);
  if (exception != exceptions.end() && !exception->second.name.empty()) return exception->second.name;
  return zone.had_all(date, date) ? "" : "a day that the clocks skipped";
}

bool Calendar::is_ever_open() const {
  return std::any_of(week.begin(), week.end(), [](const auto& day) { return !day.empty(); });
}

std::string Calendar::known_words() const {
  const YearMonthDay from = civil(first), until = civil(last);
  const bool whole_years = from.month == 1 && from.day == 1 && until.month == 12 && until.day == 31;
  if (!whole_years) return fmt::format("{} to {}", print_day(first), print_day(last));
  return from.year == until.year ? fmt::format("{}", from.year) : fmt::format("{} to {}", from.year, until.year);
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
  std::int64_t count = 0;
  if (!zone.had_all(plus(a, 1), b)) {
    for (Date date = plus(a, 1); date <= b; date = plus(date, 1)) count += is_business_day(date) ? 1 : 0;
    return count;
  }
  // By the week alone, then what stands on single dates instead.
  const auto is_usual = [this](int day) { return week[static_cast<std::size_t>(day)].empty() ? 0 : 1; };
  const std::int64_t days = std::int64_t{b.days} - a.days;
  for (int day = 0; day < 7; ++day) count += is_usual(day) * (days / 7);
  int day = weekday(a);
  for (std::int64_t i = 0; i < days % 7; ++i) count += is_usual(day = (day + 1) % 7);
  for (auto exception = exceptions.upper_bound(a); exception != exceptions.end() && exception->first <= b; ++exception)
    count += (exception->second.hours.empty() ? 0 : 1) - is_usual(weekday(exception->first));
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

std::int64_t Calendar::open_ms(Instant from, Instant until) const {
  std::int64_t open = 0;
  if (until <= from) return open;
  each_opening(from, [&](const Opening& opening) {
    open += std::max<std::int64_t>(0, std::min(opening.until, until).ms - opening.from.ms);
    return opening.until < until;
  });
  return open;
}

namespace {

std::vector<Interval> common(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  std::vector<Interval> both;
  for (const Interval& one : a)
    for (const Interval& other : b) {
      const Interval part{std::max(one.from, other.from), std::min(one.until, other.until)};
      if (part.from < part.until) both.push_back(part);
    }
  return both;
}

}  // namespace

std::vector<Interval> less(const std::vector<Interval>& intervals, const Interval& closed) {
  std::vector<Interval> left;
  for (const Interval& open : intervals)
    for (const Interval part : {Interval{open.from, std::min(open.until, closed.from)}, Interval{std::max(open.from, closed.until), open.until}})
      if (part.from < part.until) left.push_back(part);
  return left;
}

Calendar both(const Calendar& a, const Calendar& b) {
  Calendar calendar = a;
  calendar.name = fmt::format("{} + {}", a.name, b.name);
  for (std::size_t day = 0; day < 7; ++day) calendar.week[day] = common(a.week[day], b.week[day]);
  for (const Calendar* one : {&a, &b})
    for (const auto& [date, exception] : one->exceptions) {
      const std::string_view name = a.name_of(date).empty() ? b.name_of(date) : a.name_of(date);
      calendar.exceptions[date] = {common(a.usual_hours(date), b.usual_hours(date)), std::string(name)};
    }
  calendar.first = std::max(a.first, b.first);
  calendar.last = std::min(a.last, b.last);
  return calendar;
}

Calendar all_days(const Zone& zone) {
  Calendar calendar;
  calendar.name = "all days";
  calendar.zone = zone;
  for (auto& day : calendar.week) day = {{0, ms_per_day}};
  return calendar;
}

Calendar weekdays(const Zone& zone) {
  Calendar calendar;
  calendar.name = "Mon-Fri";
  calendar.zone = zone;
  for (std::size_t day = 0; day < 5; ++day) calendar.week[day] = {{0, ms_per_day}};
  return calendar;
}

std::int64_t weekdays_between(const Zone& zone, Date a, Date b) {
  if (b < a || !zone.had_all(plus(a, 1), b)) return weekdays(zone).business_days(a, b);
  // Monday to Friday of whole weeks, and of the days after.
  const std::int32_t days = b.days - a.days;
  std::int64_t count = std::int64_t{days} / 7 * 5;
  int day = weekday(a);
  for (std::int32_t i = 0; i < days % 7; ++i) count += (day = (day + 1) % 7) < 5 ? 1 : 0;
  return count;
}

}  // namespace amends
