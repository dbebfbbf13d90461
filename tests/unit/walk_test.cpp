// The compiled clock against a walk over the minutes of the wall clock: one that is looked at minute by minute, knows
// nothing of segments and counts what it sees.
#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "core/guarantees/clock.h"

using namespace amends;

namespace {

struct Random {
  std::mt19937_64 bits;
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(n)); }
};

constexpr int days_walked = 44, days_before = 12;
constexpr int minutes_walked = days_walked * 1440;

struct Around {
  const char* zone;
  const char* day;  // something happens to the clocks, or to the year
};
constexpr Around places[] = {{"Europe/London", "2026-03-29"},       {"Europe/London", "2026-10-25"},    {"America/Sao_Paulo", "2018-02-18"},
                             {"America/Sao_Paulo", "2018-11-04"},   {"America/Sao_Paulo", "2019-02-17"}, {"Asia/Kathmandu", "2025-12-31"},
                             {"Pacific/Apia", "2011-12-30"},        {"Australia/Lord_Howe", "2026-04-05"}, {"America/New_York", "2026-11-01"},
                             {"America/St_Johns", "2010-11-07"},    {"UTC", "2028-02-29"},              {"Africa/Cairo", "2026-04-24"}};

// What a wall clock showed, minute by minute: the date and minute of day it shows, and the furthest it has ever been.
struct Minutes {
  Zone zone;
  Instant begin;
  std::vector<std::int64_t> shown, furthest;  // minutes since 1970 by the clock there

  explicit Minutes(const Around& place) : zone(Zone::named(place.zone).value()) {
    begin = Instant{std::int64_t{read_iso(place.day).date.days - days_before} * ms_per_day};
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    for (int m = -1440; m < minutes_walked; ++m) {
      const Instant now{begin.ms + m * ms_per_minute};
      const std::int64_t wall = std::int64_t{zone.date_at(now).days} * 1440 + zone.ms_of_day(now) / ms_per_minute;
      most = std::max(most, wall);
      if (m < 0) continue;
      shown.push_back(wall);
      furthest.push_back(most);
    }
  }
  Instant at(std::size_t minute) const { return Instant{begin.ms + static_cast<std::int64_t>(minute) * ms_per_minute}; }
  // The first minute at which the clock has been as far as this.
  std::size_t reached(Date date, std::int64_t minute) const {
    const std::int64_t wanted = std::int64_t{date.days} * 1440 + minute;
    return static_cast<std::size_t>(std::lower_bound(furthest.begin(), furthest.end(), wanted) - furthest.begin());
  }
  bool showed(Date date) const {
    const std::size_t first = reached(date, 0);
    return first < furthest.size() && furthest[first] < (std::int64_t{date.days} + 1) * 1440;
  }
};

std::vector<Interval> random_hours(Random& random) {
  std::vector<Interval> hours;
  for (std::int64_t from = random.below(1000); from < 1440 && hours.size() < 3;) {
    const std::int64_t until = random.below(6) == 0 ? 1440 : std::min<std::int64_t>(1440, from + 1 + random.below(700));
    hours.push_back({from * ms_per_minute, until * ms_per_minute});
    from = until + random.below(200);
  }
  return hours;
}

std::shared_ptr<const Calendar> random_calendar(Random& random, const Minutes& minutes) {
  Calendar calendar;
  calendar.name = "random";
  calendar.zone = minutes.zone;
  for (auto& hours : calendar.week)
    if (random.below(3) != 0) hours = random_hours(random);
  calendar.week[static_cast<std::size_t>(random.below(7))] = {{9 * ms_per_hour, 17 * ms_per_hour}};
  const Date first = minutes.zone.date_at(minutes.begin);
  for (std::int64_t left = random.below(6); left > 0; --left) {
    const Date date{first.days + static_cast<std::int32_t>(random.below(days_walked))};
    calendar.exceptions[date] = {random.below(2) == 0 ? std::vector<Interval>{} : random_hours(random)};
  }
  if (random.below(4) == 0) calendar.first = Date{first.days + days_before - static_cast<std::int32_t>(random.below(4))};
  if (random.below(4) == 0) calendar.last = Date{first.days + days_before + static_cast<std::int32_t>(random.below(4))};
  return std::make_shared<const Calendar>(std::move(calendar));
}

const std::vector<Interval>& hours_on(const Calendar& calendar, Date date) {
  const auto special = calendar.exceptions.find(date);
  return special != calendar.exceptions.end() ? special->second.hours : calendar.week[static_cast<std::size_t>(weekday(date))];
}

// One calendar, walked once: how many open minutes lie before each.
struct Walk {
  const Minutes& minutes;
  const Calendar& calendar;
  std::vector<std::uint8_t> open;
  std::vector<std::int64_t> before = {0};

  Walk(const Minutes& m, const Calendar& c) : minutes(m), calendar(c), open(minutes_walked, 0) {
    const Date first = m.zone.date_at(m.begin);
    for (Date date{first.days - 1}; date.days <= first.days + days_walked; ++date.days)
      for (const Interval& hours : hours_on(c, date)) {
        if (!m.showed(date)) continue;
        const std::size_t until = m.reached(date, hours.until / ms_per_minute);
        for (std::size_t minute = m.reached(date, hours.from / ms_per_minute); minute < until; ++minute) open[minute] = 1;
      }
    for (const std::uint8_t is_open : open) before.push_back(before.back() + is_open);
  }

