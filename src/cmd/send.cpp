// amends send: hands letters to a mail command, one process each, and writes down what came of each. Shows what it would
// do unless --yes is given.
#include "cmd/send.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cmd/desk.h"
#include "cmd/release.h"
#include "cmd/sending.h"
#include "cmd/sentences.h"
#include "core/base/command_words.h"
#include "core/base/text.h"
#include "core/ledger/standing.h"
#include "io/ledger/outbox.h"
#include "io/ledger/run_lock.h"
#include "io/records/stage.h"

namespace amends {
namespace {

struct SendCommand : Options, SendAsked {
  std::vector<std::string> orders;
  bool edited = false;
};

// How letters go: the commands and their pace.
struct Plan {
  std::optional<MailCommand> email, sms;
  SendingOptions sending;
};

std::int64_t count_option(const char* name, const std::string& text, std::int64_t most) {
  const std::optional<Ratio> count = read_decimal(text);
  if (!count || !count->is_whole() || *count < Ratio(1) || *count > Ratio(most))
    throw Error{{}, fmt::format("{}: {} is not a number from 1 to {}", name, quoted(text), most), fmt::format("write {} 1", name)};
  return static_cast<std::int64_t>(whole_of(*count));
}

SendRate rate_option(const std::string& text) {
  const std::optional<SendRate> rate = read_rate(text);
  if (!rate) throw Error{{}, fmt::format("--rate: {} is no rate", quoted(text)), "write --rate 20/min"};
  return *rate;
}

Instant now_option(const std::string& text, const Project& project, const Clock& clock) {
  if (text.empty()) return clock.now;
  const Moment moment = moment_of(read_iso(text), project.shop.zone);
  if (!moment.is_instant()) throw Error{{}, fmt::format("--now: {} is not a time", quoted(text)), "write --now 2026-03-31T14:00:00+01:00"};
  return moment.instant();
}

Plan plan_of(const SendAsked& asked, const Project& project, const Clock& clock) {
  require_mail_command(asked, project);
  const OutboxRules& rules = project.outbox;
  Plan plan;
  if (!asked.via.empty()) plan.email.emplace(command_words(asked.via, Where{"--via", 0, 0, 1, {}}));
  else if (!rules.via.empty()) plan.email.emplace(command_words(rules.via, rules.via_where));
  if (!rules.sms_via.empty()) plan.sms.emplace(command_words(rules.sms_via, rules.sms_where));
  SendingOptions& sending = plan.sending;
  sending.limit = asked.limit.empty() ? 0 : static_cast<std::size_t>(count_option("--limit", asked.limit, 1000000));
  sending.jobs = asked.jobs.empty() ? rules.jobs : count_option("--jobs", asked.jobs, 64);
  sending.rate = asked.rate.empty() ? rules.rate : rate_option(asked.rate);
  sending.timeout_ms = rules.timeout_ms;
  sending.at_least_once = asked.at_least_once;
  sending.is_clock_fixed = !asked.now.empty();
  sending.now = now_option(asked.now, project, clock);
  return plan;
}

// Letters that came through a pipe, with the decisions behind them.
struct Piped {
  LetterInputLines lines;
  std::set<std::string> keys;
};

std::optional<Piped> piped_letters(const SendCommand& options, const Context& context) {
  if (!options.orders.empty() || reads_stdin(*context.project)) return std::nullopt;
  const std::optional<std::string> text = piped_input();
  if (!text) return std::nullopt;
  if (text->empty()) context.say("nothing came through the pipe: nothing to send; to send what is in the outbox, end the line with </dev/null");
  Piped piped{read_letter_lines(*text, *context.project, options.edited), {}};
  for (const Message& m : piped.lines.messages) piped.keys.insert(m.key);
  return piped;
}

// Whether the ledger has another letter of this case for this purpose that was not withdrawn.
bool was_written_otherwise(const Message& m, const std::vector<OutboxMessage>& outlines) {
  return std::any_of(outlines.begin(), outlines.end(), [&](const OutboxMessage& known) {
    return known.message.case_key == m.case_key && known.message.purpose == m.purpose && known.message.key != m.key && known.state != "withdrawn";
  });
}

// Its words are in the ledger, and they are what leaves.
void require_unedited(const Piped& piped, const Message& m) {
  if (piped.lines.edited.contains(m.key))
    throw Error{{"-"}, fmt::format("the outbox has the letter of {} already, and it leaves as it stands there: nothing was sent", m.record_id),
                "amends outbox list shows how it stands; what has not left, amends outbox withdraw takes back"};
}

constexpr const char* approved_by_pipe = "who piped it into send";

void write_cases(Ledger& ledger, const StageInput& decided, const Project& project, const std::set<std::string>& cases) {
  std::map<std::string, std::string> policies;  // of cases the ledger has
  std::set<std::string> granted;
  for (const KnownCase& c : ledger.cases()) policies[c.key] = c.policy_hash;
  for (const Grant& g : ledger.grants()) granted.insert(g.key);
  Judged judged;
  judged.judgement.misses = decided.judgement.misses;
  judged.piped = decided.cases;
  const Night night = night_from_pipe(judged);
  for (const NightCase& c : night.cases) {
    if (!cases.contains(c.miss->key)) continue;
    NightCase known = c;
    const auto found = policies.find(c.miss->key);
    known.policy_hash = found == policies.end() ? project.policy.hash : found->second;
    ledger.append_case(known_case(known, decided.judgement.as_of));
    for (const Grant& g : c.grants)
      if (!granted.contains(g.key)) ledger.append_grant(g);
  }
}

// In one transaction, before any command starts: what is in the ledger already is not written twice.
void record_piped(const Piped& piped, const Context& context, const std::string& path, const SendAsked& asked, Instant now) {
  if (piped.keys.empty()) return;
  const auto ledger = Ledger::open_to_write(path, duration_option("--wait", asked.wait));
  const std::vector<OutboxMessage> outlines = ledger->outlines();
  std::map<std::string, std::string> states;
  for (const OutboxMessage& m : outlines) states[m.message.key] = m.state;
  std::set<std::string> decided, cases;
  for (const Miss& miss : piped.lines.decided.judgement.misses) decided.insert(miss.key);
  std::vector<Message> fresh;
  std::vector<std::string> to_approve;
  for (const Message& m : piped.lines.messages) {
    const auto known = states.find(m.key);
    if (known != states.end()) require_unedited(piped, m);
    if (known != states.end() && known->second == "drafted") to_approve.push_back(m.key);
    if (known != states.end() || was_written_otherwise(m, outlines)) continue;
    if (!decided.contains(m.case_key)) throw Error{{"-"}, fmt::format("the letter of {} comes without the decision behind it, and the ledger does not know it", m.record_id), "feed what amends draft prints, whole"};
    fresh.push_back(m);
    cases.insert(m.case_key);
    for (const FurtherCase& further : m.also) cases.insert(further.case_key);
  }
  if (fresh.empty() && to_approve.empty()) return;
  const Instant as_of = fresh.empty() ? context.as_of : piped.lines.decided.judgement.as_of;
  const std::string secret = ledger->secret();
  ledger->begin(as_of, now, "send");
  ledger->append_policy(context.project->policy.hash, text_of(*context.project));
  write_cases(*ledger, piped.lines.decided, *context.project, cases);
  for (Message& m : fresh) {
    m.message_id = message_id(secret, m.case_key, m.purpose, m.revision, m.from.address);
    ledger->append_message(m, "drafted");
    to_approve.push_back(m.key);
  }
  for (const std::string& key : to_approve) ledger->approve_message(key, approved_by_pipe);
  ledger->commit({});
}

void settle_orphans(const std::string& path, std::int64_t wait, const Context& context, Instant now) {
  if (Ledger::open_to_write(path, wait)->messages_in({"claimed"}).empty()) return;
  Outbox outbox(path);
  outbox.begin(context.as_of, now);
  const std::size_t count = outbox.settle_orphans(now);
  if (count > 0) context.say(fmt::format("{} from a sending that ended early: uncertain whether they left", counted(count, "letter is left", "letters are left")));
}

class Lines {
 public:
  void add(std::string_view name, std::size_t count, const std::string& rest = {}) {
    if (count == 0) return;
    text_ += fmt::format("{:<10} {:>5}", name, count);
    if (!rest.empty()) text_ += "  " + rest;
    text_ += '\n';
  }
  std::string text() const { return text_; }

