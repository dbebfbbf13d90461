// What a policy costs over past records, and what another would change: `simulate`. Made from a night that settled each
// case on its own day (NightOptions::day_by_day). Pure; sums never mix currencies.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/night.h"

namespace amends {

struct Cost {
  Int128 granted = 0;        // minor units
  Int128 held = 0;           // for a person: over a cap, or above what is given without approval
  Int128 offered = 0;        // on request
  Int128 accruing = 0;       // owed so far in open cases, granted when they close
  std::size_t remedies = 0;  // granted, with money or without
  std::size_t moneyless = 0;  // of these without money, where they share the line of a sum
  Int128 owed() const { return granted + held + accruing; }  // without a word from the customer, now or later

  Cost& operator+=(const Cost& other);
};

struct SimulatedCase {
  std::string key, record_id, guarantee, person;
  Kind kind = Kind::late;
  std::string month;                       // "2026-03", of the day it was due
  std::string segment;                     // the value of the fact asked for
  bool judged = true;
  std::string reason;                      // why it cannot be judged
  std::vector<std::string> rules;          // "delay/two-days", that counted
  std::vector<std::string> remedies;       // in words, sorted: what is compared
  struct Part {
    std::string rule, basis;               // basis: "law", "goodwill" or empty
    Currency currency;                     // none: without money
    Cost cost;
  };
  std::vector<Part> parts;
};

struct Simulation {
  std::string file;                        // the project file
  std::vector<SimulatedCase> cases;        // by (due, key)
  std::size_t unjudged = 0;                // by the policy
};

struct SimulationOptions {
  Slot segment = no_slot;
  std::optional<Date> since;               // cases due earlier only count towards caps and history
};
Simulation simulation_of(const Night& night, const Project& project, const SimulationOptions& options);

// By name and currency, e.g. ("2026-03", "GBP"). What has no money stands with the sum of its name, and under no
// currency only where there is none, or several.
using Costs = std::map<std::pair<std::string, std::string>, Cost>;
Costs costs_in_all(const Simulation& simulation);
Costs costs_by_month(const Simulation& simulation);
Costs costs_by_segment(const Simulation& simulation);
Costs costs_by_rule(const Simulation& simulation);
Costs costs_by_basis(const Simulation& simulation);

struct Difference {
  const SimulatedCase* before = nullptr;   // null: no miss under the policy that stands
  const SimulatedCase* after = nullptr;    // null: none under the other
  Currency currency;
  Cost was, is;
  Int128 change() const { return is.granted - was.granted; }
  Int128 owed_change() const { return is.owed() - was.owed(); }
  Int128 held_change() const { return is.held - was.held; }
};
struct Side {                              // who gains, who loses, or whose money waits for a person, or no more
  std::size_t people = 0;
  std::size_t cases = 0;
  std::map<std::string, Int128> sums;      // by currency
};
struct Comparison {
  std::vector<Difference> changed;         // cases given something else, by (due, key); one a currency
  std::size_t cases = 0;                   // changed, each once
  std::size_t all = 0;                     // under either policy
  Side gain, lose;                         // people by what they are owed in all: what is held is not lost
  Side wait, freed;                        // people more, or less, of whose money is held
  std::vector<const Difference*> largest;  // at most ten, largest first
};
Comparison compared(const Simulation& before, const Simulation& after);

}  // namespace amends
