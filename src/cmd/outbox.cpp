// amends outbox: what waits, what became of what was sent, and what a person decides about it.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/say_so.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "core/mail/mail_log.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

struct OutboxOptions : Options {
  std::string state, by, wait, maillog, reason;
  std::vector<std::string> names;
  bool list = false, approve = false, resolve = false, reconcile = false, withdraw = false;
  bool all = false, yes = false, sent = false, resend = false, for_good = false, undo = false;
};

using Messages = std::vector<OutboxMessage>;
using Dispatches = std::unordered_map<std::string, Dispatch>;

// --- list ---

std::string time_text(std::optional<Instant> at, const Zone& zone) { return at ? print(*at, zone) : ""; }

const Dispatch* dispatch_of(const OutboxMessage& m, const Dispatches& dispatches) {
  const auto found = dispatches.find(m.message.key);
  return found == dispatches.end() ? nullptr : &found->second;
}

Sheet list_sheet(const Messages& messages, const Dispatches& dispatches, const Zone& zone) {
  Sheet sheet{"message", {{"order"}, {"purpose"}, {"channel"}, {"state"}, {"since", "since"}, {"tries", "", true}, {"next", "next try"}, {"reason"}}, {}};
  for (const OutboxMessage& m : messages) {
    const Dispatch* const sent = dispatch_of(m, dispatches);
    const bool has_next = m.state == "later" && sent != nullptr && sent->next_at;
    const std::string next = has_next ? print_moment(Moment(*sent->next_at), zone) : m.state == "later" ? "a person has to look" : "";
    sheet.rows.push_back({record_words(m.message.case_key), m.message.purpose, std::string(name_of(m.message.channel)), m.state,
                          print(zone.date_at(sent == nullptr ? m.last_at : sent->has_ended ? sent->ended_at : sent->claimed_at)),
                          sent == nullptr ? "" : std::to_string(sent->attempts), next, m.reason});
  }
  return sheet;
}

// Part of the ledger format (amends-ledger.5). Add at the end, never rename. No address is among it.
Sheet export_sheet(const Messages& messages, const Dispatches& dispatches, const Zone& zone) {
  Sheet sheet{"outbox",
              {{"message"}, {"case"}, {"order"}, {"purpose"}, {"revision", "", true, true}, {"channel"}, {"locale"}, {"message_id"}, {"state"}, {"reason"},
               {"drafted_as_of"}, {"tries", "", true, true}, {"claimed_at"}, {"ended_at"}, {"exit_code", "", true, true}, {"smtp_status"}, {"queue_id"}, {"next_at"}},
              {}};
  for (const OutboxMessage& m : messages) {
    const Dispatch* const sent = dispatch_of(m, dispatches);
    const Dispatch none;
    const Dispatch& d = sent == nullptr ? none : *sent;
    sheet.rows.push_back({m.message.key, m.message.case_key, m.message.record_id, m.message.purpose, std::to_string(m.message.revision), std::string(name_of(m.message.channel)),
                          m.message.locale, m.message.message_id, m.state, m.reason, print(m.as_of, zone), std::to_string(d.attempts),
                          time_text(sent == nullptr ? std::nullopt : std::optional(d.claimed_at), zone), time_text(d.has_ended ? std::optional(d.ended_at) : std::nullopt, zone),
                          d.exit_code ? std::to_string(*d.exit_code) : "", d.smtp_status, d.queue_id, time_text(d.next_at, zone)});
  }
  return sheet;
}

std::string states_sentence(const Messages& messages) {
  std::map<std::string, std::size_t> states;
  for (const OutboxMessage& m : messages) ++states[m.state];
  std::vector<std::string> parts;
  for (const auto& [state, count] : states) parts.push_back(fmt::format("{} {}", count, state));
  return counted(messages.size(), "letter", "letters") + (parts.empty() ? "" : ": " + joined(parts, ", "));
}

