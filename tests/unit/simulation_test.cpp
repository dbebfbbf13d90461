#include "core/simulation.h"

#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace amends;

namespace {

const Currency gbp = *currency_named("GBP");
const Currency eur = *currency_named("EUR");

// Cases of a few people with up to three remedies each.
Simulation random_simulation(std::mt19937& random) {
  Simulation simulation;
  for (int i = 0; i < 60; ++i) {
    if (random() % 8 == 0) continue;
    SimulatedCase c;
    c.key = fmt::format("case/{:02}", i);
    c.person = fmt::format("person:{}", i % 7);
    c.month = fmt::format("2026-{:02}", i % 5 + 1);
    c.segment = i % 3 == 0 ? "express" : "standard";
    for (std::size_t part = random() % 4; part > 0; --part) {
      SimulatedCase::Part one{fmt::format("delay/r{}", random() % 3), random() % 2 == 0 ? "law" : "", random() % 4 == 0 ? eur : gbp, {}};
      one.cost.granted = static_cast<std::int64_t>(random() % 1000);
      one.cost.held = static_cast<std::int64_t>(random() % 10);
      one.cost.remedies = 1;
      c.remedies.push_back(fmt::format("granted refund {} {}", one.currency.name(), static_cast<std::int64_t>(one.cost.granted)));
      c.parts.push_back(one);
    }
    simulation.cases.push_back(c);
  }
  return simulation;
}

std::map<std::string, Int128> given_by_currency(const Costs& costs) {
  std::map<std::string, Int128> sums;
  for (const auto& [key, cost] : costs) sums[key.second] += cost.granted + cost.held;
  return sums;
}

std::map<std::string, Int128> granted_by_currency(const Costs& costs) {
  std::map<std::string, Int128> sums;
  for (const auto& [key, cost] : costs) sums[key.second] += cost.granted;
  return sums;
}

}  // namespace

TEST_CASE("however costs are laid out, they come to the same sums") {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    const Simulation simulation = random_simulation(random);
    const auto all = granted_by_currency(costs_in_all(simulation));
    for (const auto& costs : {costs_by_month(simulation), costs_by_segment(simulation), costs_by_rule(simulation), costs_by_basis(simulation)})
      CHECK(granted_by_currency(costs) == all);
  }
}

TEST_CASE("gains less losses are what the other policy costs more") {
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    const Simulation before = random_simulation(random);
    const Simulation after = random_simulation(random);
    const Comparison comparison = compared(before, after);
    auto was = given_by_currency(costs_in_all(before));
    auto is = given_by_currency(costs_in_all(after));
    for (const char* code : {"GBP", "EUR"}) {
      auto gain = comparison.gain.sums;
      auto lose = comparison.lose.sums;
      CHECK(gain[code] + lose[code] == is[code] - was[code]);
      CHECK(gain[code] >= 0);
      CHECK(lose[code] <= 0);
    }
    CHECK(comparison.largest.size() <= 10);
    for (const Difference* d : comparison.largest) CHECK(d->change() != 0);
  }
}

TEST_CASE("a policy against itself changes nothing") {
  std::mt19937 random(9);
  const Simulation simulation = random_simulation(random);
  const Comparison comparison = compared(simulation, simulation);
  CHECK(comparison.cases == 0);
  CHECK(comparison.all == simulation.cases.size());
  CHECK(comparison.changed.empty());
  CHECK(comparison.largest.empty());
  CHECK(comparison.gain.people + comparison.lose.people == 0);
}
