// The flat form of many rules says of every rule what its condition says, whatever the types, the number of rules
// and what the facts hold.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/policy/table_program.h"
#include "policy_text.h"

namespace amends {
namespace {

using testing::Bench;
using Words = std::vector<std::string>;

const std::string own_facts =
    "[fields]\nn = 'number?'\nfee = 'money?'\nabroad = 'money EUR?'\nword = 'string?'\nok = 'boolean?'\nday = 'date?'\nat = 'instant?'\n"
    "hour = 'time?'\nfeast = 'monthday?'\nwait = 'duration?'\nshare = 'percent?'\nbags = ['number']\n";

// By fact: texts of values, in which the tests are written and of which facts are told.
const std::map<std::string, Words> values = {
    {"n", {"-2", "0", "0.000000000000000000001", "1", "1.5", "2", "7", "123456789012345678901234567890"}},
    {"fee", {"0.00", "1.00", "1.50", "20.00"}},
    {"abroad", {"0.00", "1.00", "5.00"}},
    {"day", {"2026-03-28", "2026-03-29", "2026-03-31"}},
    {"at", {"2026-03-29", "2026-03-29T06:00:00Z", "2026-03-29T12:00:00Z", "2026-03-31"}},
    {"hour", {"00:00", "06:00", "14:00", "23:59"}},
    {"feast", {"01-01", "02-29", "12-24", "12-31"}},
    {"wait", {"0 min", "30 min", "2 h"}},
    {"share", {"0%", "12.5%", "50%"}},
};
const Words words = {"", "a", "aa", "b", "z"};

std::mt19937& dice() {
  static std::mt19937 engine(50);
  return engine;
}
std::size_t roll(std::size_t sides) { return std::uniform_int_distribution<std::size_t>(0, sides - 1)(dice()); }
const std::string& any(const Words& of) { return of[roll(of.size())]; }

std::string test_of(const Words& of) {
  switch (roll(9)) {
    case 0: return "-";
    case 1: return "null";
    case 2: return "not(null)";
    case 3: return fmt::format("not({})", any(of));
    case 4: {
      const std::size_t low = roll(of.size() - 1);
      return fmt::format("{}{}..{}{}", any({"[", "("}), of[low], of[low + 1], any({"]", ")"}));
    }
    case 5: return any(of);
    default: return any({"< ", "<= ", "> ", ">= "}) + any(of);
  }
}

// { n = ['> 1', '< 0'], word = ['a', 'b'] }
std::string conjunction() {
  Words tests;
  for (const auto& [name, of] : values) {
    if (roll(4) != 0) continue;
    if (name == "n" && roll(3) != 0) tests.push_back(fmt::format("n = '{}'", test_of({"-1", "0", "1", "3"})));
    else if (roll(3) == 0) tests.push_back(fmt::format("{} = ['{}', '{}']", name, any(of), any(of)));
    else tests.push_back(fmt::format("{} = '{}'", name, test_of(of)));
  }
  if (roll(3) == 0) tests.push_back(fmt::format("word = [{}]", joined({quoted(any(words)), quoted(any(words))}, ", ")));
  else if (roll(6) == 0) tests.push_back("word = 'not(\"a\")'");
  if (roll(5) == 0) tests.push_back("ok = true");
  if (roll(9) == 0) tests.push_back("bags = 'not(null)'");
  return "{ " + joined(tests, ", ") + " }";
}

std::vector<Rule> random_rules(const Bench& bench) {
  std::vector<Rule> rules(1 + roll(150));
  for (Rule& rule : rules) {
    Words conjunctions(1 + roll(roll(20) == 0 ? 90 : 3));
    for (std::string& one : conjunctions) one = conjunction();
    const std::string text = joined(conjunctions, ", ");
    CAPTURE(text);
    if (roll(20) != 0) rule.when = read_condition(*testing::toml("when = [ " + text + " ]").find("when"), bench.language());
  }
  return rules;
}

void tell_anything(Bench& bench) {
  bench.facts = Facts();
  if (roll(10) != 0) bench.facts.money = *currency_named(roll(4) == 0 ? "EUR" : "GBP");
  const auto tell = [&](const std::string& name, const Value& value) {
    if (roll(6) != 0) bench.facts.set(bench.schema.find(name), roll(8) == 0 ? Value::null() : value);
  };
  for (const auto& [name, of] : values)
    tell(name, *read_value(any(of), bench.schema.at(bench.schema.find(name)).type, bench.facts.money, bench.zone));
  tell("word", Value::of_string(any(words)));
  tell("ok", Value::of_boolean(roll(2) == 0));
  if (roll(2) == 0) tell("n", Value::of_number(Ratio(static_cast<std::int64_t>(roll(20)) - 6, 1 + static_cast<std::int64_t>(roll(4)))));
  if (roll(4) == 0) tell("fee", Value::of_money(Ratio(1), *currency_named("USD")));
  if (roll(4) == 0) tell("day", Value::of_instant(Instant{1774742400000}));
}

}  // namespace

TEST_CASE("the flat form of random rules says of each what its condition says") {
  Bench bench(own_facts);
  std::size_t held = 0, open = 0, failed = 0;
  for (int round = 0; round < 60; ++round) {
    const std::vector<Rule> rules = random_rules(bench);
    const TableProgram program(rules);
    for (int cases = 0; cases < 20; ++cases) {
      tell_anything(bench);
      std::vector<Truth> said(rules.size(), Truth::no);
      std::size_t next = 0;
      program.match(bench.facts, [&](std::size_t rule, Truth truth) {
        REQUIRE(rule >= next);  // each once, in their order
        next = rule + 1;
        said[rule] = truth;
        return true;
      });
      for (std::size_t i = 0; i < rules.size(); ++i) {
        REQUIRE(said[i] == holds(rules[i].when, bench.facts));
        ++(said[i] == Truth::yes ? held : said[i] == Truth::no ? failed : open);
      }
      const auto first = std::find_if(said.begin(), said.end(), [](Truth truth) { return truth != Truth::no; });
      std::size_t told = rules.size();
      program.match(bench.facts, [&](std::size_t rule, Truth) {
        REQUIRE(told == rules.size());
        told = rule;
        return false;
      });
      REQUIRE(told == static_cast<std::size_t>(first - said.begin()));
    }
  }
  CHECK(std::min({held, open, failed}) > 5000);
}

TEST_CASE("a fact that no possible rule tests is not asked for") {
  Bench bench(own_facts);
  struct Asked : FactSource {
    explicit Asked(const Bench& all) : bench(all) {}
    Value at(Slot slot) const override {
      if (slot == bench.schema.find("fee")) throw std::logic_error("asked for the fee");
      return bench.facts.at(slot);
    }
    Currency currency() const override { return bench.facts.money; }
    const Bench& bench;
  };
  std::vector<Rule> rules(2);
  rules[0].when = read_condition(*testing::toml("when = { n = 1, fee = '> 1' }").find("when"), bench.language());
  rules[1].when = read_condition(*testing::toml("when = { n = 2 }").find("when"), bench.language());
  bench.tell("n = 2");
  std::vector<std::size_t> told;
  TableProgram(rules).match(Asked(bench), [&](std::size_t rule, Truth) {
    told.push_back(rule);
    return true;
  });
  CHECK(told == std::vector<std::size_t>{1});
}

}  // namespace amends
