#include "core/policy/decision_sheet.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/expr.h"

namespace amends {
namespace {

constexpr std::array<std::string_view, 20> remedy_keys = {
    "kind", "what", "amount", "of", "times", "per", "count", "pay", "min", "max", "round", "pay_if", "quantity",
    "for", "valid", "within", "manner", "basis", "label", "order"};

Node list_at(const Node& place, std::vector<Node> items) {
  Node list = place;
  list.kind = Node::Kind::array;
  list.text.clear();
  list.entries.clear();
  list.items = std::move(items);
  return list;
}

Node table_at(const Node& place) {
  Node table = list_at(place, {});
  table.kind = Node::Kind::table;
  return table;
}

void put(Node& table, std::string key, Node value) {
  const auto line = value.line;
  const auto column = value.column;
  table.entries.push_back({std::move(key), line, column, std::move(value)});
}

void take_out(Node& table, std::string_view key) {
  std::erase_if(table.entries, [&](const Entry& entry) { return entry.key == key; });
}

bool is_empty(const Node& cell) { return trimmed(cell.text).empty() || trimmed(cell.text) == "-"; }

Node any_where_empty(Node cell) {
  if (is_empty(cell)) cell.text = "-";
  return tests_of_cell(cell);
}

std::size_t column_of(const DecisionSheet& sheet, const Node& name) {
  const auto found = std::find_if(sheet.header.begin(), sheet.header.end(), [&](const Node& h) { return trimmed(h.text) == name.text; });
  if (found == sheet.header.end()) {
    std::vector<std::string> names;
    for (const Node& heading : sheet.header) names.push_back(heading.text);
    fail(name, fmt::format("the sheet has no column {}", quoted(name.text)), suggestion(name.text, names));
  }
  return static_cast<std::size_t>(found - sheet.header.begin());
}

std::vector<Node> names_in(const Node* list) {
  if (list == nullptr) return {};
  return list->is_array() ? list->items : std::vector<Node>{*list};
}

bool holds(const std::vector<Node>& names, const Node& heading) {
  return std::any_of(names.begin(), names.end(), [&](const Node& n) { return n.text == trimmed(heading.text); });
}

// The columns that are not among these, in their order.
std::vector<Node> others(const DecisionSheet& sheet, const std::vector<Node>& names) {
  std::vector<Node> rest;
  for (const Node& heading : sheet.header)
    if (!holds(names, heading)) rest.push_back(heading);
  return rest;
}

struct PolicyColumn {
  enum class Part { name, why, test, remedy } part = Part::test;
  std::string key;
};

PolicyColumn policy_column(const Node& heading) {
  const std::string_view name = trimmed(heading.text);
  if (name == "name") return {PolicyColumn::Part::name, "name"};
  if (name == "why") return {PolicyColumn::Part::why, "why"};
  if (name.starts_with("when ")) return {PolicyColumn::Part::test, std::string(trimmed(name.substr(5)))};
  if (name.starts_with("give ")) return {PolicyColumn::Part::remedy, std::string(trimmed(name.substr(5)))};
  const bool is_remedy = std::find(remedy_keys.begin(), remedy_keys.end(), name) != remedy_keys.end();
  return {is_remedy ? PolicyColumn::Part::remedy : PolicyColumn::Part::test, std::string(name)};
}

Node rule_of(const std::vector<PolicyColumn>& columns, const std::vector<Node>& row) {
  Node rule = table_at(row[0]);
  Node when = table_at(row[0]);
  Node remedy = table_at(row[0]);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (is_empty(row[i])) continue;
    switch (columns[i].part) {
      case PolicyColumn::Part::name:
      case PolicyColumn::Part::why: put(rule, columns[i].key, row[i]); break;
      case PolicyColumn::Part::test: put(when, columns[i].key, tests_of_cell(row[i])); break;
      case PolicyColumn::Part::remedy: put(remedy, columns[i].key, row[i]); break;
    }
  }
  if (!when.entries.empty()) put(rule, "when", std::move(when));
  std::vector<Node> give;
  if (!remedy.entries.empty()) give.push_back(std::move(remedy));
  put(rule, "give", list_at(row[0], std::move(give)));
  return rule;
}

// A column without any test is read as "-" once, so that a misspelt one is found.
void name_empty_columns(const std::vector<PolicyColumn>& columns, const DecisionSheet& sheet, Node& rule) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto is_said = [&](const std::vector<Node>& row) { return !is_empty(row[i]); };
    if (columns[i].part != PolicyColumn::Part::test || std::any_of(sheet.rows.begin(), sheet.rows.end(), is_said)) continue;
    if (rule.find("when") == nullptr) put(rule, "when", table_at(sheet.header[i]));
    Node any = sheet.header[i];
    any.text = "-";
    const auto when = std::find_if(rule.entries.begin(), rule.entries.end(), [](const Entry& entry) { return entry.key == "when"; });
    put(when->value, columns[i].key, std::move(any));
  }
}

void refuse_twice(const DecisionSheet& sheet) {
  for (std::size_t i = 0; i < sheet.header.size(); ++i)
    for (std::size_t before = 0; before < i; ++before)
      if (trimmed(sheet.header[before].text) == trimmed(sheet.header[i].text))
        fail(sheet.header[i], fmt::format("there are two columns {}", quoted(trimmed(sheet.header[i].text))), "leave one of them out");
}

}  // namespace

void lay_out_derived(Entry& entry, DecisionSheet sheet) {
  refuse_twice(sheet);
  Node& table = entry.value;
  std::vector<Node> inputs = names_in(table.find("inputs"));
  std::vector<Node> outputs = names_in(table.find("outputs"));
  if (outputs.empty() && !inputs.empty()) outputs = others(sheet, inputs);
  if (outputs.empty()) {
    Node own = sheet.header[0];
    own.text = entry.key;
    outputs = {own};
  }
  if (inputs.empty()) inputs = others(sheet, outputs);
  std::vector<std::size_t> order;
  for (const Node& name : inputs) order.push_back(column_of(sheet, name));
  for (const Node& name : outputs) order.push_back(column_of(sheet, name));
  std::vector<Node> rows;
  for (const std::vector<Node>& row : sheet.rows) {
    std::vector<Node> cells;
    for (std::size_t i = 0; i < order.size(); ++i) cells.push_back(i < inputs.size() ? any_where_empty(row[order[i]]) : row[order[i]]);
    rows.push_back(list_at(row[0], std::move(cells)));
  }
  const Node place = *table.find("csv");
  for (const char* key : {"csv", "inputs", "outputs"}) take_out(table, key);
  put(table, "inputs", list_at(place, std::move(inputs)));
  put(table, "outputs", list_at(place, std::move(outputs)));
  put(table, "rows", list_at(place, std::move(rows)));
}

void lay_out_policy(Entry& entry, DecisionSheet sheet) {
  refuse_twice(sheet);
  Node& table = entry.value;
  const Node place = *table.find("csv");
  if (const Node* rule = table.find("rule")) fail(*rule, "the table has rules of its own and a sheet", "put all of them into one of the two");
  std::vector<PolicyColumn> columns;
  for (const Node& heading : sheet.header) columns.push_back(policy_column(heading));
  std::vector<Node> rules;
  for (const std::vector<Node>& row : sheet.rows) rules.push_back(rule_of(columns, row));
  if (!rules.empty()) name_empty_columns(columns, sheet, rules[0]);
  take_out(table, "csv");
  put(table, "rule", list_at(place, std::move(rules)));
}

}  // namespace amends
