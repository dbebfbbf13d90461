#include "cmd/context.h"

#include <algorithm>
#include <cstdlib>
#include <sys/resource.h>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/own_files.h"
#include "cmd/progress_line.h"
#include "cmd/sentences.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/ledger/night_credits.h"
#include "core/ledger/standing.h"
#include "core/letters/letter_facts.h"
#include "core/letters/reach.h"
#include "io/limits.h"

namespace amends {
namespace {

Instant as_of_from(const std::string& text, const Zone& zone, Instant now) {
  if (text.empty()) return now;
  const Stamp stamp = read_iso(text);
  if (stamp.kind == Stamp::Kind::bad)
    throw Error{{}, fmt::format("--as-of: {} is not a time", quoted(text)), "write 2026-03-31 or 2026-03-31T14:00+01:00"};
  const Moment moment = moment_of(stamp, zone);
  return moment.is_date() ? zone.start_of(moment.date()) : moment.instant();
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

void declare_reading(Arguments& arguments, Options& options) {
  arguments.option("--rejects", options.rejects, "FILE", "Write rows that were set aside there, as CSV");
  arguments.option("--threads", options.threads, "N", "Read with N threads; default: one a processor");
  arguments.option("--memory", options.memory, "SIZE", "Memory for records, such as 256M or 2G; default: half of the machine's");
  arguments.option("--tmp", options.tmp, "DIR", "Folder for what does not fit into it; default: $TMPDIR or /tmp");
  arguments.flag("--stats", options.stats, "Print what reading took as one line of JSON on stderr");
  arguments.choice("--progress", options.progress, {"auto", "never"}, "Show how far reading is; auto: on a terminal, after a second");
}

Instant as_of_option(const std::string& text, const Project& project, const Clock& clock) { return as_of_from(text, project.shop.zone, clock.now); }

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
  refuse_outputs({{"--output", asked.output}, {"--rejects", asked.rejects}}, own_files(*project));
  as_of = as_of_option(asked.as_of, *project, clock);
  const char* no_color = std::getenv("NO_COLOR");
  const bool wanted = is_terminal(stdout) && (no_color == nullptr || *no_color == '\0') && asked.output.empty();
  colour_ = asked.color == "always" || (asked.color == "auto" && wanted);
}

std::string Context::format(const std::string& on_terminal) const {
  if (!options.format.empty()) return options.format;
  const bool to_stdout = options.output.empty() || options.output == "-";
  return to_stdout && is_terminal(stdout) ? on_terminal : "jsonl";
}

void tell_on_stderr(const std::string& line) { std::fputs((line + "\n").c_str(), stderr); }

void Context::say(const std::string& line) const {
  if (!options.quiet) tell_on_stderr(line);
}

std::string Context::bold(const std::string& text) const { return colour_ ? "\033[1m" + text + "\033[0m" : text; }
std::string Context::dim(const std::string& text) const { return colour_ ? "\033[2m" + text + "\033[0m" : text; }

namespace {

// The facts that the policy of a project may ask for, by name.
std::set<std::string> policy_facts(const Project& project) {
  std::vector<Slot> slots;
  collect(project.policy, slots);
  collect_settlement(project.schema, slots);
  for (const MessageRule& rule : project.messages) {
    collect(rule.when, slots);
    slots.push_back(rule.named.kind);
  }
  for (const StandFirm& exception : project.stand_firm) collect(exception.when, slots);
  std::set<std::string> names;
  for (const Slot slot : with_derived(slots, project.derived))
    if (slot != no_slot) names.insert(project.schema.at(slot).name);
  return names;
}

// What letters read, by name.
std::set<std::string> letter_facts_of(const Project& project) {
  std::set<std::string> names(std::begin(letter_facts_read), std::end(letter_facts_read));
  if (project.messages.empty()) return names;
  names.insert(std::begin(reach_facts), std::end(reach_facts));
  const bool promises_answers = std::any_of(project.guarantees.begin(), project.guarantees.end(), [](const Guarantee& g) { return g.on == RecordKind::contact; });
  if (promises_answers) names.insert(std::begin(contact_facts_read), std::end(contact_facts_read));
  const bool writes_sms = std::any_of(project.messages.begin(), project.messages.end(), [](const MessageRule& rule) { return rule.channel == Channel::sms; });
  if (writes_sms) names.insert("phone");
  return names;
}

}  // namespace

Asked asked_of(const Project& project, const std::vector<const Project*>& kept) {
  std::set<std::string> names = policy_facts(project);
  for (const Project* earlier : kept) names.merge(policy_facts(*earlier));
  for (const Slot slot : with_derived(facts_judged(project), project.derived))
    if (slot != no_slot) names.insert(project.schema.at(slot).name);
  names.merge(letter_facts_of(project));
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
  const auto all_of_kind = [&](RecordKind kind) {
    for (const Field& field : vocabulary().fields)
      if (field.origin == Origin::record && field.record == kind) asked.wanted.of(kind).insert(field.name);
  };
  if (names.contains("items")) all_of_kind(RecordKind::item);
  if (names.contains("shipments")) all_of_kind(RecordKind::shipment);
  if (names.contains("contacts")) all_of_kind(RecordKind::contact);
  if (!project.messages.empty()) {
    asked.wanted.of(RecordKind::item).insert({"name", "quantity", "price", "status"});
    asked.wanted.of(RecordKind::shipment).insert({"shipment_id", "carrier", "tracking", "shipped_at", "delivered_at", "status"});
    for (const char* list : {"items", "shipments"}) asked.facts.push_back(project.schema.find(list));
    std::erase(asked.facts, no_slot);
    std::sort(asked.facts.begin(), asked.facts.end());
  }
  return asked;
}

namespace {

void add(const std::vector<Slot>& also, const Project& project, Asked& asked) {
  for (const Slot slot : with_derived(also, project.derived)) {
    asked.wanted.of(RecordKind::order).insert(project.schema.at(slot).name);
    if (std::find(asked.facts.begin(), asked.facts.end(), slot) == asked.facts.end()) asked.facts.push_back(slot);
  }
  std::sort(asked.facts.begin(), asked.facts.end());
}

}  // namespace

EngineOptions engine_options(const Context& context) {
  const Options& asked = context.options;
  EngineOptions options;
  if (!asked.threads.empty()) {
    const std::optional<Ratio> threads = read_decimal(asked.threads);
    if (!threads || !threads->is_whole() || *threads < Ratio(1) || *threads > Ratio(256))
      throw Error{{}, fmt::format("--threads: {} is not a number of threads", quoted(asked.threads)), "write a number from 1 to 256"};
    options.threads = static_cast<int>(whole_of(*threads));
  }
  if (!asked.memory.empty()) options.limits.memory = size_option("--memory", asked.memory);
  if (!asked.tmp.empty()) options.limits.tmp = asked.tmp;
  return options;
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

bool reads_stdin(const Project& project) {
  return std::any_of(project.sources.begin(), project.sources.end(), [](const SourceSpec& spec) {
    return std::find(spec.paths.begin(), spec.paths.end(), "-") != spec.paths.end();
  });
}

namespace {

// The most memory this process has had resident, in bytes.
std::uint64_t peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

void append(Judgement&& from, Judgement& to) {
  std::move(from.misses.begin(), from.misses.end(), std::back_inserter(to.misses));
  std::move(from.unjudged.begin(), from.unjudged.end(), std::back_inserter(to.unjudged));
  std::move(from.unmatched.begin(), from.unmatched.end(), std::back_inserter(to.unmatched));
  std::move(from.rematched.begin(), from.rematched.end(), std::back_inserter(to.rematched));
  std::move(from.seen.begin(), from.seen.end(), std::back_inserter(to.seen));
  std::move(from.known_as.begin(), from.known_as.end(), std::back_inserter(to.known_as));
}

std::string stats_line(const Survey& survey) {
  const auto whole = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
  const auto by_kind = [&](Json& json, std::string_view name, const std::size_t (&counts)[record_kinds]) {
    json.key(name).open('{');
    for (int kind = 0; kind < record_kinds; ++kind)
      if (survey.records.mapped[static_cast<std::size_t>(kind)]) json.field(source_name_of(static_cast<RecordKind>(kind)), whole(counts[kind]));
    json.close('}');
  };
  const EngineStats& stats = survey.stats;
  Json json;
  json.open('{').field("type", "stats").field("v", 1).field("bytes", whole(stats.bytes));
  by_kind(json, "rows_read", survey.records.rows_read);
  json.field("rejected", whole(survey.records.rejected.size())).field("contradictory", whole(survey.records.contradictions.size()));
  json.field("orders", whole(survey.counts.orders)).field("looked_at_again", whole(stats.looked_at_again));
  by_kind(json, "orphaned", survey.records.orphans);
  json.key("seconds").open('{');
  for (const auto& [stage, seconds] : {std::pair{"opening", stats.opening}, {"parsing", stats.parsing}, {"joining", stats.joining}, {"fetching", stats.fetching}, {"judging", stats.judging}})
    json.key(stage).raw(fmt::format("{:.3f}", seconds));
  json.close('}').field("spilled_bytes", whole(stats.spilled)).field("peak_memory_bytes", whole(peak_memory()));
  return json.close('}').str();
}

}  // namespace

Keep kept_orders(const Books& books) {
  Keep keep;
  keep.orders.insert(books.orders.begin(), books.orders.end());
  return keep;
}

Judged read_cases(const Context& context, Keep keep, const JudgeOptions& judging, const Asked& asked, const BatchUse& use) {
  Judged judged;
  BatchUse all = use;
  all.take = [&](Batch& batch) {
    if (use.take) use.take(batch);
    append(std::move(batch.judgement), judged.judgement);
  };
  Progress progress;
  EngineOptions options = engine_options(context);
  options.progress = &progress;
  ProgressLine line(progress, can_rewrite_lines(stderr) && !context.options.quiet && context.options.progress == "auto");
  if (use.print)
    all.print = [&](std::string_view text) {
      if (!text.empty() && is_terminal(stdout)) line.end();
      use.print(text);
    };
  judged.survey = read_and_judge(*context.project, context.as_of, asked.wanted, judging, std::move(keep), options, all);
  line.end();
  if (context.options.stats) tell_on_stderr(stats_line(judged.survey));
  judged.judgement.counts = judged.survey.counts;
  judged.judgement.contacts = judged.survey.contacts;
  judged.judgement.as_of = context.as_of;
  return judged;
}

void tell(const Context& context, Judged& judged) {
  judged.partial = report(context, judged.survey.records);
  judged.partial = report(context, judged.judgement) || judged.partial;
}

namespace {

// Keeps all misses, with the credits given for them by hand.
BatchUse kept_misses(const Context& context, const Books& books) {
  BatchUse use;
  use.keeps_bytes = true;
  use.prepare = [&](Batch& batch) { add_credits(batch.judgement, batch.records, context.project->shop.currency, books.standing.by_hand); };
  return use;
}

}  // namespace

Judged judged_cases(const Context& context, const Books& books, CasesFrom from, Tell what, const std::vector<Slot>& also) {
  if (from == CasesFrom::pipe_or_records && !reads_stdin(*context.project)) {
    if (const std::optional<std::string> text = piped_input()) {
      Judged judged;
      if (text->empty()) context.say("nothing came through the pipe: nothing to do; to begin with the records, end the line with </dev/null");
      StageInput input = read_stage(*text, *context.project);
      judged.judgement = std::move(input.judgement);
      hide_forgotten(judged.judgement, books.standing.forgotten);
      judged.piped = std::move(input.cases);
      judged.from_pipe = true;
      judged.partial = input.unjudged > 0;
      judged.decided = input.stage == "decision";
      return judged;
    }
  }
  Asked asked = asked_of(*context.project, books.kept);
  add(also, *context.project, asked);
  Judged judged = read_cases(context, kept_orders(books), {&books.held, asked.facts, true}, asked, kept_misses(context, books));
  if (what == Tell::all) tell(context, judged);
  tell_standing(judged.judgement, books.standing, *context.project);
  return judged;
}

Judged printed_cases(const Context& context, const Books& books, const Wanted& wanted, const Printing& printing) {
  Asked asked = asked_of(*context.project, books.kept);
  for (int kind = 0; kind < record_kinds; ++kind) asked.wanted.fields[kind].insert(wanted.fields[kind].begin(), wanted.fields[kind].end());
  JudgeOptions judging{&books.held, {}, false};
  judging.is_bare = true;
  BatchUse use;
  use.prepare = [&](Batch& batch) {
    batch.text = printing.text(batch);
    batch.judgement.misses = {};
  };
  use.print = printing.write;
  Judged judged = read_cases(context, kept_orders(books), judging, asked, use);
  tell(context, judged);
  return judged;
}

Judged unmatched_orders(const Context& context, const Books& books) {
  Keep keep = kept_orders(books);
  keep.unmatched = true;
  JudgeOptions judging{&books.held, {}, false};
  judging.with_unmatched = true;
  BatchUse use;
  use.prepare = [](Batch& batch) { batch.judgement.misses = {}; };
  Judged judged = read_cases(context, std::move(keep), judging, asked_of(*context.project, books.kept), use);
  tell(context, judged);
  return judged;
}

namespace {

// Who ordered, by every name the records have for them.
std::unordered_set<std::string> persons_of(const Records& records, Row order) {
  std::unordered_set<std::string> persons;
  for (const char* name : {"person_id", "customer_id", "email"})
    if (const Column* column = records.orders().find(name); column != nullptr && column->is_text() && !column->is_empty(order))
      persons.insert(std::string_view(name) == "email" ? lower(trimmed(column->text[order])) : std::string(column->text[order]));
  return persons;
}

std::vector<std::string> ids_in(const Records& records) {
  const Column* ids = records.orders().find("order_id");
  return ids == nullptr ? std::vector<std::string>{} : std::vector<std::string>(ids->text.begin(), ids->text.end());
}

}  // namespace

// Of a message by its own id, where something is promised on messages. All records are read: it may name no order.
Judged cases_with_contact(const Context& context, const Books& books, OneOrder& order) {
  const Asked asked = asked_of(*context.project, books.kept);
  BatchUse use = kept_misses(context, books);
  use.take = [&](Batch& batch) {
    const Column* const ids = batch.records.table(RecordKind::contact).find("contact_id");
    if (ids == nullptr || order.contact != no_row) return;
    const auto found = std::find(ids->text.begin(), ids->text.end(), order.id);
    if (found == ids->text.end()) return;
    order.contact = static_cast<Row>(found - ids->text.begin());
    order.batch.records = std::move(batch.records);
  };
  Judged judged = read_cases(context, kept_orders(books), {&books.held, asked.facts, true}, asked, use);
  tell_standing(judged.judgement, books.standing, *context.project);
  return judged;
}

// First the order, then whose it is, then all orders of theirs: caps and history look at these.
Judged cases_with(const Context& context, const Books& books, OneOrder& order) {
  const Asked asked = asked_of(*context.project, books.kept);
  const JudgeOptions judging{&books.held, asked.facts, true};
  const auto find_order = [&](Batch& batch) {
    const Column* ids = batch.records.orders().find("order_id");
    for (Row row = 0; ids != nullptr && row < ids->text.size() && order.row == no_row; ++row)
      if (ids->text[row] == order.id) order.row = row;
    if (order.row != no_row && order.batch.records.orders().rows() == 0) order.batch.records = std::move(batch.records);
  };
  Keep keep;
  const bool hears_all = is_told_by_contacts(asked.facts, context.project->schema);  // messages about other orders too
  keep.only_these = !reads_stdin(*context.project) && !hears_all;  // stdin can be read but once
  keep.orders.insert(order.id);
  BatchUse use = kept_misses(context, books);
  use.take = find_order;
  Judged judged = read_cases(context, keep, judging, asked, use);
  const bool may_be_message = std::any_of(context.project->guarantees.begin(), context.project->guarantees.end(), [](const Guarantee& g) { return g.on == RecordKind::contact; });
  if (order.row == no_row && may_be_message && !reads_stdin(*context.project)) return cases_with_contact(context, books, order);
  if (order.row == no_row || keep.only_these == false) {
    tell_standing(judged.judgement, books.standing, *context.project);
    return judged;
  }

  std::set<std::string> ids{order.id};
  Keep theirs;
  theirs.only_these = true;
  theirs.persons = persons_of(order.batch.records, order.row);
  BatchUse names;
  names.take = [&](Batch& batch) {
    const std::vector<std::string> some = ids_in(batch.records);
    ids.insert(some.begin(), some.end());
  };
  if (!theirs.persons.empty()) read_cases(context, theirs, {&books.held, {}, false}, asked, names);
  if (ids.size() > 1) {
    keep.orders.insert(ids.begin(), ids.end());
    order.survey = std::move(judged.survey);
    judged = read_cases(context, keep, judging, asked, kept_misses(context, books));
  }
  tell_standing(judged.judgement, books.standing, *context.project);
  return judged;
}

// Of each batch the one, so that few are kept; sorted, so that batches of another size make no other choice.
std::string order_like(const Context& context, const Books& books, const std::string& id) {
  if (reads_stdin(*context.project)) return {};
  const auto most_like = [&](std::vector<std::string> ids) {
    std::sort(ids.begin(), ids.end());
    const std::string near = nearest(id, ids);
    if (!near.empty()) return near;
    const auto longer = std::find_if(ids.begin(), ids.end(), [&](const std::string& known) { return known.ends_with(id); });
    return longer == ids.end() ? std::string() : *longer;
  };
  std::vector<std::string> likely;
  BatchUse use;
  use.take = [&](Batch& batch) {
    if (const Column* const ids = batch.records.orders().find("order_id"); ids != nullptr)
      likely.push_back(most_like({ids->text.begin(), ids->text.end()}));
  };
  Keep keep;
  keep.all = true;
  read_cases(context, keep, {&books.held, {}, false}, asked_of(*context.project, books.kept), use);
  std::erase(likely, std::string());
  return most_like(std::move(likely));
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
    if (told.offered) c.decision.owed.push_back(*told.offered);
    night.cases.push_back(std::move(c));
  }
  return night;
}

}  // namespace amends
