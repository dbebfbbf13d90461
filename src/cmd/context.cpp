#include "cmd/context.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/sentences.h"
#include "core/letter_facts.h"
#include "core/text.h"
#include "io/limits.h"

namespace amends {
namespace {

constexpr std::size_t shown_faults = 5;

Instant as_of_from(const std::string& text, const Zone& zone, Instant now) {
  if (text.empty()) return now;
  const Stamp stamp = read_iso(text);
  if (stamp.kind == Stamp::Kind::bad)
    throw Error{{}, fmt::format("--as-of: {} is not a time", quoted(text)), "write 2026-03-31 or 2026-03-31T14:00+01:00"};
  const Moment moment = moment_of(stamp, zone);
  return moment.is_date() ? zone.start_of(moment.date()) : moment.instant();
}

Sheet rejects_sheet(const Records& records) {
  Sheet sheet{"reject", {{"file"}, {"line"}, {"column"}, {"reason"}, {"hint"}, {"raw"}}, {}};
  for (const Rejected& r : records.rejected)
    sheet.rows.push_back({r.where.file, std::to_string(r.where.line), std::to_string(r.where.column), r.reason, r.hint, r.raw});
  for (const Contradiction& c : records.contradictions)
    for (const Where& where : c.rows)
      sheet.rows.push_back({where.file, std::to_string(where.line), std::to_string(where.column),
                            fmt::format("{} {} is told twice, with another {}", name_of(c.kind), quoted(c.id), c.field),
                            "keep the right row; neither is paid", where.text});
  return sheet;
}

void report_rejected(const Context& context, const Records& records) {
  std::size_t shown = 0;
  for (const Rejected& r : records.rejected) {
    if (++shown > shown_faults) break;
    std::string text = describe(r.where, "row set aside", r.reason, r.hint);
    text.pop_back();
    context.say(text);
  }
  if (records.rejected.size() > shown_faults)
    context.say(fmt::format("... and {} more rows set aside; --rejects FILE lists them all", records.rejected.size() - shown_faults));
}

void report_contradictions(const Context& context, const Records& records) {
  std::size_t shown = 0;
  for (const Contradiction& c : records.contradictions) {
    if (++shown > shown_faults) break;
    std::vector<std::string> places;
    for (const Where& where : c.rows) places.push_back(fmt::format("{}:{}", where.file, where.line));
    context.say(fmt::format("{}: {} {} is told twice, with another {}; neither is paid", joined(places, ", "), name_of(c.kind),
                            quoted(c.id), c.field));
  }
  if (records.contradictions.size() > shown_faults)
    context.say(fmt::format("... and {} more contradictions; --rejects FILE lists them all", records.contradictions.size() - shown_faults));
}

void report_unknown_words(const Context& context, const Records& records) {
  for (const UnknownWord& u : records.unknown_words) {
    std::vector<std::string> known;
    for (const Word& word : u.field == "cause" ? vocabulary().causes : vocabulary().statuses) known.push_back(word.name);
    const std::string near = nearest(u.word, known);
    std::string text = describe(u.first, "warning", fmt::format("{} is not a {} amends knows ({})", quoted(u.word), u.field,
                                                                counted(u.count, "row", "rows")),
                                fmt::format("[sources.{}] {} = {{ {} = \"{}\" }}", source_name_of(u.kind),
                                            u.field == "cause" ? "causes" : "statuses", quoted(u.word), near.empty() ? "..." : near));
    text.pop_back();
    context.say(text);
  }
}

}  // namespace

void declare(Arguments& arguments, Options& options, std::vector<std::string> formats) {
  arguments.option("-c,--config", options.config, "FILE", "The project file; default: amends.toml here or in a parent folder");
  arguments.option("--as-of", options.as_of, "TIME", "Judge as things stood then; default: now");
  if (!formats.empty()) arguments.choice("--format", options.format, std::move(formats), "How to print");
  arguments.option("-o,--output", options.output, "FILE", "Write there instead of stdout");
  arguments.flag("-q,--quiet", options.quiet, "Say nothing on stderr but errors");
  arguments.choice("--color", options.color, {"auto", "always", "never"}, "Colours; auto: on a terminal, unless NO_COLOR is set");
}

void declare_rejects(Arguments& arguments, Options& options) {
  arguments.option("--rejects", options.rejects, "FILE", "Write rows that were set aside there, as CSV");
}

std::int64_t duration_option(const std::string& name, const std::string& text) {
  if (text.empty()) return 0;
  const std::optional<std::int64_t> ms = read_duration(text);
  if (!ms) throw Error{{}, fmt::format("{}: {} is not a length of time", name, quoted(text)), "write 10m, 1h or \"90 s\""};
  return *ms;
}

std::uint64_t size_option(const std::string& name, const std::string& text) {
  const std::optional<std::uint64_t> bytes = read_size(text);
  if (!bytes) throw Error{{}, fmt::format("{}: {} is not a size", name, quoted(text)), "write 256M, 2G or \"1 GiB\""};
  return *bytes;
}

Context::Context(const Options& asked, const Clock& clock) : options(asked), project(open_project(asked.config)) {
  as_of = as_of_from(asked.as_of, project->shop.zone, clock.now);
  const char* no_color = std::getenv("NO_COLOR");
  const bool wanted = is_terminal(stdout) && (no_color == nullptr || *no_color == '\0') && asked.output.empty();
  colour_ = asked.color == "always" || (asked.color == "auto" && wanted);
}

std::string Context::format(const std::string& on_terminal) const {
  if (!options.format.empty()) return options.format;
  const bool to_stdout = options.output.empty() || options.output == "-";
  return to_stdout && is_terminal(stdout) ? on_terminal : "jsonl";
}

void Context::say(const std::string& line) const {
  if (!options.quiet) fmt::print(stderr, "{}\n", line);
}

std::string Context::bold(const std::string& text) const { return colour_ ? "\033[1m" + text + "\033[0m" : text; }
std::string Context::dim(const std::string& text) const { return colour_ ? "\033[2m" + text + "\033[0m" : text; }

namespace {

// The facts that the policy of a project may ask for, by name.
std::set<std::string> policy_facts(const Project& project) {
  std::vector<Slot> slots;
  collect(project.policy, slots);
  collect_settlement(project.schema, slots);
  for (const MessageRule& rule : project.messages) collect(rule.when, slots);
  std::set<std::string> names;
  for (const Slot slot : with_derived(slots, project.derived))
    if (slot != no_slot) names.insert(project.schema.at(slot).name);
  return names;
}

}  // namespace

Asked asked_of(const Project& project, const std::vector<const Project*>& kept) {
  std::set<std::string> names = policy_facts(project);
  for (const Project* earlier : kept) names.merge(policy_facts(*earlier));
  for (const Slot slot : facts_judged(project)) names.insert(project.schema.at(slot).name);
  for (const char* name : letter_facts_read) names.insert(name);
  for (const char* name : {"shipped_at", "order_value", "service"}) names.insert(name);  // explain shows them
  for (std::size_t slot = 0; slot < project.schema.size(); ++slot)
    if (const Field& field = project.schema.at(static_cast<Slot>(slot)); field.told) names.insert(field.name);  // own, public
  Asked asked;
  for (const std::string& name : names) {
    asked.wanted.of(RecordKind::order).insert(name);
    if (const Slot slot = project.schema.find(name); slot != no_slot) asked.facts.push_back(slot);
  }
  std::sort(asked.facts.begin(), asked.facts.end());
  asked.wanted.of(RecordKind::credit) = {"order_id", "amount"};
  if (!project.messages.empty()) {
    asked.wanted.of(RecordKind::item) = {"name", "quantity", "price"};
    asked.wanted.of(RecordKind::shipment) = {"shipment_id", "carrier", "tracking", "shipped_at", "delivered_at", "status"};
    for (const char* list : {"items", "shipments"}) asked.facts.push_back(project.schema.find(list));
    std::erase(asked.facts, no_slot);
    std::sort(asked.facts.begin(), asked.facts.end());
  }
  return asked;
}

Records read_all(const Context& context, const Asked& asked) {
  return read_records(*context.project, context.as_of, asked.wanted);
}

bool report(const Context& context, const Records& records) {
  report_rejected(context, records);
  report_contradictions(context, records);
  report_unknown_words(context, records);
  if (!context.options.rejects.empty()) {
    Output out(context.options.rejects);
    out.write(print(rejects_sheet(records), "csv"));
    out.close();
  }
  return !records.rejected.empty() || !records.contradictions.empty();
}

bool report(const Context& context, const Judgement& judgement) {
  for (const std::string& id : judgement.rematched)
    context.say(fmt::format("{} would now come under another guarantee; it stays under the one the ledger has it under", id));
  return !judgement.unjudged.empty();
}

namespace {

std::function<const Project*(const std::string&)> kept_policies(const Ledger* ledger, const Project& today) {
  auto cache = std::make_shared<std::map<std::string, std::unique_ptr<Project>>>();
  return [=, &today](const std::string& hash) -> const Project* {
    if (hash == today.policy.hash || ledger == nullptr) return nullptr;
    auto& project = (*cache)[hash];
    if (project) return project.get();
    const std::optional<std::string> text = ledger->policy_text(hash);
    if (!text)
      throw Error{{today.ledger_path}, fmt::format("the policy {} that cases were decided under is not in the ledger", hash.substr(0, 12)),
                  "run --redecide decides them under today's", Exit::io};
    project = project_from_text(*text);
    return project.get();
  };
}

Standing standing_of(const Ledger* ledger) {
  if (ledger == nullptr) return {};
  return {ledger->cases(), ledger->runs(), given_of(*ledger)};
}

}  // namespace

Books books_of(const Ledger* ledger, const Project& today) {
  Books books{ledger, standing_of(ledger), {}, kept_policies(ledger, today), {}};
  std::set<std::string> hashes;
  for (const KnownCase& c : books.standing.cases) {
    books.held[c.record_id].push_back(c.guarantee);
    const bool is_decided = c.standing == standing::decided || c.standing == standing::cleared;
    if (!is_decided || !hashes.insert(c.policy_hash).second) continue;
    if (const Project* kept = books.project_of(c.policy_hash)) books.kept.push_back(kept);
  }
  return books;
}

std::unique_ptr<Ledger> ledger_to_read(const Context& context) {
  return Ledger::open_to_read(path_in(*context.project, context.project->ledger_path));
}

std::unique_ptr<Ledger> ledger_of_a_run(const Context& context) {
  std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  if (!ledger)
    throw Error{{path_in(*context.project, context.project->ledger_path)}, "there is no ledger yet", "amends run makes it", Exit::io};
  return ledger;
}

namespace {

bool reads_stdin(const Project& project) {
  return std::any_of(project.sources.begin(), project.sources.end(), [](const SourceSpec& spec) {
    return std::find(spec.paths.begin(), spec.paths.end(), "-") != spec.paths.end();
  });
}

}  // namespace

Judged judged_cases(const Context& context, const Books& books, Input input_from, Tell tell) {
  Judged judged;
  if (input_from == Input::pipe_or_records && !reads_stdin(*context.project)) {
    if (const std::optional<std::string> text = piped_input()) {
      if (text->empty()) context.say("nothing came through the pipe: nothing to do; to begin with the records, end the line with </dev/null");
      StageInput input = read_stage(*text, *context.project);
      judged.judgement = std::move(input.judgement);
      judged.piped = std::move(input.cases);
      judged.from_pipe = true;
      judged.partial = input.unjudged > 0;
      judged.decided = input.stage == "decision";
      return judged;
    }
  }
  const Asked asked = asked_of(*context.project, books.kept);
  judged.records = read_all(context, asked);
  judged.judgement = judge(judged.records, *context.project, context.as_of, {&books.held, asked.facts, true});
  if (tell == Tell::all) {
    judged.partial = report(context, judged.records);
    judged.partial = report(context, judged.judgement) || judged.partial;
  }
  add_history(judged.judgement, books.standing, *context.project);
  add_credits(judged.judgement, judged.records, context.project->shop.currency);
  return judged;
}

Night night_from_pipe(const Judged& judged) {
  Night night;
  for (std::size_t i = 0; i < judged.judgement.misses.size(); ++i) {
    const StageCase& told = judged.piped[i];
    NightCase c;
    c.miss = &judged.judgement.misses[i];
    c.standing = told.standing == standing::decided        ? standing::decided
                 : told.standing == standing::before_start ? standing::before_start
                                                           : standing::backlog;
    c.decision.judged = told.withheld.empty();
    c.decision.reason = told.withheld;
    c.grants = told.grants;
    if (told.accruing) c.accruing.emplace_back();
    night.cases.push_back(std::move(c));
  }
  return night;
}


}  // namespace amends
