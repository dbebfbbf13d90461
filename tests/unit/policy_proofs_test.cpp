// What lint proves of random policies over small facts, beside every case there is, judged one by one.
#include <doctest/doctest.h>

#include <functional>
#include <random>
#include <set>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/base/value_set.h"
#include "core/language/curve.h"
#include "core/proofs/amount_proofs.h"
#include "core/proofs/rule_proofs.h"
#include "policy_text.h"

namespace amends {
namespace {

using testing::toml;

std::mt19937& dice() {
  static std::mt19937 engine(20261123);
  return engine;
}
int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(dice()); }

const std::string shop = "[shop]\nname = 'S'\ntimezone = 'Europe/London'\ncurrency = 'GBP'\n";
const std::string own_facts =
    "[fields]\na = 'number'\nb = 'number?'\nc = \"x | y | z\"\ngood = 'boolean'\n"
    "[derived]\ntwice = '2 * a - 1'\nband = 'if a >= 3 then \"high\" else \"low\"'\nkind_of = 'good and b = null'\n"
    "[derived.step]\ninputs = ['a', 'c']\nrows = [ ['< 2', '-', '1'], ['-', 'x', '2'], ['-', '-', '3'] ]\n";

// Bounds are whole numbers from 0 to 4, so that halves from -0.5 to 4.5 are every case there is.
std::string bound() { return std::to_string(roll(5)); }

std::string number_test() {
  switch (roll(5)) {
    case 0: return bound();
    case 1: return "< " + bound();
    case 2: return ">= " + bound();
    case 3: {
      const int low = roll(4);
      return fmt::format("{}{}..{}{}", "[("[roll(2)], low, low + 1 + roll(2), "])"[roll(2)]);
    }
    default: return fmt::format("not({})", bound());
  }
}

std::string random_when() {
  std::set<std::string> tests;
  const int count = 1 + roll(3);
  for (int i = 0; i < count; ++i) {
    switch (roll(8)) {
      case 0: tests.insert(fmt::format("b = '{}'", roll(3) == 0 ? "null" : number_test())); break;
      case 1: tests.insert(fmt::format("c = {}", roll(2) == 0 ? "'x'" : "['y', 'z']")); break;
      case 2: tests.insert(fmt::format("good = {}", roll(2) == 0)); break;
      case 3: tests.insert(fmt::format("twice = '{}'", number_test())); break;
      case 4: tests.insert(fmt::format("band = '{}'", roll(2) == 0 ? "high" : "low")); break;
      case 5: tests.insert(fmt::format("step = '{}'", number_test())); break;
      case 6: tests.insert(fmt::format("kind_of = {}", roll(2) == 0)); break;
      default: tests.insert(fmt::format("a = '{}'", number_test()));
    }
  }
  std::set<std::string> facts;
  std::vector<std::string> kept;
  for (const std::string& test : tests)
    if (facts.insert(test.substr(0, test.find(' '))).second) kept.push_back(test);
  return "{ " + joined(kept, ", ") + " }";
}

std::string random_policy(const std::string& hit) {
  std::string text = fmt::format("[policy.p]\nhit = '{}'\nwhen = {}\n", hit, random_when());
  for (int i = 0; i < 4; ++i)
    text += fmt::format("[[policy.p.rule]]\nname = 'r{}'\nwhen = {}\ngive = [ {{ kind = 'credit', amount = '{}.00' }} ]\n", i, random_when(), 1 + roll(3));
  return text;
}

struct Cases {
  explicit Cases(const Project& project) : schema(project.schema), derivations(project.derived) {}

  // Of every case: which rules match, guard included.
  void each(const PolicyTable& table, const std::function<void(const std::vector<bool>&, const FactSource&)>& look) const {
    for (int a = -2; a <= 24; ++a)  // twice names halves, and quarters lie between
      for (int b = -2; b <= 12; ++b)
        for (const char* c : {"x", "y", "z"})
          for (const bool good : {true, false}) {
            Facts facts;
            facts.money = *currency_named("GBP");
            facts.set(schema.find("a"), Value::of_number(Ratio(a, 4)));
            facts.set(schema.find("b"), b == -2 ? Value::null() : Value::of_number(Ratio(b, 2)));
            facts.set(schema.find("c"), Value::of_string(c));
            facts.set(schema.find("good"), Value::of_boolean(good));
            const DerivedFacts all(facts, derivations);
            std::vector<bool> matching;
            for (const Rule& rule : table.rules) matching.push_back(holds(table.when, all) == Truth::yes && holds(rule.when, all) == Truth::yes);
            look(matching, all);
          }
  }

