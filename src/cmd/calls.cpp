// amends calls: who is to be called or written to by hand, with what to say, until when; and new customers to welcome.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/call_print.h"
#include "cmd/desk.h"
#include "cmd/sentences.h"
#include "cmd/welcomes.h"
#include "core/base/text.h"
#include "core/letters/call_sheet.h"
#include "io/mail/letter_files.h"
#include "io/records/contacts.h"

namespace amends {
namespace {

struct CallsCommand : Options {
  std::string top, welcome, done, by, note, channel, wait;
  bool backlog = false;
};

std::size_t count_option(const char* name, const std::string& text) {
  const std::optional<Ratio> count = read_decimal(text);
  if (!count || !count->is_whole() || *count < Ratio(1) || *count > Ratio(1000000))
    throw Error{{}, fmt::format("{}: {} is no number of people", name, quoted(text)), fmt::format("write {} 10", name)};
  return static_cast<std::size_t>(whole_of(*count));
}

void check_options(const CallsCommand& options) {
  if (!options.done.empty() && !options.welcome.empty()) throw Error{{}, "--done records a call, --welcome lists new customers: not both", "take one"};
  if (!options.done.empty() && options.by.empty()) throw Error{{}, "--done does not say who did it", fmt::format("amends calls --done {} --by \"Maya Chen\"", options.done)};
  if (options.done.empty() && !(options.by.empty() && options.note.empty())) throw Error{{}, "--by and --note tell of a call that was made", "name its order: amends calls --done ORDER --by NAME"};
}

// What stands on the sheet, by what is at stake.
struct CallSheet {
  Desk desk;
  std::vector<CallLine> lines;
};

CallSheet sheet_of(const CallsCommand& options, const Context& context, const Books& books) {
  CallSheet sheet;
  sheet.desk = desk_of(context, books, {.is_one_order = true, .is_quiet = !options.done.empty(), .backlog = options.backlog, .with_calls = true});
  sheet.lines = std::move(sheet.desk.drafts.calls);
  if (books.ledger != nullptr) leave_out_done(sheet.lines, books.ledger->done_calls());
  if (!options.channel.empty()) std::erase_if(sheet.lines, [&](const CallLine& line) { return name_of(line.channel) != options.channel; });
  rank_by_stake(sheet.lines, *context.project);
  return sheet;
}

// The last letter to each person that was not withdrawn.
std::map<std::string, LastLetter> last_letters(const Ledger* ledger) {
  std::map<std::string, LastLetter> last;
  if (ledger == nullptr) return last;
  for (const OutboxMessage& m : ledger->outlines()) {
    if (m.state == "withdrawn" || m.message.person.empty()) continue;
    const auto [known, is_new] = last.try_emplace(m.message.person);
    if (is_new || known->second.at < m.as_of) known->second = {m.as_of, m.message.purpose, m.state};
  }
  return last;
}

// The last words of the person, or about the order.
std::optional<LastContact> last_contact(const CallLine& line, const std::vector<Contact>& contacts) {
  const auto is_theirs = [&](const Contact& c) { return (!c.person.empty() && c.person == line.person) || (!c.order_id.empty() && c.order_id == line.record_id); };
  const auto last = std::find_if(contacts.rbegin(), contacts.rend(), is_theirs);
  return last == contacts.rend() ? std::nullopt : std::optional(LastContact{last->at, last->subject, last->order_id});
}

std::vector<PrintedCall> printed_calls(const std::vector<CallLine>& lines, const Context& context, const Books& books) {
  const std::vector<Contact> contacts = lines.empty() ? std::vector<Contact>{} : read_contacts(*context.project, context.as_of);
  const std::map<std::string, LastLetter> letters = last_letters(books.ledger);
  std::vector<PrintedCall> printed;
  for (const CallLine& line : lines) {
    PrintedCall call{&line, deadline_of(line, *context.project), {}, {}};
    call.contact = last_contact(line, contacts);
    if (const auto found = letters.find(line.person); found != letters.end()) call.letter = found->second;
    printed.push_back(std::move(call));
  }
  return printed;
}

Exit list(const CallsCommand& options, const Context& context) {
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), *context.project);
  CallSheet sheet = sheet_of(options, context, books);
  const std::size_t all = sheet.lines.size();
  if (!options.top.empty()) sheet.lines.resize(std::min(all, count_option("--top", options.top)));
  Output out(options.output);
  out.write(print_calls(printed_calls(sheet.lines, context, books), context));
  out.close();
  const std::string counted_all = counted(all, "call or note", "calls and notes");
  context.say(sheet.lines.size() == all ? counted_all : fmt::format("{} of {}", sheet.lines.size(), counted_all));
  return sheet.desk.judged.partial ? Exit::partial : Exit::ok;
}

