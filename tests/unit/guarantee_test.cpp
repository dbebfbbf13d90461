// Guarantees: read with their faults, counted with their steps, and compiled to the same result.
#include <random>

#include <doctest/doctest.h>

#include "core/clock.h"
#include "judge_records.h"

using namespace amends;
using namespace amends::judge_tests;

namespace {

constexpr const char* uk =
    "[calendars.uk]\nhours = { mon-fri = [\"09:00-17:00\"] }\n"
    "[calendars.saturday]\nhours = { mon-fri = [\"09:00-17:00\"], sat = [\"10:00-14:00\"] }\n";

Guarantee guarantee(const std::string& due, const char* zone = "Europe/London") {
  Project project;
  read_into(project, std::string(uk) + "[[guarantee]]\nname = \"g\"\ndue = " + due + "\n", zone);
  return project.guarantees.at(0);
}

std::string fault(const std::string& body) {
  try {
    Project project;
    read_into(project, uk + body);
  } catch (const Error& error) {
    return describe(error);
  }
  return "read without a fault";
}

std::string due(const Guarantee& g, const char* start) {
  const Zone zone = due_zone(g.due, Zone::named("Europe/London").value());
  return print(count_due(g.due, g.start, moment_of(read_iso(start), zone), zone, false).due, zone);
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a Saturday's order is due on Tuesday with a cut-off, on Monday without") {
  CHECK(due(guarantee("{ business_days = 1, cutoff = \"14:00\", calendar = \"uk\" }"), "2026-03-07 11:00") == "2026-03-10");
  CHECK(due(guarantee("{ business_days = 1, calendar = \"uk\" }"), "2026-03-07 11:00") == "2026-03-09");
  CHECK(due(guarantee("{ business_days = 1 }"), "2026-03-07 11:00") == "2026-03-09");
  CHECK(due(guarantee("{ business_days = 1, cutoff = \"14:00\", calendar = \"saturday\" }"), "2026-03-07 11:00") == "2026-03-09");
}

TEST_CASE("a cut-off at the very second counts as the next day") {
  const Guarantee g = guarantee("{ business_days = 1, cutoff = \"14:00\", at = \"21:00\", calendar = \"uk\" }");
  CHECK(due(g, "2026-03-05 13:59:59") == "2026-03-06T21:00:00Z");
  CHECK(due(g, "2026-03-05 14:00:00") == "2026-03-09T21:00:00Z");
}

TEST_CASE("working days end with the day") {
  const Guarantee g = guarantee("{ business_days = 2, calendar = \"uk\" }");
  CHECK(due(g, "2026-03-02 10:00") == "2026-03-04");
  CHECK(due(g, "2026-03-06 10:00") == "2026-03-10");
  const Zone london = Zone::named("Europe/London").value();
  const Count count = count_due(g.due, g.start, moment_of(read_iso("2026-03-02 10:00"), london), london, false);
  CHECK(count.end == london.start_of(read_iso("2026-03-05").date));
  CHECK(count.end_is_exclusive);
}

TEST_CASE("until 24:00 is the promised day itself") {
  CHECK(due(guarantee("{ business_days = 2, at = \"24:00\", calendar = \"uk\" }"), "2026-03-02 10:00") == "2026-03-04");
  CHECK(due(guarantee("{ business_days = 2, at = \"23:59\", calendar = \"uk\" }"), "2026-03-02 10:00") == "2026-03-04T23:59:00Z");
}

TEST_CASE("hours run, or count opening time") {
  CHECK(due(guarantee("{ hours = 8, calendar = \"uk\" }"), "2026-03-06 16:00") == "2026-03-09T16:00:00Z");
  CHECK(due(guarantee("{ hours = 8, calendar = \"uk\" }"), "2026-03-06 17:00") == "2026-03-09T17:00:00Z");
  CHECK(due(guarantee("{ hours = 24 }"), "2026-03-28 12:00") == "2026-03-29T13:00:00+01:00");
  CHECK(due(guarantee("{ hours = 1.5 }"), "2026-03-02 12:00") == "2026-03-02T13:30:00Z");
}

TEST_CASE("a cut-off in the day Apia left out, and a due time the clocks skip") {
  CHECK(due(guarantee("{ business_days = 1, cutoff = \"14:00\", calendar = \"uk\" }", "Pacific/Apia"), "2011-12-29 15:00") == "2012-01-03");
  CHECK(due(guarantee("{ business_days = 1, at = \"12:00\", calendar = \"uk\" }", "Pacific/Apia"), "2011-12-29 15:00") ==
        "2012-01-02T12:00:00+14:00");
}

TEST_CASE("the count is shown step by step") {
  const Guarantee g = guarantee("{ business_days = 1, cutoff = \"14:00\", at = \"21:00\", calendar = \"uk\" }");
  const Zone london = Zone::named("Europe/London").value();
  const Count count = count_due(g.due, g.start, moment_of(read_iso("2026-03-06 16:20"), london), london, true);
  const std::vector<std::string> steps = {
      "placed Fri 6 Mar 2026 16:20, at or after the cut-off 14:00: counts as made on Mon 9 Mar 2026",
      "1 business day by calendar uk: Tue 10 Mar 2026", "due by 21:00 Europe/London"};
  CHECK(count.steps == steps);
  const Count hours = count_due(guarantee("{ hours = 1, calendar = \"uk\" }").due, "placed_at", moment_of(read_iso("2026-03-06 16:30"), london), london, true);
  const std::vector<std::string> openings = {"placed Fri 6 Mar 2026 16:30", "1 h of opening time by calendar uk",
                                             "Fri 6 Mar 2026 16:30-17:00: 30 min", "Sat 7, Sun 8 Mar 2026: closed", "Mon 9 Mar 2026 09:00-09:30: 30 min",
                                             "due Mon 9 Mar 2026 09:30 Europe/London"};
  CHECK(hours.steps == openings);
}

TEST_CASE("a start without a time of day cannot be counted where the time matters") {
  const Moment day(read_iso("2026-03-05").date);
  const Moment saturday(read_iso("2026-03-07").date);
  CHECK(has(uncountable(guarantee("{ hours = 8 }").due, "placed_at", day), "no time of day"));
  CHECK(has(uncountable(guarantee("{ business_days = 1, cutoff = \"14:00\" }").due, "placed_at", day), "cut-off 14:00"));
  CHECK(uncountable(guarantee("{ business_days = 1, cutoff = \"14:00\" }").due, "placed_at", saturday).empty());
  CHECK(uncountable(guarantee("{ business_days = 1 }").due, "placed_at", day).empty());
}

TEST_CASE("faults of a guarantee say what to type") {
  const auto with_due = [](const std::string& text) { return fault("[[guarantee]]\nname = \"g\"\ndue = " + text + "\n"); };
  CHECK(has(with_due("{ months = 3 }"), "due has no key \"months\""));
  CHECK(has(with_due("{ busines_days = 3 }"), "business_days"));
  CHECK(has(with_due("{ calendar = \"uk\" }"), "due says no deadline"));
  CHECK(has(with_due("{ hours = 3, business_days = 1 }"), "more than one deadline"));
  CHECK(has(with_due("{ field = \"promissed_at\" }"), "did you mean \"promised_at\""));
  CHECK(has(with_due("{ field = \"service\" }"), "not a date or time"));
  CHECK(has(with_due("{ hours = 3, calendar = \"ukk\" }"), "there is no calendar \"ukk\""));
  CHECK(has(with_due("{ hours = 0 }"), "no deadline"));
  CHECK(has(with_due("{ hours = 3, cutoff = \"14:00\" }"), "has no key \"cutoff\""));
  CHECK(has(with_due("{ business_days = 1, at = \"25:00\" }"), "not a time of day"));
  CHECK(has(fault("[[guarantee]]\ndue = { hours = 3 }\n"), "has no name"));
  CHECK(has(fault("[[guarantee]]\nname = \"g\"\ngrace = \"30 min\"\n"), "has grace but no due"));
  CHECK(has(fault("[[guarantee]]\nname = \"g\"\ndue = { hours = 3 }\ngrace = \"a bit\"\n"), "not a length of time"));
  CHECK(has(fault("[[guarantee]]\nname = \"g\"\ndue = { hours = 3 }\nwhen = { kind = \"late\" }\n"), "not known before"));
}

TEST_CASE("property: a compiled clock equals the count, one start at a time") {
  const char* zones[] = {"Europe/London", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"};
  const char* dues[] = {"{ hours = 5, calendar = \"uk\" }", "{ hours = 0.75, calendar = \"saturday\" }",
                        "{ hours = 30, calendar = \"saturday\" }", "{ business_days = 1, calendar = \"uk\" }",
                        "{ business_days = 2, cutoff = \"14:00\", at = \"21:00\", calendar = \"saturday\" }",
                        "{ business_days = 0, cutoff = \"00:30\", calendar = \"uk\" }", "{ hours = 72 }"};
  std::mt19937_64 random(20111230);
  int differences = 0;
  for (const char* zone : zones)
    for (const char* text : dues) {
      const Guarantee g = guarantee(text, zone);
      const std::int64_t first = (std::string_view(zone) == "America/Sao_Paulo" ? 17500 : 15200) * ms_per_day;
      const std::int64_t span = 500 * ms_per_day;
      const DueClock clock(g.due);
      for (int i = 0; i < 600; ++i) {
        const std::int64_t minutes = static_cast<std::int64_t>(random() % (span / ms_per_minute));
        const Instant start{first + minutes * ms_per_minute + static_cast<std::int64_t>(random() % 3) - 1};
        const Deadline fast = clock.deadline(start);
        const Deadline slow = deadline_of(count_due(g.due, g.start, start, Zone::utc(), false));
        differences += fast.due == slow.due && fast.end == slow.end && fast.limit == slow.limit ? 0 : 1;
      }
    }
  CHECK(differences == 0);
}
