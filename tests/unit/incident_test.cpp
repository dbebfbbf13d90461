// Incidents: what is planted is found, what is chance is not, and what hit everything is told once.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <random>

#include <fmt/format.h>

#include "core/base/beta_binomial.h"
#include "core/report/incident.h"
#include "io/project_file.h"
#include "io/records/sources.h"
#include "shop_folder.h"

using namespace amends;

namespace {

constexpr std::int32_t monday = 20458;  // 2026-01-05
const Date long_after{monday + 1000};

struct Weeks {
  std::mt19937 random;
  CaseGroups groups{{"guarantee", "carrier", "region", "item", "cause"}};

  explicit Weeks(unsigned seed) : random(seed) {}
  double chance() { return static_cast<double>(random() >> 8) / static_cast<double>(1U << 24); }

  void add(std::int32_t day, bool missed, std::string_view carrier, std::string_view region, std::string_view item = "", std::string_view cause = "") {
    groups.day.push_back(day);
    groups.state.push_back(missed ? CaseOutcome::State::missed : CaseOutcome::State::kept);
    groups.count.push_back(1);
    groups.record.push_back(static_cast<std::uint32_t>(groups.record.size()));
    const std::string_view values[] = {"", carrier, region, item, missed ? cause : std::string_view{}};
    for (std::size_t i = 0; i < groups.columns.size(); ++i)
      groups.columns[i].value.push_back(values[i].empty() ? no_value : groups.columns[i].values.number(values[i]));
  }
};

// What is missed in one week of a group.
struct Planted {
  int week = -1, weeks = 1;
  std::string carrier, region;  // empty: any
  double rate = 0;
};

// Forty weeks of a shop with four carriers and six regions, whose rate varies from week to week: `uneven` is the
// correlation of two orders of a week. 1.0 of gamma is exponential; a sum of them over their number is a beta's shape.
Weeks shop_of(unsigned seed, const Planted& planted, double uneven, int orders_a_week = 150) {
  Weeks shop(seed);
  for (int week = 0; week < 40; ++week) {
    double rate = 0.06;
    if (uneven > 0) {
      const double weight = 1 / uneven - 1;
      std::gamma_distribution<double> missed(0.06 * weight, 1), kept(0.94 * weight, 1);
      const double m = missed(shop.random), k = kept(shop.random);
      rate = m / (m + k);
    }
    for (int i = 0; i < orders_a_week; ++i) {
      const std::string carrier = fmt::format("C{}", shop.random() % 4), region = fmt::format("R{}", shop.random() % 6);
      const bool is_planted = week >= planted.week && week < planted.week + planted.weeks && planted.week >= 0 &&
                              (planted.carrier.empty() || planted.carrier == carrier) &&
                              (planted.region.empty() || planted.region == region);
      const bool missed = shop.chance() < (is_planted ? planted.rate : rate);
      shop.add(monday + 7 * week + static_cast<int>(shop.random() % 7), missed, carrier, region, fmt::format("I{}", shop.random() % 300));
    }
  }
  return shop;
}

std::string names_of(const Incidents& incidents) {
  std::string names;
  for (const Incident& incident : incidents.found) names += (names.empty() ? "" : " ") + incident.name;
  return names;
}

std::string found_in(const Weeks& shop, const IncidentRules& rules = {}) { return names_of(find_incidents(shop.groups, rules, long_after)); }

}  // namespace

TEST_CASE("the tail of the law equals the sum of its terms") {
  const auto term = [](int n, int k, double a, double b) {
    const auto log_beta = [](double x, double y) { return std::lgamma(x) + std::lgamma(y) - std::lgamma(x + y); };
    return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) + log_beta(k + a, n - k + b) - log_beta(a, b));
  };
  for (const int n : {2, 7, 40}) {
    for (const double spread : {1.3, 1.9}) {
      const double correlation = (spread - 1) / (n - 1), weight = 1 / correlation - 1, rate = 0.2;
      if (correlation >= 1) continue;
      double sum = 0;
      for (int k = n; k > 0; --k) {
        sum += term(n, k, rate * weight, (1 - rate) * weight);
        CHECK(chance_of_as_many(k, n, {rate, spread}) == doctest::Approx(sum).epsilon(1e-9));
      }
    }
  }
  CHECK(chance_of_as_many(2, 3, {0.5, 1}) == doctest::Approx(0.5));
  CHECK(chance_of_as_many(3, 3, {0.1, 0.5}) == doctest::Approx(0.001));
  CHECK(chance_of_as_many(0, 10, {0.1, 1}) == 1);
  CHECK(chance_of_as_many(10, 10, {1, 1}) == 1);
  CHECK(chance_of_as_many(11, 10, {0.1, 1}) == 0);
}