 private:
  std::string text_;
};

std::size_t count_of(const Sent& sent, Fate fate) {
  const auto found = sent.fates.find(fate);
  return found == sent.fates.end() ? 0 : found->second;
}

std::string told_of(const Sent& sent, Fate fate, const Zone& zone) {
  constexpr std::size_t most = 3;
  std::vector<std::string> parts;
  std::size_t all = 0;
  for (const Sent::Told& told : sent.told) {
    if (told.fate != fate || ++all > most) continue;
    const std::string next = told.fate != Fate::later ? "" : told.next ? fmt::format("; next try {}", print_moment(Moment(*told.next), zone)) : "; a person has to look";
    parts.push_back(fmt::format("{} ({}{})", told.record_id, told.reason, next));
  }
  if (all > most) parts.push_back(fmt::format("and {} more", all - most));
  return joined(parts, ", ");
}

std::string waiting_words(const Release& release, const Sent& sent) {
  constexpr std::size_t most = 3;
  std::vector<std::string> parts;
  for (const WaitingReason& one : release.waiting)
    if (parts.size() < most) parts.push_back(fmt::format("{} ({})", one.record_id, one.words));
  if (sent.closed > 0) parts.push_back(fmt::format("{} whose window closed meanwhile", sent.closed));
  if (release.waiting.size() > most) parts.push_back(fmt::format("and {} more: amends outbox list", release.waiting.size() - most));
  return joined(parts, ", ");
}

// Letters of earlier sendings of which nobody knows whether they left.
std::size_t in_doubt(const std::string& path, const Sent& sent) {
  const std::unique_ptr<Ledger> ledger = Ledger::open_to_read(path);
  const std::size_t all = ledger ? ledger->messages_in({"uncertain"}).size() : 0;
  return all - std::min(all, count_of(sent, Fate::uncertain));
}

std::string summary_of(const Sent& sent, const Release& release, std::size_t withdrawn, std::size_t doubtful, const Zone& zone) {
  Lines lines;
  lines.add("sent", count_of(sent, Fate::handed));
  lines.add("refused", count_of(sent, Fate::refused), told_of(sent, Fate::refused, zone));
  lines.add("later", count_of(sent, Fate::later), told_of(sent, Fate::later, zone));
  lines.add("uncertain", count_of(sent, Fate::uncertain), told_of(sent, Fate::uncertain, zone));
  lines.add("in doubt", doubtful, "sent earlier or not, a person finds out: amends outbox list --state uncertain");
  lines.add("waiting", release.waiting.size() + sent.closed, waiting_words(release, sent));
  lines.add("withdrawn", withdrawn + sent.gone, "the case has changed since");
  lines.add("unapproved", release.drafted, "amends outbox approve");
  lines.add("left", sent.left + count_of(sent, Fate::stop));
  return lines.text().empty() ? "nothing to send\n" : lines.text();
}

Exit exit_of(const Sent& sent, const Release& release, std::size_t doubtful) {
  const bool is_partial = count_of(sent, Fate::refused) + count_of(sent, Fate::later) + count_of(sent, Fate::uncertain) > 0;
  const bool needs_person = std::any_of(release.waiting.begin(), release.waiting.end(), [](const WaitingReason& one) { return one.in_window; });
  return is_partial || needs_person || doubtful > 0 ? Exit::partial : Exit::ok;
}

Error fault_of(const Sent& sent) {
  Error fault = *sent.fault;
  if (sent.unwritten.empty()) fault.hint = "what had left is written down; when that is mended, amends send once more";
  else
    fault.hint = fmt::format("what could not be written down: {}; when that is mended, amends send lists it as uncertain, and amends outbox resolve settles it",
                             joined(sent.unwritten, ", "));
  return fault;
}

// The letters are on their way before anything is printed: a reader that is gone changes nothing.
Exit send_released(const Context& context, const Plan& plan, const Release& release, std::size_t withdrawn, const std::string& path) {
  SendingOptions sending = plan.sending;
  sending.email = plan.email ? &*plan.email : nullptr;
  sending.sms = plan.sms ? &*plan.sms : nullptr;
  sending.zones = release.zones;
  Sent sent;
  if (!release.ready.empty()) sent = send_letters(release.ready, path, *context.project, sending, context.as_of);
  const std::size_t doubtful = sent.fault ? 0 : in_doubt(path, sent);
  const Exit exit = exit_of(sent, release, doubtful);
  const bool is_shown = !context.options.quiet || !sent.fates.empty() || withdrawn > 0 || exit != Exit::ok;
  if (is_shown) {
    Output out(context.options.output);
    out.write(summary_of(sent, release, withdrawn, doubtful, context.project->shop.zone));
    out.close();
  }
  if (sent.fault) throw fault_of(sent);
  if (!sent.stop.empty()) throw Error{{}, sent.stop, "see what the command says by hand; then amends send once more: nothing that was put back is lost", Exit::io};
  if (sent.signal != 0) return sent.signal == 2 ? Exit::interrupted : Exit::terminated;
  return exit;
}

ReleaseOptions release_options(const Plan& plan, const SendCommand* options, const Piped* piped) {
  ReleaseOptions how;
  if (options != nullptr) how.orders = {options->orders.begin(), options->orders.end()};
  how.keys = piped == nullptr ? nullptr : &piped->keys;
  how.with_uncertain = plan.sending.at_least_once;
  how.sends_sms = plan.sms.has_value();
  how.now = plan.sending.now;
  return how;
}

bool goes_back(const Books& books, Instant as_of) { return !books.standing.runs.empty() && as_of < books.standing.runs.front().as_of; }

DeskOptions desk_options(const SendCommand& options) { return {.is_one_order = !options.orders.empty(), .is_quiet = true}; }

void require_named(const SendCommand& options, const Release& release) {
  for (const std::string& order : options.orders) {
    const auto is_about = [&](const OutboxMessage& m) { return m.message.is_about(order); };
    const auto waits = [&](const WaitingReason& one) { return one.record_id == order; };
    if (std::none_of(release.ready.begin(), release.ready.end(), is_about) && std::none_of(release.waiting.begin(), release.waiting.end(), waits) && release.drafted == 0)
      throw Error{{}, fmt::format("no approved letter waits for {}", order), fmt::format("amends outbox list shows what waits, amends explain {} how it stands", order)};
  }
}

std::string listed(const Release& release, const SendingOptions& sending) {
  std::string text;
  std::size_t count = 0;
  for (const OutboxMessage& m : release.ready)
    if (sending.limit == 0 || count++ < sending.limit) text += fmt::format("{}  {}  {}\n", record_words(m.message.case_key), m.message.purpose, name_of(m.message.channel));
  for (const WaitingReason& one : release.waiting) text += fmt::format("{}  waits: {}\n", one.record_id, one.words);
  return text;
}

// What --yes would send.
Exit show(const SendCommand& options, const Context& context, const Plan& plan, const std::optional<Piped>& piped) {
  const std::unique_ptr<Ledger> ledger = piped ? ledger_to_read(context) : ledger_of_a_run(context);
  const Books books = books_of(ledger.get(), *context.project);
  Release release;
  std::size_t untrue = 0;
  if (piped) {
    std::map<std::string, std::string> states;
    if (ledger)
      for (const OutboxMessage& m : ledger->outlines()) states[m.message.key] = m.state;
    for (const Message& m : piped->lines.messages)
      if (states.contains(m.key)) require_unedited(*piped, m);
    for (const Message& m : piped->lines.messages)
      if (const auto known = states.find(m.key); known == states.end() || is_one_of(known->second, {"drafted", "approved", "later"})) release.ready.push_back({m, {}, "approved", {}, {}, {}});
  } else {
    const Desk desk = desk_of(context, books, desk_options(options));
    release = release_of(*ledger, *context.project, desk.judged.judgement.misses, desk.held, release_options(plan, &options, nullptr));
    const std::set<std::string_view> going(desk.stale.begin(), desk.stale.end());
    untrue = std::erase_if(release.ready, [&](const OutboxMessage& m) { return going.contains(m.message.key); });
  }
  Output out(context.options.output);
  out.write(listed(release, plan.sending));
  out.close();
  const std::size_t count = plan.sending.limit == 0 ? release.ready.size() : std::min(release.ready.size(), plan.sending.limit);
  context.say(fmt::format("{} would be sent by {}{}{}", counted(count, "letter", "letters"), plan.email ? plan.email->name() : plan.sms->name(),
                          untrue == 0 ? "" : fmt::format("; {} would be withdrawn, since the case has changed", untrue),
                          release.drafted == 0 ? "" : fmt::format("; {} for approval: amends outbox approve", counted(release.drafted, "waits", "wait"))));
  if (count > 0) context.say("Nothing was sent: --yes does it.");
  return Exit::ok;
}

Exit run(const SendCommand& options, const Clock& clock) {
  Context context(options, clock);
  const Project& project = *context.project;
  const Plan plan = plan_of(options, project, clock);
  if (options.as_of.empty() && !options.now.empty()) context.as_of = plan.sending.now;
  const std::optional<Piped> piped = piped_letters(options, context);
  if (!options.yes) return show(options, context, plan, piped);
  const std::string path = path_in(project, project.ledger_path);
  const std::int64_t wait = duration_option("--wait", options.wait);
  if (piped && piped->keys.empty()) return Exit::ok;
  if (piped) record_piped(*piped, context, path, options, plan.sending.now);
  else ledger_of_a_run(context);
  const RunLock sender(path, wait, Locked::sending);
  settle_orphans(path, wait, context, plan.sending.now);
  Release release;
  std::size_t withdrawn = 0;
  {  // the case of each letter is judged again; what came through a pipe was judged by the stages before
    const auto ledger = Ledger::open_to_write(path, wait);
    const Books books = books_of(ledger.get(), project);
    std::optional<Desk> desk;
    if (!piped) desk = desk_of(context, books, desk_options(options));
    if (desk && !goes_back(books, context.as_of)) withdrawn = withdraw_untrue(*ledger, project, desk->night, desk->drafts, desk->stale, context.as_of, plan.sending.now);
    release = release_of(*ledger, project, piped ? piped->lines.decided.judgement.misses : desk->judged.judgement.misses, desk ? desk->held : std::vector<HeldLetter>{},
                         release_options(plan, &options, piped ? &*piped : nullptr));
  }
  require_named(options, release);
  return send_released(context, plan, release, withdrawn, path);
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<SendCommand>();
  arguments.positionals("orders", options->orders, "Only letters about these orders", false);
  declare(arguments, *options, {});
  declare_reading(arguments, *options);
  arguments.option("--via", options->via, "COMMAND", "The mail command, one process a letter; default: [outbox] via");
  arguments.flag("--yes", options->yes, "Send; else it is only shown what would be sent");
  arguments.flag("--edited", options->edited, "Letters from the pipe leave as they stand there, though somebody has edited their words");
  arguments.option("--limit", options->limit, "N", "At most N letters");
  arguments.option("--rate", options->rate, "N/TIME", "Not faster than this: 20/min");
  arguments.option("--jobs", options->jobs, "N", "So many at the same time; default 1");
  arguments.option("--now", options->now, "TIME", "The clock of sending; default: now");
  arguments.flag("--at-least-once", options->at_least_once, "Also what is uncertain, under the same Message-ID");
  arguments.option("--wait", options->wait, "TIME", "Wait that long when a run or another send is at work");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

void require_mail_command(const SendAsked& asked, const Project& project) {
  if (asked.via.empty() && project.outbox.via.empty() && project.outbox.sms_via.empty())
    throw Error{{}, "no mail command is named", "write --via 'msmtp -t', or via = \"msmtp -t\" under [outbox]"};
}

Exit send_after_run(const Context& context, const SendAsked& asked, const Clock& clock, const std::vector<Miss>& misses, const std::vector<HeldLetter>& held) {
  const Project& project = *context.project;
  const Plan plan = plan_of(asked, project, clock);
  const std::string path = path_in(project, project.ledger_path);
  const std::int64_t wait = duration_option("--wait", asked.wait);
  const RunLock sender(path, wait, Locked::sending);
  settle_orphans(path, wait, context, plan.sending.now);
  const Release release = release_of(*Ledger::open_to_write(path, wait), project, misses, held, release_options(plan, nullptr, nullptr));
  return send_released(context, plan, release, 0, path);
}

const Command send_command{"send", "Stages", "Hand letters to a mail command, and write down what came of it", setup};

}  // namespace amends