  bool is_business_day(Date date) const { return !hours_on(calendar, date).empty() && minutes.showed(date); }
  bool knows(Date from, Date until) const { return from >= calendar.first && until <= calendar.last; }
  Date day_of(Instant at) const { return minutes.zone.date_at(at); }

  // The end of the first minutes that hold `ms` of opening time after `start`; false beyond what was walked.
  bool after_hours(Instant start, std::int64_t ms, Instant& end) const {
    const std::int64_t since = start.ms - minutes.begin.ms;
    const auto minute = static_cast<std::size_t>(since / ms_per_minute);
    const std::int64_t wanted = before[minute] * ms_per_minute + (open[minute] != 0 ? since % ms_per_minute : 0) + ms;
    const std::int64_t whole = (wanted + ms_per_minute - 1) / ms_per_minute;
    const auto found = std::lower_bound(before.begin(), before.end(), whole);
    if (found == before.end()) return false;
    const std::int64_t over = *found * ms_per_minute - wanted;
    end = Instant{minutes.at(static_cast<std::size_t>(found - before.begin())).ms - over};
    return true;
  }

  // The date the wall clock has come to for good.
  Date day_reached(Instant at) const {
    const std::int64_t most = minutes.furthest[static_cast<std::size_t>((at.ms - minutes.begin.ms) / ms_per_minute)];
    return Date{static_cast<std::int32_t>(most / 1440)};
  }

  Date next_open(Date date) const {
    do ++date.days;
    while (!is_business_day(date));
    return date;
  }

  Date after_days(Instant start, const Due& due) const {
    Date date = day_reached(start);
    if (due.cutoff >= 0) {
      const bool is_late = start >= minutes.at(minutes.reached(date, due.cutoff / ms_per_minute));
      if (!is_business_day(date) || is_late) date = next_open(date);
    }
    for (std::int64_t n = due.count; n > 0; --n) date = next_open(date);
    return date;
  }
};

Due random_due(Random& random, const std::shared_ptr<const Calendar>& calendar) {
  Due due;
  due.calendar = calendar;
  if (random.below(2) == 0) {
    due.kind = Due::Kind::hours;
    due.ms = (1 + random.below(20 * 60)) * ms_per_minute + (random.below(4) == 0 ? random.below(60000) : 0);
    return due;
  }
  due.kind = Due::Kind::business_days;
  due.count = random.below(5);
  if (random.below(2) == 0) due.cutoff = random.below(1440) * ms_per_minute;
  return due;
}

// Nothing: its end lies beyond what was walked.
std::optional<bool> is_same(const Deadline& fast, const Due& due, const Walk& walk, Instant start) {
  if (due.kind == Due::Kind::hours) {
    Instant end;
    if (!walk.after_hours(start, due.ms, end)) return std::nullopt;
    const bool known = walk.knows(walk.day_of(start), walk.day_of(Instant{end.ms - 1}));
    return fast.end == end && fast.limit == end.ms + 1 && fast.is_known == known;
  }
  const Date day = walk.after_days(start, due);
  const std::size_t over = walk.minutes.reached(Date{day.days + 1}, 0);
  if (over >= minutes_walked - 1440) return std::nullopt;
  // A clock set back over midnight shows the day again: it ends when it is shown for the last time.
  std::size_t last = over;
  for (std::size_t m = over; m < over + 1440; ++m)
    if (walk.minutes.shown[m] < (std::int64_t{day.days} + 1) * 1440) last = m + 1;
  return fast.due == Moment(day) && fast.limit == walk.minutes.at(last).ms && fast.is_known == walk.knows(walk.day_of(start), day);
}

}  // namespace

TEST_CASE("property: 100,000 random calendars and starts, the compiled clock against a walk minute by minute") {
  Random random{std::mt19937_64(20111230)};
  std::vector<Minutes> walked;
  for (const Around& place : places) walked.emplace_back(place);
  int differences = 0, counted = 0, beyond = 0;
  while (counted < 100000) {
    const Minutes& minutes = walked[static_cast<std::size_t>(random.below(std::size(places)))];
    const std::shared_ptr<const Calendar> calendar = random_calendar(random, minutes);
    const Walk walk(minutes, *calendar);
    for (int dues = 0; dues < 4; ++dues) {
      const Due due = random_due(random, calendar);
      const DueClock clock(due);
      for (int i = 0; i < 25 && counted < 100000; ++i) {
        const std::int64_t minute = (days_before - 6) * 1440 + random.below(12 * 1440);
        const Instant start{minutes.begin.ms + minute * ms_per_minute + (random.below(3) == 0 ? random.below(60000) : 0)};
        const std::optional<bool> same = is_same(clock.deadline(start), due, walk, start);
        counted += same ? 1 : 0;
        beyond += same ? 0 : 1;
        differences += same.value_or(true) ? 0 : 1;
      }
    }
  }
  MESSAGE("compared: " << counted << ", ends beyond what was walked, not compared: " << beyond);
  CHECK(counted == 100000);
  CHECK(differences == 0);
}
