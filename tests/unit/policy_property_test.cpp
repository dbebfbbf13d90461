// Random conditions, expressions and facts, missing ones included: the tree says what a direct reading of the
// user's text says.
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <random>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/policy/table_program.h"
#include "policy_text.h"

namespace amends {
namespace {

using testing::Bench;

const std::string own_facts = "[fields]\na = 'number?'\nb = 'number?'\nc = 'number?'\n[sets]\nprimes = ['2', '3', '5']\n";

// A fact as told: "missing", "null" or a number of halves, which doubles hold exactly.
using Told = std::map<std::string, std::string>;

std::mt19937& dice() {
  static std::mt19937 engine(20261122);
  return engine;
}
int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(dice()); }

std::string half() { return fmt::format("{:.1f}", roll(13) / 2.0); }

Told random_facts() {
  Told told;
  for (const char* name : {"a", "b", "c"}) told[name] = roll(5) == 0 ? "missing" : roll(5) == 0 ? "null" : half();
  return told;
}

void tell(Bench& bench, const Told& told) {
  bench.facts = Facts();
  bench.facts.money = *currency_named("GBP");
  for (const auto& [name, text] : told)
    if (text != "missing") bench.tell(fmt::format("{} = '{}'", name, text));
}

std::string random_test(int depth) {
  const double low = roll(8) / 2.0;
  switch (roll(depth > 0 ? 10 : 8)) {
    case 0: return "null";
    case 1: return "-";
    case 2: return "in primes";
    case 3: return half();
    case 4: return fmt::format("{} {}", std::array{"<", "<=", ">", ">="}[static_cast<std::size_t>(roll(4))], half());
    case 5: return fmt::format("{}{}..{}{}", "[("[roll(2)], low, low + 0.5 + roll(6) / 2.0, "])"[roll(2)]);
    case 6: return fmt::format("< {}", half());
    case 7: return half();
    default: {
      std::string inside = random_test(depth - 1);
      for (int more = roll(3); more > 0; --more) inside += ", " + random_test(depth - 1);
      return fmt::format("not({})", inside);
    }
  }
}

// The direct reading.

Truth any_said(const std::string& tests, const std::string& fact);

Truth said(const std::string& test, const std::string& fact) {
  if (test == "-") return Truth::yes;
  if (test.starts_with("not(")) return opposite(any_said(test.substr(4, test.size() - 5), fact));
  if (fact == "missing") return Truth::unknown;
  const auto truth = [](bool yes) { return yes ? Truth::yes : Truth::no; };
  if (test == "null" || fact == "null") return truth(test == fact);
  const double x = std::stod(fact);
  if (test == "in primes") return truth(x == 2 || x == 3 || x == 5);
  if (test.starts_with("<=")) return truth(x <= std::stod(test.substr(2)));
  if (test.starts_with(">=")) return truth(x >= std::stod(test.substr(2)));
  if (test.starts_with("<")) return truth(x < std::stod(test.substr(1)));
  if (test.starts_with(">")) return truth(x > std::stod(test.substr(1)));
  if (test.find("..") == std::string::npos) return truth(x == std::stod(test));
  const double low = std::stod(test.substr(1)), high = std::stod(test.substr(test.find("..") + 2));
  return truth((test.front() == '[' ? x >= low : x > low) && (test.back() == ']' ? x <= high : x < high));
}

Truth any_said(const std::string& tests, const std::string& fact) {
  int depth = 0;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    depth += tests[i] == '(' || tests[i] == '[' ? 1 : tests[i] == ')' || tests[i] == ']' ? -1 : 0;
    if (tests[i] == ',' && depth == 0) return either(said(tests.substr(0, i), fact), any_said(tests.substr(i + 2), fact));
  }
  return said(tests, fact);
}

// An expression and what it comes to: a number or truth, null, or "missing" when it cannot be known.
struct Said {
  std::string text;
  std::string value;
};

Said random_truth(const Told& told, int depth);

std::string print_half(double x) { return print(Ratio(static_cast<std::int64_t>(x * 4), 4)); }

Said random_number(const Told& told, int depth) {
  const int choice = roll(depth > 0 ? 8 : 2);
  if (choice == 0) return {half(), {}};
  if (choice == 1) {
    const std::string name(1, static_cast<char>('a' + roll(3)));
    return {name, told.at(name)};
  }
  Said x = random_number(told, depth - 1);
  Said y = random_number(told, depth - 1);
  for (Said* s : {&x, &y})
    if (s->value.empty()) s->value = print_half(std::stod(s->text));
  const bool known = x.value != "missing" && x.value != "null" && y.value != "missing" && y.value != "null";
  const auto computed = [&](auto f) { return known ? print_half(f(std::stod(x.value), std::stod(y.value))) : "missing"; };
  switch (choice) {
    case 2: return {fmt::format("({} + {})", x.text, y.text), computed([](double p, double q) { return p + q; })};
    case 3: return {fmt::format("({} - {})", x.text, y.text), computed([](double p, double q) { return p - q; })};
    case 4: return {fmt::format("min({}, {})", x.text, y.text), computed([](double p, double q) { return std::min(p, q); })};
    case 5: return {fmt::format("max({}, {})", x.text, y.text), computed([](double p, double q) { return std::max(p, q); })};
    case 6: {
      const Said t = random_truth(told, depth - 1);
      return {fmt::format("(if {} then {} else {})", t.text, x.text, y.text),
              t.value == "missing" ? "missing" : t.value == "true" ? x.value : y.value};
    }
    default: return {fmt::format("(-{})", x.text), x.value == "missing" || x.value == "null" ? "missing" : print_half(-std::stod(x.value))};
  }
}

