#include "core/lint/lint_rules.h"

#include <algorithm>
#include <stdexcept>

#include "core/base/embedded.h"
#include "core/base/text.h"

namespace amends {
namespace {

LintRule rule_in(std::string_view line) {
  std::vector<std::string_view> cells = split(line, '\t');
  if (cells.size() < 3 || cells.size() > 6) throw std::logic_error("lint rules: " + std::string(line));
  cells.resize(6);
  const auto cell = [&](std::size_t i) { return std::string(cells[i]); };
  return {cell(0), cell(1), cell(2), cell(3), cell(4), cell(5)};
}

std::vector<LintRule> read_rules() {
  std::vector<LintRule> rules;
  for (const std::string_view line : split(embedded("lint/rules.tsv"), '\n'))
    if (!line.empty() && line.front() != '#') rules.push_back(rule_in(line));
  return rules;
}

}  // namespace

const std::vector<LintRule>& lint_rules() {
  static const std::vector<LintRule> rules = read_rules();
  return rules;
}

const LintRule* lint_rule(std::string_view code) {
  const std::vector<LintRule>& rules = lint_rules();
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const LintRule& r) { return r.code == code; });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace amends