Exit list(const OutboxOptions& options, const Context& context) {
  const auto ledger = ledger_of_a_run(context);
  Messages messages = ledger->outlines();
  if (!options.state.empty()) std::erase_if(messages, [&](const OutboxMessage& m) { return m.state != options.state; });
  const std::string format = options.format.empty() ? "table" : options.format;
  const Zone& zone = context.project->shop.zone;
  const Dispatches dispatches = ledger->dispatches();
  Output out(options.output);
  out.write(print(format == "table" ? list_sheet(messages, dispatches, zone) : export_sheet(messages, dispatches, zone), format));
  out.close();
  context.say(states_sentence(messages));
  return Exit::ok;
}

// --- what a person decides ---

std::unique_ptr<Ledger> ledger_to_write(const OutboxOptions& options, const Context& context) {
  ledger_of_a_run(context);
  return Ledger::open_to_write(path_in(*context.project, context.project->ledger_path), duration_option("--wait", options.wait));
}

// Those of the orders or message keys named; Error for a name that has none in these states.
Messages chosen(const Ledger& ledger, const std::vector<std::string>& names, std::initializer_list<std::string_view> states, std::string_view what) {
  Messages messages = ledger.outlines();
  std::erase_if(messages, [&](const OutboxMessage& m) { return !is_one_of(m.state, states); });
  if (names.empty()) return messages;
  Messages found;
  for (const OutboxMessage& m : messages)
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return m.message.key == name || m.message.is_about(name); })) found.push_back(m);
  for (const std::string& name : names)
    if (std::none_of(found.begin(), found.end(), [&](const OutboxMessage& m) { return m.message.key == name || m.message.is_about(name); }))
      throw Error{{}, fmt::format("no letter of {} {}; nothing was changed", quoted(name), what), "amends outbox list shows how they stand"};
  return found;
}

std::string listed(const Messages& messages) {
  std::string text;
  for (const OutboxMessage& m : messages) text += fmt::format("{}  {}  {}\n", record_words(m.message.case_key), m.message.purpose, m.state);
  return text;
}

// Changes each in one transaction and shows how they stand from then on, before it is written for good.
template <class Change>
void apply(Ledger& ledger, const Context& context, const Clock& clock, Messages messages, std::string_view state, Change change) {
  if (messages.empty()) return;
  Output out(context.options.output);
  ledger.begin(context.as_of, clock.now, "outbox");
  for (OutboxMessage& m : messages) {
    change(m);
    m.state = state;
  }
  out.write(listed(messages));
  out.flush();
  ledger.commit({});
  out.close();
}

// Shown from a ledger that is only read, so that no run has to wait for an answer.
bool is_meant_as_shown(const OutboxOptions& options, const Context& context) {
  const Messages messages = chosen(*ledger_of_a_run(context), {}, {"drafted"}, "waits for approval");
  Output out(options.output);
  out.write(listed(messages));
  out.close();
  context.say(fmt::format("{} would be approved", counted(messages.size(), "letter", "letters")));
  return !messages.empty() && is_meant(options.yes, "Nothing was approved: --yes does it.", context);
}

Exit approve(const OutboxOptions& options, const Context& context, const Clock& clock) {
  if (options.names.empty() != options.all) throw Error{{}, options.all ? "orders are named, or --all takes them all: not both" : "which letters?", "amends outbox approve ORDER --by NAME, or --all --yes --by NAME"};
  if (options.all && !options.yes && !is_meant_as_shown(options, context)) return Exit::ok;
  const auto ledger = ledger_to_write(options, context);
  const Messages messages = chosen(*ledger, options.names, {"drafted"}, "waits for approval");
  apply(*ledger, context, clock, messages, "approved", [&](const OutboxMessage& m) { ledger->approve_message(m.message.key, options.by); });
  context.say(fmt::format("{} approved", counted(messages.size(), "letter", "letters")));
  return Exit::ok;
}

