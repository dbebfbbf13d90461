#include "core/trial/simulation.h"

#include <random>
#include <set>

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
      c.remedies.push_back(fmt::format("refund {} {} {}", one.currency.name(), static_cast<std::int64_t>(one.cost.granted), static_cast<std::int64_t>(one.cost.held)));
      c.parts.push_back(one);
    }
    if (random() % 5 == 0) {
      c.remedies.emplace_back("granted call");
      c.parts.push_back({fmt::format("delay/r{}", random() % 3), "", {}, Cost{.remedies = 1}});
    }
    simulation.cases.push_back(c);
  }
  return simulation;
}

template <class Sum>
std::map<std::string, Int128> by_currency(const Costs& costs, const Sum& sum) {
  std::map<std::string, Int128> sums = {{"GBP", 0}, {"EUR", 0}};
  for (const auto& [key, cost] : costs)
    if (!key.second.empty()) sums[key.second] += sum(cost);
  return sums;
}

std::map<std::string, Int128> granted_in(const Costs& costs) { return by_currency(costs, [](const Cost& c) { return c.granted; }); }
std::map<std::string, Int128> held_in(const Costs& costs) { return by_currency(costs, [](const Cost& c) { return c.held; }); }
std::map<std::string, Int128> owed_in(const Costs& costs) { return by_currency(costs, [](const Cost& c) { return c.owed(); }); }

std::size_t remedies_in(const Costs& costs) {
  std::size_t count = 0;
  for (const auto& [key, cost] : costs) count += cost.remedies;
  return count;
}

std::size_t names_in(const Costs& costs) {
  std::set<std::string> names;
  for (const auto& [key, cost] : costs) names.insert(key.first);
  return names.size();
}

}  // namespace

TEST_CASE("however costs are laid out, they come to the same sums") {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    const Simulation simulation = random_simulation(random);
    const Costs all = costs_in_all(simulation);
    for (const auto& costs : {costs_by_month(simulation), costs_by_segment(simulation), costs_by_rule(simulation), costs_by_basis(simulation)}) {
      CHECK(granted_in(costs) == granted_in(all));
      CHECK(held_in(costs) == held_in(all));
      CHECK(remedies_in(costs) == remedies_in(all));
    }
  }
}

TEST_CASE("what has no money stands beside the one sum of its name") {
  SimulatedCase c;
  c.parts = {{"delay/r", "", gbp, Cost{.granted = 500, .remedies = 1}}, {"delay/r", "", {}, Cost{.remedies = 1}}, {"delay/s", "", {}, Cost{.remedies = 1}}};
  Simulation simulation;
  simulation.cases = {c, c};
  const Costs costs = costs_by_rule(simulation);
  CHECK(costs.size() == 2);
  CHECK(names_in(costs) == 2);
  CHECK(costs.at({"delay/r", "GBP"}).remedies == 4);
  CHECK(costs.at({"delay/r", "GBP"}).moneyless == 2);
  CHECK(costs.at({"delay/s", ""}).remedies == 2);
}

TEST_CASE("gains less losses are what the other policy owes more, and what waits is what it holds more") {
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    const Simulation before = random_simulation(random);
    const Simulation after = random_simulation(random);
    const Comparison comparison = compared(before, after);
    auto was = owed_in(costs_in_all(before));
    auto is = owed_in(costs_in_all(after));
    auto held_before = held_in(costs_in_all(before));
    auto held_after = held_in(costs_in_all(after));
    for (const char* code : {"GBP", "EUR"}) {
      auto gain = comparison.gain.sums;
      auto lose = comparison.lose.sums;
      CHECK(gain[code] + lose[code] == is[code] - was[code]);
      CHECK(gain[code] >= 0);
      CHECK(lose[code] <= 0);
      auto wait = comparison.wait.sums;
      auto freed = comparison.freed.sums;
      CHECK(wait[code] - freed[code] == held_after[code] - held_before[code]);
      CHECK(wait[code] >= 0);
      CHECK(freed[code] >= 0);
    }
    CHECK(comparison.largest.size() <= 10);
    for (const Difference* d : comparison.largest) CHECK((d->change() != 0 || d->owed_change() != 0));
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
  CHECK(comparison.gain.people + comparison.lose.people + comparison.wait.people + comparison.freed.people == 0);
}
