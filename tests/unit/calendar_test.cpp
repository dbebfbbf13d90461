// Calendars: the counts that help desks get wrong, days and hours that clocks skip or repeat, and the fast walk
// against a minute-by-minute one.
#include <limits>
#include <memory>
#include <random>

#include <doctest/doctest.h>

#include "core/time/calendar.h"
#include "io/toml.h"

using namespace amends;

namespace {

Zone zone(const char* name) { return Zone::named(name).value(); }

Instant at(const char* wall, const Zone& there) { return moment_of(read_iso(wall), there).instant(); }
Date day(const char* text) { return read_iso(text).date; }

Calendars read_all(const std::string& body, const Zone& shop = Zone::utc(), const CalendarTexts& texts = {}) {
  const Node root = read_toml(std::make_shared<const Source>(Source{"amends.toml", body}));
  return read_calendars(*root.find("calendars"), shop, texts);
}

// The first of them.
Calendar read(const std::string& body, const Zone& shop = Zone::utc()) { return read_all(body, shop).begin()->second; }

Calendar nine_to_five(const Zone& there = Zone::utc()) {
  return read("[calendars.desk]\nhours = { mon-fri = [\"09:00-17:00\"] }\n", there);
}

std::string fault(const std::string& body) {
  try {
    read(body);
  } catch (const Error& error) {
    return describe(error);
  }
  return "read without a fault";
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("opening hours are counted over nights and weekends") {
  const Calendar desk = nine_to_five();
  const auto add = [&](const Calendar& calendar, const char* start, std::int64_t hours) {
    return print(calendar.add_hours(at(start, Zone::utc()), hours * ms_per_hour), Zone::utc());
  };
  CHECK(add(desk, "2026-03-06 16:00", 8) == "2026-03-09T16:00:00Z");
  CHECK(add(desk, "2026-03-07 12:00", 24) == "2026-03-11T17:00:00Z");
  CHECK(add(desk, "2026-03-06 17:00", 8) == "2026-03-09T17:00:00Z");
  CHECK(add(desk, "2026-03-06 16:00", 1) == "2026-03-06T17:00:00Z");
  CHECK(add(desk, "2026-03-06 16:00", 0) == "2026-03-06T16:00:00Z");
  const Calendar early = read("[calendars.c]\nhours = { mon-fri = [\"08:00-17:00\"] }\n");
  CHECK(add(early, "2026-03-06 16:00", 4) == "2026-03-09T11:00:00Z");
}

TEST_CASE("several openings a day and 24:00") {
  const Calendar c = read("[calendars.c]\nhours = { mon-fri = [\"13:30-24:00\", \"00:00-12:30\"], sat = \"10:00-14:00\" }\n");
  CHECK(c.week[0].front().from == 0);
  CHECK(c.week[0].back().until == ms_per_day);
  const Zone utc = Zone::utc();
  CHECK(c.add_hours(at("2026-03-02 12:00", utc), ms_per_hour) == at("2026-03-02 14:00", utc));
  CHECK(c.add_hours(at("2026-03-02 23:30", utc), ms_per_hour) == at("2026-03-03 00:30", utc));
  CHECK(c.add_hours(at("2026-03-06 23:30", utc), ms_per_hour) == at("2026-03-07 10:30", utc));
  CHECK(c.is_business_day(day("2026-03-07")));
  CHECK_FALSE(c.is_business_day(day("2026-03-08")));
}

TEST_CASE("business days pass over weekends, holidays on both sides, leap day and year end") {
  const Calendar c = read("[calendars.uk]\nhours = { mon-fri = [\"09:00-17:00\"] }\n"
                          "holidays = [\"2026-04-03\", 2026-04-06, \"2026-12-25\", \"2026-12-28\", \"2027-01-01\"]\n");
  CHECK(c.after(day("2026-04-02"), 1) == day("2026-04-07"));
  CHECK(c.after(day("2026-04-04"), 0) == day("2026-04-04"));
  CHECK(c.after(day("2026-12-24"), 1) == day("2026-12-29"));
  CHECK(c.after(day("2026-12-31"), 1) == day("2027-01-04"));
  CHECK(c.after(day("2028-02-28"), 1) == day("2028-02-29"));
  CHECK(c.after(day("2028-02-29"), 1) == day("2028-03-01"));
  CHECK(c.business_days(day("2026-04-02"), day("2026-04-07")) == 1);
  CHECK(c.business_days(day("2026-04-07"), day("2026-04-02")) == -1);
  CHECK(c.business_days(day("2026-04-04"), day("2026-04-06")) == 0);
}

TEST_CASE("a one-off opening stands before the week") {
  const Calendar c = read("[calendars.c]\nhours = { mon-fri = [\"09:00-17:00\"] }\n"
                          "open = { \"2026-12-24\" = [\"09:00-12:00\"], \"2026-12-26\" = [\"10:00-12:00\"] }\n");
  const Zone utc = Zone::utc();
  CHECK(c.add_hours(at("2026-12-24 11:00", utc), 2 * ms_per_hour) == at("2026-12-25 10:00", utc));
  CHECK(c.is_business_day(day("2026-12-26")));
}

TEST_CASE("a day that a zone never had is no business day") {
  const Calendar apia = nine_to_five(zone("Pacific/Apia"));
  CHECK(weekday(day("2011-12-30")) == 4);
  CHECK_FALSE(apia.is_business_day(day("2011-12-30")));
  CHECK(apia.after(day("2011-12-29"), 1) == day("2012-01-02"));
  CHECK(apia.add_hours(at("2011-12-29 16:00", apia.zone), 2 * ms_per_hour) == at("2012-01-02 10:00", apia.zone));
  CHECK(end_of(apia.zone, day("2011-12-29")) == at("2011-12-30T10:00:00Z", apia.zone));
}

TEST_CASE("elapsed time is real across clock changes") {
  const Calendar london = read("[calendars.c]\nhours = { mon-sun = [\"00:00-24:00\"] }\n", zone("Europe/London"));
  CHECK(london.add_hours(at("2026-03-28 12:00", london.zone), 24 * ms_per_hour) == at("2026-03-29 13:00", london.zone));
  CHECK(london.add_hours(at("2026-10-24 12:00", london.zone), 24 * ms_per_hour) == at("2026-10-25 11:00", london.zone));
  const Calendar night = read("[calendars.c]\nhours = { sun = [\"00:30-01:30\", \"01:45-03:00\"] }\n", zone("Europe/London"));
  // 29 March: 01:00 to 02:00 is skipped, so 30 minutes before the change and 60 after it.
  CHECK(night.add_hours(at("2026-03-29 00:00", night.zone), 90 * ms_per_minute) == at("2026-03-29 03:00", night.zone));
  const Calendar kathmandu = nine_to_five(zone("Asia/Kathmandu"));
  CHECK(kathmandu.add_hours(at("2026-03-06T10:15:00Z", kathmandu.zone), ms_per_hour + ms_per_minute) ==
        at("2026-03-09T03:16:00Z", kathmandu.zone));
}

TEST_CASE("a date ends where the clock has reached the next for good") {
  const Zone sao_paulo = zone("America/Sao_Paulo");
  CHECK(end_of(sao_paulo, day("2018-11-03")) == at("2018-11-04T03:00:00Z", sao_paulo));
  CHECK(end_of(sao_paulo, day("2018-02-17")) == at("2018-02-18T03:00:00Z", sao_paulo));
  CHECK(end_of(sao_paulo, day("2019-02-16")) == at("2019-02-17T03:00:00Z", sao_paulo));
  const Zone st_johns = zone("America/St_Johns");  // set back from 00:01 to 23:01 of the day before
  CHECK(end_of(st_johns, day("2010-11-06")) == at("2010-11-07T03:30:00Z", st_johns));
  CHECK(st_johns.date_at(Instant{end_of(st_johns, day("2010-11-06")).ms - 1}) == day("2010-11-06"));
}

TEST_CASE("ranges of days wrap") {
  const Calendar c = read("[calendars.c]\nhours = { sat-mon = [\"09:00-10:00\"] }\n");
  CHECK(c.is_business_day(day("2026-03-07")));
  CHECK(c.is_business_day(day("2026-03-08")));
  CHECK(c.is_business_day(day("2026-03-09")));
  CHECK_FALSE(c.is_business_day(day("2026-03-10")));
}

TEST_CASE("faults of a calendar show the user's line") {
  const std::string overlap = fault("[calendars.c]\nhours = { mon = [\"09:00-12:00\", \"11:00-13:00\"] }\n");
  CHECK(has(overlap, "amends.toml:2:"));
  CHECK(has(overlap, "\"11:00-13:00\" overlaps 09:00-12:00"));
  CHECK(has(fault("[calendars.c]\nhours = { mon = [\"09:00-25:00\"] }\n"), "\"25:00\" is not a time of day"));
  CHECK(has(fault("[calendars.c]\nhours = { mon = [\"17:00-09:00\"] }\n"), "ends before it begins"));
  const std::string word = fault("[calendars.c]\nhours = { mo-fri = [\"09:00-17:00\"] }\n");
  CHECK(has(word, "\"mo\" is not a day of the week"));
  CHECK(has(word, "mon"));
  CHECK(has(fault("[calendars.c]\nhours = { mon-fri = [\"09:00-17:00\"], fri = [\"09:00-12:00\"] }\n"), "Fri has its hours already"));
  CHECK(has(fault("[calendars.c]\nhours = { mon = [\"09:00-17:00\"] }\nholidays = [\"25.12.2026\"]\n"), "\"25.12.2026\" is not a date"));
  CHECK(has(fault("[calendars.c]\nhours = { mon = [\"09:00-17:00\"] }\nics = \"uk.ics\"\n"), "uk.ics was not read"));
  CHECK(has(fault("[calendars.c]\ntimezone = \"Europe/Lundon\"\nhours = { mon = [\"09:00-17:00\"] }\n"), "not a time zone"));
  CHECK(has(fault("[calendars.c]\nholidays = []\n"), "has no hours"));
}

namespace {

// One step is 5 minutes, which every bound, start and zone offset here is a multiple of.
constexpr std::int64_t step = 5 * ms_per_minute;

struct Random {
  std::mt19937_64 bits;
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(n)); }
};

std::vector<Interval> random_hours(Random& random) {
  std::vector<Interval> hours;
  for (std::int64_t from = random.below(200); from < 288 && hours.size() < 3;) {
    const std::int64_t until = std::min<std::int64_t>(288, from + 1 + random.below(150));
    hours.push_back({from * step, until * step});
    from = until + random.below(60);
  }
  return hours;
}

struct Around {
  const char* zone;
  const char* day;  // of a clock change
};
constexpr Around places[] = {{"Europe/London", "2026-03-29"},     {"Europe/London", "2026-10-25"},
                             {"America/Sao_Paulo", "2018-11-04"}, {"America/Sao_Paulo", "2018-02-18"},
                             {"Asia/Kathmandu", "2026-01-01"},    {"Pacific/Apia", "2011-12-30"},
                             {"Australia/Lord_Howe", "2026-04-05"}, {"America/New_York", "2026-11-01"}};

// Whether a clock on the wall has shown (date, ms) or later, at any time up to now.
struct Clockwork {
  const Zone& zone;
  std::int64_t shown = std::numeric_limits<std::int64_t>::min();
  void tick(Instant now) {
    shown = std::max(shown, std::int64_t{zone.date_at(now).days} * ms_per_day + zone.ms_of_day(now));
  }
  bool is_past(Date date, std::int64_t ms) const { return shown >= std::int64_t{date.days} * ms_per_day + ms; }
};

bool is_open(const Calendar& calendar, const Clockwork& clock, Instant now) {
  for (std::int32_t back = -1; back <= 1; ++back) {
    const Date date{calendar.zone.date_at(now).days + back};
    const auto exception = calendar.exceptions.find(date);
    const auto& hours = exception != calendar.exceptions.end() ? exception->second.hours
                                                               : calendar.week[static_cast<std::size_t>(weekday(date))];
    for (const Interval& wall : hours)
      if (clock.is_past(date, wall.from) && !clock.is_past(date, wall.until)) return true;
  }
  return false;
}

Instant slow_add(const Calendar& calendar, Instant start, std::int64_t ms) {
  Clockwork clock{calendar.zone};
  for (Instant now{start.ms - 3 * ms_per_day}; now <= start; now.ms += step) clock.tick(now);
  for (Instant now = start;; now.ms += step) {
    clock.tick(now);
    if (ms <= 0) return now;
    if (is_open(calendar, clock, now)) ms -= step;
  }
}

}  // namespace

