#include "core/language/derived_table.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/typing.h"
#include "core/policy/next_step.h"

namespace amends {
namespace {

struct Input {
  std::string name;
  Slot slot = no_slot;
};

std::vector<Input> inputs_of(const Entry& table, const Language& language) {
  const Node* names = table.value.find("inputs");
  if (names == nullptr) fail(table.value, fmt::format("derived.{} does not say what it is asked with", table.key), "add inputs = [\"date\"]");
  std::vector<Input> inputs;
  const auto read = [&](const Node& node) {
    const std::string& name = string_of(node, "an input");
    if (language.before_fact) language.before_fact(name, node.where());
    const Slot slot = language.schema->find(name);
    if (slot == no_slot) fail(node, fmt::format("there is no fact {}", quoted(name)), fact_suggestion(name, *language.schema));
    inputs.push_back({name, slot});
  };
  if (names->is_array()) for (const Node& item : names->items) read(item);
  else read(*names);
  if (inputs.empty()) fail(*names, "a table without inputs is one expression", fmt::format("write {} = \"...\"", table.key));
  return inputs;
}

Expr test_of(const Node& cell, const Input& input, const Language& language) {
  return read_test(cell, language.schema->at(input.slot), input.slot, language);
}

Expr condition_of(const Node& row, const std::vector<Input>& inputs, const Language& language) {
  Expr all;
  all.op = Op::both;
  all.type = Type::boolean;
  for (std::size_t i = 0; i < inputs.size(); ++i) all.children.push_back(test_of(row.items[i], inputs[i], language));
  return all;
}

// "-" and nothing at all are null.
Expr output_of(const Node& cell, const Language& language) {
  if (cell.is_array() || cell.is_table()) fail(cell, "an output is one expression");
  const std::string_view text = trimmed(cell.text);
  if (!text.empty() && text != "-") return read_cell(cell, language);
  Expr nothing;
  nothing.literal = Value::null();
  nothing.type = Type::null;
  nothing.text = "null";
  return nothing;
}

void check_width(const Node& row, std::size_t inputs, std::size_t outputs) {
  if (!row.is_array()) fail(row, "a row is a list of cells", "write [ \">= 2025-01-22\", \"1075.00\" ]");
  if (row.items.size() != inputs + outputs)
    fail(row, fmt::format("the row has {} cells, but there are {} inputs and {} outputs", row.items.size(), inputs, outputs));
}

}  // namespace

std::vector<std::string> outputs_of(const Entry& table) {
  const Node* outputs = table.value.find("outputs");
  return outputs == nullptr ? std::vector<std::string>{table.key} : strings_of(*outputs, "outputs");
}

std::vector<Expr> read_table(const Entry& table, const Language& language) {
  only_keys(table.value, {"inputs", "outputs", "rows", "csv"}, "derived." + table.key);
  const std::vector<std::string> names = outputs_of(table);
  const std::vector<Input> inputs = inputs_of(table, language);
  const Node* rows = table.value.find("rows");
  if (rows == nullptr || !rows->is_array() || rows->items.empty())
    fail(table.value, fmt::format("derived.{} has no rows", table.key), "add rows = [ [\">= 2025-01-22\", \"1075.00\"] ], or csv = \"rates.csv\"");
  std::vector<Expr> outputs(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    outputs[i].op = Op::rows;
    outputs[i].text = names[i];
  }
  for (const Node& row : rows->items) {
    check_width(row, inputs.size(), names.size());
    const Expr condition = condition_of(row, inputs, language);
    for (std::size_t i = 0; i < names.size(); ++i) {
      outputs[i].children.push_back(condition);
      outputs[i].children.push_back(output_of(row.items[inputs.size() + i], language));
    }
  }
  for (Expr& output : outputs) TypeChecker(*rows, language).check_rows(output);
  return outputs;
}

}  // namespace amends
