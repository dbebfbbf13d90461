// What the shop's own history says of open orders and of lanes: courses, groups, estimates, and how good they were.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include <fmt/format.h>

#include "core/judging/miss.h"
#include "core/risk/calibration.h"
#include "core/risk/lead_times.h"
#include "judge_records.h"
#include "shop_folder.h"

using namespace amends;

namespace {

constexpr std::int64_t hour = ms_per_hour;

// A case of a hundred hours from 0 on: a step is two hours.
CaseTimes times_of(CaseTimes::State state, std::int64_t last_hour, bool is_met) {
  CaseTimes times;
  times.state = state;
  times.is_met = is_met;
  times.start = Instant{0};
  times.limit = Instant{100 * hour};
  times.last = Instant{last_hour * hour};
  times.has_parcel = true;
  return times;
}
CaseTimes kept(std::int64_t at) { return times_of(CaseTimes::State::in_time, at, true); }
CaseTimes late(std::int64_t at) { return times_of(CaseTimes::State::missed, at, true); }
CaseTimes open_until(std::int64_t at) { return times_of(CaseTimes::State::open, at, false); }
CaseTimes shipped_at(CaseTimes times, std::int64_t at) {
  times.shipped = Instant{at * hour};
  return times;
}
constexpr Instant later{1000 * hour};

// The groups of a text such as "next-day|express|GB": one letter a level will do.
Traits traits_of(std::string_view levels) {
  std::string key;
  for (const std::string_view level : split(levels, '|')) key += std::string(level) + '\x1e' + '\x1f';
  return traits_in(key);
}

double estimated(const TrackRecord& record, std::string_view levels, Standpoint at = {}) {
  const Estimate estimate = record.estimate(traits_of(levels), at);
  return estimate.empty() ? -1 : estimate.back().estimate;
}

}  // namespace

TEST_CASE("a course is measured by the time the case had been given") {
  CHECK(course_of(kept(50), later) == Course{shipping_unknown, 25, true});
  CHECK(course_of(shipped_at(kept(50), 20), later) == Course{10, 25, true});
  CHECK(course_of(shipped_at(kept(50), 60), later) == Course{25, 25, true});  // a parcel that arrived before it left
  CHECK(course_of(late(120), later) == Course{shipping_unknown, course_steps, false});
  CHECK(course_of(open_until(30), later) == Course{course_steps, 15, false});
  CHECK(course_of(kept(99), later)->end == course_steps - 1);
  CHECK(course_of(kept(100), later)->end == course_steps - 1);  // kept to the last moment, by a date
}

TEST_CASE("what came at or after a moment was not known then") {
  CHECK_FALSE(course_of(kept(50), Instant{0}));
  CHECK(course_of(kept(50), Instant{50 * hour}) == Course{course_steps, 25, false});
  CHECK(course_of(kept(50), Instant{50 * hour + 1}) == Course{shipping_unknown, 25, true});
  CHECK(course_of(late(120), Instant{60 * hour}) == Course{course_steps, 30, false});
  CHECK(course_of(shipped_at(late(120), 40), Instant{40 * hour}) == Course{course_steps, 20, false});
  CHECK(course_of(shipped_at(late(120), 40), Instant{41 * hour}) == Course{20, 20, false});
  CHECK(course_of(late(120), Instant{110 * hour}) == Course{course_steps, course_steps, false});
  CHECK(standpoint_at(shipped_at(late(120), 40), Instant{40 * hour}) == Standpoint{20, Phase::waiting});
  CHECK(standpoint_at(shipped_at(late(120), 40), Instant{70 * hour}) == Standpoint{35, Phase::shipped_lately});
  CHECK(standpoint_at(shipped_at(late(120), 40), Instant{80 * hour}) == Standpoint{40, Phase::shipped_long});
  CHECK(standpoint_at(kept(50), Instant{400 * hour}).step == course_steps - 1);
}

TEST_CASE("a finer group is drawn to the coarser one by a hundred of its orders") {
  TrackRecord record(later);
  for (int i = 0; i < 40; ++i) record.add(traits_of("g|a"), i < 10 ? late(120) : kept(50));
  for (int i = 0; i < 60; ++i) record.add(traits_of("g|b"), i < 40 ? late(120) : kept(50));
  record.settle();
  CHECK(estimated(record, "g") == doctest::Approx(0.5));
  CHECK(estimated(record, "g|a") == doctest::Approx((40 * 0.25 + 100 * 0.5) / 140));
  CHECK(estimated(record, "g|c") == doctest::Approx(0.5));                 // nobody knows it
  CHECK(estimated(record, "h") == -1);
  CHECK(estimated(record, "g|b", {30, Phase::any}) == doctest::Approx(1)); // at hour 60 only those to be late are left
  const Estimate estimate = record.estimate(traits_of("g|b"), {});
  REQUIRE(estimate.size() == 2);
  CHECK(estimate[1].orders == 60);
  CHECK(estimate[1].missed == doctest::Approx(2.0 / 3));
}