TEST_CASE("property: opening time equals a walk in steps over random calendars") {
  Random random{std::mt19937_64(20260329)};
  int differences = 0;
  for (int round = 0; round < 2000; ++round) {
    const Around& place = places[random.below(std::size(places))];
    Calendar calendar;
    calendar.zone = zone(place.zone);
    for (auto& hours : calendar.week)
      if (random.below(4) != 0) hours = random_hours(random);
    calendar.week[static_cast<std::size_t>(random.below(7))] = {{9 * ms_per_hour, 17 * ms_per_hour}};
    const Date change = day(place.day);
    if (random.below(3) == 0) calendar.exceptions[Date{change.days + static_cast<std::int32_t>(random.below(5)) - 2}] = {random_hours(random)};
    const Instant start{calendar.zone.start_of(change).ms + (random.below(4 * 288) - 3 * 288) * step};
    const std::int64_t ms = random.below(400) * step;
    differences += calendar.add_hours(start, ms) == slow_add(calendar, start, ms) ? 0 : 1;
  }
  CHECK(differences == 0);
}

TEST_CASE("property: business days equal a count day by day") {
  Random random{std::mt19937_64(20111230)};
  int differences = 0;
  for (int round = 0; round < 3000; ++round) {
    Calendar calendar = nine_to_five(zone(places[random.below(std::size(places))].zone));
    const Date start{day("2011-12-20").days + static_cast<std::int32_t>(random.below(20))};
    for (int i = 0; i < 6; ++i) calendar.exceptions[Date{start.days + static_cast<std::int32_t>(random.below(20))}] = {};
    const std::int64_t n = random.below(15);
    const Date end = calendar.after(start, n);
    std::int64_t counted = 0;
    for (Date date{start.days + 1}; date <= end; ++date.days) {
      const bool existed = !(calendar.zone.name() == "Pacific/Apia" && date == day("2011-12-30"));
      counted += existed && weekday(date) < 5 && !calendar.exceptions.contains(date) ? 1 : 0;
    }
    differences += counted == n && calendar.business_days(start, end) == n && (n == 0 || calendar.is_business_day(end)) ? 0 : 1;
  }
  CHECK(differences == 0);
}
