#include "core/report/report.h"

#include <doctest/doctest.h>

#include "core/report/report_again.h"
#include "core/report/report_contacts.h"
#include "core/report/report_fairness.h"

using namespace amends;

namespace {

Date day(int year, int month, int of_month) { return *date_of(year, month, of_month); }

ReportCase case_due(const std::string& person, std::int64_t due_day) {
  ReportCase c;
  c.key = person + std::to_string(due_day);
  c.person = person;
  c.due = Instant{due_day * ms_per_day};
  return c;
}

}  // namespace

TEST_CASE("a wait by nearest rank is one that somebody had") {
  CHECK(waits_of({}).count == 0);
  const Waits one = waits_of({7});
  CHECK((one.median == 7 && one.ninetieth == 7));
  const Waits even = waits_of({4, 1, 3, 2});
  CHECK((even.median == 2 && even.ninetieth == 4));
  const Waits ten = waits_of({10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  CHECK((ten.count == 10 && ten.median == 5 && ten.ninetieth == 9));
}

TEST_CASE("weeks are those of ISO 8601") {
  CHECK(week_name_of(day(2026, 1, 1)) == "2026-W01");
  CHECK(week_name_of(day(2027, 1, 3)) == "2026-W53");
  CHECK(week_name_of(day(2024, 12, 30)) == "2025-W01");
  CHECK(week_name_of(day(2026, 3, 9)) == "2026-W11");
  CHECK(month_name_of(day(987, 3, 9)) == "0987-03");
}

TEST_CASE("every case counts once in each dimension, kept or not") {
  const Zone utc = Zone::utc();
  KeptCounts kept({day(2026, 3, 1), std::nullopt}, utc);
  kept.add({{0, day(2026, 3, 5), "dhl", "North", "GB"}, {0, day(2026, 3, 6), " dhl ", "", "GB"}, {1, day(2026, 2, 28), "ups", "", "GB"}, {0, Moment(), "ups", "", "GB"}});
  CHECK(kept.all() == 2);  // one is of before, one nobody dated
  KeptCounts twice = kept;
  twice.add(kept);
  CHECK(twice.by_carrier().at("dhl") == 4);
  CHECK(kept.by_region().at("North") == 1);
  CHECK(kept.by_region().at("GB") == 1);

  ReportCase late = case_due("p", day(2026, 3, 5).days);
  late.day = day(2026, 3, 5);
  late.guarantee = "dates";
  late.carrier = "ups";
  const Figures figures = figures_of({late}, kept, {"dates", "hours"});
  CHECK((figures.cases == 3 && figures.missed == 1));
  for (const By by : all_by) {
    std::size_t missed = 0;
    for (const Group& g : figures.by(by)) missed += g.missed;
    CHECK(missed == 1);
  }
  REQUIRE(figures.by(By::carrier).size() == 2);
  CHECK((figures.by(By::carrier)[0].name == "ups" && figures.by(By::carrier)[0].cases == 1));
  CHECK((figures.by(By::carrier)[1].name == "dhl" && figures.by(By::carrier)[1].cases == 2));
  CHECK(!figures.by(By::cause)[0].cases);
}

TEST_CASE("who bought again is asked of the first miss of each person, ninety days on") {
  std::vector<ReportCase> cases = {case_due("customer:a", 0), case_due("customer:a", 50), case_due("customer:b", 1), case_due("customer:c", 15), case_due("order:9", 2)};
  cases[2].told = Instant{80 * ms_per_day};
  const auto bought = [](const char* person, std::int64_t on) { return Purchase{person_number(person), Instant{on * ms_per_day}}; };
  const BoughtAgain again = bought_again(cases, {bought("customer:a", 91), bought("customer:a", -3), bought("customer:b", 1), bought("customer:b", 91)}, Instant{100 * ms_per_day});
  CHECK((again.left.people == 1 && again.left.again == 0));            // on the 91st day
  CHECK((again.recovered.people == 1 && again.recovered.again == 1));
  CHECK(again.too_new == 1);
  CHECK(!again.left.is_enough());
}

TEST_CASE("a topic is the first that has a whole word of the message") {
  const std::vector<Topic> topics = {{"late", {"late", "where is"}}, {"money", {"refund"}}};
  const auto topic = [&](const char* subject, const char* text) {
    Contact contact;
    contact.subject = subject;
    contact.text = text;
    return topic_of(contact, topics);
  };
  CHECK(topic("LATE again", "") == "late");
  CHECK(topic("Please translate", "") == "");
  CHECK(topic("", "a plate, then: late!") == "late");
  CHECK(topic("Where is it", "I want a refund") == "late");
  CHECK(topic("prefunded? refund.", "") == "money");
  Contact contact;
  contact.subject = " Where Is It ";
  CHECK(topic_of(contact, {}) == "where is it");
}

TEST_CASE("cases of the same facts with the same remedies are like, however these were paid in parts") {
  const auto grant = [](std::int64_t minor, GrantState state) {
    Grant g;
    g.kind = "credit";
    g.money = Money{minor, *currency_named("GBP")};
    g.state = state;
    return g;
  };
  const Grant five = grant(500, GrantState::granted), two = grant(200, GrantState::issued), three = grant(300, GrantState::granted), held = grant(500, GrantState::held);
  const LikeCase whole{"delay", "late_days 1", "1", "a", "North", {&five}}, parts{"delay", "late_days 1", "2", "b", "South", {&two, &three}};
  CHECK(unlike_remedies({whole, parts}).empty());
  const LikeCase waits{"delay", "late_days 1", "3", "c", "South", {&held}}, other{"delay", "late_days 2", "4", "d", "South", {}};
  const std::vector<UnlikeRemedies> unlike = unlike_remedies({waits, other, whole, parts});
  REQUIRE(unlike.size() == 1);
  CHECK(unlike[0].cases == 3);
  REQUIRE(unlike[0].outcomes.size() == 2);
  CHECK((unlike[0].outcomes[0].words == "GBP 5.00 credit" && unlike[0].outcomes[0].cases == 2));
  CHECK((unlike[0].outcomes[1].words == "GBP 5.00 credit held" && unlike[0].outcomes[1].regions == std::vector<std::string>{"South"}));
}
