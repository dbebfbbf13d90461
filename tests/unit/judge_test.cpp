// The judge: what is late, overdue, open, ended or cannot be told, under which guarantee, and by whose day.
#include <doctest/doctest.h>

#include "core/base/embedded.h"
#include "core/judging/destination.h"
#include "core/judging/miss.h"
#include "judge_records.h"

using namespace amends;
using namespace amends::judge_tests;

namespace {

constexpr const char* stated = "[[guarantee]]\nname = \"stated-date\"\ndue = { field = \"promised_at\" }\n";
constexpr const char* uk = "[calendars.uk]\nhours = { mon-fri = [\"09:00-17:00\"] }\n";

struct Court {
  Project project;
  std::string text;
  Records records;
  JudgeOptions options;

  Court(const std::string& toml, std::string orders, const char* zone = "Europe/London") : text(std::move(orders)) {
    read_into(project, toml, zone);
    records = records_of(text, project.schema, project.shop.zone);
  }
  Instant at(const char* as_of) const {
    const Moment moment = moment_of(read_iso(as_of), project.shop.zone);
    return moment.is_date() ? project.shop.zone.start_of(moment.date()) : moment.instant();
  }
  Judgement judge(const char* as_of) { return amends::judge(records, project, at(as_of), options); }
  Slot want(const char* name) {
    options.facts.push_back(project.schema.find(name));
    return options.facts.back();
  }
  // "late 3", "overdue 1", "in time", "open", "ended", "cannot judge: ..." of the first order.
  std::string verdict(const char* as_of) {
    const Judgement j = judge(as_of);
    if (!j.unjudged.empty()) return "cannot judge: " + j.unjudged[0].reason;
    if (!j.misses.empty()) return std::string(name_of(j.misses[0].kind)) + " " + std::to_string(j.misses[0].lateness.days);
    return j.counts.in_time > 0 ? "in time" : j.counts.open > 0 ? "open" : j.counts.ended > 0 ? "ended" : "unmatched";
  }
};

std::string verdict(const std::string& toml, const std::string& order, const char* as_of = "2026-04-01") {
  return Court(toml, "order_id|placed_at|promised_at|delivered_at|status|status_at|cancelled_at|timezone|country|service\n1|" + order).verdict(as_of);
}

}  // namespace

TEST_CASE("a promised day is kept until its end, a promised moment at it") {
  CHECK(verdict(stated, "|2026-03-10|2026-03-10 23:59:59|delivered") == "in time");
  CHECK(verdict(stated, "|2026-03-10|2026-03-11 00:00:00|delivered") == "late 1");
  CHECK(verdict(stated, "|2026-03-10|2026-03-10|delivered") == "in time");
  CHECK(verdict(stated, "|2026-03-10|2026-03-12|delivered") == "late 2");
  CHECK(verdict(stated, "|2026-03-10 21:00|2026-03-10 21:00|delivered") == "in time");
  CHECK(verdict(stated, "|2026-03-10 21:00|2026-03-10 21:00:01|delivered") == "late 0");
  CHECK(verdict(stated, "|2026-03-10 21:00|2026-03-10|delivered") ==
        "cannot judge: delivered_at has no time of day, and the promise ends during that day");
}

TEST_CASE("an open case is overdue once the as-of has passed due") {
  CHECK(verdict(stated, "|2026-03-10||shipped", "2026-03-10 23:59:59") == "open");
  CHECK(verdict(stated, "|2026-03-10||shipped", "2026-03-11") == "overdue 1");
  CHECK(verdict(stated, "|2026-03-10 21:00||shipped", "2026-03-10 21:00") == "open");
  CHECK(verdict(stated, "|2026-03-10 21:00||shipped", "2026-03-10 21:00:01") == "overdue 0");
}

TEST_CASE("replayed: a delivery at or after the as-of is not known yet") {
  CHECK(verdict(stated, "|2026-03-10|2026-03-12 10:00|delivered", "2026-03-12 10:00") == "overdue 2");
  CHECK(verdict(stated, "|2026-03-10|2026-03-12 10:00|delivered", "2026-03-12 10:00:01") == "late 2");
  CHECK(verdict(stated, "|2026-03-10|2026-03-12 10:00|delivered", "2026-03-10") == "open");
}

