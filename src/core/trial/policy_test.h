// The user's own cases (amends-test.1): facts in, remedies out. Reads one case, judges it by the policy alone and says
// how what came out differs from what was expected, and why. io/policy_test_files finds the files and updates them.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/trial/told_case.h"

namespace amends {

// What a case may expect; what is not said is not compared.
struct Expected {
  std::optional<std::vector<std::string>> gives;      // "refund GBP 8.00", one a remedy
  std::optional<std::string> amount;                  // all money together: "8.00"
  std::optional<std::vector<std::string>> remedies;   // as compensate --facts lists them
  std::optional<std::vector<std::string>> rules;      // "delay/two-days", or "two-days"
  std::optional<std::vector<std::string>> missing;    // cannot_judge: of these facts; empty: for whatever reason
  bool is_nothing() const { return !gives && !amount && !remedies && !rules && !missing; }
};

struct PolicyCase {
  std::string name;
  Node facts;                     // a table
  std::optional<Instant> as_of;
  Expected expected;
  Where where;
  Node node;                      // the case as it stands in the file
};

struct PolicyCaseResult {
  const PolicyCase* test = nullptr;
  Currency currency;
  Decision decision;
  std::vector<std::string> gives;     // what came out, in the words of Expected
  std::vector<std::string> remedies;
  std::vector<std::string> expected;  // what differs: in pairs, what was expected of it ...
  std::vector<std::string> got;       // ... and what came
  std::vector<std::string> why;       // of the rule that was expected: the first test that failed
  bool passed() const { return expected.empty(); }
};

// Reads a case; `shared` facts are told unless the case tells them otherwise. Error for a key or a fact there is not.
PolicyCase read_policy_case(const Node& node, const Node* shared, const Project& project, std::size_t number);

PolicyCaseResult tested(const PolicyCase& test, const Project& project, Instant as_of);

// All money together.
Money total_of(const Decision& decision, Currency currency);

// How often each rule of the policy counted, in its order.
struct RuleCount {
  std::string rule;  // "delay/two-days"
  Where where;
  std::size_t cases = 0;
};
std::vector<RuleCount> rule_counts(const Policy& policy, const std::vector<PolicyCaseResult>& results);

// The names that facts are told by, [sources.facts] columns among them.
std::vector<std::string> policy_fact_names(const Project& project);
bool is_policy_fact(const std::string& key, const Project& project);

}  // namespace amends
