// amends draft: writes messages, one letter a case and purpose: those that wait in the outbox and those the
// next run would put there.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/desk.h"
#include "cmd/findings.h"
#include "cmd/letter_reading.h"
#include "cmd/own_files.h"
#include "cmd/preview_page.h"
#include "cmd/sentences.h"
#include "core/letters/alike.h"
#include "core/lint/lint_rules.h"
#include "core/mail/plain_mail.h"
#include "io/mail/letter_files.h"
#include "io/mail/maildir.h"
#include "io/records/stage.h"

namespace amends {
namespace {

struct DraftCommand : Options {
  std::string order, date, wait, channel, preview, incident;
  bool backlog = false;
  bool lint = false;
  bool hand_over = false;
  bool handed = false;
};

struct Letter {
  Instant due;
  Message message;
  bool is_waiting = false;  // in the outbox
  std::vector<const NightCase*> decisions = {};  // on its cases, of one that is new
};

DeskOptions desk_options(const DraftCommand& options) {
  return {.is_one_order = !options.order.empty(), .is_quiet = !options.order.empty() || options.hand_over, .backlog = options.backlog, .incident = options.incident};
}

using Chosen = std::function<bool(const OutboxMessage&)>;

// Letters of the outbox, by (due, key).
std::vector<Letter> letters_in_outbox(const Ledger& ledger, const Chosen& chosen) {
  std::map<std::string, Instant> due;
  for (const KnownCase& c : ledger.cases()) due[c.key] = c.due_instant;
  std::vector<Letter> letters;
  for (const OutboxMessage& m : ledger.messages())
    if (chosen(m)) letters.push_back({due[m.message.case_key], m.message, true});
  return letters;
}

// Those that wait, but for those that are no longer true and those that somebody has to look at first.
std::vector<Letter> waiting_in_outbox(const Ledger& ledger, const Desk& desk) {
  std::set<std::string_view> going(desk.stale.begin(), desk.stale.end());
  for (const HeldLetter& held : desk.held) going.insert(held.message_key);
  return letters_in_outbox(ledger, [&](const OutboxMessage& m) { return is_waiting(m) && !going.contains(m.message.key); });
}

// The outbox and what is new, by (due, key). A pipe brings its own cases: the outbox stays out of it.
std::vector<Letter> letters_of(const Desk& desk, const Ledger* ledger) {
  std::map<std::string_view, Instant> due;
  for (const Miss& miss : desk.judged.judgement.misses) due[miss.key] = miss.due_instant;
  std::vector<Letter> letters;
  if (ledger != nullptr && !desk.judged.from_pipe) letters = waiting_in_outbox(*ledger, desk);
  std::map<std::string_view, const NightCase*> decided;
  for (const NightCase& c : desk.night.cases) decided[c.miss->key] = &c;
  for (const Message& m : desk.drafts.messages) {
    Letter& letter = letters.emplace_back(Letter{due[m.case_key], m, false});
    if (const auto found = decided.find(m.case_key); found != decided.end()) letter.decisions.push_back(found->second);
    for (const FurtherCase& further : m.also)
      if (const auto found = decided.find(further.case_key); found != decided.end()) letter.decisions.push_back(found->second);
  }
  std::sort(letters.begin(), letters.end(),
            [](const Letter& a, const Letter& b) { return std::tie(a.due, a.message.key) < std::tie(b.due, b.message.key); });
  return letters;
}

Instant date_of_letters(const DraftCommand& options, const Zone& zone, Instant now) {
  if (options.date.empty()) return now;
  const Moment moment = moment_of(read_iso(options.date), zone);
  if (!moment.is_instant()) throw Error{{}, fmt::format("--date: \"{}\" is not a time", options.date), "write 2026-03-31T14:00:00+01:00"};
  return moment.instant();
}

std::string printed(const std::vector<Letter>& letters, const std::string& format, Instant date, const Project& project, Instant as_of) {
  const Zone& zone = project.shop.zone;
  std::string out;
  for (const Letter& letter : letters) {
    if (format == "eml") out += eml(letter.message, date, zone);
    else if (format == "mbox") out += mbox_entry(letter.message, date, zone);
    else if (format == "plain") out += plain_mail(letter.message);
    else if (format == "nul") out += eml(letter.message, date, zone) + '\0';
    else if (format == "jsonl") out += letter_line(letter.message, letter.decisions, project, as_of);
    else out += (out.empty() ? "" : "\n" + std::string(72, '-') + "\n\n") + plain_text(letter.message);
  }
  return out;
}

// --channel, and what a format can hold: an e-mail is one, an SMS is not.
void only_of_channel(std::vector<Letter>& letters, const DraftCommand& options, const Context& context) {
  const std::string format = context.format("text");
  const auto is_other = [&](const Letter& l) { return !options.channel.empty() && name_of(l.message.channel) != options.channel; };
  std::erase_if(letters, is_other);
  if (format == "text" || format == "jsonl") return;
  const std::size_t left_out = std::erase_if(letters, [](const Letter& l) { return l.message.channel == Channel::sms; });
  if (left_out == 0) return;
  context.say(fmt::format("{} left out, since {} holds e-mail alone: amends draft --channel sms --format jsonl prints {}", left_out == 1 ? "1 SMS is" : fmt::format("{} SMS are", left_out),
                          format, left_out == 1 ? "it" : "them"));
}

void refuse_several(const std::vector<Letter>& letters, const DraftCommand& options) {
  if (letters.empty()) {
    if (options.order.empty()) throw Error{{}, "there is no letter to write", "amends check says what was missed"};
    return;
  }
  if (letters.size() == 1) return;
  const std::string format = options.format;
  throw Error{{}, fmt::format("there are {} letters, and {} is one message", letters.size(), format == "eml" ? "an eml" : format),
              fmt::format("name an order: amends draft {} --format {}; or take --format mbox", letters.front().message.record_id, format)};
}

bool is_one_message(const std::string& format) { return format == "eml" || format == "plain"; }

std::string lie(std::size_t n) { return n == 1 ? "1 letter lies" : fmt::format("{} letters lie", n); }

// Those that lie there already are what they were. One with other words is nobody's to replace: it may have been read,
// or sent.
void put_into_maildir(const DraftCommand& options, const Context& context, const std::vector<Letter>& letters, Instant date) {
  Maildir maildir(options.output);
  std::size_t already = 0;
  std::vector<std::string> differing;
  for (const Letter& letter : letters) {
    const std::string name = maildir_name(letter.message.key);
    const Maildir::Put put = maildir.put(name, eml(letter.message, date, context.project->shop.zone));
    already += put == Maildir::Put::already;
    if (put == Maildir::Put::differs) differing.push_back(name);
  }
  maildir.close();
  if (already > 0) context.say(fmt::format("{} there already", already == 1 ? "1 letter is" : fmt::format("{} letters are", already)));
  if (!differing.empty())
    throw Error{{options.output}, fmt::format("{} there already with other words, the first as {}", lie(differing.size()), differing.front()),
                "take it away if it was not sent, or name another folder", Exit::io};
}

void keep_order(std::vector<Letter>& letters, std::vector<Unwritten>& unwritten, const std::string& order) {
  if (order.empty()) return;
  std::erase_if(letters, [&](const Letter& l) { return !l.message.is_about(order); });
  std::erase_if(unwritten, [&](const Unwritten& u) { return u.record_id != order; });
  if (letters.empty() && unwritten.empty())
    throw Error{{}, fmt::format("there is no letter to write for {}", order), fmt::format("amends explain {} says how it stands", order)};
}

void write_letters(const DraftCommand& options, const std::vector<Letter>& letters, const std::vector<Unwritten>& unwritten, const std::string& format,
                   Instant date, const Context& context, Instant as_of) {
  Output out(options.output);
  out.write(printed(letters, format, date, *context.project, as_of));
  if (format == "jsonl")
    for (const Unwritten& u : unwritten) out.write(unwritten_line(u));
  out.close();
}

void print_letters(const DraftCommand& options, const Context& context, const std::vector<Letter>& letters,
                   const std::vector<Unwritten>& unwritten, Instant now, Instant as_of) {
  const std::string format = context.format("text");
  if (is_one_message(format)) refuse_several(letters, options);
  const Zone& zone = context.project->shop.zone;
  const Instant date = date_of_letters(options, zone, now);
  if (format == "maildir") put_into_maildir(options, context, letters, date);
  else write_letters(options, letters, unwritten, format, date, context, as_of);
  for (const Unwritten& u : unwritten)
    context.say(fmt::format("{} {}: {}", record_words(u.case_key), u.call ? "needs a call" : "has no letter", reason_words(u)));
  if (!is_one_message(format)) context.say(counted(letters.size(), "letter", "letters"));
}

void say_apart(const Desk& desk, const Context& context, const std::string& order) {
  for (const LetterApart& one : desk.drafts.apart) {
    const auto is_it = [&](const std::string& key) { return record_of_case(key).id == order; };
    if (order.empty() || std::any_of(one.case_keys.begin(), one.case_keys.end(), is_it)) context.say(apart_words(one));
  }
}

// A letter that was put off is not all that was asked for.
Exit say_held(const Desk& desk, const Context& context) {
  for (const HeldLetter& held : desk.held) context.say(held.words);
  return desk.held.empty() ? Exit::ok : Exit::partial;
}

// Letters of another night may still lie there unsent.
void refuse_full_target(const std::string& path) {
  std::error_code ignored;
  const std::uintmax_t size = path.empty() || path == "-" ? 0 : std::filesystem::file_size(path, ignored);
  if (size > 0 && !ignored)
    throw Error{{path}, "this file holds something already, and letters in it may not have been sent", "name a new file, such as -o letters-$(date +%F).mbox"};
}

void only_of_order(std::vector<Letter>& letters, const std::string& order) {
  if (!order.empty()) std::erase_if(letters, [&](const Letter& l) { return !l.message.is_about(order); });
}

// Prints once more what was handed over before.
Exit print_handed(const DraftCommand& options, const Context& context, const Clock& clock) {
  const auto ledger = ledger_of_a_run(context);
  std::vector<Letter> letters = letters_in_outbox(*ledger, [](const OutboxMessage& m) { return m.state == "handed"; });
  only_of_order(letters, options.order);
  only_of_channel(letters, options, context);
  print_letters(options, context, letters, {}, clock.now, context.as_of);
  return Exit::ok;
}

// Prints what waits in the outbox and marks it as handed over once it is written: the next time it is not printed.
Exit hand_over(const DraftCommand& options, const Context& context, const Clock& clock) {
  const Project& project = *context.project;
  ledger_of_a_run(context);
  const auto ledger = Ledger::open_to_write(path_in(project, project.ledger_path), duration_option("--wait", options.wait));
  const Desk desk = desk_of(context, books_of(ledger.get(), project), desk_options(options));
  std::vector<Letter> letters = waiting_in_outbox(*ledger, desk);
  only_of_order(letters, options.order);
  only_of_channel(letters, options, context);
  if (letters.empty()) {
    if (!options.order.empty()) throw Error{{}, fmt::format("no letter waits for {}", options.order), fmt::format("amends explain {} says how it stands", options.order)};
    context.say("0 letters");
    return say_held(desk, context);
  }
  if (options.format != "maildir") refuse_full_target(options.output);
  print_letters(options, context, letters, {}, clock.now, context.as_of);
  ledger->begin(context.as_of, clock.now, "draft");
  for (const Letter& letter : letters) ledger->change_message(letter.message.key, "handed", "draft --hand-over");
  ledger->commit({});
  return say_held(desk, context);
}

// Those put aside stand before the others: they are what to mend first.
Exit print_findings(const DraftCommand& options, const Context& context, const std::vector<Letter>& letters, const std::vector<Unwritten>& unwritten, const LetterReader& reader) {
  const std::string format = context.format("text");
  if (format != "text" && format != "jsonl") throw Error{{}, fmt::format("--lint prints what it finds, and {} holds letters", format), "take --format text or jsonl"};
  Findings findings;
  for (const Unwritten& u : unwritten)
    findings.push_back({{fmt::format("{} {}", record_words(u.case_key), u.purpose)}, "error", !u.code.empty() ? u.code : u.call ? "no-address" : "put-aside", u.reason,
                        u.code.empty() ? "" : lint_rule(u.code)->hint, {}, u.record_id});
  for (const Letter& letter : letters)
    for (Finding& finding : findings_in(letter.message, reader.read(letter.message).findings)) findings.push_back(std::move(finding));
  Output out(options.output);
  out.write(printed(findings, format));
  out.close();
  context.say(fmt::format("{}: {}", counted(letters.size(), "letter", "letters"), findings.empty() ? "nothing to say" : counted(findings.size(), "finding", "findings")));
  return findings.empty() ? Exit::ok : Exit::findings;
}

void write_preview(const DraftCommand& options, const Context& context, const std::vector<Letter>& letters, const std::vector<Unwritten>& unwritten, const LetterReader& reader) {
  std::vector<const Message*> messages;
  for (const Letter& letter : letters) messages.push_back(&letter.message);
  const AlikeLetters alike = alike_letters(messages);
  std::vector<PreviewedLetter> previewed;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    LetterReading reading = reader.read(letters[i].message);
    previewed.push_back({&letters[i].message, letters[i].is_waiting, alike.count[i], std::move(reading.facts), std::move(reading.findings)});
  }
  Output out(options.preview);
  out.write(preview_page(previewed, unwritten, context));
  out.close();
  context.say(counted(letters.size(), "letter", "letters"));
}

void check_options(const DraftCommand& options) {
  const bool is_shown = options.lint || !options.preview.empty();
  if (options.lint && !options.preview.empty()) throw Error{{}, "--preview shows what lint finds: --lint is not needed", "leave one out"};
  if (is_shown && (options.hand_over || options.handed)) throw Error{{}, "--lint and --preview show letters, and hand none over", "look at them first, then amends draft --hand-over"};
  const bool is_maildir = options.format == "maildir" && !is_shown;
  if (is_maildir && (options.output.empty() || options.output == "-")) throw Error{{}, "a Maildir is a folder, and none is named", "add -o letters"};
  if (!options.incident.empty() && (options.hand_over || options.handed || !options.order.empty()))
    throw Error{{}, "--incident writes new letters to many", "leave the order, --hand-over and --handed out; amends run --incident puts them into the outbox"};
  if (!options.preview.empty() && !options.output.empty()) throw Error{{}, "--preview writes a page to its own file", "leave -o out"};
}

Exit run(const DraftCommand& options, const Clock& clock) {
  check_options(options);
  const Context context(options, clock);
  if (!options.preview.empty()) refuse_outputs({{"--preview", options.preview}}, own_files(*context.project));
  if (options.hand_over) return hand_over(options, context, clock);
  if (options.handed) return print_handed(options, context, clock);
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), *context.project);
  Desk desk = desk_of(context, books, desk_options(options));
  std::vector<Letter> letters = letters_of(desk, ledger.get());
  keep_order(letters, desk.drafts.unwritten, options.order);
  only_of_channel(letters, options, context);
  Letters templates(template_files(*context.project));
  const LetterReader reader(desk, books, *context.project, templates);
  if (options.lint) return print_findings(options, context, letters, desk.drafts.unwritten, reader);
  if (!options.preview.empty()) write_preview(options, context, letters, desk.drafts.unwritten, reader);
  else print_letters(options, context, letters, desk.drafts.unwritten, clock.now, desk.judged.judgement.as_of);
  say_apart(desk, context, options.order);
  const Exit held = say_held(desk, context);
  return desk.judged.partial || !desk.drafts.unwritten.empty() ? Exit::partial : held;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<DraftCommand>();
  arguments.positional("order", options->order, "Only this order's letters", false);
  declare(arguments, *options, {"text", "eml", "plain", "mbox", "maildir", "nul", "jsonl"});
  declare_reading(arguments, *options);
  arguments.choice("--channel", options->channel, {"email", "sms"}, "Only what goes there");
  arguments.option("--date", options->date, "TIME", "The letters' Date; default: now");
  arguments.option("--incident", options->incident, "NAME", "Write one honest text to the people of this incident, in place of their notices");
  arguments.flag("--lint", options->lint, "What lint finds in the letters, by the decisions they tell of, instead of the letters");
  arguments.option("--preview", options->preview, "FILE", "A page to read them on, with facts and findings, instead");
  arguments.flag("--hand-over", options->hand_over, "Only what waits in the outbox, and mark it as handed over");
  arguments.flag("--handed", options->handed, "Only what was handed over before, once more");
  arguments.option("--wait", options->wait, "TIME", "With --hand-over: wait that long when another run holds the ledger");
  arguments.flag("--backlog", options->backlog, "Write for misses that are older than the ledger's start too");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command draft_command{"draft", "Stages", "Write the letters", setup};

}  // namespace amends