TEST_CASE("what cannot be judged says why") {
  CHECK(verdict(stated, "|2026-03-10||delivered") == "cannot judge: delivered_at is missing though the status is delivered");
  CHECK(verdict(stated, "||2026-03-10 10:00|delivered") == "cannot judge: promised_at is missing");
  CHECK(Court(stated, "order_id|promised_at\n1|2026-03-10").verdict("2026-04-01") == "cannot judge: no source holds delivered_at");
  CHECK(Court(stated, "order_id|delivered_at\n1|2026-03-10").verdict("2026-04-01") == "cannot judge: no source holds promised_at");
  const std::string next_day = std::string(uk) + "[[guarantee]]\nname = \"n\"\ndue = { business_days = 1, calendar = \"uk\" }\n";
  CHECK(verdict(next_day, "|||shipped") == "cannot judge: placed_at is missing");
}

TEST_CASE("a clock whose start has not come yet is open") {
  const std::string shipped = "[[guarantee]]\nname = \"s\"\nstart = \"shipped_at\"\ndue = { hours = 48 }\n";
  const auto judged = [&](const char* row) { return Court(shipped, std::string("order_id|shipped_at|delivered_at|status\n") + row).verdict("2026-04-01"); };
  CHECK(judged("1|||processing") == "open");
  CHECK(judged("1|||in_transit") == "cannot judge: shipped_at is missing");
  CHECK(judged("1||2026-03-12 10:00|delivered") == "cannot judge: shipped_at is missing");
  CHECK(judged("1|2026-04-02 10:00||processing") == "open");
  CHECK(judged("1|2026-03-30 23:00||in_transit") == "open");
  CHECK(judged("1|2026-03-29 23:00||in_transit") == "overdue 1");
}

TEST_CASE("a time of cancelling or refunding ends a case whatever the status says") {
  CHECK(verdict(stated, "|2026-03-10||processing||2026-03-09 10:00") == "ended");
  CHECK(verdict(stated, "|2026-03-10||||2026-03-09 10:00") == "ended");
  CHECK(verdict(stated, "|2026-03-10||processing||2026-03-13 10:00") == "overdue 3");
  CHECK(verdict(stated, "|2026-03-10||processing||2026-03-13 10:00", "2026-03-12") == "overdue 2");
  CHECK(verdict(stated, "|2026-03-10|2026-03-10 10:00|delivered||2026-03-13 10:00") == "in time");
  CHECK(verdict(stated, "|2026-03-10||delivered||2026-03-13 10:00") ==
        "cannot judge: delivered_at is missing though the status is delivered");
  const auto judged = [&](const char* row) {
    return Court(stated, std::string("order_id|promised_at|delivered_at|cancelled_at|refunded_at\n1|2026-03-10|") + row).verdict("2026-04-01");
  };
  CHECK(judged("||2026-03-09") == "ended");
  CHECK(judged("|2026-03-12|2026-03-09") == "ended");
  CHECK(judged("|2026-03-12|2026-03-14") == "overdue 2");
  CHECK(judged("|2026-03-14|2026-03-12") == "overdue 2");
}

TEST_CASE("seconds late are told to the thousandth, whole minutes are not") {
  Court court(stated, "order_id|promised_at|delivered_at\n1|2026-03-10 10:00|2026-03-10 10:00:30");
  const Slot seconds = court.want("late_seconds"), minutes = court.want("late_minutes");
  const Judgement judgement = court.judge("2026-04-01");
  REQUIRE(judgement.misses.size() == 1);
  CHECK(judgement.misses[0].facts.at(seconds).ratio == Ratio(30));
  CHECK(judgement.misses[0].facts.at(minutes).ratio == Ratio(0));
}

TEST_CASE("a promised day ends by the clock of the region where the country has several") {
  const auto reason = [](const char* cells, const char* shop_country = "") {
    Court court(stated, std::string("order_id|promised_at|delivered_at|country|region\n1|2026-03-10|2026-03-12|") + cells);
    court.project.shop.country = shop_country;
    const Miss miss = court.judge("2026-04-01").misses.at(0);
    return miss.zone_reason + ": " + miss.zone.name();
  };
  CHECK(reason("BR|SP") == "region SP: America/Sao_Paulo");
  CHECK(reason("us| us-ca ") == "region US-CA: America/Los_Angeles");
  CHECK(reason("US|TX") == "the shop: country US has no one zone: Europe/London");
  CHECK(reason("FR|SP") == "country FR: Europe/Paris");
  CHECK(reason("|SP") == "the shop: Europe/London");
  CHECK(reason("|SP", "BR") == "region SP: America/Sao_Paulo");
  CHECK(reason("|", "BR") == "the shop: Europe/London");
}