TEST_CASE("fewer than thirty that kept or missed their time say nothing") {
  TrackRecord record(later);
  for (int i = 0; i < 29; ++i) record.add(traits_of("g|a"), i % 2 == 0 ? late(120) : kept(50));
  for (int i = 0; i < 50; ++i) record.add(traits_of("g|a"), open_until(20));
  TrackRecord one_more = record;
  one_more.add(traits_of("g|a"), kept(50));
  record.settle();
  one_more.settle();
  CHECK(estimated(record, "g|a") == -1);
  CHECK(estimated(one_more, "g|a") >= 0);
  CHECK(one_more.summary("g").known == 30);
}

TEST_CASE("where nobody ever stood the last step that was reached tells") {
  TrackRecord record(later);
  for (int i = 0; i < 40; ++i) record.add(traits_of("g"), shipped_at(kept(20), 10));
  for (int i = 0; i < 20; ++i) record.add(traits_of("g"), shipped_at(late(120), 30));
  record.settle();
  CHECK(estimated(record, "g", {40, Phase::waiting}) == doctest::Approx(1));  // of the twenty in any phase
  CHECK(estimated(record, "g", {5, Phase::shipped_long}) == doctest::Approx(1.0 / 3));
}

TEST_CASE("an order still open counts for as long as it was seen: a property over random courses") {
  std::mt19937 random(4);
  for (int round = 0; round < 300; ++round) {
    std::vector<CaseTimes> cases;
    TrackRecord record(later);
    for (int i = 0; i < 200; ++i) {
      const auto at = static_cast<std::int64_t>(random() % 100);
      cases.push_back(random() % 3 == 0 ? late(110) : random() % 3 == 0 ? open_until(at) : kept(at));
      record.add(traits_of("g"), cases.back());
    }
    record.settle();
    const auto from = static_cast<std::uint8_t>(random() % 20);
    // Step by step, order by order: what share of those at the step did not keep it there.
    double unmet = 1;
    for (std::int64_t step = from; step < course_steps; ++step) {
      double there = 0, met = 0;
      for (const CaseTimes& c : cases) {
        const std::int64_t end = c.state == CaseTimes::State::missed ? course_steps : c.last.ms / (2 * hour);
        const bool says_nothing = end == from && !c.is_met;
        there += end >= step && !says_nothing ? 1 : 0;
        met += end == step && c.state == CaseTimes::State::in_time ? 1 : 0;
      }
      if (there > 0) unmet *= 1 - met / there;
    }
    CHECK(estimated(record, "g", {from, Phase::any}) == doctest::Approx(unmet));
  }
}

TEST_CASE("records of parts add up to the same in any order, also past what may be kept") {
  constexpr int groups = 100000, courses = 50;  // of four million courses, a little more
  const auto part = [](int first, int count) {
    TrackRecord record(later);
    for (int i = first; i < first + count; ++i)
      for (int course = 0; course < courses; ++course) record.add(traits_of(fmt::format("g|{}|{}", i % 3, i)), course % 7 == i % 3 ? late(120) : kept(course * 2));
    return record;
  };
  TrackRecord forwards(later), backwards(later);
  std::vector<TrackRecord> parts;
  for (int i = 0; i < 4; ++i) parts.push_back(part(i * groups / 4, groups / 4));
  for (int i = 0; i < 4; ++i) forwards.add(parts[static_cast<std::size_t>(i)]);
  for (int i = 3; i >= 0; --i) backwards.add(parts[static_cast<std::size_t>(i)]);
  for (TrackRecord* record : {&forwards, &backwards, &parts[0]}) record->settle();
  const double expected = estimated(forwards, "g|1|7", {20, Phase::any});
  CHECK(expected > 0);
  CHECK(expected < 1);
  CHECK(estimated(backwards, "g|1|7", {20, Phase::any}) == expected);
  CHECK(parts[0].estimate(traits_of("g|1|7"), {}).size() == 3);
  CHECK(forwards.estimate(traits_of("g|1|7"), {}).size() == 2);  // the third level is given up
}

