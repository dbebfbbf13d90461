// Kept orders that are told in passing count as much as those whose records are at hand, in whatever parts they come.
#include <doctest/doctest.h>

#include <array>
#include <random>

#include <fmt/format.h>

#include "core/report/kept_tally.h"
#include "io/project_file.h"

using namespace amends;

namespace {

constexpr std::int64_t hour = ms_per_hour;
constexpr Instant held_back{3000 * hour}, as_of{4500 * hour};

std::unique_ptr<Project> shop() {
  const std::string toml = "[shop]\nname = \"Shop\"\ntimezone = \"Europe/Lisbon\"\ncurrency = \"EUR\"\n[sources.orders]\npath = \"orders.csv\"\n"
                           "[[guarantee]]\nname = \"stated\"\ndue = { field = \"promised_at\" }\n[[guarantee]]\nname = \"next-day\"\ndue = { field = \"promised_at\" }\nalso = true\n";
  return project_from_text(fmt::format("# file: {} amends.toml\n{}", toml.size(), toml));
}

class RandomOrders {
 public:
  RandomOrders() {
    groups.hold(groups.fact_named("carrier"));
    for (int i = 0; i < 40; ++i) {
      KeptGroups::Texts texts;
      for (const char* const* from : {carriers, regions, countries, services}) texts.emplace_back(from[random() % 3]);
      texts.insert(texts.end(), {"", ""});
      numbers_.push_back(groups.number(texts));
    }
  }

  KeptOrder order() {
    KeptOrder kept;
    kept.group = numbers_[random() % numbers_.size()];
    kept.guarantee = static_cast<std::uint8_t>(random() % 2);
    kept.is_over = true;
    kept.has_times = random() % 10 > 0;
    CaseTimes& times = kept.times;
    times.guarantee = kept.guarantee;
    times.state = CaseTimes::State::in_time;
    times.is_met = times.has_parcel = true;
    times.begun = times.start = Instant{static_cast<std::int64_t>(random() % 4000) * hour};
    times.limit = Instant{times.start.ms + static_cast<std::int64_t>(1 + random() % 400) * hour};
    times.last = Instant{times.start.ms + static_cast<std::int64_t>(random() % 400) * (times.limit.ms - times.start.ms) / 400};
    if (random() % 4 > 0) times.shipped = Instant{(times.start.ms + times.last.ms) / 2};
    kept.due = random() % 3 == 0 ? Moment(Date{static_cast<std::int32_t>(times.limit.ms / ms_per_day)}) : Moment(times.limit);
    kept.day = kept.due.is_date() ? kept.due.date() : Date{static_cast<std::int32_t>(times.limit.ms / ms_per_day)};
    return kept;
  }

  std::mt19937 random{7};
  KeptGroups groups{{"carrier", "region", "country", "service", "warehouse", "postcode"}};

 private:
  static constexpr const char* carriers[] = {"DHL", "", "UPS"};
  static constexpr const char* regions[] = {"SP", "", "RJ"};
  static constexpr const char* countries[] = {"BR", "PT", ""};
  static constexpr const char* services[] = {"express", "standard", ""};
  std::vector<std::uint32_t> numbers_;
};

TraitTexts texts_of(const KeptGroups::Texts& texts) { return {texts[3], texts[4], texts[2], texts[1], texts[5], texts[0], true}; }

struct Estimated {
  TrackRecord before{held_back};
  Trials trials{held_back, 0};
};

void check_same(const Calibration& a, const Calibration& b) {
  CHECK(a.orders == b.orders);
  CHECK(a.training_orders == b.training_orders);
  CHECK(a.squares == doctest::Approx(b.squares));
  for (std::size_t i = 0; i < a.tenths.size(); ++i) CHECK(a.tenths[i].orders == b.tenths[i].orders);
}

}  // namespace

TEST_CASE("the times of kept orders, added many at once, estimate what they do one by one") {
  const std::unique_ptr<Project> project = shop();
  RandomOrders shop;
  Estimated one_by_one, at_once;
  KeptCourses courses(shop.groups, *project, as_of);
  std::vector<std::pair<Traits, CaseTimes>> asked;
  for (int i = 0; i < 4000; ++i) {
    const KeptOrder kept = shop.order();
    courses.add(kept, at_once.before, at_once.trials);
    if (i % 1500 == 0) courses.flush(at_once.before, at_once.trials);
    if (!kept.has_times) continue;
    const auto traits = [&](bool has_left) { return traits_of(texts_of(shop.groups.texts(kept.group)), *project, kept.times, has_left); };
    one_by_one.before.add(traits(true), kept.times);
    one_by_one.trials.add(kept.times, as_of, traits);
    if (i % 20 == 0) asked.emplace_back(traits(i % 40 == 0), kept.times);
  }
  courses.flush(at_once.before, at_once.trials);
  for (Estimated* each : {&one_by_one, &at_once}) each->before.settle();
  CHECK(one_by_one.before.summary("stated").known == at_once.before.summary("stated").known);
  CHECK(one_by_one.before.summary("stated").known > 500);
  for (const auto& [traits, times] : asked) {
    const Standpoint at = standpoint_at(times, times.last);
    const Estimate a = one_by_one.before.estimate(traits, at), b = at_once.before.estimate(traits, at);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK((a[i].group == b[i].group && a[i].orders == b[i].orders && a[i].estimate == b[i].estimate));
  }
  for (const Look look : {Look::at_start, Look::later})
    check_same(one_by_one.trials.calibration(one_by_one.before, look), at_once.trials.calibration(at_once.before, look));
  CHECK(at_once.trials.calibration(at_once.before, Look::at_start).orders > 500);
}

TEST_CASE("kept orders are counted by day, guarantee, carrier and place, those outside of the period left out") {
  const std::unique_ptr<Project> project = shop();
  RandomOrders shop;
  const Period period{Date{40}, Date{120}};
  KeptCounts by_records(period, project->shop.zone), in_passing = by_records;
  std::array<KeptTally, 2> parts = {KeptTally(*project), KeptTally(*project)};
  for (int batch = 0; batch < 20; ++batch) {
    std::vector<KeptOrder> orders;
    std::vector<KeptCase> cases;
    for (int i = 0; i < 200; ++i) {
      const KeptOrder kept = orders.emplace_back(shop.order());
      const KeptGroups::Texts& texts = shop.groups.texts(kept.group);
      cases.push_back({kept.guarantee, kept.due, texts[0], texts[1], texts[2]});
    }
    orders.emplace_back();  // under no guarantee
    by_records.add(cases);
    parts[static_cast<std::size_t>(batch % 2)].add(orders);
  }
  parts[0].add(parts[1]);
  parts[0].add_to(in_passing, shop.groups);
  CHECK(in_passing.all() > 1000);
  CHECK(in_passing.all() == by_records.all());
  CHECK(in_passing.by_day() == by_records.by_day());
  CHECK(in_passing.by_guarantee() == by_records.by_guarantee());
  CHECK(in_passing.by_carrier() == by_records.by_carrier());
  CHECK(in_passing.by_region() == by_records.by_region());
}