TEST_CASE("a region listed lies in a country with several clocks, and its zone is known") {
  std::size_t regions = 0;
  for (const std::string_view line : split(embedded("region-zones.tsv"), '\n')) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string_view> cells = split(line, '\t');
    REQUIRE(cells.size() == 3);
    CHECK(zone_of_country(cells[0]).empty());
    CHECK_MESSAGE(Zone::named(cells[2]).has_value(), cells[2]);
    ++regions;
  }
  CHECK(regions > 50);
}

TEST_CASE("a case of the ledger that ends at a time nobody told was missed before") {
  const std::string orders = "order_id|promised_at|delivered_at|status\n1|2026-03-10||returned";
  HeldGuarantees held;
  held.of(RecordKind::order)["1"] = {"stated-date"};
  Court court(stated, orders);
  const Slot late_days = court.want("late_days");
  CHECK(court.verdict("2026-04-01") == "cannot judge: status_at is missing though the status is returned");
  court.options.held = &held;
  const Judgement judgement = court.judge("2026-04-01");
  REQUIRE(judgement.misses.size() == 1);
  CHECK(judgement.misses[0].kind == Kind::overdue);
  CHECK(judgement.misses[0].closed);
  CHECK_FALSE(judgement.misses[0].lateness_known);
  CHECK(judgement.misses[0].facts.at(late_days).is_missing());
  CHECK(court.verdict("2026-03-10 12:00") == "ended");
  held.of(RecordKind::order)["1"] = {"another"};
  CHECK(court.verdict("2026-04-01") == "cannot judge: status_at is missing though the status is returned");
}

TEST_CASE("a refund promised after a cancellation is not ended by it") {
  const std::string refund = "[[guarantee]]\nname = \"r\"\nstart = \"cancelled_at\"\nmet_by = \"refunded_at\"\ndue = { hours = 48 }\n";
  const auto judged = [&](const char* row) {
    return Court(refund, std::string("order_id|status|cancelled_at|refunded_at\n1|") + row).verdict("2026-04-01");
  };
  CHECK(judged("cancelled|2026-03-10 10:00|") == "overdue 20");
  CHECK(judged("cancelled|2026-03-10 10:00|2026-03-11 10:00") == "in time");
  CHECK(judged("cancelled|2026-03-10 10:00|2026-03-14 10:00") == "late 2");
  CHECK(judged("processing||") == "open");
}

TEST_CASE("cancelled before due is no miss, cancelled after it is, and cancelled at a time nobody told cannot be judged") {
  CHECK(verdict(stated, "|2026-03-10||cancelled") == "cannot judge: cancelled_at is missing though the status is cancelled");
  CHECK(verdict(stated, "|2026-05-10||cancelled") == "ended");
  CHECK(verdict(stated, "|2026-03-10||refunded") == "cannot judge: refunded_at is missing though the status is refunded");
  CHECK(verdict(stated, "|2026-03-10||cancelled||2026-03-09 10:00") == "ended");
  CHECK(verdict(stated, "|2026-03-10||cancelled||2026-03-13 10:00") == "overdue 3");
  CHECK(verdict(stated, "|2026-03-10||unavailable") == "cannot judge: status_at is missing though the status is unavailable");
  CHECK(verdict(stated, "|||cancelled") == "ended");
}

TEST_CASE("lateness of a lost parcel is missing when nobody says since when") {
  Court known(stated, "order_id|promised_at|delivered_at|status|status_at\n1|2026-03-10||lost|2026-03-14 10:00");
  const Judgement dated = known.judge("2026-04-01");
  REQUIRE(dated.misses.size() == 1);
  CHECK(dated.misses[0].lateness.days == 4);
  CHECK(dated.misses[0].closed);
  Court unknown(stated, "order_id|promised_at|delivered_at|status\n1|2026-03-10||lost");
  const Slot days = unknown.want("late_days");
  const Judgement undated = unknown.judge("2026-04-01");
  REQUIRE(undated.misses.size() == 1);
  CHECK_FALSE(undated.misses[0].lateness_known);
  CHECK(undated.misses[0].facts.at(days).is_missing());
}