TEST_CASE("a carrier that failed for a week is found, and nothing else is") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const Weeks shop = shop_of(seed, {20, 1, "C2", "", 0.6}, 0.005);
    const Incidents incidents = find_incidents(shop.groups, {}, long_after);
    REQUIRE(names_of(incidents) == "carrier-c2-2026-w22");
    const Incident& incident = incidents.found[0];
    CHECK(group_words(incident) == "carrier C2");
    CHECK(print(incident.since) == "2026-05-25");
    CHECK(print(incident.until) == "2026-05-31");
    CHECK(incident.misses.size() == incident.missed);
    CHECK(incident.usual < 0.12);
    for (const std::uint32_t at : incident.misses) CHECK((shop.groups.is_missed(at) && shop.groups.columns[1].values.text(shop.groups.columns[1].value[at]) == "C2"));
  }
}

TEST_CASE("a lane that failed for weeks is found with its weeks") {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    CHECK(found_in(shop_of(seed, {10, 3, "C1", "R3", 0.9}, 0.005, 300)) == "carrier-c1-region-r3-2026-w12");
  }
}

TEST_CASE("where everything was up, the shop is told and no group within it") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    CHECK(found_in(shop_of(seed, {30, 2, "", "", 0.4}, 0.005)) == "all-2026-w32");
  }
}

TEST_CASE("one cause is told by its name") {
  Weeks shop = shop_of(3, {}, 0.005);
  for (int i = 0; i < 60; ++i) shop.add(monday + 7 * 25 + i % 7, true, fmt::format("C{}", i % 4), fmt::format("R{}", i % 6), "", "weather");
  const Incidents incidents = find_incidents(shop.groups, {}, long_after);
  REQUIRE(names_of(incidents) == "cause-weather-2026-w27");
  CHECK(incidents.found[0].misses.size() == 60);
}

TEST_CASE("rates that vary from week to week are no incidents") {
  std::size_t shops = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) shops += found_in(shop_of(seed, {}, 0.01)).empty() ? 0 : 1;
  MESSAGE("shops of 100 with an incident that is chance: " << shops);
  CHECK(shops <= 5);
}

TEST_CASE("kept cases that stand together count as each for itself") {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    const Weeks shop = shop_of(seed, {20, 2, "C2", "", 0.5}, 0.01);
    Weeks together(seed);
    std::map<std::vector<GroupValue>, std::uint32_t> entries;  // by day and values
    for (std::uint32_t at = 0; at < shop.groups.size(); ++at) {
      std::vector<GroupValue> alike = {static_cast<GroupValue>(shop.groups.day[at])};
      for (const std::size_t column : {1, 2}) alike.push_back(shop.groups.columns[column].value[at]);
      const auto text = [&](std::size_t column) { return shop.groups.columns[column].values.text(shop.groups.columns[column].value[at]); };
      const auto known = entries.find(alike);
      if (!shop.groups.is_missed(at) && known != entries.end()) {
        ++together.groups.count[known->second];
        continue;
      }
      if (!shop.groups.is_missed(at)) entries.emplace(alike, static_cast<std::uint32_t>(together.groups.size()));
      together.add(shop.groups.day[at], shop.groups.is_missed(at), text(1), text(2), "");
    }
    Weeks apart(seed);
    for (std::uint32_t at = 0; at < together.groups.size(); ++at) {
      const auto text = [&](std::size_t column) { return together.groups.columns[column].values.text(together.groups.columns[column].value[at]); };
      for (std::uint32_t i = 0; i < together.groups.count[at]; ++i) apart.add(together.groups.day[at], together.groups.is_missed(at), text(1), text(2), "");
    }
    CHECK(together.groups.size() < apart.groups.size());
    const Incidents a = find_incidents(together.groups, {}, long_after), b = find_incidents(apart.groups, {}, long_after);
    CHECK(a.tried == b.tried);
    REQUIRE(names_of(a) == names_of(b));
    REQUIRE(!a.found.empty());
    for (std::size_t i = 0; i < a.found.size(); ++i) {
      CHECK((a.found[i].cases == b.found[i].cases && a.found[i].missed == b.found[i].missed && a.found[i].misses.size() == b.found[i].misses.size()));
      CHECK(a.found[i].usual == doctest::Approx(b.found[i].usual));
      CHECK(a.found[i].chance == doctest::Approx(b.found[i].chance));
    }
  }
}

