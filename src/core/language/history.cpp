#include "core/language/history.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr const char* told_names[] = {"table", "rule", "kind", "what", "guarantee"};

HistoryRule::Of source_of(const Node& node, bool is_sum) {
  const std::string& text = string_of(node, is_sum ? "sum" : "count");
  if (text == "grants") return HistoryRule::Of::grants;
  if (text == "misses" && !is_sum) return HistoryRule::Of::misses;
  fail(node, fmt::format("{} cannot be {}", quoted(text), is_sum ? "added up" : "counted"),
       is_sum ? "write sum = \"grants\"" : suggestion(text, {"grants", "misses"}));
}

HistoryRule read_rule(const Node& history, const Entry& entry, Schema& schema, const Language& language) {
  const Node& node = entry.value;
  if (!node.is_table()) fail(node, fmt::format("history.{} is a table", entry.key), fmt::format("write [history.{}] and count = \"grants\" below it", entry.key));
  only_keys(node, {"count", "sum", "per", "within", "when"}, "history." + entry.key);
  HistoryRule rule;
  rule.name = entry.key;
  const Node* count = node.find("count");
  const Node* sum = node.find("sum");
  if ((count == nullptr) == (sum == nullptr)) fail(node, fmt::format("history.{} neither counts nor adds up, or both", entry.key), "write count = \"grants\" or sum = \"grants\"");
  rule.is_sum = sum != nullptr;
  rule.of = source_of(rule.is_sum ? *sum : *count, rule.is_sum);
  if (const Node* per = node.find("per")) {
    const std::string& whose = string_of(*per, "per");
    if (whose != "person" && whose != "order") fail(*per, fmt::format("history is not known per {}", quoted(whose)), suggestion(whose, {"person", "order"}));
    rule.per_order = whose == "order";
  }
  if (const Node* within = node.find("within")) rule.within = read_window(*within, language);
  if (const Node* when = node.find("when")) {
    Language own = language;
    own.schema = &history_schema();
    rule.when = read_condition(*when, own);
  }
  if (schema.find(entry.key) != no_slot)
    throw Error{where_of_key(history, entry.key), fmt::format("there is already a fact {}", quoted(entry.key)), "give the history fact a name of its own"};
  Field field;
  field.name = entry.key;
  field.origin = Origin::history;
  field.type.base = rule.is_sum ? Type::money : Type::number;
  field.stage = "compensate";
  field.meaning = rule.of == HistoryRule::Of::misses ? "Misses before" : rule.is_sum ? "Money granted before" : "Grants before";
  rule.slot = schema.add(std::move(field));
  return rule;
}

}  // namespace

const Schema& history_schema() {
  static const Schema schema = [] {
    Schema s;
    for (const char* name : told_names) {
      Field field;
      field.name = name;
      field.type.optional = true;
      s.add(std::move(field));
    }
    return s;
  }();
  return schema;
}

std::vector<HistoryRule> read_history(const Node& history, Schema& schema, const Language& language) {
  std::vector<HistoryRule> rules;
  for (const Entry& entry : history.entries)
    if (entry.key != "within") rules.push_back(read_rule(history, entry, schema, language));
  return rules;
}

}  // namespace amends