TEST_CASE("grace decides whether there is a miss, lateness still counts from due") {
  const std::string grace = std::string(stated) + "grace = \"30 min\"\n";
  const auto minutes = [&](const std::string& toml, const char* delivered) {
    Court court(toml, std::string("order_id|promised_at|delivered_at\n1|2026-03-10 21:00|") + delivered);
    const Judgement j = court.judge("2026-04-01");
    return j.misses.empty() ? -1 : j.misses[0].lateness.minutes;
  };
  CHECK(minutes(grace, "2026-03-10 21:30") == -1);
  CHECK(minutes(grace, "2026-03-10 21:31") == 31);
  CHECK(minutes(grace + "count_from = \"grace\"\n", "2026-03-10 21:31") == 1);
  CHECK(verdict(std::string(stated) + "grace = \"1 day\"\n", "|2026-03-10|2026-03-11|delivered") == "in time");
  CHECK(verdict(std::string(stated) + "grace = \"1 day\"\n", "|2026-03-10|2026-03-12|delivered") == "late 2");
  CHECK(verdict(std::string(stated) + "grace = \"1 day\"\ncount_from = \"grace\"\n", "|2026-03-10|2026-03-12|delivered") == "late 1");
  CHECK(verdict(std::string(stated) + "grace = \"1 day\"\n", "|2026-03-10||shipped", "2026-03-11 23:00") == "open");
}

TEST_CASE("lateness is real elapsed time across a clock change") {
  Court court(stated, "order_id|promised_at|delivered_at\n1|2026-03-28 12:00|2026-03-29 12:00\n2|2026-10-24 12:00|2026-10-25 12:00\n3|2026-03-27|2026-03-30 09:00");
  const Judgement j = court.judge("2026-12-01");
  REQUIRE(j.misses.size() == 3);
  CHECK(j.misses[0].lateness.hours == 23);
  CHECK(j.misses[1].lateness.minutes == 25 * 60);
  CHECK(j.misses[1].lateness.days == 1);
  CHECK(j.misses[2].lateness.days == 3);
  CHECK(j.misses[2].lateness.business_days == 1);
  CHECK(j.misses[2].lateness.hours == 56);
}

TEST_CASE("a promised day ends where the order goes") {
  Court court(stated,
              "order_id|promised_at|delivered_at|timezone|country\n"
              "1|2026-03-10|2026-03-11T04:30:00Z|America/New_York|US\n"
              "2|2026-03-10|2026-03-10T22:30:00Z||DE\n"
              "3|2026-03-10|2026-03-10T23:30:00Z||DE\n"
              "4|2026-03-10|2026-03-11T03:00:00Z||US\n"
              "5|2026-03-10|2026-03-11T03:00:00Z|Mars/Olympus|\n"
              "6|2026-03-10|2026-03-11T03:00:00Z||\n");
  const Judgement j = court.judge("2026-04-01");
  std::vector<std::string> reasons;
  for (const Miss& miss : j.misses) reasons.push_back(miss.record_id + ": " + miss.zone_reason);
  CHECK(reasons == std::vector<std::string>{"1: the order's timezone", "3: country DE", "4: the shop: country US has no one zone",
                                            "5: the shop: \"Mars/Olympus\" is not a time zone", "6: the shop"});
}

TEST_CASE("the first guarantee that holds is taken, those with also besides") {
  const std::string three = "[[guarantee]]\nname = \"express\"\nwhen = { service = \"express\" }\ndue = { hours = 24 }\n"
                            "[[guarantee]]\nname = \"careful\"\nalso = true\nwhen = { country = \"GB\" }\ndue = { hours = 100 }\n" + std::string(stated);
  Court court(three, "order_id|placed_at|promised_at|delivered_at|service|country\n1|2026-03-02 10:00|2026-03-02||express|GB\n2|2026-03-02 10:00|2026-03-02||post|FR\n");
  const Judgement j = court.judge("2026-04-01");
  std::vector<std::string> keys;
  for (const Miss& miss : j.misses) keys.push_back(miss.key);
  CHECK(keys == std::vector<std::string>{"tea/order/1/express", "tea/order/1/careful", "tea/order/2/stated-date"});
  CHECK(j.counts.cases == 3);
}