TEST_CASE("labels shuffled 200 times show an incident in 5 percent at most") {
  Weeks shop = shop_of(7, {20, 4, "C2", "", 0.6}, 0.02);
  REQUIRE_FALSE(found_in(shop).empty());
  std::size_t shuffles = 0;
  for (int i = 0; i < 200; ++i) {
    std::shuffle(shop.groups.state.begin(), shop.groups.state.end(), shop.random);
    shuffles += found_in(shop).empty() ? 0 : 1;
  }
  MESSAGE("shuffles of 200 with an incident: " << shuffles);
  CHECK(shuffles <= 10);
}

TEST_CASE("the order in which cases were read changes nothing") {
  const Weeks shop = shop_of(5, {20, 1, "C2", "", 0.6}, 0.005);
  std::vector<std::uint32_t> order(shop.groups.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  Weeks mixed(5);
  std::shuffle(order.begin(), order.end(), mixed.random);
  for (const std::uint32_t at : order) {
    const auto text = [&](std::size_t column) { return shop.groups.columns[column].values.text(shop.groups.columns[column].value[at]); };
    mixed.add(shop.groups.day[at], shop.groups.is_missed(at), text(1), text(2), text(3));
  }
  const Incidents a = find_incidents(shop.groups, {}, long_after), b = find_incidents(mixed.groups, {}, long_after);
  REQUIRE(names_of(a) == names_of(b));
  CHECK(a.tried == b.tried);
  CHECK(fmt::format("{:.4f} {:.2g}", a.found[0].usual, a.found[0].chance) == fmt::format("{:.4f} {:.2g}", b.found[0].usual, b.found[0].chance));
}

TEST_CASE("too little to tell an incident from") {
  CHECK(found_in(Weeks(1)).empty());
  Weeks one(1);
  one.add(monday, true, "C1", "R1");
  CHECK(found_in(one).empty());

  Weeks everything(1);
  for (int week = 0; week < 10; ++week)
    for (int i = 0; i < 50; ++i) everything.add(monday + 7 * week, true, "C1", i % 2 == 0 ? "R1" : "R2");
  CHECK(found_in(everything).empty());

  Weeks without_past(1);
  for (int i = 0; i < 200; ++i) without_past.add(monday, i % 2 == 0, "C1", "R1");
  const Incidents incidents = find_incidents(without_past.groups, {}, long_after);
  CHECK(incidents.found.empty());
  REQUIRE(incidents.remarks.size() == 1);
  CHECK(incidents.remarks[0].starts_with("promises of 1 week alone are known"));
}

TEST_CASE("without a past groups are held against each other") {
  Weeks shop(1);
  for (int i = 0; i < 400; ++i) shop.add(monday, i % 20 == 0, fmt::format("C{}", i % 8), "R1");
  for (int i = 0; i < 40; ++i) shop.add(monday, true, "broken", "R1");
  CHECK(found_in(shop) == "carrier-broken-2026-w02");
}

TEST_CASE("dates centuries apart, names in markup, a hundred thousand carriers") {
  Weeks shop = shop_of(2, {20, 1, "C2", "", 0.6}, 0.005);
  for (const std::int32_t day : {-700'000, 2'900'000}) shop.add(day, true, "<script>alert(1)</script>", "R1");
  CHECK(found_in(shop) == "carrier-c2-2026-w22");

  Weeks many(1);
  for (int i = 0; i < 100'000; ++i) many.add(monday + 7 * (i % 20), i % 17 == 0, fmt::format("<b>{}</b>", i), "R1");
  for (int i = 0; i < 40; ++i) many.add(monday + 7, true, "<b>x & y</b>\n", "R1");
  CHECK(found_in(many) == "carrier-b-x-y-b-2026-w03");

  Weeks all_new(1);
  for (int i = 0; i < 20'000; ++i) all_new.add(monday + 7 * (i % 20), i % 20 == 7 ? i % 3 != 0 : i % 17 == 0, fmt::format("c{}", i / 4), "R1");
  CHECK(found_in(all_new) == "all-2026-w09");
}

TEST_CASE("an incident that lasts says who is about to be hit") {
  Weeks shop = shop_of(4, {39, 1, "C2", "", 0.6}, 0.005);
  for (int i = 0; i < 12; ++i) {
    shop.add(monday + 7 * 40 + 1, false, i % 4 == 0 ? "C2" : "C1", "R1");
    shop.groups.state.back() = CaseOutcome::State::ahead;
  }
  const Incidents now = find_incidents(shop.groups, {}, Date{monday + 7 * 40});
  REQUIRE(now.found.size() == 1);
  CHECK(now.found[0].ahead.size() == 3);
  const Incidents later = find_incidents(shop.groups, {}, Date{monday + 7 * 42});
  REQUIRE(later.found.size() == 1);
  CHECK(later.found[0].ahead.empty());
}

TEST_CASE("by day the days of an incident are told") {
  Weeks shop = shop_of(6, {}, 0.003, 350);
  for (int i = 0; i < 50; ++i) shop.add(monday + 7 * 20 + 3, true, "C1", "R1");
  IncidentRules rules;
  rules.per_day = true;
  const Incidents incidents = find_incidents(shop.groups, rules, long_after);
  REQUIRE_FALSE(incidents.found.empty());
  for (const Incident& incident : incidents.found) {
    CHECK(print(incident.since) == "2026-05-28");
    CHECK(incident.since == incident.until);
    CHECK(incident.name.ends_with("-2026-05-28"));
  }
}

namespace {

const std::string olist = AMENDS_SOURCE_DIR "/../shared/data/olist";

// What was promised and has arrived; groups by all that the data tell.
CaseGroups olist_groups(const Project& project) {
  CaseGroups groups(groups_of(project.incidents, project.schema));
  Wanted wanted;
  for (const Slot slot : facts_judged(project)) wanted.of(RecordKind::order).insert(project.schema.at(slot).name);
  JudgeOptions options;
  options.with_outcomes = true;
  for (const std::string& fact : groups.order_facts()) {
    wanted.of(RecordKind::order).insert(fact);
    options.told_of.push_back(project.schema.find(fact));
  }
  for (const std::string& fact : groups.item_facts(project.schema)) wanted.of(RecordKind::item).insert(fact);
  const Instant as_of{1543629600000};
  const Records records = read_records(project, as_of, wanted);
  groups.add(judge(records, project, as_of, options), records, project);
  return groups;
}

}  // namespace

TEST_CASE("Olist: two incidents and no third; shuffled labels show none") {
  if (!std::filesystem::exists(olist)) {
    MESSAGE("skipped: the Olist folder is missing");
    return;
  }
  ShopFolder folder;
  folder.write("amends.toml", fmt::format(R"([shop]
name = "Olist"
timezone = "America/Sao_Paulo"
currency = "BRL"
[sources.orders]
path = "{0}/olist_orders_dataset.csv"
preset = "olist"
[sources.items]
path = "{0}/olist_order_items_dataset.csv"
preset = "olist"
columns = {{ seller = "seller_id" }}
[sources.customers]
path = "{0}/olist_customers_dataset.csv"
preset = "olist"
[fields]
seller = "string?"
[[guarantee]]
name = "stated-date"
when = {{ status = "delivered" }}
due = {{ field = "promised_at" }}
)",
                                          std::filesystem::canonical(olist).string()));
  const std::unique_ptr<Project> project = open_project(folder.project.folder + "/amends.toml");
  CaseGroups groups = olist_groups(*project);
  const Incidents incidents = find_incidents(groups, project->incidents, long_after);
  REQUIRE(names_of(incidents) == "all-2018-w11 all-2017-w51");
  const Incident &spring = incidents.found[0], &christmas = incidents.found[1];
  CHECK((print(spring.since) == "2018-03-12" && print(spring.until) == "2018-04-15"));
  CHECK((spring.missed == 365 && spring.cases == 1821));
  CHECK((print(christmas.since) == "2017-12-18" && print(christmas.until) == "2017-12-24"));
  CHECK((christmas.missed == 85 && christmas.cases == 431));

  std::mt19937 random(20181201);
  std::size_t shuffles = 0;
  for (int i = 0; i < 200; ++i) {
    std::shuffle(groups.state.begin(), groups.state.end(), random);
    shuffles += find_incidents(groups, project->incidents, long_after).found.empty() ? 0 : 1;
  }
  MESSAGE("Olist: shuffles of 200 with an incident: " << shuffles);
  CHECK(shuffles <= 10);
}