TEST_CASE("what was held back is judged by what was known before it alone") {
  const Instant since{200 * hour}, as_of{1000 * hour};
  const auto moved = [](CaseTimes times, std::int64_t by) {
    for (Instant* at : {&times.start, &times.limit, &times.last}) at->ms += by * hour;
    return times;
  };
  TrackRecord before(since);
  Trials trials(since, 0);
  const auto add = [&](const CaseTimes& times) {
    before.add(traits_of("g"), times);
    trials.add(times, as_of, [](bool) { return traits_of("g"); });
  };
  for (int i = 0; i < 40; ++i) add(i < 10 ? late(120) : kept(20));
  add(moved(late(120), 150));                        // begun before, not over then
  for (int i = 0; i < 8; ++i) add(moved(i < 4 ? late(150) : kept(70), 300));
  for (int i = 0; i < 2; ++i) add(moved(kept(20), 300));
  add(moved(kept(20), 950));                         // its time is not over: to count it would favour the quick
  before.settle();
  const Calibration at_start = trials.calibration(before, Look::at_start);
  CHECK(at_start.training_orders == 40);
  CHECK(at_start.training_missed == 10);
  CHECK(at_start.orders == 10);
  CHECK(at_start.missed == 4);
  CHECK(at_start.tenths[2].orders == 10);            // a quarter, and a little for the one still open
  const double p = estimated(before, "g", {0, Phase::waiting});
  CHECK(p == doctest::Approx(11.0 / 41));            // thirty of forty-one were kept
  CHECK(at_start.brier() == doctest::Approx(0.4 * (1 - p) * (1 - p) + 0.6 * p * p));
  CHECK(at_start.brier_of_constant(at_start.training_rate()) == doctest::Approx(0.4 * 0.75 * 0.75 + 0.6 * 0.25 * 0.25));
  CHECK(at_start.brier_of_constant(at_start.own_rate()) == doctest::Approx(0.4 * 0.6));
  const Calibration half_way = trials.calibration(before, Look::later);
  CHECK(half_way.training_orders == 10);             // those open at hour 50
  CHECK(half_way.orders == 8);
  CHECK(half_way.missed == 4);
}

TEST_CASE("the promise that would have been kept counts open orders for as long as they were seen") {
  DayCounts days;
  for (int i = 0; i < 90; ++i) days.add(2, true);
  for (int i = 0; i < 10; ++i) days.add(5, i < 5);
  CHECK(days.within(0.9) == 2);
  CHECK(days.within(0.95) == 5);
  CHECK_FALSE(days.within(0.99));
  DayCounts unfinished;
  for (int i = 0; i < 50; ++i) unfinished.add(1, false);
  for (int i = 0; i < 50; ++i) unfinished.add(4, true);
  CHECK(unfinished.within(0.9) == 4);
  CHECK_FALSE(DayCounts{}.within(0.9));
  CHECK(fewest_for(0.90) == 29);
  CHECK(fewest_for(0.95) == 59);
  CHECK(fewest_for(0.99) == 299);
}

TEST_CASE("orders judged later and cut back to a day are what was known on that day") {
  ShopFolder shop;
  judge_tests::read_into(shop.project, "[[guarantee]]\nname = \"g\"\nstart = \"placed_at\"\ndue = { field = \"promised_at\" }\n");
  std::mt19937 random(11);
  std::string csv = "order_id,placed_at,promised_at,shipped_at,delivered_at,status,region\n";
  const auto at = [](std::int64_t h) { return print(Instant{(20000 * 24 + h) * hour}, Zone::utc()); };
  for (int i = 0; i < 3000; ++i) {
    const auto placed = static_cast<std::int64_t>(random() % 2000), shipped = placed + 1 + static_cast<std::int64_t>(random() % 100);
    const std::int64_t delivered = shipped + 1 + static_cast<std::int64_t>(random() % 200);
    csv += fmt::format("{},{},{},{},{},delivered,{}\n", i, at(placed), at(placed + 100 + static_cast<std::int64_t>(random() % 100)), at(shipped), at(delivered), random() % 4);
  }
  shop.orders(csv);
  const Instant then{(20000 * 24 + 1500) * hour};
  const auto record_at = [&](Instant as_of) {
    const Records records = read_records(shop.project, as_of, [&] {
      Wanted wanted;
      for (const Slot slot : facts_judged(shop.project)) wanted.of(RecordKind::order).insert(shop.project.schema.at(slot).name);
      for (const char* name : trait_facts) wanted.of(RecordKind::order).insert(name);
      return wanted;
    }());
    JudgeOptions options;
    options.with_times = true;
    TrackRecord record(then);
    const TraitColumns columns(records.orders(), shop.project);
    for (const CaseTimes& times : judge(records, shop.project, as_of, options).times) record.add(columns.of(times, true), times);
    record.settle();
    return record;
  };
  const TrackRecord known_then = record_at(then), cut_back = record_at(Instant{(20000 * 24 + 9000) * hour});
  CHECK(known_then.summary("g").known > 1000);
  CHECK(known_then.summary("g").known == cut_back.summary("g").known);
  std::size_t compared = 0;
  for (std::uint8_t step = 0; step < course_steps; ++step)
    for (const Phase phase : {Phase::any, Phase::waiting, Phase::shipped_long, Phase::shipped_lately}) {
      const std::string root = group_of_all("g");
      const Estimate a = known_then.estimate(traits_in(root), {step, phase}), b = cut_back.estimate(traits_in(root), {step, phase});
      REQUIRE(a.size() == b.size());
      if (a.empty()) continue;
      ++compared;
      CHECK(a.back().orders == b.back().orders);
      CHECK(a.back().estimate == b.back().estimate);
    }
  CHECK(compared > 150);
}
