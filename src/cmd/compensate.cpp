// amends compensate: adds what the policy says is owed, less what was given before.
#include <fmt/format.h>

#include "cmd/compensate_facts.h"
#include "cmd/context.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "io/records/stage.h"

namespace amends {
namespace {

struct CompensateOptions : Options {
  std::string facts;
  bool gross = false;
  bool backlog = false;
};

std::string remedies_words(const NightCase& c) {
  std::vector<std::string> parts;
  for (const Grant& grant : c.grants) {
    const bool is_offered = grant.state == GrantState::decided && !grant.reason.empty();
    parts.push_back(remedy_words(grant) + (grant.state == GrantState::held ? " (held: " + grant.reason + ")" : is_offered ? " (" + grant.reason + ")" : ""));
  }
  for (const OwedRemedy& remedy : c.accruing) parts.push_back(remedy_words(remedy) + " so far, granted when it is met");
  if (!c.decision.judged) parts.push_back("cannot judge: " + c.decision.reason);
  if (c.standing != standing::decided) parts.push_back(c.standing == standing::before_start ? "due before the start" : "older than the start: see run --help");
  if (parts.empty() && c.ahead) parts.push_back("nothing more; " + print(*c.ahead) + " ahead");
  if (parts.empty()) parts.push_back(c.decision.owed.empty() ? "nothing" : "nothing more");
  return joined(parts, "; ");
}

Sheet sheet_of(const Night& night, bool for_people) {
  Sheet sheet{"decision", {{"order"}, {"guarantee"}, {"kind"}, {"late"}, {"grant", "granted"}}, {}};
  if (!for_people)
    sheet.columns = {{"case"}, {"order"}, {"kind"}, {"table"}, {"rule"}, {"remedy"}, {"what"}, {"state"}, {"amount"}, {"currency"}, {"reason"}};
  for (const NightCase& c : night.cases) {
    const std::string kind(name_of(c.miss->kind));
    if (for_people) {
      sheet.rows.push_back({record_words(c.miss->key), c.miss->guarantee, kind, lateness_words(*c.miss), remedies_words(c)});
      continue;
    }
    for (const Grant& g : c.grants)
      sheet.rows.push_back({g.case_key, g.record_id, kind, g.table, g.rule, g.kind, g.what, std::string(name_of(g.state)),
                            g.money ? amount(*g.money) : "", g.money ? std::string(g.money->currency.name()) : "", g.reason});
  }
  return sheet;
}

Exit run(const CompensateOptions& options, const Clock& clock) {
  Context context(options, clock);
  if (!options.facts.empty()) return compensate_facts(context, options.facts);
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), *context.project);
  const Judged judged = judged_cases(context, books, CasesFrom::pipe_or_records, Tell::all);
  NightOptions how;
  how.gross = options.gross;
  how.backlog = options.backlog ? Backlog::decide : Backlog::wait;
  how.project_of = books.project_of;
  const Night night = night_of(judged.judgement, books.standing, *context.project, how);
  const std::string format = context.format("table");
  Output out(options.output);
  if (format == "jsonl" || format == "json") {
    JsonLines lines(out, format);
    for (const NightCase& c : night.cases) lines.write(decision_line(c, *context.project, judged.judgement.as_of));
    for (const Unjudged& u : judged.judgement.unjudged) lines.write(unjudged_line(u, *context.project, judged.judgement.as_of));
    lines.close();
  } else {
    out.write(print(sheet_of(night, format == "table"), format));
    say_unjudged(context, judged.judgement.unjudged);
  }
  out.close();
  context.say(grants_sentence(night));
  return judged.partial || night.unjudged > 0 ? Exit::partial : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<CompensateOptions>();
  declare(arguments, *options, {"table", "csv", "tsv", "json", "jsonl"});
  declare_reading(arguments, *options);
  arguments.option("--facts", options->facts, "FILE", "Decide the cases that FILE tells as JSON, one a line; -: stdin");
  arguments.flag("--gross", options->gross, "What is owed in all, whatever was given before");
  arguments.flag("--backlog", options->backlog, "Decide misses that are older than the ledger's start too");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command compensate_command{"compensate", "Stages", "Add what the policy says is owed", setup};

}  // namespace amends