  const Schema& schema;
  const Derivations& derivations;
};

std::set<std::string> rules_named(const Findings& findings, const std::string& code) {
  std::set<std::string> names;
  for (const Finding& finding : findings)
    if (finding.code == code) names.insert(finding.message.substr(1, 2));
  return names;
}

}  // namespace

TEST_CASE("rules that never fire are exactly those that fire in no case") {
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    const std::string text = shop + own_facts + random_policy("first");
    CAPTURE(text);
    Project project;
    read_project(toml(text), project);
    PolicyModel model(project);
    Findings findings;
    prove_never(model, findings);
    std::set<std::string> never = {"r0", "r1", "r2", "r3"};
    Cases(project).each(project.policy.tables[0], [&](const std::vector<bool>& matching, const FactSource&) {
      const auto first = std::find(matching.begin(), matching.end(), true);
      if (first != matching.end()) never.erase(fmt::format("r{}", first - matching.begin()));
    });
    CHECK(rules_named(findings, "never") == never);
    CHECK(model.finder().opaque().empty());
    found += static_cast<int>(never.size());
  }
  CHECK(found > 100);
}

TEST_CASE("rules overlap exactly where some case matches two") {
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    const std::string text = shop + own_facts + random_policy("unique");
    CAPTURE(text);
    Project project;
    read_project(toml(text), project);
    PolicyModel model(project);
    Findings findings;
    prove_overlaps(model, findings);
    std::set<std::string> later;  // rules that match together with an earlier one
    Cases(project).each(project.policy.tables[0], [&](const std::vector<bool>& matching, const FactSource&) {
      const auto first = std::find(matching.begin(), matching.end(), true);
      for (auto next = first; next != matching.end(); ++next)
        if (next != first && *next) later.insert(fmt::format("r{}", next - matching.begin()));
    });
    std::set<std::string> told;
    for (const Finding& finding : findings)
      if (finding.code == "overlap") told.insert(finding.message.substr(finding.message.find(" and \"") + 6, 2));
    CHECK(told == later);
    found += static_cast<int>(later.size());
  }
  CHECK(found > 100);
}

TEST_CASE("a test is always true exactly when no case that comes to it fails it") {
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    const std::string text = shop + own_facts + random_policy("first");
    CAPTURE(text);
    Project project;
    read_project(toml(text), project);
    PolicyModel model(project);
    Findings findings;
    prove_always(model, findings);
    const PolicyTable& table = project.policy.tables[0];
    std::set<std::pair<std::uint32_t, std::uint32_t>> told, always;
    for (const Finding& finding : findings) told.emplace(finding.where.line, finding.where.column);
    std::set<const Test*> failing;
    std::vector<bool> fires(4);
    Cases(project).each(table, [&](const std::vector<bool>& matching, const FactSource& facts) {
      for (std::size_t i = 0; i < table.rules.size() && holds(table.when, facts) == Truth::yes; ++i) {
        if (std::find(matching.begin(), matching.begin() + static_cast<std::ptrdiff_t>(i), true) != matching.begin() + static_cast<std::ptrdiff_t>(i)) return;
        fires[i] = fires[i] || matching[i];
        const Test* failed = nullptr;
        int failures = 0;
        for (const Test& test : table.rules[i].when.any[0]) {
          if (holds(test, facts) != Truth::no) continue;
          failed = &test;
          ++failures;
        }
        if (failures == 1) failing.insert(failed);
      }
    });
    for (std::size_t i = 0; i < table.rules.size(); ++i)
      for (const Test& test : table.rules[i].when.any[0])
        if (fires[i] && !failing.contains(&test)) always.emplace(test.where.line, test.where.column);
    CHECK(told == always);
    found += static_cast<int>(always.size());
  }
  CHECK(found > 100);
}

