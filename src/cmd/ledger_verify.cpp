// amends ledger verify: what was found, and what was looked at.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/ledger_parts.h"
#include "cmd/progress_line.h"
#include "cmd/sentences.h"
#include "core/base/json.h"
#include "io/ledger/ledger_verify.h"

namespace amends {
namespace {

constexpr const char* checks[] = {"storage", "chain", "values", "sums", "replay"};

std::size_t count_of(const LedgerCheck& check, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(check.findings.begin(), check.findings.end(), [&](const LedgerFinding& f) { return f.check == name; }));
}

std::string counted(std::int64_t n, std::string_view one, std::string_view many) { return amends::counted(static_cast<std::size_t>(n), one, many); }

std::string text_of(const LedgerCheck& check, const std::string& path) {
  std::string text = fmt::format("{}: {} of {}, {}, {}, {}{}\n\n", path, counted(check.rows, "row", "rows"), counted(check.runs, "run", "runs"),
                                 counted(check.grants, "grant", "grants"), counted(check.messages, "message", "messages"), counted(check.people, "person", "people"),
                                 check.forgotten == 0 ? "" : fmt::format(", {} forgotten", check.forgotten));
  for (const char* name : checks) {
    const std::size_t found = count_of(check, name);
    text += fmt::format("  {:<9}{}\n", name, found == 0 ? "holds" : amends::counted(found, "finding", "findings"));
  }
  if (!check.sums.empty()) text += "\n";
  for (const LedgerSum& sum : check.sums) text += fmt::format("  {:<9}{:>14}  {}\n", sum.state, print(sum.money), counted(sum.grants, "grant", "grants"));
  text += fmt::format("\n  last row  {}\n", check.end);
  if (!check.findings.empty()) text += "\n";
  for (const LedgerFinding& f : check.findings) {
    const std::string row = f.seq == 0 ? f.table : fmt::format("{} row {}", f.table.empty() ? "" : f.table, f.seq);
    text += fmt::format("{}: {}{}{}\n", f.check, row, row.empty() ? "" : ": ", f.what);
  }
  return text;
}

std::string json_of(const LedgerCheck& check) {
  Json json;
  json.open('{').field("type", "ledger_check").field("v", 1).flag("holds", check.findings.empty());
  json.field("rows", check.rows).field("runs", check.runs).field("grants", check.grants).field("messages", check.messages);
  json.field("people", check.people).field("forgotten", check.forgotten).field("last_row", check.end);
  json.key("sums").open('[');
  for (const LedgerSum& sum : check.sums)
    json.open('{').field("state", sum.state).field("amount", amount(sum.money)).field("currency", sum.money.currency.name()).field("grants", sum.grants).close('}');
  json.close(']').key("findings").open('[');
  for (const LedgerFinding& f : check.findings) {
    json.open('{').field("check", f.check).optional("table", f.table);
    if (f.seq != 0) json.field("row", f.seq);
    json.field("what", f.what).close('}');
  }
  return json.close(']').close('}').str() + "\n";
}

}  // namespace

Exit verify(const LedgerOptions& options, const Context& context) {
  const std::string path = path_in(*context.project, context.project->ledger_path);
  Progress progress;
  ProgressLine line(progress, can_rewrite_lines(stderr) && !options.quiet && options.progress == "auto");
  const LedgerCheck check = verify_ledger(path, options.noted, progress);
  line.end();
  Output out(options.output);
  out.write(options.format == "json" ? json_of(check) : text_of(check, context.project->ledger_path));
  out.close();
  if (check.findings.empty()) context.say("Nothing is wrong with the ledger.");
  else context.say(fmt::format("{}: keep this file, look into a backup, and grant nothing until it is understood.", amends::counted(check.findings.size(), "finding", "findings")));
  return check.findings.empty() ? Exit::ok : Exit::findings;
}

}  // namespace amends