Exit resolve(const OutboxOptions& options, const Context& context, const Clock& clock) {
  if (options.names.empty()) throw Error{{}, "which letters?", "amends outbox list --state uncertain shows them"};
  if (options.sent == options.resend) throw Error{{}, "did it arrive, or is it to be sent once more?", "say --sent or --resend"};
  const auto ledger = ledger_to_write(options, context);
  const Messages messages = options.sent ? chosen(*ledger, options.names, {"uncertain"}, "is uncertain") : chosen(*ledger, options.names, {"uncertain", "refused", "later"}, "is uncertain, refused or put off");
  apply(*ledger, context, clock, messages, options.sent ? "handed" : "approved", [&](const OutboxMessage& m) {
    if (options.resend) return ledger->approve_message(m.message.key, options.by);
    ledger->settle_message(m.message.key, {Fate::handed, "it was sent, says " + options.by, "", "", false}, clock.now);
  });
  context.say(fmt::format("{} {}", counted(messages.size(), "letter", "letters"), options.sent ? "sent" : "to be sent once more"));
  return Exit::ok;
}

// Without those that another letter of the case for that purpose has taken the place of, or that nobody writes again anyway.
Messages last_words(const Ledger& ledger, Messages messages) {
  std::map<std::string, int> last;
  const auto turn = [](const Message& m) { return m.case_key + "/" + m.purpose; };
  for (const OutboxMessage& m : ledger.outlines()) last[turn(m.message)] = std::max(last[turn(m.message)], m.message.revision);
  std::erase_if(messages, [&](const OutboxMessage& m) { return m.message.revision < last.at(turn(m.message)) || was_dropped(m); });
  return messages;
}

// What was withdrawn for good is withdrawn for now: where it is still due, the next run writes another.
Exit withdraw_no_more(const OutboxOptions& options, const Context& context, const Clock& clock) {
  if (options.for_good) throw Error{{}, "--undo takes --for-good back: not both", "amends outbox withdraw ORDER --undo --by NAME"};
  const auto ledger = ledger_to_write(options, context);
  Messages messages = chosen(*ledger, options.names, {"withdrawn"}, "is withdrawn for good");
  std::erase_if(messages, [](const OutboxMessage& m) { return !was_dropped(m); });
  if (messages.empty()) throw Error{{}, "none of these is withdrawn for good", "amends outbox list --state withdrawn shows what is"};
  const std::string reason = fmt::format("no longer for good, {}{}{}", options.by, options.reason.empty() ? "" : ": ", options.reason);
  apply(*ledger, context, clock, messages, "withdrawn", [&](const OutboxMessage& m) { ledger->change_message(m.message.key, "withdrawn", reason); });
  context.say(fmt::format("{} no longer withdrawn for good: the next run writes again where it still has to.", counted(messages.size(), "letter is", "letters are")));
  return Exit::ok;
}

Exit withdraw(const OutboxOptions& options, const Context& context, const Clock& clock) {
  if (options.names.empty()) throw Error{{}, "which letters?", "amends outbox withdraw ORDER --by NAME"};
  if (options.for_good && options.reason.empty())
    throw Error{{}, "--for-good does not say why", "--reason TEXT is kept in the ledger, for who asks later why nobody wrote"};
  if (options.undo) return withdraw_no_more(options, context, clock);
  const auto ledger = ledger_to_write(options, context);
  // One that was withdrawn for now would be drafted again.
  const auto of_these = [&] { return chosen(*ledger, options.names, {"drafted", "approved", "later", "withdrawn"}, "waits, or would be written again"); };
  const Messages messages = options.for_good ? last_words(*ledger, of_these()) : chosen(*ledger, options.names, {"drafted", "approved", "later"}, "waits");
  const std::string by = options.for_good ? std::string(dropped_reason) + options.by : "withdrawn by " + options.by;
  const std::string reason = options.reason.empty() ? "" : ": " + options.reason;
  apply(*ledger, context, clock, messages, "withdrawn", [&](const OutboxMessage& m) { ledger->change_message(m.message.key, "withdrawn", by + reason); });
  context.say(fmt::format("{} withdrawn{}", counted(messages.size(), "letter", "letters"), options.for_good ? " for good" : ""));
  if (!options.for_good) context.say("The next run writes again where it still has to: --for-good says never.");
  return Exit::ok;
}

