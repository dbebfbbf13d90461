// Guarantees: read with their faults, counted with their steps, and compiled to the same result.
#include <random>

#include <doctest/doctest.h>

#include "core/guarantees/clock.h"
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

TEST_CASE("days of any kind, minutes, and composed calendars") {
  CHECK(due(guarantee("{ days = 14 }"), "2026-03-20 10:00") == "2026-04-03");
  CHECK(due(guarantee("{ days = 1, cutoff = \"12:00\", at = \"09:00\" }"), "2026-03-27 12:00") == "2026-03-29T09:00:00+01:00");
  CHECK(due(guarantee("{ minutes = 90 }"), "2026-03-02 12:00") == "2026-03-02T13:30:00Z");
  CHECK(due(guarantee("{ hours = 9, calendar = \"uk + saturday\" }"), "2026-03-06 16:00") == "2026-03-09T17:00:00Z");
}

TEST_CASE("facts choose among dues, the last choice counting fastest") {
  const Guarantee g = guarantee("{ business_days = { by = \"service\", express = 1, else = 2 }, cutoff = { by = \"warehouse\", north = \"14:00\", south = \"16:00\" } }");
  CHECK(g.choices.size() == 2);
  CHECK(g.dues.size() == 4);
  CHECK(g.dues[1].count == 1);
  CHECK(g.dues[1].cutoff == 16 * ms_per_hour);
  CHECK(g.dues[2].count == 2);
  CHECK(g.dues[2].cutoff == 14 * ms_per_hour);
}

TEST_CASE("pauses between the start and the due, before it and after") {
  const Zone london = Zone::named("Europe/London").value();
  const auto at = [&](const char* wall) { return moment_of(read_iso(wall), london).instant(); };
  const auto end = [&](const Guarantee& g, const std::vector<Standstill>& pauses) {
    const Count count = count_due(g.due, "placed_at", at("2026-03-06 16:00"), london, pauses, false);
    return count.stands ? "stands" : print(count.due, london);
  };
  const Guarantee eight = guarantee("{ hours = 8, calendar = \"uk\" }");
  CHECK(end(eight, {}) == "2026-03-09T16:00:00Z");
  CHECK(end(eight, {{at("2026-03-06 16:30"), at("2026-03-09 09:30"), ""}}) == "2026-03-09T17:00:00Z");
  CHECK(end(eight, {{at("2026-03-06 16:30"), at("2026-03-09 10:00"), ""}}) == "2026-03-10T09:30:00Z");
  CHECK(end(eight, {{at("2026-03-06 17:00"), at("2026-03-09 09:00"), ""}}) == "2026-03-09T16:00:00Z");
  CHECK(end(eight, {{at("2026-03-01 10:00"), at("2026-03-06 15:00"), ""}}) == "2026-03-09T16:00:00Z");
  CHECK(end(eight, {{at("2026-03-09 16:00"), at("2026-03-19 16:00"), ""}}) == "2026-03-09T16:00:00Z");
  CHECK(end(eight, {{at("2026-03-09 15:59"), std::nullopt, ""}}) == "stands");
  CHECK(end(eight, {{at("2026-03-09 16:00"), std::nullopt, ""}}) == "2026-03-09T16:00:00Z");
  const Guarantee two_days = guarantee("{ business_days = 2, calendar = \"uk\" }");
  CHECK(end(two_days, {{at("2026-03-07 10:00"), at("2026-03-09 09:00"), ""}}) == "2026-03-11");
  CHECK(end(two_days, {{at("2026-03-07 10:00"), at("2026-03-08 09:00"), ""}}) == "2026-03-10");
  CHECK(end(guarantee("{ hours = 24 }"), {{at("2026-03-06 20:00"), at("2026-03-06 23:00"), ""}, {at("2026-03-07 18:00"), at("2026-03-07 19:00"), ""}}) ==
        "2026-03-07T20:00:00Z");
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
  CHECK(has(with_due("{ days = 3, calendar = \"uk\" }"), "has no key \"calendar\""));
  CHECK(has(with_due("{ minutes = 0 }"), "0 minutes is no deadline"));
  CHECK(has(with_due("{ fields = [\"promised_at\"], take = \"earliest\" }"), "fields are two or more"));
  CHECK(has(with_due("{ fields = [\"promised_at\", \"ship_by\"] }"), "which of its fields counts"));
  CHECK(has(with_due("{ fields = [\"promised_at\", \"ship_by\"], take = \"first\" }"), "no way to take one"));
  CHECK(has(with_due("{ hours = { by = \"servise\", express = 3 } }"), "did you mean \"service\""));
  CHECK(has(with_due("{ hours = { by = \"placed_at\", express = 3 } }"), "not a fact that can choose"));
  CHECK(has(with_due("{ hours = { by = \"service\" } }"), "names nothing to choose"));
  CHECK(has(with_due("{ hours = { by = \"service\", express = \"soon\" } }"), "soon hours is no deadline"));
  CHECK(has(fault("[[guarantee]]\nname = \"g\"\ndue = { field = \"promised_at\" }\ngrace = \"2 business hours\"\n"), "no calendar to count business time by"));
  CHECK(has(fault("[[guarantee]]\nname = \"g\"\ndue = { hours = 3 }\nlateness = { first_day = \"on\" }\n"), "write \"in\" or \"out\""));
  CHECK(has(fault("[[guarantee]]\nname = \"g\"\ndue = { hours = 3 }\npause = { from = \"paid_at\" }\n"), "a pause has no bounds"));
  const std::string plain = "[[guarantee]]\nname = \"g\"\ndue = { field = \"promised_at\" }\n";
  CHECK(has(fault(plain + "[[exception]]\nsuspended = true\n"), "an exception has no reason"));
  CHECK(has(fault(plain + "[[exception]]\nreason = \"storm\"\n"), "moves a promise or suspends it"));
  CHECK(has(fault(plain + "[[exception]]\nreason = \"storm\"\nsuspended = true\nstart = \"2026-01-01\"\n"), "guarantee g has no start whose days could be meant"));
  CHECK(has(fault(plain + "[[exception]]\nreason = \"storm\"\nmoved = \"a bit\"\n"), "not a length of time"));
  CHECK(has(fault(plain + "[[exception]]\nreason = \"storm\"\nsuspended = true\ndue = \"2026-02-01..2026-01-01\"\n"), "ends before it begins"));
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
