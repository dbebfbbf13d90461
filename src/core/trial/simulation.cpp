#include "core/trial/simulation.h"

#include <algorithm>
#include <functional>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "core/language/derived.h"

namespace amends {
namespace {

constexpr std::size_t most_shown = 10;

std::string month_of(Date date) { return print(date).substr(0, 7); }

std::string segment_of(const Miss& miss, const Project& project, Slot slot) {
  if (slot == no_slot) return {};
  const Value value = DerivedFacts(miss.facts, project.derived).at(slot);
  if (value.is_missing()) return "(missing)";
  if (value.is_null()) return "(nothing)";
  return value.type == Type::string ? std::string(value.text) : print(value, project.shop.zone);
}

template <class Remedy>
std::string words_of(const Remedy& remedy, std::string_view state) {
  std::string words = fmt::format("{} {}", state, remedy_label(remedy.kind, remedy.what));
  if (remedy.money) words += " " + print(*remedy.money);
  if (remedy.quantity) words += " " + print(*remedy.quantity);
  return words + remedy.duration + remedy.valid + remedy.within;
}

template <class Remedy>
SimulatedCase::Part part_of(const Remedy& remedy, Int128 Cost::*sum) {
  SimulatedCase::Part part{fmt::format("{}/{}", remedy.table, remedy.rule), remedy.basis, {}, {}};
  part.cost.remedies = sum == &Cost::granted;
  if (!remedy.money) return part;
  part.currency = remedy.money->currency;
  part.cost.*sum = remedy.money->minor;
  return part;
}

Int128 Cost::*sum_for(GrantState state) {
  switch (state) {
    case GrantState::held: return &Cost::held;
    case GrantState::decided: return &Cost::offered;
    default: return &Cost::granted;
  }
}

SimulatedCase case_of(const NightCase& c, const Project& project, Slot segment) {
  const Miss& miss = *c.miss;
  SimulatedCase one;
  one.key = miss.key;
  one.record_id = miss.record_id;
  one.guarantee = miss.guarantee;
  one.person = miss.person;
  one.kind = miss.kind;
  one.month = month_of(project.shop.zone.date_at(miss.due_instant));
  if (miss.due.is_date()) one.month = month_of(miss.due_date);
  one.segment = segment_of(miss, project, segment);
  one.judged = c.decision.judged;
  one.reason = c.decision.reason;
  one.rules = c.decision.fired;
  for (const Grant& grant : c.grants) {
    one.parts.push_back(part_of(grant, sum_for(grant.state)));
    one.remedies.push_back(words_of(grant, name_of(grant.state)));
  }
  for (const OwedRemedy& remedy : c.accruing) {
    one.parts.push_back(part_of(remedy, &Cost::accruing));
    one.remedies.push_back(words_of(remedy, "accruing"));
  }
  std::sort(one.remedies.begin(), one.remedies.end());
  return one;
}

// Each rule, month or value one line: a refund and a call of one rule are not two.
void put_moneyless_beside_money(Costs& all) {
  for (auto at = all.begin(); at != all.end();) {
    const std::string& name = at->first.first;
    const auto next = std::next(at);  // names without a currency sort first
    const bool has_one = at->first.second.empty() && next != all.end() && next->first.first == name &&
                         (std::next(next) == all.end() || std::next(next)->first.first != name);
    if (!has_one) {
      ++at;
      continue;
    }
    next->second.moneyless += at->second.remedies;
    next->second += at->second;
    at = all.erase(at);
  }
}

template <class Name>
Costs costs(const Simulation& simulation, const Name& name_of_part) {
  Costs all;
  for (const SimulatedCase& c : simulation.cases)
    for (const SimulatedCase::Part& part : c.parts) all[{name_of_part(c, part), std::string(part.currency.name())}] += part.cost;
  put_moneyless_beside_money(all);
  return all;
}

// What a case is given, by currency.
std::map<std::string, std::pair<Currency, Cost>> sums_in(const SimulatedCase* c) {
  std::map<std::string, std::pair<Currency, Cost>> sums;
  if (c == nullptr) return sums;
  for (const SimulatedCase::Part& part : c->parts) {
    if (part.currency.is_none()) continue;
    auto& [currency, sum] = sums[std::string(part.currency.name())];
    currency = part.currency;
    sum += part.cost;
  }
  return sums;
}

bool is_same(const SimulatedCase* before, const SimulatedCase* after) {
  if (before == nullptr || after == nullptr) return false;
  return before->judged == after->judged && before->remedies == after->remedies;
}

bool is_given_nothing(const SimulatedCase* c) { return c == nullptr || (c->judged && c->remedies.empty()); }

class Comparing {
 public:
  void add(const SimulatedCase* before, const SimulatedCase* after) {
    ++result_.all;
    if (is_same(before, after) || (is_given_nothing(before) && is_given_nothing(after))) return;
    ++result_.cases;
    auto was = sums_in(before);
    auto is = sums_in(after);
    std::set<std::string> currencies;
    for (const auto& [code, sum] : was) currencies.insert(code);
    for (const auto& [code, sum] : is) currencies.insert(code);
    for (const std::string& code : currencies) {
      const Currency currency = was.contains(code) ? was[code].first : is[code].first;
      note({before, after, currency, was[code].second, is[code].second});
    }
    if (currencies.empty()) result_.changed.push_back({before, after, {}, {}, {}});
  }