// --- what a log says ---

MailLog read_log(const std::string& path, const Messages& messages) {
  std::set<std::string> ids;
  for (const OutboxMessage& m : messages) ids.insert(m.message.message_id);
  std::ifstream file;
  if (path != "-") file.open(path);
  if (!file) throw Error{{path}, "the mail log cannot be read", "name the file that the mail server writes, such as /var/log/mail.log", Exit::io};
  std::istream& lines = path == "-" ? std::cin : file;
  MailLog log(std::move(ids));
  for (std::string line; std::getline(lines, line);) log.add(line);
  if (lines.bad()) throw Error{{path}, "the mail log cannot be read to its end", "", Exit::io};
  return log;
}

// Nullopt: the log tells nothing new of it.
std::optional<MailOutcome> outcome_by(const LoggedLetter& logged, const OutboxMessage& m, const Dispatch* known) {
  MailOutcome outcome;
  outcome.queue_id = logged.queue_id;
  outcome.smtp_status = logged.reply_code;
  if (logged.status == "bounced" || logged.status == "expired") {
    outcome.fate = Fate::refused;
    outcome.is_address = logged.status == "bounced" && blames_address(logged.reply_code, logged.dsn);
    outcome.reason = fmt::format("the mail log says {}{}", logged.status, logged.dsn.empty() ? "" : " " + logged.dsn);
  } else if (logged.was_queued) {
    outcome.fate = Fate::handed;
    outcome.reason = fmt::format("the mail log says {}", logged.status.empty() ? "queued" : logged.status);
  }
  const bool is_same = m.state == name_of(outcome.fate) && known != nullptr && (outcome.fate == Fate::refused || known->queue_id == outcome.queue_id);
  return is_same ? std::nullopt : std::optional(outcome);
}

// A log that can tell nothing is not one that has nothing to tell.
void require_named(const MailLog& log, const std::string& path) {
  if (log.nameless() == NamelessLog::none) return;
  const bool is_msmtp = log.nameless() == NamelessLog::msmtp;
  throw Error{{path}, fmt::format("{} log names no Message-ID: it cannot tell which letter is which", is_msmtp ? "msmtp's" : "OpenSMTPD's"),
              is_msmtp ? "read the log of the server that msmtp hands letters to; or look yourself: amends outbox resolve ORDER --sent, or --resend"
                       : "look yourself: amends outbox resolve ORDER --sent, or --resend",
              Exit::usage};
}

Exit reconcile(const OutboxOptions& options, const Context& context, const Clock& clock) {
  if (options.maillog.empty()) throw Error{{}, "--maillog is not given", "amends outbox reconcile --maillog /var/log/mail.log"};
  const auto ledger = ledger_to_write(options, context);
  const Messages tried = chosen(*ledger, {}, {"uncertain", "handed", "later"}, "");
  const MailLog log = read_log(options.maillog, tried);
  require_named(log, options.maillog);
  const Dispatches dispatches = ledger->dispatches();
  std::vector<std::pair<OutboxMessage, MailOutcome>> found;
  std::size_t unknown = 0;
  for (const OutboxMessage& m : tried) {
    const auto logged = log.letters().find(m.message.message_id);
    if (logged == log.letters().end()) {
      unknown += m.state == "uncertain";
      continue;
    }
    if (const auto outcome = outcome_by(logged->second, m, dispatch_of(m, dispatches))) found.emplace_back(m, *outcome);
  }
  Output out(options.output);
  for (const auto& [m, outcome] : found) out.write(fmt::format("{}  {}  {}: {}\n", record_words(m.message.case_key), m.message.purpose, name_of(outcome.fate), outcome.reason));
  out.flush();
  if (!found.empty()) {
    ledger->begin(context.as_of, clock.now, "outbox");
    for (const auto& [m, outcome] : found) ledger->settle_message(m.message.key, outcome, clock.now);
    ledger->commit({});
  }
  out.close();
  context.say(fmt::format("{} changed by the log{}", counted(found.size(), "letter", "letters"), unknown == 0 ? "" : fmt::format("; {} not in it and still uncertain", unknown)));
  return unknown == 0 ? Exit::ok : Exit::partial;
}

