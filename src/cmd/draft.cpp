// amends draft: writes messages, one letter a case and purpose: those that wait in the outbox and those the
// next run would put there.
#include <algorithm>
#include <map>
#include <unordered_set>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/sentences.h"
#include "io/letter_files.h"
#include "io/message_json.h"

namespace amends {
namespace {

struct DraftCommand : Options {
  std::string order, date;
  bool backlog = false;
};

struct Letter {
  Instant due;
  Message message;
};

Drafts new_drafts(const DraftCommand& options, const Context& context, const Ledger* ledger, Judged& judged) {
  const Project& project = *context.project;
  const Standing standing = standing_of(ledger);
  // One order named: asked from a script or by hand, and what else is wrong tonight is not the question.
  const bool one = !options.order.empty();
  judged = judged_cases(context, standing, one ? Input::records : Input::pipe_or_records, one ? Tell::nothing : Tell::all);
  NightOptions how;
  how.backlog = options.backlog ? Backlog::decide : Backlog::wait;
  how.project_of = kept_policies(ledger, project);
  const Night night = judged.decided ? night_from_pipe(judged) : night_of(judged.judgement, standing, project, how);
  Letters letters(template_files(project));
  const DraftOptions draft_options{ledger == nullptr ? project.shop.id : ledger->secret(), !project.approve_by_person,
                                   judged.judgement.as_of};
  return drafts_of(night, said_before(ledger), ledger == nullptr ? std::vector<Grant>{} : ledger->grants(), project, letters,
                   draft_options);
}

bool is_waiting(const OutboxMessage& m) { return m.state == "drafted" || m.state == "approved"; }

// Waiting in the outbox, then new; by (due, key). A pipe brings its own cases: the outbox stays out of it.
std::vector<Letter> letters_of(const Drafts& drafts, const Ledger* ledger, const Judged& judged) {
  std::map<std::string_view, Instant> due;
  for (const Miss& miss : judged.judgement.misses) due[miss.key] = miss.due_instant;
  std::vector<Letter> letters;
  for (const Message& m : drafts.messages) letters.push_back({due[m.case_key], m});
  if (ledger != nullptr && !judged.from_pipe) {
    const std::vector<KnownCase> cases = ledger->cases();
    for (const KnownCase& c : cases) due[c.key] = c.due_instant;
    for (const OutboxMessage& m : ledger->messages())
      if (is_waiting(m)) letters.push_back({due[m.message.case_key], m.message});
    std::sort(letters.begin(), letters.end(), [](const Letter& a, const Letter& b) {
      return std::tie(a.due, a.message.key) < std::tie(b.due, b.message.key);
    });
  }
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
  std::erase_if(letters, [&](const Letter& l) { return l.message.record_id != order; });
  std::erase_if(unwritten, [&](const Unwritten& u) { return u.record_id != order; });
  if (letters.empty() && unwritten.empty())
    throw Error{{}, fmt::format("there is no letter to write for {}", order), fmt::format("amends explain {} says how it stands", order)};
}

Exit run(const DraftCommand& options, const Clock& clock) {
  const Context context(options, clock);
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  Judged judged;
  Drafts drafts = new_drafts(options, context, ledger.get(), judged);
  std::vector<Letter> letters = letters_of(drafts, ledger.get(), judged);
  keep_order(letters, drafts.unwritten, options.order);
  const std::string format = context.format("text");
  if (format == "eml") refuse_several(letters, options);
  Output out(options.output);
  out.write(printed(letters, format, date_of_letters(options, context.project->shop.zone, clock.now), context.project->shop.zone));
  if (format == "jsonl")
    for (const Unwritten& u : drafts.unwritten) out.write(unwritten_line(u));
  out.close();
  for (const Unwritten& u : drafts.unwritten)
    context.say(fmt::format("{} {}: {}", u.record_id, u.call ? "needs a call" : "has no letter", u.reason));
  if (format != "eml") context.say(counted(letters.size(), "letter", "letters"));
  return judged.partial || !drafts.unwritten.empty() ? Exit::partial : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<DraftCommand>();
  arguments.positional("order", options->order, "Only this order's letters", false);
  declare(arguments, *options, {"text", "eml", "mbox", "jsonl"});
  declare_rejects(arguments, *options);
  arguments.option("--date", options->date, "TIME", "The letters' Date; default: now");
  arguments.flag("--backlog", options->backlog, "Write for misses that are older than the ledger's start too");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command draft_command{"draft", "Stages", "Write the letters", setup};

}  // namespace amends