  Comparison result() {
    for (const auto& [who, change] : people_)
      if (change != 0) {
        Side& side = change > 0 ? result_.gain : result_.lose;
        ++side.people;
        side.sums[who.second] += change;
      }
    for (const auto& [who, more] : waiting_)
      if (more != 0) {
        Side& side = more > 0 ? result_.wait : result_.freed;
        ++side.people;
        side.sums[who.second] += size(more);
      }
    for (const Difference& difference : result_.changed)
      if (difference.change() != 0 || difference.owed_change() != 0) result_.largest.push_back(&difference);
    std::stable_sort(result_.largest.begin(), result_.largest.end(), [](const Difference* a, const Difference* b) { return size_of(*a) > size_of(*b); });
    if (result_.largest.size() > most_shown) result_.largest.resize(most_shown);
    return std::move(result_);
  }

 private:
  static Int128 size(Int128 change) { return change < 0 ? -change : change; }

  static Ratio size_of(const Difference& d) {
    return Ratio(std::max(size(d.change()), size(d.owed_change())), 1) * minor_unit(d.currency);
  }

  void note(const Difference& difference) {
    result_.changed.push_back(difference);
    const SimulatedCase& known = difference.before != nullptr ? *difference.before : *difference.after;
    const std::pair<std::string, std::string> who = {known.person, std::string(difference.currency.name())};
    if (difference.owed_change() != 0) {
      ++(difference.owed_change() > 0 ? result_.gain : result_.lose).cases;
      people_[who] += difference.owed_change();
    }
    if (difference.held_change() == 0) return;
    ++(difference.held_change() > 0 ? result_.wait : result_.freed).cases;
    waiting_[who] += difference.held_change();
  }

  Comparison result_;
  std::map<std::pair<std::string, std::string>, Int128> people_, waiting_;  // by person and currency
};

}  // namespace

Cost& Cost::operator+=(const Cost& other) {
  granted += other.granted;
  held += other.held;
  offered += other.offered;
  accruing += other.accruing;
  remedies += other.remedies;
  moneyless += other.moneyless;
  return *this;
}

Simulation simulation_of(const Night& night, const Project& project, const SimulationOptions& options) {
  Simulation simulation;
  simulation.file = project.file;
  for (const NightCase& c : night.cases) {
    if (options.since && c.miss->due_date < *options.since) continue;
    simulation.cases.push_back(case_of(c, project, options.segment));
    simulation.unjudged += !c.decision.judged;
  }
  return simulation;
}

Costs costs_in_all(const Simulation& simulation) {
  return costs(simulation, [](const SimulatedCase&, const SimulatedCase::Part&) { return std::string(); });
}

Costs costs_by_month(const Simulation& simulation) {
  return costs(simulation, [](const SimulatedCase& c, const SimulatedCase::Part&) { return c.month; });
}

Costs costs_by_segment(const Simulation& simulation) {
  return costs(simulation, [](const SimulatedCase& c, const SimulatedCase::Part&) { return c.segment; });
}

Costs costs_by_rule(const Simulation& simulation) {
  return costs(simulation, [](const SimulatedCase&, const SimulatedCase::Part& part) { return part.rule; });
}

Costs costs_by_basis(const Simulation& simulation) {
  return costs(simulation, [](const SimulatedCase&, const SimulatedCase::Part& part) { return part.basis; });
}

Comparison compared(const Simulation& before, const Simulation& after) {
  std::unordered_map<std::string_view, const SimulatedCase*> others;
  for (const SimulatedCase& c : after.cases) others.emplace(c.key, &c);
  Comparing comparing;
  for (const SimulatedCase& c : before.cases) {
    const auto other = others.find(c.key);
    comparing.add(&c, other == others.end() ? nullptr : other->second);
    if (other != others.end()) others.erase(other);
  }
  for (const SimulatedCase& c : after.cases)
    if (others.contains(c.key)) comparing.add(nullptr, &c);
  return comparing.result();
}

}  // namespace amends