Said random_truth(const Told& told, int depth) {
  if (depth > 0 && roll(2) == 0) {
    const Said x = random_truth(told, depth - 1);
    const Said y = random_truth(told, depth - 1);
    const auto is = [&](const char* word) { return x.value == word || y.value == word; };
    if (roll(3) == 0) return {"not " + x.text, x.value == "missing" ? x.value : x.value == "true" ? "false" : "true"};
    if (roll(2) == 0) return {fmt::format("({} and {})", x.text, y.text), is("false") ? "false" : is("missing") ? "missing" : "true"};
    return {fmt::format("({} or {})", x.text, y.text), is("true") ? "true" : is("missing") ? "missing" : "false"};
  }
  Said x = random_number(told, depth - 1);
  const std::string bound = half();
  if (x.value.empty()) x.value = x.text;
  const std::string text = fmt::format("({} <= {})", x.text, bound);
  if (x.value == "missing") return {text, "missing"};
  return {text, x.value != "null" && std::stod(x.value) <= std::stod(bound) ? "true" : "false"};
}

}  // namespace

TEST_CASE("random conditions say what their text says") {
  Bench bench(own_facts);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    std::vector<std::vector<std::pair<std::string, std::string>>> conjunctions(static_cast<std::size_t>(1 + roll(2)));
    for (auto& tests : conjunctions) {
      std::vector<std::string> parts;
      for (const char* name : {"a", "b", "c"}) {
        if (roll(3) == 0) continue;
        tests.emplace_back(name, random_test(2));
        parts.push_back(fmt::format("{} = '{}'", name, tests.back().second));
        if (roll(3) != 0) continue;
        const std::string second = random_test(1);
        parts.back() = fmt::format("{} = ['{}', '{}']", name, tests.back().second, second);
        tests.back().second += ", " + second;
      }
      text += (text.empty() ? "{ " : ", { ") + joined(parts, ", ") + " }";
    }
    CAPTURE(text);
    const Node when = testing::toml("when = [ " + text + " ]");
    const Condition condition = read_condition(*when.find("when"), bench.language());
    const TableProgram program(std::vector<Rule>{Rule{"", condition, {}, "", {}}});
    for (int cases = 0; cases < 5; ++cases) {
      const Told told = random_facts();
      tell(bench, told);
      Truth expected = Truth::no;
      for (const auto& tests : conjunctions) {
        Truth all = Truth::yes;
        for (const auto& [name, test] : tests) all = both(all, any_said(test, told.at(name)));
        expected = either(expected, all);
      }
      CAPTURE(joined({told.at("a"), told.at("b"), told.at("c")}, " "));
      REQUIRE(holds(condition, bench.facts) == expected);
      Truth compiled = Truth::no;
      program.match(bench.facts, [&](std::size_t, Truth truth) {
        compiled = truth;
        return true;
      });
      REQUIRE(compiled == expected);
      REQUIRE(fault_of(condition, bench.facts).any() == (expected == Truth::unknown));
      REQUIRE(why_not(condition, bench.facts, bench.zone).empty() == (expected == Truth::yes));
    }
  }
}

TEST_CASE("random expressions come to what their text says") {
  Bench bench(own_facts);
  for (int round = 0; round < 5000; ++round) {
    const Told told = random_facts();
    tell(bench, told);
    const Said said = roll(2) == 0 ? random_truth(told, 4) : random_number(told, 4);
    Node node;
    node.kind = Node::Kind::string;
    node.text = said.text;
    CAPTURE(said.text);
    CAPTURE(joined({told.at("a"), told.at("b"), told.at("c")}, " "));
    Fault fault;
    const Value value = evaluate(read_expression(node, bench.language(), Type::missing), bench.facts, fault);
    std::string expected = said.value.empty() ? said.text : said.value;
    if (expected == "null") expected = "nothing";
    else if (expected != "missing" && expected != "true" && expected != "false") expected = print_half(std::stod(expected));
    REQUIRE(print(value, bench.zone) == expected);
    REQUIRE(fault.any() == (expected == "missing"));
  }
}

}  // namespace amends