TEST_CASE("seen are the cases judged that the ledger holds, missed or not") {
  Court court(stated, "order_id|promised_at|delivered_at\n1|2026-03-10|2026-03-09\n2|2026-03-10|2026-03-12\n3|2026-03-10|2026-03-12\n");
  HeldGuarantees held;
  for (const char* id : {"1", "2", "9"}) held.of(RecordKind::order)[id] = {"stated-date"};
  court.options.held = &held;
  CHECK(court.judge("2026-04-01").seen.empty());
  court.options.with_seen = true;
  CHECK(court.judge("2026-04-01").seen == std::vector<std::string>{"tea/order/1/stated-date", "tea/order/2/stated-date"});
}

TEST_CASE("orders under no guarantee are counted, a `when` on a missing fact cannot be judged") {
  const std::string express = "[[guarantee]]\nname = \"express\"\nwhen = { order_value = \">= 10\" }\ndue = { hours = 24 }\n" + std::string(stated);
  Court court(express, "order_id|placed_at|promised_at|delivered_at|order_value\n1|2026-03-02 10:00|2026-03-02|||\n");
  const Judgement j = court.judge("2026-04-01");
  REQUIRE(j.unjudged.size() == 1);
  CHECK(j.unjudged[0].missing == std::vector<std::string>{"order_value"});
  CHECK(j.unjudged[0].guarantee == "express");
  CHECK(j.counts.cases == 1);
  Court none("[[guarantee]]\nname = \"express\"\nwhen = { service = \"express\" }\ndue = { hours = 24 }\n", "order_id|service\n1|post");
  none.options.with_unmatched = true;
  CHECK(none.judge("2026-04-01").unmatched == std::vector<std::string>{"1"});
}

TEST_CASE("a case stays under the guarantee the ledger holds, by its earlier name too") {
  const std::string two = "[[guarantee]]\nname = \"express\"\nwhen = { service = \"express\" }\ndue = { hours = 24 }\n" + std::string(stated) + "was = [\"by-date\"]\n";
  Court court(two, "order_id|placed_at|promised_at|delivered_at|service\n1|2026-03-02 10:00|2026-03-20||express\n2|2026-03-02 10:00|2026-03-20||express\n");
  HeldGuarantees held;
  held.of(RecordKind::order)["1"] = {"by-date"};
  held.of(RecordKind::order)["2"] = {"express"};
  court.options.held = &held;
  const Judgement j = court.judge("2026-04-01");
  REQUIRE(j.misses.size() == 2);
  CHECK(j.misses[0].guarantee == "stated-date");
  CHECK(j.misses[1].guarantee == "express");
  CHECK(j.rematched == std::vector<std::string>{"1"});
}

TEST_CASE("rows that contradict each other are not judged") {
  Court court(stated, "order_id|promised_at|delivered_at\n1|2026-03-10|2026-03-12\n");
  court.records.contradictory[0] = 1;
  court.records.contradictions.push_back({RecordKind::order, "1", "customer_id", {}});
  CHECK(court.verdict("2026-04-01") == "cannot judge: its rows contradict each other in customer_id");
}

TEST_CASE("a guarantee without due promises the goods themselves") {
  const std::string goods = "[[guarantee]]\nname = \"goods\"\nalso = true\n";
  CHECK(verdict(goods, "||2026-03-10 10:00|damaged") == "damaged 0");
  CHECK(verdict(goods, "|||lost|2026-03-14 10:00") == "lost 0");
  CHECK(verdict(goods, "|||lost") == "cannot judge: status_at is missing though the status is lost");
  CHECK(verdict(goods, "|||unavailable|2026-03-14 10:00") == "out_of_stock 0");
  CHECK(verdict(goods, "|||short|2026-03-14") == "short 0");
  CHECK(verdict(goods, "||2026-03-10 10:00|delivered") == "in time");
  CHECK(verdict(goods, "|||in_transit") == "open");
  CHECK(verdict(goods, "|||cancelled") == "ended");
  CHECK(Court(goods, "order_id|delivered_at\n1|2026-03-10").verdict("2026-04-01") == "cannot judge: no source holds status");
}

