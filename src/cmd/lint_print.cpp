// Findings as text, sheets and JSON lines, and what each code stands for.
#include <fmt/format.h>

#include "cmd/findings.h"
#include "core/database_path.h"
#include "core/embedded.h"
#include "core/json.h"
#include "core/text.h"
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
  if (!f.example) return json.null().close('}').str() + "\n";
  json.open('{').key("facts").open('{');
  for (const auto& [fact, value] : f.example->facts) json.field(fact, value);
  json.close('}').key("outcomes").open('[');
  for (const std::string& outcome : f.example->outcomes) json.text(outcome);
  return json.close(']').close('}').close('}').str() + "\n";
}

Sheet as_sheet(const Findings& findings) {
  Sheet sheet{"finding", {{"file"}, {"line", "", true, true}, {"column", "", true, true}, {"severity"}, {"code"}, {"message"}, {"hint"}, {"case"}, {"outcomes"}}, {}};
  for (const Finding& f : findings)
    sheet.rows.push_back({f.where.file, std::to_string(f.where.line), std::to_string(f.where.column), f.severity, f.code, f.message, f.hint,
                          f.example ? case_text(*f.example) : "", f.example ? joined(f.example->outcomes, "; ") : ""});
  return sheet;
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
  std::vector<std::string> codes;
  for (const std::string_view line : split(embedded("lint.tsv"), '\n')) {
    const std::vector<std::string_view> cells = split(line, '\t');
    if (cells.size() < 3 || line.starts_with('#')) continue;
    codes.emplace_back(cells[0]);
    if (cells[0] == code) return fmt::format("{} ({})\n\n{}\n", cells[0], cells[1], wrapped(cells[2]));
  }
  throw Error{{}, fmt::format("lint has no rule {}", quoted(code)), suggestion(code, codes)};
}

}  // namespace amends
