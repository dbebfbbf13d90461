// Findings as text, sheets and JSON lines, and what each code stands for.
#include <fmt/format.h>

#include "cmd/findings.h"
#include "core/base/database_path.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/lint/lint_rules.h"
#include "io/output.h"

namespace amends {
namespace {

std::string case_text(const Counterexample& example) {
  std::vector<std::string> facts;
  for (const auto& [fact, value] : example.facts) facts.push_back(fmt::format("{} = {}", fact, value));
  return facts.empty() ? "any" : joined(facts, ", ");
}

std::string indented(const std::string& hint) {
  std::string text;
  for (const char c : hint) text += c == '\n' ? std::string("\n    ") : std::string(1, c);
  return text;
}

// Lines of at most 78 columns.
std::string wrapped(std::string_view text) {
  std::string out;
  std::size_t width = 0;
  for (const std::string_view word : split(text, ' ')) {
    const bool fits = width + word.size() < 78;
    if (width > 0) out += fits ? ' ' : '\n';
    width = width > 0 && fits ? width + 1 + word.size() : word.size();
    out += word;
  }
  return out;
}

std::string as_text(const Finding& f) {
  std::string out = describe(f.where, f.severity, fmt::format("{} [{}]", f.message, f.code), "");
  if (f.example) {
    out += fmt::format("  case: {}\n", case_text(*f.example));
    for (const std::string& outcome : f.example->outcomes) out += fmt::format("    {}\n", outcome);
  }
  if (!f.hint.empty()) out += fmt::format("  hint: {}\n", without_passwords(indented(f.hint)));
  return out;
}

Json& add(Json& json, const Counterexample& example) {
  json.open('{').key("facts").open('{');
  for (const auto& [fact, value] : example.facts) json.field(fact, value);
  json.close('}').key("outcomes").open('[');
  for (const std::string& outcome : example.outcomes) json.text(outcome);
  return json.close(']').close('}');
}

std::string as_json(const Finding& f) {
  Json json;
  json.open('{').field("type", "finding").key("v").number(1);
  json.key("file");
  f.where.file.empty() ? json.null() : json.text(f.where.file);
  json.key("line").number(f.where.line).key("column").number(f.where.column);
  json.field("severity", f.severity).field("code", f.code).field("message", f.message);
  json.key("hint");
  f.hint.empty() ? json.null() : json.text(f.hint);
  json.key("example");
  f.example ? add(json, *f.example) : json.null();
  json.key("letter");
  f.letter.empty() ? json.null() : json.text(f.letter);
  return json.close('}').str() + "\n";
}

Sheet as_sheet(const Findings& findings) {
  Sheet sheet{"finding", {{"file"}, {"line", "", true, true}, {"column", "", true, true}, {"severity"}, {"code"}, {"message"}, {"hint"}, {"case"}, {"outcomes"}, {"letter"}}, {}};
  for (const Finding& f : findings)
    sheet.rows.push_back({f.where.file, std::to_string(f.where.line), std::to_string(f.where.column), f.severity, f.code, f.message, f.hint,
                          f.example ? case_text(*f.example) : "", f.example ? joined(f.example->outcomes, "; ") : "", f.letter});
  return sheet;
}

std::string as_text(const LintRule& rule) {
  const std::string why = wrapped(rule.why);
  if (!rule.is_of_letters()) return fmt::format("{} ({})\n\n{}\n", rule.code, rule.severity, why);
  return fmt::format("{} ({}): {}\n\n{}\n\n{}\n\n{}\n", rule.code, rule.severity, rule.message, why, wrapped("Source: " + rule.source + "."),
                     wrapped("Instead: " + rule.hint + "."));
}

}  // namespace

std::string printed(const Findings& findings, const std::string& format) {
  if (format == "csv" || format == "tsv") return print(as_sheet(findings), format);
  std::string out;
  if (format == "text") {
    for (const Finding& f : findings) out += as_text(f);
    return out;
  }
  std::vector<std::string> lines;
  for (const Finding& f : findings) lines.push_back(as_json(f));
  if (format == "jsonl") return joined(lines, "");
  for (std::string& line : lines) line.pop_back();
  return "[" + joined(lines, ",\n") + "]\n";
}

std::string explained(const std::string& code) {
  if (const LintRule* rule = lint_rule(code)) return as_text(*rule);
  std::vector<std::string> codes;
  for (const LintRule& rule : lint_rules()) codes.push_back(rule.code);
  throw Error{{}, fmt::format("lint has no rule {}", quoted(code)), suggestion(code, codes)};
}

}  // namespace amends