namespace {

std::string random_amount() {
  switch (roll(3)) {
    case 0: return fmt::format("amount = '{}.00'", 1 + roll(12));
    case 1: return fmt::format("amount = '{}%', of = 'order_value', max = '{}.00'", 5 * (1 + roll(6)), 5 + roll(20));
    default: return fmt::format("amount = '{}%', of = 'order_value', min = '{}.00'", 5 * (1 + roll(6)), 1 + roll(9));
  }
}

std::string random_tiers() {
  std::string text = fmt::format("[policy.p]\nhit = '{}'\n", roll(2) == 0 ? "first" : "collect");
  for (int i = 0, from = 6; i < 3; ++i, from -= 1 + roll(2))
    text += fmt::format("[[policy.p.rule]]\nname = 'r{}'\nwhen = {{ late_days = '>= {}'{} }}\ngive = [ {{ kind = 'credit', {} }} ]\n", i, from,
                        roll(3) == 0 ? ", order_value = '< 50.00'" : "", random_amount());
  return text;
}

// Whether some order gets less a day later: every amount that tiers of whole percents turn at lies among these.
bool some_order_gets_less(const Project& project) {
  Facts facts;
  facts.money = *currency_named("GBP");
  const auto total = [&](int days, const Ratio& value) {
    facts.set(project.schema.find("late_days"), Value::of_number(Ratio(days)));
    facts.set(project.schema.find("order_value"), Value::of_money(value, facts.money));
    std::int64_t minor = 0;
    for (const OwedRemedy& owed : decide(project.policy, Judging{project.schema, facts, project.shop.zone, Instant{}}, false).owed) minor += owed.money->minor;
    return minor;
  };
  for (int half = 0; half <= 1200; ++half)
    for (int days = 0; days < 8; ++days)
      if (total(days + 1, Ratio(half, 2)) < total(days, Ratio(half, 2))) return true;
  return false;
}

}  // namespace

TEST_CASE("an amount is said to fall exactly where some order gets less a day later") {
  int falling = 0;
  for (int round = 0; round < 120; ++round) {
    const std::string text = shop + random_tiers();
    CAPTURE(text);
    Project project;
    read_project(toml(text), project);
    PolicyModel model(project);
    Findings findings;
    prove_growth(model, findings);
    const bool falls = some_order_gets_less(project);
    CHECK(!findings.empty() == falls);
    falling += falls ? 1 : 0;
  }
  CHECK(falling > 20);
  CHECK(falling < 100);
}

TEST_CASE("sets of values keep their laws") {
  const auto random_set = [] {
    ValueSet set;
    set.null = roll(3) == 0;
    for (int i = roll(4); i > 0; --i) {
      const Ratio low(roll(9)), high = low + Ratio(roll(3));
      set = either(set, ValueSet::of({roll(5) == 0 ? std::nullopt : std::optional(low), roll(5) == 0 ? std::nullopt : std::optional(high), roll(2) == 0, roll(2) == 0}));
    }
    return set;
  };
  for (int round = 0; round < 2000; ++round) {
    const ValueSet a = random_set(), b = random_set();
    CHECK(complement(complement(a)) == a);
    CHECK(complement(either(a, b)) == both(complement(a), complement(b)));
    for (int x = -1; x <= 24; ++x) {
      const Ratio at(x, 2);
      CHECK(both(a, b).contains(at) == (a.contains(at) && b.contains(at)));
      CHECK(either(a, b).contains(at) == (a.contains(at) || b.contains(at)));
      CHECK(complement(a).contains(at) == !a.contains(at));
      CHECK(where_scaled(a, Ratio(-2), Ratio(3)).contains(at) == a.contains(Ratio(3) - at * Ratio(2)));
      CHECK(where_floor(a).contains(at) == a.contains(floor(at)));
      CHECK(where_ceiling(a).contains(at) == a.contains(ceiling(at)));
      CHECK(where_absolute(a).contains(at) == a.contains(at < Ratio(0) ? -at : at));
      CHECK(where_at_least(a, Ratio(2)).contains(at) == a.contains(std::max(at, Ratio(2))));
      CHECK(where_at_most(a, Ratio(2)).contains(at) == a.contains(std::min(at, Ratio(2))));
    }
  }
}

TEST_CASE("a curve is what its expression says at every value") {
  testing::Bench bench("[fields]\nv = 'number'\nw = 'number'\n[derived]\nhalf = 'v / 2 - w'\n");
  bench.tell("w = 3");
  const Slot v = bench.schema.find("v");
  for (const char* text : {"min(10, max(2, v * 3 - w), 20 - v)", "abs(half) + max(v, 4)", "if w > 2 then v * w else 0", "max(0, 10 - v) * 2"}) {
    CAPTURE(text);
    const Node expression = toml(fmt::format("e = '{}'", text));
    const Expr expr = read_expression(expression.entries[0].value, bench.language(), Type::missing);
    for (int x = -20; x <= 60; ++x) {
      bench.facts.set(v, Value::of_number(Ratio(x, 2)));
      const DerivedFacts facts(bench.facts, bench.derivations);
      const auto curve = curve_of(expr, v, facts, bench.derivations);
      REQUIRE(curve);
      Fault fault;
      CHECK(curve->at(Ratio(x, 2)) == evaluate(expr, facts, fault).ratio);
    }
  }
}

}  // namespace amends
