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
#include "core/alike.h"
#include "core/lint_rules.h"
#include "io/letter_files.h"
#include "io/message_json.h"

namespace amends {
namespace {

struct DraftCommand : Options {
  std::string order, date, wait, channel, preview;
  bool backlog = false;
  bool lint = false;
  bool hand_over = false;
  bool handed = false;
};

struct Letter {
  Instant due;
  Message message;
  bool is_waiting = false;  // in the outbox
};

DeskOptions desk_options(const DraftCommand& options) {
  return {.is_one_order = !options.order.empty(), .is_quiet = !options.order.empty() || options.hand_over, .backlog = options.backlog};
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
  for (const Message& m : desk.drafts.messages) letters.push_back({due[m.case_key], m, false});
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

std::string printed(const std::vector<Letter>& letters, const std::string& format, Instant date, const Zone& zone) {
  std::string out;
  for (const Letter& letter : letters) {
    if (format == "eml") out += eml(letter.message, date, zone);
    else if (format == "mbox") out += mbox_entry(letter.message, date, zone);
    else if (format == "jsonl") out += message_json(letter.message) + "\n";
    else out += (out.empty() ? "" : "\n" + std::string(72, '-') + "\n\n") + plain_text(letter.message);
  }
  return out;
}

// --channel, and what a format can hold: an e-mail is one, an SMS is not.
void only_of_channel(std::vector<Letter>& letters, const DraftCommand& options, const Context& context) {
  const std::string format = context.format("text");
  const auto is_other = [&](const Letter& l) { return !options.channel.empty() && name_of(l.message.channel) != options.channel; };
  std::erase_if(letters, is_other);
  if (format != "eml" && format != "mbox") return;
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
  throw Error{{}, fmt::format("there are {} letters, and an eml is one message", letters.size()),
              fmt::format("name an order: amends draft {} --format eml; or take --format mbox", letters.front().message.record_id)};
}

void keep_order(std::vector<Letter>& letters, std::vector<Unwritten>& unwritten, const std::string& order) {
  if (order.empty()) return;
  std::erase_if(letters, [&](const Letter& l) { return !l.message.is_about(order); });
  std::erase_if(unwritten, [&](const Unwritten& u) { return u.record_id != order; });
  if (letters.empty() && unwritten.empty())
    throw Error{{}, fmt::format("there is no letter to write for {}", order), fmt::format("amends explain {} says how it stands", order)};
}

void print_letters(const DraftCommand& options, const Context& context, const std::vector<Letter>& letters,
                   const std::vector<Unwritten>& unwritten, Instant now) {
  const std::string format = context.format("text");
  if (format == "eml") refuse_several(letters, options);
  const Zone& zone = context.project->shop.zone;
  Output out(options.output);
  out.write(printed(letters, format, date_of_letters(options, zone, now), zone));
  if (format == "jsonl")
    for (const Unwritten& u : unwritten) out.write(unwritten_line(u));
  out.close();
  for (const Unwritten& u : unwritten)
    context.say(fmt::format("{} {}: {}", record_words(u.case_key), u.call ? "needs a call" : "has no letter", reason_words(u)));
  if (format != "eml") context.say(counted(letters.size(), "letter", "letters"));
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
  print_letters(options, context, letters, {}, clock.now);
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
  refuse_full_target(options.output);
  print_letters(options, context, letters, {}, clock.now);
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
  else print_letters(options, context, letters, desk.drafts.unwritten, clock.now);
  say_apart(desk, context, options.order);
  const Exit held = say_held(desk, context);
  return desk.judged.partial || !desk.drafts.unwritten.empty() ? Exit::partial : held;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<DraftCommand>();
  arguments.positional("order", options->order, "Only this order's letters", false);
  declare(arguments, *options, {"text", "eml", "mbox", "jsonl"});
  declare_reading(arguments, *options);
  arguments.choice("--channel", options->channel, {"email", "sms"}, "Only what goes there");
  arguments.option("--date", options->date, "TIME", "The letters' Date; default: now");
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