// What is decided by hand is somebody's decision.
std::string decider(const OutboxOptions& options) {
  if (options.approve) return who_says_so(options.by, "amends outbox approve ORDER");
  if (options.resolve) return who_says_so(options.by, options.resend ? "amends outbox resolve ORDER --resend" : "amends outbox resolve ORDER --sent");
  if (options.withdraw) return who_says_so(options.by, "amends outbox withdraw ORDER");
  return {};
}

Exit run(const OutboxOptions& asked, const Clock& clock) {
  OutboxOptions options = asked;
  options.by = decider(asked);
  const Context context(options, clock);
  if (options.list) return list(options, context);
  if (options.approve) return approve(options, context, clock);
  if (options.resolve) return resolve(options, context, clock);
  if (options.withdraw) return withdraw(options, context, clock);
  return reconcile(options, context, clock);
}

Arguments& changing(Arguments& sub, OutboxOptions& options) {
  declare(sub, options, {});
  sub.option("--wait", options.wait, "TIME", "Wait that long when another run holds the ledger");
  return sub;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<OutboxOptions>();
  Arguments& list = arguments.subcommand("list", "Show letters and how they stand", options->list);
  declare(list, *options, {"table", "csv", "tsv", "json", "jsonl"});
  list.choice("--state", options->state, {"drafted", "approved", "claimed", "handed", "refused", "later", "uncertain", "withdrawn"}, "Only letters in this state");
  Arguments& approve = changing(arguments.subcommand("approve", "Let letters leave, as they are worded now", options->approve), *options);
  approve.positionals("orders", options->names, "Orders or message keys", false);
  approve.option("--by", options->by, "NAME", "Who approves; kept in the ledger");
  approve.flag("--all", options->all, "All that wait for approval");
  approve.flag("--yes", options->yes, "With --all: do it; else it is only shown");
  Arguments& resolve = changing(arguments.subcommand("resolve", "Say what became of uncertain letters", options->resolve), *options);
  resolve.positionals("orders", options->names, "Orders or message keys", false);
  resolve.flag("--sent", options->sent, "It was sent");
  resolve.flag("--resend", options->resend, "Send it once more; also one that was refused or put off");
  resolve.option("--by", options->by, "NAME", "Who says so; kept in the ledger");
  Arguments& reconcile = changing(arguments.subcommand("reconcile", "Read from a mail server's log what became of letters", options->reconcile), *options);
  reconcile.option("--maillog", options->maillog, "FILE", "The log of Postfix or Exim; -: stdin");
  Arguments& withdraw = changing(arguments.subcommand("withdraw", "Take letters back before they leave", options->withdraw), *options);
  withdraw.positionals("orders", options->names, "Orders or message keys", false);
  withdraw.option("--by", options->by, "NAME", "Who decides it; kept in the ledger");
  withdraw.option("--reason", options->reason, "TEXT", "Why; kept in the ledger");
  withdraw.flag("--for-good", options->for_good, "No run writes them again; needs --reason");
  withdraw.flag("--undo", options->undo, "Runs may write again what was withdrawn for good");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command outbox_command{"outbox", "Ledger", "Letters: list, approve, withdraw, say what became of them", setup};

}  // namespace amends
