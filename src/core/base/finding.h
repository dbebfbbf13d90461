// What lint has to say: a stable code (lint_rules.h tells why the rule exists), where, and for what was proved the
// case that shows it.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace amends {

// A case that anybody can check by hand. Part of the finding's schema.
struct Counterexample {
  std::vector<std::pair<std::string, std::string>> facts;  // {"late_days", "3"}
  std::vector<std::string> outcomes;                       // "policy.delay/express: refund GBP 8.00"
};

struct Finding {
  Where where;
  std::string severity;  // error, warning, note
  std::string code;      // overlap, never, ...
  std::string message;
  std::string hint;
  std::optional<Counterexample> example = {};
  std::string letter = {};  // its id, where a file holds several
};
using Findings = std::vector<Finding>;

}  // namespace amends