std::string what_was_done(const std::vector<CallLine>& lines) {
  std::vector<std::string> parts;
  for (const CallLine& line : lines) parts.push_back(fmt::format("{} ({})", line.channel == Channel::call ? "call" : "note", line.purpose));
  return joined(parts, ", ");
}

// Grants that were carried out are issued: they wait for nobody any more.
Exit mark_done(const CallsCommand& options, const Context& context, const Clock& clock) {
  ledger_of_a_run(context);
  const Project& project = *context.project;
  const auto ledger = Ledger::open_to_write(path_in(project, project.ledger_path), duration_option("--wait", options.wait));
  const Books books = books_of(ledger.get(), project);
  std::vector<CallLine> lines = sheet_of(options, context, books).lines;
  std::erase_if(lines, [&](const CallLine& line) { return line.record_id != options.done; });
  if (lines.empty()) throw Error{{}, fmt::format("no call or note is owed for {}", options.done), fmt::format("amends explain {} says how it stands", options.done)};
  std::set<std::string_view> known;
  for (const KnownCase& c : books.standing.cases) known.insert(c.key);
  for (const CallLine& line : lines)
    if (!known.contains(line.case_key)) throw Error{{project.ledger_path}, fmt::format("{} is not in the ledger yet", options.done), "amends run puts it there"};
  ledger->begin(context.as_of, clock.now, "calls");
  for (const CallLine& line : lines) {
    std::vector<std::string> grants = line.grants;
    grants.insert(grants.end(), line.tells.begin(), line.tells.end());
    ledger->append_done_call({line.key, line.case_key, options.by, options.note, grants, context.as_of});
    const auto given = books.standing.given.by_case.find(line.case_key);
    if (given == books.standing.given.by_case.end()) continue;
    for (const Grant& g : given->second) {
      const bool is_of_line = std::find(line.grants.begin(), line.grants.end(), g.key) != line.grants.end();
      if (is_of_line && g.state == GrantState::granted) ledger->change_grant(g.key, GrantState::issued, fmt::format("{} by {}", g.kind, options.by), {});
    }
  }
  ledger->commit({});
  context.say(fmt::format("{}: {} done by {}", options.done, what_was_done(lines), options.by));
  return Exit::ok;
}

Exit welcome(const CallsCommand& options, const Context& context, const Clock& clock) {
  ledger_of_a_run(context);
  const Project& project = *context.project;
  const auto ledger = Ledger::open_to_write(path_in(project, project.ledger_path), duration_option("--wait", options.wait));
  const Books books = books_of(ledger.get(), project);
  bool partial = false;
  const WelcomeList list = welcome_list(context, books, ledger->welcomes(), count_option("--welcome", options.welcome), partial);
  Output out(options.output);
  out.write(print_welcomes(list.customers, context));
  out.flush();
  // Once it is written: who stands on a list that nobody got is not lost.
  if (!list.fresh.empty()) {
    ledger->begin(context.as_of, clock.now, "calls");
    for (const Welcome& w : list.fresh) ledger->append_welcome(w);
    ledger->commit({});
  }
  out.close();
  context.say(fmt::format("{} to welcome", counted(list.customers.size(), "new customer", "new customers")));
  return partial ? Exit::partial : Exit::ok;
}

Exit run(const CallsCommand& options, const Clock& clock) {
  check_options(options);
  const Context context(options, clock);
  if (!options.done.empty()) return mark_done(options, context, clock);
  return options.welcome.empty() ? list(options, context) : welcome(options, context, clock);
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<CallsCommand>();
  declare(arguments, *options, {"text", "table", "csv", "tsv", "json", "jsonl"});
  declare_reading(arguments, *options);
  arguments.option("--top", options->top, "N", "Only the N with the most at stake");
  arguments.choice("--channel", options->channel, {"call", "note"}, "Only calls, or only notes by hand");
  arguments.option("--done", options->done, "ORDER", "Record that what is owed for this order was done, and list nothing");
  arguments.option("--by", options->by, "NAME", "With --done: who did it");
  arguments.option("--note", options->note, "TEXT", "With --done: what came of it");
  arguments.option("--welcome", options->welcome, "N", "Instead: N new customers for a personal welcome today");
  arguments.option("--wait", options->wait, "TIME", "With --done and --welcome: wait that long when another run holds the ledger");
  arguments.flag("--backlog", options->backlog, "Also for misses that are older than the ledger's start");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command calls_command{"calls", "Nightly", "Who is to be called or written to by hand", setup};

}  // namespace amends
