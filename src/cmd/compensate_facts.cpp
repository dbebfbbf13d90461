#include "cmd/compensate_facts.h"

#include <iostream>
#include <sstream>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/policy/remedy_label.h"
#include "core/trial/told_case.h"
#include "io/records/json_tree.h"

namespace amends {
namespace {

struct FactsCase {
  std::size_t line = 0;
  Currency currency;
  Decision decision;
};

std::string text_from(const std::string& path) {
  if (path != "-") return read_file(path);
  std::ostringstream text;
  text << std::cin.rdbuf();
  return text.str();
}

FactsCase decided(const Project& project, const Node& object, std::size_t line, Instant as_of) {
  const ToldCase told(project, object, as_of);
  return {line, told.currency(), told.decision(false)};
}

// All its money together.
Money total_of(const FactsCase& c) {
  Money sum{0, c.currency};
  for (const OwedRemedy& remedy : c.decision.owed)
    if (remedy.money) sum = sum + *remedy.money;
  return sum;
}

std::vector<std::string> remedies_of(const FactsCase& c) {
  std::vector<std::string> all = labels_of(c.decision.owed);
  all.insert(all.end(), c.decision.waits.begin(), c.decision.waits.end());
  return all;
}

std::vector<std::string> derivation_of(const FactsCase& c) {
  std::vector<std::string> all;
  for (const OwedRemedy& remedy : c.decision.owed)
    for (const std::string& step : remedy.steps) all.push_back(fmt::format("{}/{}: {}", remedy.table, remedy.rule, step));
  all.insert(all.end(), c.decision.why.begin(), c.decision.why.end());
  return all;
}

void add_list(Json& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).open('[');
  for (const std::string& text : texts) json.text(text);
  json.close(']');
}

// Part of what people read by program (templates/schemas/facts.json). Add, never rename.
std::string line_of(const FactsCase& c) {
  Json json;
  json.open('{').field("type", "facts").field("v", 1).field("line", static_cast<std::int64_t>(c.line)).flag("judged", c.decision.judged);
  json.key("amount");
  if (c.decision.judged) json.text(amount(total_of(c)));
  else json.null();
  json.field("currency", c.currency.name());
  add_list(json, "remedies", remedies_of(c));
  add_list(json, "rules", c.decision.fired);
  add_list(json, "derivation", derivation_of(c));
  if (!c.decision.judged) {
    add_list(json, "missing", c.decision.missing);
    json.field("reason", c.decision.reason);
  }
  json.close('}');
  return json.str() + "\n";
}

Sheet sheet_of(const std::vector<FactsCase>& cases) {
  Sheet sheet{"facts", {{"line", "line", true, true}, {"amount", "amount", true}, {"currency"}, {"remedies"}, {"rules"}, {"reason"}}, {}};
  for (const FactsCase& c : cases)
    sheet.rows.push_back({std::to_string(c.line), c.decision.judged ? amount(total_of(c)) : "", std::string(c.currency.name()),
                          joined(remedies_of(c), ", "), joined(c.decision.fired, ", "),
                          c.decision.judged ? joined(c.decision.why, "; ") : "cannot judge: " + c.decision.reason});
  return sheet;
}

}  // namespace

Exit compensate_facts(const Context& context, const std::string& path) {
  const Project& project = *context.project;
  const std::string text = text_from(path);
  const std::string name = path == "-" ? "stdin" : path;
  const std::string format = context.format("table");
  const bool is_json = format == "jsonl" || format == "json";
  Output out(context.options.output);
  JsonLines lines(out, format);
  std::vector<FactsCase> cases;
  std::size_t number = 0;
  std::size_t unjudged = 0;
  std::size_t unread = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (trimmed(line).empty() || trimmed(line) == "\r") continue;
    try {
      FactsCase c = decided(project, read_json(line, name, number), number, context.as_of);
      if (!c.decision.judged) ++unjudged;
      if (is_json) lines.write(line_of(c));
      else cases.push_back(std::move(c));
    } catch (const Error& error) {  // one line that is no JSON costs one case
      ++unread;
      std::string told = describe(error.where, "line set aside", error.message, error.message.starts_with("this is not JSON") ? "each line is one JSON object: {\"fare\": \"24.00\"}" : error.hint);
      told.pop_back();
      context.say(told);
    }
  }
  if (is_json) lines.close();
  else out.write(print(sheet_of(cases), format));
  out.close();
  if (unjudged > 0) context.say(fmt::format("{} {} cannot be judged", unjudged, unjudged == 1 ? "case" : "cases"));
  return unjudged + unread > 0 ? Exit::partial : Exit::ok;
}

}  // namespace amends
