// Days that come every year, and calendars made of them: rules, substitutes, what is known, and composition.
#include <memory>

#include <doctest/doctest.h>

#include "core/time/calendar.h"
#include "core/time/holidays.h"
#include "io/toml.h"

using namespace amends;

namespace {

Date day(const char* text) { return read_iso(text).date; }

std::string in(const char* rule, std::int32_t year) {
  const std::optional<DayRule> read = read_day_rule(rule);
  if (!read) return "not read";
  const std::optional<Date> date = read->in(year);
  return date ? print(*date) : "none";
}

Calendars read_all(const std::string& body) {
  const Node root = read_toml(std::make_shared<const Source>(Source{"amends.toml", body}));
  return read_calendars(*root.find("calendars"), Zone::named("Europe/London").value(), {});
}

constexpr const char* week = "hours = { mon-fri = [\"09:00-17:00\"] }\n";

Calendar read(const std::string& body) { return read_all("[calendars.c]\n" + std::string(week) + body).at("c"); }

std::string fault(const std::string& body) {
  try {
    read_all(body);
  } catch (const Error& error) {
    return describe(error);
  }
  return "read without a fault";
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string closed_in(const Calendar& calendar, std::int32_t year) {
  std::string days;
  for (const auto& [date, special] : calendar.exceptions)
    if (civil(date).year == year && special.hours.empty()) days += print(date).substr(5) + " ";
  return days;
}

}  // namespace

TEST_CASE("Easter Sundays of the western churches") {
  const char* sundays[] = {"1961-04-02", "1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31",
                           "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2049-04-18", "2076-04-19", "2285-03-22"};
  for (const char* sunday : sundays) CHECK(print(easter(civil(day(sunday)).year)) == sunday);
  for (std::int32_t year = 1583; year < 3000; ++year) CHECK(weekday(easter(year)) == 6);
}

TEST_CASE("rules of days") {
  CHECK(in("last mon of aug", 2026) == "2026-08-31");
  CHECK(in("Last Monday of August", 2027) == "2027-08-30");
  CHECK(in("first mon of may", 2026) == "2026-05-04");
  CHECK(in("4th thu of nov", 2026) == "2026-11-26");
  CHECK(in("fifth mon of may", 2026) == "none");
  CHECK(in("fifth fri of may", 2026) == "2026-05-29");
  CHECK(in("last sun of dec", 2026) == "2026-12-27");
  CHECK(in("12-25", 2026) == "2026-12-25");
  CHECK(in("02-29", 2026) == "none");
  CHECK(in("02-29", 2028) == "2028-02-29");
  CHECK(in("easter +1", 2026) == "2026-04-06");
  CHECK(in("easter -2", 2026) == "2026-04-03");
  CHECK(in("easter + 39", 2026) == "2026-05-14");
  CHECK(in("easter", 2026) == "2026-04-05");
  CHECK(in("mon before 05-25", 2026) == "2026-05-18");
  CHECK(in("mon before 05-25", 2027) == "2027-05-24");
  CHECK(in("fri on or after 06-19", 2026) == "2026-06-19");
  CHECK(in("sat on or after 06-20", 2027) == "2027-06-26");
  for (const char* wrong : {"", "last mon", "sixth mon of may", "last mon of mai", "13-01", "02-30", "1-5", "easter 1", "easter +", "mon after 05-25", "christmas"})
    CHECK(in(wrong, 2026) == "not read");
}

TEST_CASE("a holiday that falls on a weekend is observed on another day") {
  const Calendar uk = read("holidays = [\"12-25\", \"12-26\", \"01-01\"]\nobserved = \"next weekday\"\n");
  CHECK(closed_in(uk, 2020) == "01-01 12-25 12-26 12-28 ");
  CHECK(closed_in(uk, 2021) == "01-01 12-25 12-26 12-27 12-28 ");
  CHECK(closed_in(uk, 2022) == "01-01 01-03 12-25 12-26 12-27 ");
  const Calendar us = read("holidays = [\"07-04\", { on = \"11-11\", name = \"Veterans Day\" }]\nobserved = \"nearest weekday\"\n");
  CHECK(closed_in(us, 2026) == "07-03 07-04 11-11 ");
  CHECK(closed_in(us, 2027) == "07-04 07-05 11-11 ");
  CHECK(closed_in(us, 2028) == "07-04 11-10 11-11 ");
  CHECK(us.name_of(day("2028-11-10")) == "for Veterans Day");
  const Calendar as_it_falls = read("holidays = [\"07-04\"]\n");
  CHECK(closed_in(as_it_falls, 2026) == "07-04 ");
}

TEST_CASE("what a calendar knows") {
  CHECK_FALSE(read("").has_end());
  CHECK(read("").knows(day("1900-01-01"), day("2400-01-01")));
  const Calendar dated = read("holidays = [\"2024-12-25\", \"2026-12-25\"]\n");
  CHECK(dated.known_words() == "2024 to 2026");
  CHECK(dated.knows(day("2024-01-01"), day("2026-12-31")));
  CHECK_FALSE(dated.knows(day("2026-12-31"), day("2027-01-01")));
  CHECK_FALSE(dated.knows(day("2023-12-31"), day("2024-01-01")));
  CHECK(dated.odd.size() == 1);
  CHECK(dated.odd[0].message == "calendar c has no holiday in 2025, and 1 holiday in another year");
  const Calendar begun = read("holidays = [\"2026-04-03\", \"2026-04-06\", \"2026-12-25\", \"2027-01-01\"]\n");
  CHECK(begun.odd.size() == 1);
  CHECK(begun.odd[0].message == "calendar c has 1 holiday in 2027, and 3 holidays in another year");
  CHECK(read("holidays = [\"2026-12-25\"]\n").known_words() == "2026");
  CHECK(read("holidays = [\"12-25\", \"2026-06-03\"]\n").known_words() == "1970 to 2100");
  CHECK(read("holidays = [\"2026-12-25\"]\nknown = \"2024..2027\"\n").known_words() == "2024 to 2027");
  CHECK(read("known = \"2024-04-01..2025-03-31\"\n").known_words() == "Mon 1 Apr 2024 to Mon 31 Mar 2025");
  CHECK(read("known = 2026\n").known_words() == "2026");
  CHECK_FALSE(read("open = { \"2026-12-24\" = [\"09:00-12:00\"] }\n").has_end());
}

TEST_CASE("of several things on one date the more definite stands") {
  const Calendar c = read("holidays = [\"12-25\", \"12-31\", \"2026-12-24\"]\n"
                          "open = { \"12-24\" = [\"09:00-12:00\"], \"12-31\" = [\"09:00-12:00\"], \"2026-12-25\" = [\"10:00-11:00\"] }\n");
  const auto hours = [&](const char* date) { return c.hours(day(date)); };
  CHECK(hours("2025-12-24") == std::vector<Interval>{{9 * ms_per_hour, 12 * ms_per_hour}});
  CHECK(hours("2026-12-24").empty());
  CHECK(hours("2026-12-25") == std::vector<Interval>{{10 * ms_per_hour, 11 * ms_per_hour}});
  CHECK(hours("2025-12-25").empty());
  CHECK(hours("2025-12-31").empty());
  CHECK(hours("2028-12-24").empty());  // a Sunday stays closed
}

TEST_CASE("composed calendars are open where all are") {
  const Calendars all = read_all("[calendars.uk]\nhours = { mon-fri = [\"09:00-17:00\"] }\nholidays = [\"2026-12-25\"]\n"
                                 "[calendars.warehouse]\nhours = { mon-sat = [\"06:00-12:00\", \"13:00-22:00\"] }\nopen = { \"2026-12-25\" = \"10:00-12:00\" }\n"
                                 "[calendars.depot]\ninclude = [\"uk\"]\nknown = \"2025..2027\"\n"
                                 "[calendars.late]\ninclude = \"uk + warehouse\"\nhours = { mon-sun = [\"16:00-24:00\"] }\n");
  const auto at = [](std::int64_t from, std::int64_t until) { return Interval{from * ms_per_hour, until * ms_per_hour}; };
  const Calendar together = calendar_named(Node{}, "uk + warehouse", all);
  CHECK(together.name == "uk + warehouse");
  CHECK(together.week[0] == std::vector<Interval>{at(9, 12), at(13, 17)});
  CHECK(together.week[5].empty());
  CHECK(together.hours(day("2026-12-25")).empty());
  CHECK(together.known_words() == "2026");
  CHECK(all.at("depot").week[0] == std::vector<Interval>{at(9, 17)});
  CHECK(all.at("depot").known_words() == "2026");
  CHECK(all.at("late").week[0] == std::vector<Interval>{at(16, 17)});
  CHECK(all.at("late").name == "late");
}

TEST_CASE("faults of holidays and of calendars that include others") {
  const std::string c = "[calendars.c]\n" + std::string(week);
  CHECK(has(fault(c + "holidays = [\"last mon of agust\"]\n"), "\"last mon of agust\" is not a date"));
  CHECK(has(fault(c + "holidays = [\"12-25\"]\nobserved = \"monday\"\n"), "no way to observe"));
  CHECK(has(fault(c + "holidays = [{ name = \"Christmas\" }]\n"), "a holiday has no day"));
  CHECK(has(fault(c + "known = \"2027..2024\"\n"), "no range of years"));
  CHECK(has(fault(c + "known = \"soon\"\n"), "no range of years"));
  CHECK(has(fault(c + "holidays = [\"12-25\"]\nknown = \"1950..2026\"\n"), "known from 1970 to 2100"));
  CHECK(has(fault(c + "include = [\"d\"]\n"), "there is no calendar \"d\""));
  CHECK(has(fault(c + "include = [\"c\"]\n"), "includes itself"));
  CHECK(has(fault(c + "include = [\"d\"]\n[calendars.d]\ninclude = [\"c\"]\n"), "includes itself"));
  CHECK(has(fault(c + "timezone = \"UTC\"\ninclude = [\"d\"]\n[calendars.d]\ntimezone = \"Europe/Paris\"\nhours = { mon = [\"09:00-10:00\"] }\n"),
            "calendar d is in Europe/Paris and calendar c in UTC"));
  CHECK(has(fault(c + "include = [\"d\"]\n[calendars.d]\nhours = { sun = [\"09:00-10:00\"] }\n"), "calendar c is never open"));
  CHECK(has(fault("[calendars.c]\nholidays = []\n"), "of one that only lists holidays for others"));
}

TEST_CASE("oddities of a calendar have their line") {
  const Calendar c = read("holidays = [\"2026-12-25\", \"2026-12-26\", \"2026-12-25\"]\n");
  CHECK(c.odd.size() == 2);
  CHECK(c.odd[0].message == "Sat 26 Dec 2026 is closed anyway");
  CHECK(c.odd[0].where.line == 3);
  CHECK(c.odd[1].message == "Fri 25 Dec 2026 is listed twice");
  const Calendars two = read_all("[calendars.uk]\n" + std::string(week) + "holidays = [\"2026-12-25\"]\n"
                                 "[calendars.depot]\n" + std::string(week) + "include = [\"uk\"]\nopen = { \"2026-12-25\" = \"10:00-12:00\" }\n");
  CHECK(two.at("depot").odd.size() == 1);
  CHECK(has(two.at("depot").odd[0].message, "Fri 25 Dec 2026 stays closed"));
}
