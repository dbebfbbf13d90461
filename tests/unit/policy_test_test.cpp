#include "core/trial/policy_test.h"

#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "io/policy_test_files.h"
#include "io/policy_test_text.h"
#include "io/project_file.h"
#include "policy_text.h"

using namespace amends;
using namespace amends::testing;

namespace {

constexpr std::string_view shop = R"([shop]
name = "Test"
timezone = "Europe/London"
currency = "GBP"
[[policy.delay.rule]]
name = "week"
when = { late_days = ">= 7" }
give = [ { kind = "refund", amount = "20%", of = "order_value", manner = "on_request" }, { kind = "call" } ]
[[policy.delay.rule]]
name = "days"
when = { late_days = ">= 1" }
give = [ { kind = "credit", amount = "10%", of = "order_value" } ]
)";

std::unique_ptr<Project> project_of(std::string_view text) {
  return project_from_text(fmt::format("# file: {} amends.toml\n{}", text.size(), text));
}

std::vector<PolicyCase> cases_in(const std::string& text, const Project& project) {
  std::vector<PolicyCase> cases;
  const Node root = toml(text);
  for (const Node& node : root.find("case")->items) cases.push_back(read_policy_case(node, root.find("facts"), project, cases.size() + 1));
  return cases;
}

std::vector<PolicyCaseResult> results_of(const std::vector<PolicyCase>& cases, const Project& project) {
  std::vector<PolicyCaseResult> results;
  for (const PolicyCase& test : cases) results.push_back(tested(test, project, Instant{0}));
  return results;
}

}  // namespace

TEST_CASE("what is left out of a remedy is not compared, what is said is") {
  const auto project = project_of(shop);
  const auto passes_with = [&](const std::string& gives) {
    const auto cases = cases_in("[[case]]\nfacts = { late_days = 7, order_value = \"50.00\" }\ngives = " + gives, *project);
    return tested(cases[0], *project, Instant{0}).passed();
  };
  CHECK(passes_with("[\"refund\", \"call\"]"));
  CHECK(passes_with("[\"call\", \"refund 10.00\"]"));
  CHECK(passes_with("[\"call\", \"refund GBP 10.00 on_request\"]"));
  CHECK(passes_with("[\"call\", \"refund on_request\"]"));
  CHECK_FALSE(passes_with("[\"call\", \"refund GBP 10.01\"]"));
  CHECK_FALSE(passes_with("[\"call\", \"refund GBP 10.00 auto\"]"));
  CHECK_FALSE(passes_with("[\"refund\"]"));
  CHECK_FALSE(passes_with("[\"refund\", \"call\", \"call\"]"));
  CHECK_FALSE(passes_with("[]"));
}

TEST_CASE("a case with nothing it expects passes nothing, and rules are counted") {
  const auto project = project_of(shop);
  const auto cases = cases_in("[[case]]\nfacts = { late_days = 8, order_value = \"1.00\" }\n[[case]]\nfacts = { late_days = 0 }\ngives = []", *project);
  CHECK(cases[0].expected.is_nothing());
  const auto counts = rule_counts(project->policy, results_of(cases, *project));
  REQUIRE(counts.size() == 2);
  CHECK(counts[0].cases == 1);
  CHECK(counts[1].cases == 0);
}

TEST_CASE("cases written anew with what came out pass, and a second time nothing changes") {
  const auto project = project_of(shop);
  std::mt19937 random(11);
  const auto any_of = [&](const std::vector<std::string>& texts) { return texts[random() % texts.size()]; };
  for (int round = 0; round < 300; ++round) {
    std::string text = any_of({"", "# first\n", "[facts]\norder_value = \"40.00\"\n\n"});
    const bool shared = text.starts_with("[facts]");
    for (std::size_t i = random() % 4 + 1; i > 0; --i) {
      text += "[[case]]\n" + any_of({"", "name = \"a # b\"  # why\n", "why = '''\n[[case]]\n'''\n"});
      const std::string expectations = any_of({"", "gives = []\n", "gives = [\n  \"credit\", # ]\n  'x',\n]\n", "amount = 4\n", "cannot_judge = true\n", "rule = \"week\"\namount = \"1.00\" # was\n", "remedies = [\"call\"]\n"});
      const std::string value = shared ? "" : any_of({"", "order_value = \"\"", "order_value = 12.50"});
      const std::string days = fmt::format("late_days = {}", random() % 10);
      switch (random() % 3) {
        case 0: text += expectations + "facts = { " + days + (value.empty() ? "" : ", " + value) + " }\n"; break;
        case 1: text += "  facts.late_days = " + days.substr(12) + "\n" + expectations; break;
        default: text += expectations + "[case.facts]\n" + days + "\n" + value + "\n";
      }
      text += any_of({"", "\n", "# end"}) ;
      if (!text.ends_with('\n')) text += '\n';
    }
    CAPTURE(text);
    const auto cases = cases_in(text, *project);
    const std::string again = toml_with_results(text, results_of(cases, *project));
    CAPTURE(again);
    const auto new_cases = cases_in(again, *project);
    REQUIRE(new_cases.size() == cases.size());
    const auto new_results = results_of(new_cases, *project);
    for (const PolicyCaseResult& result : new_results) {
      CHECK(result.passed());
      CHECK_FALSE(result.test->expected.is_nothing());
    }
    CHECK(toml_with_results(again, new_results) == again);
  }
}
