#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

#include "core/time/date_format.h"

using namespace amends;

namespace {

std::string read(const char* pattern, const char* text) {
  const Stamp stamp = DateFormat(pattern, Where{}).read(text);
  switch (stamp.kind) {
    case Stamp::Kind::bad: return "bad";
    case Stamp::Kind::date: return print(stamp.date);
    case Stamp::Kind::local: return print(stamp.date) + " " + print_time_of_day(stamp.ms_of_day);
    case Stamp::Kind::instant: return print(stamp.instant, Zone::utc());
  }
  return {};
}

}  // namespace

TEST_CASE("declared dates are read as their format says") {
  CHECK(read("%d/%m/%Y", "31/03/2026") == "2026-03-31");
  CHECK(read("%d/%m/%y", "1/3/26") == "2026-03-01");
  CHECK(read("%d/%m/%y", "1/3/70") == "1970-03-01");
  CHECK(read("%m/%d/%Y %I:%M:%S %p", "3/2/2026 9:14:02 AM") == "2026-03-02 09:14:02");
  CHECK(read("%m/%d/%Y %I:%M %p", "3/2/2026 12:05 am") == "2026-03-02 00:05");
  CHECK(read("%m/%d/%Y %I:%M %p", "3/2/2026 12:05 p.m.") == "2026-03-02 12:05");
  CHECK(read("%d %b %Y", "31 March 2026") == "2026-03-31");
  CHECK(read("%a, %d %b %Y %T %z", "Tue, 31 Mar 2026 14:05:09 +0100") == "2026-03-31T13:05:09Z");
  CHECK(read("%Y%m%d", "20260331") == "2026-03-31");
  CHECK(read("%F %R", "2026-03-31  14:05") == "2026-03-31 14:05");
  CHECK(read("%Y-%m-%dT%H:%M:%S.%f", "2026-03-31T14:05:09.1230000") == "2026-03-31 14:05:09.123");
}

TEST_CASE("a date must fill its format, and exist") {
  CHECK(read("%d/%m/%Y", "31/02/2026") == "bad");
  CHECK(read("%d/%m/%Y", "31/03/26") == "bad");
  CHECK(read("%d/%m/%Y", "31/03/2026 14:05") == "bad");
  CHECK(read("%d/%m/%Y", "31-03-2026") == "bad");
  CHECK(read("%d/%m/%Y", "") == "bad");
  CHECK(read("%H:%M %d.%m.%Y", "25:00 1.2.2026") == "bad");
}

TEST_CASE("an unknown directive stops at the project file") {
  CHECK_THROWS_AS(DateFormat("%d/%Q", Where{}), Error);
  CHECK_THROWS_AS(DateFormat("%d/%", Where{}), Error);
}

TEST_CASE("any date printed in a format is read back") {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    const Date date{static_cast<std::int32_t>(random() % 40000)};
    const YearMonthDay c = civil(date);
    const std::string text = fmt::format("{}. {} {:04}", c.day, month_name(c.month), c.year);
    const Stamp stamp = DateFormat("%d. %b %Y", Where{}).read(text);
    REQUIRE(stamp.kind == Stamp::Kind::date);
    REQUIRE(stamp.date == date);
  }
}
