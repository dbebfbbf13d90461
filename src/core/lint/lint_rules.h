// Why each rule of lint exists: templates/lint/rules.tsv, of projects and policies as of letters. A Finding's code names
// its rule; lint --explain prints it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace amends {

struct LintRule {
  std::string code;
  std::string severity;  // "warning, or note" where it depends
  std::string why;
  // Of rules of letters alone, empty for others:
  std::string message;  // what is wrong
  std::string hint;
  std::string source;

  bool is_of_letters() const { return !message.empty(); }
};
const std::vector<LintRule>& lint_rules();
const LintRule* lint_rule(std::string_view code);  // null: there is none

}  // namespace amends
