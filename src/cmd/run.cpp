// amends run: the nightly job. Checks, settles against the ledger, drafts into the outbox: one transaction.
#include <map>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/held_letters.h"
#include "cmd/incident_cases.h"
#include "cmd/sentences.h"
#include "cmd/summary.h"
#include "core/standing.h"
#include "io/letter_files.h"

namespace amends {
namespace {

struct RunOptions : Options {
  std::string wait, incident, summary = "text";
  bool backlog = false, catchup = false, redecide = false, yes = false;
};

using Withdrawn = std::map<std::string, std::string>;  // letters by key, and why

void write(Ledger& ledger, const Night& night, const Drafts& drafts, const std::vector<KnownCase>& cleared, const Context& context,
           const Withdrawn& withdrawn, const Clock& clock, const std::string& summary) {
  const Project& project = *context.project;
  ledger.begin(context.as_of, clock.now);
  ledger.append_policy(project.policy.hash, text_of(project));
  for (const NightCase& c : night.cases) ledger.append_case(known_case(c, context.as_of));
  for (const KnownCase& c : cleared) ledger.append_case(c);
  for (const NightCase& c : night.cases)
    for (const Grant& grant : c.grants) ledger.append_grant(grant);
  for (const auto& [key, reason] : withdrawn) ledger.change_message(key, "withdrawn", reason);
  for (const Message& message : drafts.messages)
    ledger.append_message(message, project.approve_by_person ? "drafted" : "approved");
  ledger.commit({0, context.as_of, night.new_misses, summary});
}

Withdrawn letters_withdrawn(const std::vector<std::string>& stale, const std::optional<NamedIncident>& incident, const std::vector<OutboxMessage>& outlines) {
  Withdrawn withdrawn;
  for (const std::string& key : stale) withdrawn.emplace(key, "the case has changed since");
  if (!incident) return withdrawn;
  for (const std::string& key : replaced_notices(*incident, outlines)) withdrawn.emplace(key, fmt::format("one text about {} takes its place", incident->name));
  return withdrawn;
}

std::vector<std::string> keys_of(const Withdrawn& withdrawn) {
  std::vector<std::string> keys;
  for (const auto& [key, reason] : withdrawn) keys.push_back(key);
  return keys;
}

NightOptions night_options(const RunOptions& options, const Books& books) {
  NightOptions how;
  how.backlog = options.backlog ? Backlog::decide : options.catchup ? Backlog::catchup : Backlog::wait;
  how.redecide = options.redecide;
  how.project_of = books.project_of;
  return how;
}

void check_options(const RunOptions& options) {
  if (options.backlog && options.catchup)
    throw Error{{}, "--backlog decides old misses, --catchup marks them as known: not both", "take one"};
}

Exit run(const RunOptions& options, const Clock& clock) {
  check_options(options);
  const Context context(options, clock);
  const Project& project = *context.project;
  const std::unique_ptr<Ledger> ledger =
      Ledger::open_to_write(path_in(project, project.ledger_path), duration_option("--wait", options.wait));
  const Books books = books_of(ledger.get(), project);
  const Standing& standing = books.standing;
  require_same_shop(standing, project);
  require_guarantees(standing, project);
  const Judged judged = judged_cases(context, books, CasesFrom::records, Tell::all);
  const Night night = night_of(judged.judgement, standing, project, night_options(options, books));
  std::optional<NamedIncident> incident;
  if (!options.incident.empty()) incident = incident_to_tell(context, books, options.incident);
  Letters letters(template_files(project));
  DraftOptions how{ledger->secret(), !project.approve_by_person, context.as_of};
  if (incident) how.incident = &*incident;
  const std::vector<OutboxMessage> outlines = ledger->outlines();
  const Withdrawn withdrawn = letters_withdrawn(stale_letters(waiting_letters(outlines), said_before(outlines, {}), standing.given, judged.judgement, night), incident, outlines);
  const std::vector<std::string> stale = keys_of(withdrawn);
  const Drafts drafts = drafts_of(night, said_before(outlines, stale), standing.given, project, letters, how);
  const std::vector<HeldLetter> held = held_letters(context, books, stale);
  const Summary summary{judged, night, drafts, held};
  const bool goes_back = !standing.runs.empty() && context.as_of < standing.runs.front().as_of;
  const bool only_shown = goes_back || (options.redecide && !options.yes);
  // Said before it is written: a run that cannot say what it does grants nothing.
  Output out(options.output);
  const bool is_shown = options.summary == "json" || !options.quiet || something_happened(summary);
  if (is_shown)
    out.write(options.summary == "json" ? summary_json(summary, context) : summary_text(summary, context));
  out.flush();
  if (!only_shown)
    write(*ledger, night, drafts, cleared_cases(standing, judged.judgement, context.as_of), context, withdrawn, clock, summary_json(summary, context));
  out.close();
  say_unjudged(context, judged.judgement.unjudged);
  if (goes_back)
    context.say(fmt::format("Nothing was written: the ledger already knows what came later, up to {}.",
                            print_moment(Moment(standing.runs.front().as_of), project.shop.zone)));
  else if (only_shown) context.say("Nothing was written: this is what run --redecide --yes would grant under today's policy.");
  const bool partial = judged.partial || night.unjudged > 0 || !drafts.unwritten.empty();
  const std::string untold = partial && options.quiet ? partial_sentence(summary, is_shown && options.summary == "text") : "";
  if (!untold.empty()) tell_on_stderr(untold);
  return partial ? Exit::partial : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<RunOptions>();
  declare(arguments, *options, {});
  declare_reading(arguments, *options);
  arguments.option("--wait", options->wait, "TIME", "Wait that long when another run holds the ledger: \"10 min\"");
  arguments.option("--incident", options->incident, "NAME", "One honest text to the people of this incident, in place of their notices");
  arguments.choice("--summary", options->summary, {"text", "json"}, "How to print the summary");
  arguments.flag("--backlog", options->backlog, "Decide misses that were older than 30 days at the first run");
  arguments.flag("--catchup", options->catchup, "Mark those as known, never to be granted");
  arguments.flag("--redecide", options->redecide, "Decide all cases under today's policy; shows what it would grant");
  arguments.flag("--yes", options->yes, "With --redecide: do it");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command run_command{"run", "Nightly", "The nightly job: find misses, grant, draft letters", setup};

}  // namespace amends
