// amends run: the nightly job. Checks, settles against the ledger, drafts into the outbox: one transaction.
#include <algorithm>
#include <map>
#include <unordered_set>

#include <fmt/format.h>

#include "cmd/desk.h"
#include "cmd/incident_cases.h"
#include "cmd/send.h"
#include "cmd/sentences.h"
#include "cmd/summary.h"
#include "core/base/text.h"
#include "core/ledger/standing.h"
#include "core/letters/quiet_cases.h"
#include "io/ledger/input_prints.h"
#include "io/mail/letter_files.h"
#include "io/unfinished_file.h"

namespace amends {
namespace {

struct RunOptions : Options {
  std::string wait, since, incident, via, summary = "text";
  bool backlog = false, catchup = false, redecide = false, yes = false, send = false;
};

using Withdrawn = std::map<std::string, std::string>;  // letters by key, and why

void write(Ledger& ledger, const Night& night, const Drafts& drafts, const std::vector<KnownCase>& cleared, const std::vector<CaseIds>& known_as,
           const Context& context, const Withdrawn& withdrawn, const std::vector<InputPrint>& inputs, const Clock& clock) {
  const Project& project = *context.project;
  ledger.begin(context.as_of, clock.now);
  ledger.append_policy(project.policy.hash, text_of(project));
  for (const InputPrint& input : inputs) ledger.append_input(input);
  for (const NightCase& c : night.cases)
    if (const KnownCase now = known_case(c, context.as_of); c.known == nullptr || !says_the_same(*c.known, now)) ledger.append_case(now);
  for (const KnownCase& c : cleared) ledger.append_case(c);
  for (const CaseIds& c : known_as) ledger.append_case_ids(c);
  for (const PooledCase& c : pooled_cases(night)) ledger.append_pooled(c);
  for (const NightCase& c : night.cases)
    for (const Grant& grant : c.grants) ledger.append_grant(grant);
  for (const Grant& grant : night.gave_way) ledger.change_grant(grant.key, GrantState::void_, "", given_by_hand_reason({}));
  for (const auto& [key, reason] : withdrawn) ledger.change_message(key, "withdrawn", reason);
  for (const Message& message : drafts.messages)
    ledger.append_message(message, project.outbox.approve_by_person ? "drafted" : "approved");
  ledger.keep_quiet(quiet_cases(night, drafts, project));
}

// Whose earlier grants and letters bear on tonight. A case keeps what it was granted, whoever and whatever order its
// record names now.
Whose whose_are(const Judgement& judgement, const Standing& standing, const std::vector<KnownCase>& cleared) {
  Whose whose;
  const auto add = [&](const std::string& person, const std::string& order) {
    if (!person.empty()) whose.people.insert(person);
    if (!order.empty()) whose.orders.insert(order);
  };
  std::unordered_set<std::string_view> keys;
  for (const Miss& miss : judgement.misses) {
    add(miss.person, miss.record_id);
    keys.insert(miss.key);
  }
  for (const KnownCase& c : standing.cases)
    if (keys.contains(c.key)) add(c.person, c.record_id);
  for (const KnownCase& c : cleared) add(c.person, c.record_id);
  return whose;
}

bool has_shop_cap(const Project& project) {
  return std::any_of(project.policy.caps.begin(), project.policy.caps.end(), [](const CapRule& cap) { return cap.per == "shop" || cap.per == "run"; });
}

// Marking as known is for good: a day to come would mark every miss there is.
std::optional<Instant> start_option(const std::string& text, const Context& context) {
  if (text.empty()) return std::nullopt;
  const Instant since = moment_option("--since", text, context.as_of, context.project->shop.zone);
  if (since > context.as_of)
    throw Error{{}, fmt::format("--since: {} is still to come, and every miss would be marked as known", quoted(text)), "name a day that has been"};
  return since;
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

// What came back before the last night was told then.
bool is_any_since_last_run(const std::vector<Undelivered>& undelivered, const std::vector<LedgerRun>& runs) {
  return std::any_of(undelivered.begin(), undelivered.end(), [&](const Undelivered& one) { return runs.empty() || one.since >= runs.front().as_of; });
}

NightOptions night_options(const RunOptions& options, const Context& context, const Books& books) {
  NightOptions how;
  how.since = start_option(options.since, context);
  how.backlog = options.backlog ? Backlog::decide : options.catchup ? Backlog::catchup : Backlog::wait;
  how.redecide = options.redecide;
  how.project_of = books.project_of;
  return how;
}

void check_options(const RunOptions& options) {
  if (options.backlog && options.catchup)
    throw Error{{}, "--backlog decides old misses, --catchup marks them as known: not both", "take one"};
  if (!options.since.empty() && (options.backlog || options.catchup))
    throw Error{{}, "--since says itself which misses are before the start", fmt::format("leave out {}", options.backlog ? "--backlog" : "--catchup")};
}

// What a run that was killed left of its output.
void remove_unfinished_files(const Project& project) {
  remove_abandoned(project.folder);
  if (const std::string ledger_folder = folder_of(path_in(project, project.ledger_path)); ledger_folder != project.folder) remove_abandoned(ledger_folder);
}

Exit run(const RunOptions& options, const Clock& clock) {
  check_options(options);
  const Context context(options, clock);
  const Project& project = *context.project;
  SendAsked sending;
  sending.via = options.via;
  sending.wait = options.wait;
  if (options.send) require_mail_command(sending, project);
  std::unique_ptr<Ledger> ledger =
      Ledger::open_to_write(path_in(project, project.ledger_path), duration_option("--wait", options.wait));
  remove_unfinished_files(project);
  const std::vector<LedgerRun> runs = ledger->runs();
  const bool goes_back = !runs.empty() && context.as_of < runs.front().as_of;
  const bool looks_at_all = options.redecide || goes_back || !options.since.empty() || !options.incident.empty() || !can_be_quiet(project);
  Books books = books_of(ledger.get(), project, looks_at_all ? Grants::all : Grants::later);
  Standing& standing = books.standing;
  require_same_shop(standing, project);
  require_guarantees(standing, project);
  const InputWatch inputs(project);
  Judged judged = judged_cases(context, books, CasesFrom::records, Tell::all);
  const std::vector<KnownCase> cleared = cleared_cases(standing, judged.judgement, context.as_of);
  LeftOut left;
  if (!looks_at_all) left = leave_out_quiet(judged.judgement, standing, cleared, project);
  const bool reads_all = looks_at_all || left.cases == 0;
  const Whose whose = reads_all ? Whose{} : whose_are(judged.judgement, standing, cleared);
  if (!looks_at_all) standing.given = reads_all || has_shop_cap(project) ? given_of(*ledger) : given_of(*ledger, ledger->grants_of(whose));
  Night night = night_of(judged.judgement, standing, project, night_options(options, context, books));
  night.before_start += left.before_start;
  std::optional<NamedIncident> incident;
  if (!options.incident.empty()) incident = incident_to_tell(context, books, options.incident);
  Letters letters(template_files(project));
  const std::vector<OutboxMessage> outlines = reads_all ? ledger->outlines() : ledger->outlines_of(whose);
  const Withdrawn withdrawn = letters_withdrawn(letters_to_withdraw(ledger.get(), outlines, standing.given, judged.judgement, night, project), incident, outlines);
  const std::vector<std::string> stale = keys_of(withdrawn);
  DraftOptions how = draft_options(ledger.get(), project, context.as_of, false);
  if (incident) how.incident = &*incident;
  const Drafts drafts = drafts_of(night, said_before(outlines, stale), standing.given, project, letters, how);
  const std::vector<HeldLetter> held = held_letters(context, books, stale);
  const std::vector<Undelivered> undelivered = undelivered_letters(*ledger);
  const Summary summary{judged, night, drafts, held, undelivered, is_any_since_last_run(undelivered, runs)};
  const bool only_shown = goes_back || (options.redecide && !options.yes);
  // What a night was decided from is told where it decides something.
  const bool decides = something_happened(summary) || !stale.empty() || !cleared.empty();
  const std::vector<InputPrint> prints = decides && !only_shown ? inputs.prints() : std::vector<InputPrint>{};
  if (!only_shown) write(*ledger, night, drafts, cleared, judged.judgement.known_as, context, withdrawn, prints, clock);
  // Said before it is written for good: a run that cannot say what it does grants nothing, and one that cannot write says nothing.
  Output out(options.output);
  const bool is_shown = !options.quiet || something_happened(summary);
  if (is_shown)
    out.write(options.summary == "json" ? summary_json(summary, context) : summary_text(summary, context));
  out.flush();
  if (!only_shown) ledger->commit({0, context.as_of, night.new_misses, summary_json(summary, context)});
  out.close();
  say_unjudged(context, judged.judgement.unjudged);
  say_undecided(context, night);
  if (goes_back)
    context.say(fmt::format("Nothing was written: the ledger already knows what came later, up to {}.",
                            print_moment(Moment(standing.runs.front().as_of), project.shop.zone)));
  else if (only_shown) context.say("Nothing was written: this is what run --redecide --yes would grant under today's policy.");
  const bool partial = judged.partial || night.unjudged > 0 || !drafts.unwritten.empty() || !night.given_twice.empty();
  const std::string untold = partial && options.quiet ? partial_sentence(summary, is_shown && options.summary == "text") : "";
  if (!untold.empty()) tell_on_stderr(untold);
  const Exit exit = partial ? Exit::partial : Exit::ok;
  if (!options.send || only_shown) return exit;
  ledger.reset();  // a run may begin while letters leave
  const Exit sent = send_after_run(context, sending, clock, judged.judgement.misses, held);
  return sent == Exit::ok ? exit : sent;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<RunOptions>();
  declare(arguments, *options, {});
  declare_reading(arguments, *options);
  arguments.option("--wait", options->wait, "TIME", "Wait that long when another run holds the ledger: \"10 min\"");
  arguments.option("--since", options->since, "TIME", "Misses due before are known and never granted, whatever [ledger] since says");
  arguments.option("--incident", options->incident, "NAME", "One honest text to the people of this incident, in place of their notices");
  arguments.choice("--summary", options->summary, {"text", "json"}, "How to print the summary");
  arguments.flag("--send", options->send, "Then send what is approved, as amends send --yes does");
  arguments.option("--via", options->via, "COMMAND", "With --send: the mail command; default: [outbox] via");
  arguments.flag("--backlog", options->backlog, "Decide misses that were older than 30 days at the first run");
  arguments.flag("--catchup", options->catchup, "Mark those as known, never to be granted");
  arguments.flag("--redecide", options->redecide, "Decide all cases under today's policy; shows what it would grant");
  arguments.flag("--yes", options->yes, "With --redecide: do it");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command run_command{"run", "Nightly", "The nightly job: find misses, grant, draft letters", setup};

}  // namespace amends