TEST_CASE("a miss carries the facts that were asked for") {
  Court court(stated, "order_id|promised_at|delivered_at|email|order_value\n4471/a|2026-03-10|2026-03-12 10:00| Ana@Example.COM |12.50\n");
  const Slot kind = court.want("kind"), late = court.want("late_days"), value = court.want("order_value"), due = court.want("due"),
             met = court.want("met_at"), open = court.want("open"), tier = court.want("tier"), history = court.want("misses_before");
  const Judgement j = court.judge("2026-04-01");
  REQUIRE(j.misses.size() == 1);
  const Miss& miss = j.misses[0];
  CHECK(miss.key == "tea/order/4471%2Fa/stated-date");
  CHECK(miss.person == "email:ana@example.com");
  CHECK(miss.facts.at(kind).text == "late");
  CHECK(miss.facts.at(late).ratio == Ratio(2));
  CHECK(miss.facts.at(value).ratio == Ratio(Int128(25), Int128(2)));
  CHECK(miss.facts.at(due).type == Type::date);
  CHECK(miss.facts.at(met).type == Type::instant);
  CHECK(miss.facts.at(open).whole == 0);
  CHECK(miss.facts.at(tier).is_null());
  CHECK(miss.facts.at(history).is_missing());
  CHECK(miss.due_instant == court.at("2026-03-11"));
}

TEST_CASE("one order is explained under every guarantee") {
  const std::string two = "[[guarantee]]\nname = \"express\"\nwhen = { service = \"express\" }\ndue = { hours = 24 }\n" + std::string(stated);
  Court court(two, "order_id|placed_at|promised_at|delivered_at|service\n1|2026-03-02 10:00|2026-03-10|2026-03-12 10:00|post\n");
  const std::vector<JudgedCase> cases = judge_order(court.records, court.project, court.at("2026-04-01"), 0, court.options);
  REQUIRE(cases.size() == 2);
  CHECK_FALSE(cases[0].taken);
  CHECK(cases[0].applies == Truth::no);
  CHECK(cases[1].outcome == "late");
  REQUIRE(cases[1].count.has_value());
  CHECK(cases[1].count->steps == std::vector<std::string>{"promised_at: Tue 10 Mar 2026", "a day was promised: due by its end, Europe/London"});
}

TEST_CASE("a lead time leaves out the time in which the clock stood") {
  Court court("[[guarantee]]\nname = 'g'\nstart = 'placed_at'\ndue = { field = 'promised_at' }\npause = { from = 'paid_at', until = 'shipped_at' }",
              "order_id|placed_at|paid_at|shipped_at|delivered_at|promised_at|status\n"
              "1|2026-03-02T10:00Z|2026-03-03T10:00Z|2026-03-05T10:00Z|2026-03-07T10:00Z|2026-03-06|delivered\n");
  court.options.with_times = true;
  const Judgement judgement = court.judge("2026-04-01");
  REQUIRE(judgement.times.size() == 1);
  const CaseTimes& times = judgement.times[0];
  CHECK(times.start.ms - times.begun.ms == 48 * ms_per_hour);
  CHECK(times.days == 3);           // 5 days less the 2 of the pause
  CHECK(times.business_days == 3);  // Tue to Fri and the Monday after a Saturday, less Wed and Thu
  CHECK(times.state == CaseTimes::State::in_time);
}

TEST_CASE("grace by a calendar is needed, and so are its days, only once due has passed") {
  const std::string toml = "[calendars.desk]\nhours = { mon-fri = ['09:00-17:00'] }\nholidays = ['2026-03-16']\nknown = '2026-03-01..2026-03-20'\n"
                           "[[guarantee]]\nname = 'g'\ndue = { field = 'promised_at' }\ngrace = { business_days = 2, calendar = 'desk' }";
  CHECK(verdict(toml, "2026-03-02|2026-03-13|2026-03-17T12:00Z|delivered") == "in time");  // Monday is closed
  CHECK(verdict(toml, "2026-03-02|2026-03-13|2026-03-19T12:00Z|delivered") == "late 6");
  CHECK(verdict(toml, "2026-03-02|2026-03-19|2026-03-19T12:00Z|delivered") == "in time");
  CHECK(verdict(toml, "2026-03-02|2026-03-19||shipped", "2026-03-18") == "open");
  CHECK(verdict(toml, "2026-03-02|2026-03-19|2026-03-20T12:00Z|delivered") ==
        "cannot judge: calendar desk knows Sun 1 Mar 2026 to Fri 20 Mar 2026, and this is counted up to Mon 23 Mar 2026, for the grace");
}
