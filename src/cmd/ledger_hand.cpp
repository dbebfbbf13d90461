// amends ledger import, void, forget: what people change by hand.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/ledger_parts.h"
#include "cmd/say_so.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "core/ledger/forgotten.h"
#include "io/ledger/issue_file.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

// Said before it is written for good: who cannot say what they do change nothing, and a ledger that cannot be written to says nothing.
void write(const LedgerOptions& options, const std::string& text, Ledger& ledger) {
  Output out(options.output);
  out.write(text);
  out.flush();
  ledger.commit({});
  out.close();
}

bool is_paid(const Grant& g) { return g.state == GrantState::issued; }

bool is_about(const Grant& g, const std::string& name) { return g.key == name || g.record_id == name || record_words(g.case_key) == name; }

// What is made void: grants, and credits that were imported.
struct Voided {
  std::vector<Grant> grants;
  std::vector<HandCredit> credits;
};

Voided named(const Ledger& ledger, const std::vector<std::string>& names) {
  Voided chosen;
  const std::vector<Grant> grants = ledger.grants();
  const std::vector<HandCredit> credits = ledger.hand_credits();
  for (const std::string& name : names) {
    const std::size_t before = chosen.grants.size() + chosen.credits.size();
    std::copy_if(grants.begin(), grants.end(), std::back_inserter(chosen.grants), [&](const Grant& g) { return g.state != GrantState::void_ && is_about(g, name); });
    std::copy_if(credits.begin(), credits.end(), std::back_inserter(chosen.credits), [&](const HandCredit& c) { return c.reference == name; });
    if (chosen.grants.size() + chosen.credits.size() == before)
      throw Error{{}, fmt::format("nothing that counts is of {}; nothing was made void", quoted(name)),
                  "an order, the key of a grant, or the reference of an imported credit: amends ledger list"};
  }
  return chosen;
}

std::string state_words(const Grant& g) { return is_paid(g) ? fmt::format("issued as {}", g.reference) : std::string(name_of(g.state)); }

// As it is from now on.
std::string void_words(const Grant& g, const std::string& reason) {
  return fmt::format("{}  {}  {}{}; was {}\n", record_words(g.case_key), remedy_words(g), reason.starts_with("void") ? "" : "void, ", reason, state_words(g));
}

// Whoever has the money keeps it: that is said before it is counted no more.
void require_word_for_paid(const LedgerOptions& options, const Voided& chosen) {
  const auto paid = std::find_if(chosen.grants.begin(), chosen.grants.end(), is_paid);
  if (paid == chosen.grants.end() || options.yes) return;
  throw Error{{}, fmt::format("{} was paid: {}, {}; to make it void takes nothing back", record_words(paid->case_key), remedy_words(*paid), state_words(*paid)),
              "when the payment was taken back, or never was made: --yes"};
}

// Of what was not granted yet a person decides that it is not: it is not offered or held again. What was granted and is
// still owed is granted again, unless it is declined.
std::string reason_of(const LedgerOptions& options, const Grant& g) {
  const bool is_granted = g.state == GrantState::granted || is_paid(g);
  const std::string opening = options.decline || !is_granted ? std::string(declined_reason) : "void by ";
  return fmt::format("{}{}: {}", opening, options.by, options.reason);
}

std::string text_of(const Voided& chosen, const LedgerOptions& options) {
  std::string text;
  for (const Grant& g : chosen.grants) text += void_words(g, reason_of(options, g));
  for (const HandCredit& c : chosen.credits)
    text += fmt::format("{}  {} by hand  {}  void by {}: {}\n", c.record_id, print(c.money), c.reference, options.by, options.reason);
  return text;
}

bool is_about(const OutboxMessage& m, const std::string& case_key) {
  const auto is_of = [&](const FurtherCase& further) { return further.case_key == case_key; };
  return m.message.case_key == case_key || std::any_of(m.message.also.begin(), m.message.also.end(), is_of);
}

// Such a letter may say that it is still looked at.
bool is_of_held(const OutboxMessage& m, const std::vector<Grant>& grants) {
  const auto is_of = [&](const Grant& g) { return g.state == GrantState::held && is_news(g) && g.run <= m.run && is_about(m, g.case_key); };
  return std::any_of(grants.begin(), grants.end(), is_of);
}

// Letters that wait and tell of what is void, or that it is looked at, are not sent; the next run writes another where one is due.
std::vector<std::string> untrue_letters(const Ledger& ledger, const std::vector<Grant>& grants) {
  std::set<std::string_view> gone;
  for (const Grant& g : grants) gone.insert(g.key);
  std::vector<std::string> keys;
  for (const OutboxMessage& m : ledger.outlines()) {
    const bool waits = is_waiting(m);
    const bool tells = std::any_of(m.message.grants.begin(), m.message.grants.end(), [&](const std::string& key) { return gone.contains(key); });
    if (waits && (tells || is_of_held(m, grants))) keys.push_back(m.message.key);
  }
  return keys;
}

}  // namespace

namespace {

// What was taken in now, by order and currency.
std::map<std::pair<std::string, std::string>, Money> late_credits(const std::vector<HandCredit>& credits) {
  std::map<std::pair<std::string, std::string>, Money> late;
  for (const HandCredit& credit : credits) {
    Money& sum = late.try_emplace({credit.record_id, std::string(credit.money.currency.name())}, Money{0, credit.money.currency}).first->second;
    sum = sum + credit.money;
  }
  return late;
}

std::string names_of_credits(const std::vector<HandCredit>& credits, const std::string& order) {
  std::vector<std::string> names;
  for (const HandCredit& credit : credits)
    if (credit.record_id == order) names.push_back(credit.reference);
  return joined(names, ", ");
}

// In the transaction of the import, so that no run and no payment comes between.
GivenWay let_give_way(Ledger& ledger, const std::string& order, const Money& late, const std::string& credits, Instant as_of) {
  std::vector<Money> left;
  for (const LeftTwice& one : ledger.left_twice())
    if (one.record_id == order) left.push_back(one.money);
  GivenWay way = give_way(ledger.grants_of_record(order), late, as_of, left);
  for (const Grant& g : way.gone) ledger.change_grant(g.key, GrantState::void_, "", given_by_hand_reason(credits));
  for (const Grant& g : way.rest) ledger.append_grant(g);
  return way;
}

}  // namespace

Exit import_credits(const LedgerOptions& options, const Context& context, const Clock& clock) {
  CreditFile file = read_credit_file(options.from, context.project->shop.currency);
  const std::unique_ptr<Ledger> ledger = ledger_to_write(options, context);
  ledger->begin(context.as_of, clock.now, "import");
  const ImportOutcome outcome = ledger->import(file.lines);
  std::vector<GivenWay> ways;
  for (const auto& [order, late] : late_credits(outcome.imported))
    ways.push_back(let_give_way(*ledger, order.first, late, names_of_credits(outcome.imported, order.first), context.as_of));
  std::vector<NotImported>& refused = file.rejected;
  refused.insert(refused.end(), outcome.refused.begin(), outcome.refused.end());
  std::stable_sort(refused.begin(), refused.end(), [](const NotImported& a, const NotImported& b) { return a.line.where.line < b.line.where.line; });
  for (const NotImported& one : refused) tell_refused(one.line.where, "not imported", one.reason, one.hint);
  for (const CreditLine& line : outcome.unknown)
    context.say(fmt::format("{}: the ledger has no case of order {} yet; the credit counts when there is one; misspelt: amends ledger void {}", line.credit.reference,
                            quoted(line.credit.record_id), line.credit.reference));
  write(options, fmt::format("{} imported, {} already were, {} refused\n", outcome.imported.size(), outcome.already, refused.size()), *ledger);
  bool is_twice = false;
  for (const GivenWay& way : ways) {
    for (const Grant& g : way.gone) context.say(gave_way_words(g, way.rest));
    if (way.twice) tell_given_twice(*way.twice);
    is_twice = is_twice || way.twice;
  }
  return refused.empty() && outcome.unknown.empty() && !is_twice ? Exit::ok : Exit::partial;
}

Exit void_grants(const LedgerOptions& options, const Context& context, const Clock& clock) {
  if (options.names.empty() || options.reason.empty())
    throw Error{{}, "what is void, and why?", "amends ledger void ORDER --reason \"given twice\" --by \"Maya Chen\""};
  const std::unique_ptr<Ledger> ledger = ledger_to_write(options, context);
  const Voided chosen = named(*ledger, options.names);
  require_word_for_paid(options, chosen);
  const std::vector<std::string> letters = untrue_letters(*ledger, chosen.grants);
  ledger->begin(context.as_of, clock.now, "void");
  for (const Grant& g : chosen.grants) ledger->change_grant(g.key, GrantState::void_, "", reason_of(options, g));
  const std::string why = fmt::format("void by {}: {}", options.by, options.reason);
  for (const HandCredit& c : chosen.credits) ledger->append_hand_credit({c.reference, c.record_id, Money{0, c.money.currency}, why, {}});
  for (const std::string& key : letters) ledger->change_message(key, "withdrawn", "a remedy it tells of is void");
  write(options, text_of(chosen, options), *ledger);
  std::vector<Money> sums = sums_of(chosen.grants);
  for (const HandCredit& c : chosen.credits) sums.push_back(c.money);
  context.say(fmt::format("{} made void: {}", counted(chosen.grants.size() + chosen.credits.size(), "remedy", "remedies"), sums_words(sums)));
  if (!letters.empty()) context.say(fmt::format("{} that told of it withdrawn.", counted(letters.size(), "waiting letter", "waiting letters")));
  const bool may_return = std::any_of(chosen.grants.begin(), chosen.grants.end(), [&](const Grant& g) { return reason_of(options, g).starts_with("void"); });
  if (may_return || !chosen.credits.empty()) context.say("What is owed by the records all the same, the next run grants again; --decline keeps it from that.");
  return Exit::ok;
}

namespace {

// Everybody the name can mean and who was forgotten.
std::vector<std::string> forgotten_ones(const Ledger& ledger, const std::string& name) {
  const Forgotten forgotten = ledger.forgotten();
  std::vector<std::string> found;
  for (const std::string& person : {name, "person:" + name, "customer:" + name, "email:" + lower(name)})
    if (forgotten.number_of(person) != 0) found.push_back(person);
  return found;
}

std::string one_of(const std::vector<std::string>& people, const std::string& name) {
  if (people.size() > 1)
    throw Error{{}, fmt::format("{} may be any of {}", quoted(name), joined(people, ", ")), fmt::format("amends ledger forget {} --by NAME", people.front())};
  return people.empty() ? std::string() : people.front();
}

std::string text_of(const std::string& person, const Traces& traces) {
  std::string text = fmt::format("{}: {}, {}, {}\n", person, counted(traces.cases, "case", "cases"), counted(traces.letters, "letter", "letters"),
                                 counted(traces.notes, "note of a call", "notes of calls"));
  if (!traces.waiting.empty()) text += fmt::format("{} in the outbox, withdrawn\n", counted(traces.waiting.size(), "letter waits", "letters wait"));
  for (const std::string& other : traces.also_under) text += fmt::format("letters went to the same address under {}: forget them, too\n", other);
  return text;
}

Exit undo(const LedgerOptions& options, const Context& context, const Clock& clock, Ledger& ledger) {
  const std::string person = one_of(forgotten_ones(ledger, options.customer), options.customer);
  if (person.empty())
    throw Error{{}, fmt::format("nobody called {} was forgotten", quoted(options.customer)),
                "write the customer number, the e-mail address or the person_id of the records"};
  ledger.begin(context.as_of, clock.now, "forget");
  ledger.undo_forgetting(person, options.by);
  ledger.commit({});
  context.say(fmt::format("{} is a customer again from the next run on; what was erased stays erased.", person));
  return Exit::ok;
}

Exit forget_again(const LedgerOptions& options, const Context& context, Ledger& ledger) {
  const std::string person = one_of(forgotten_ones(ledger, options.customer), options.customer);
  if (person.empty())
    throw Error{{}, fmt::format("the ledger knows nobody called {}", quoted(options.customer)),
                "write the customer number, the e-mail address or the person_id of the records"};
  if (options.yes) ledger.erase_traces();
  context.say(fmt::format("{} was forgotten before{}.", person, options.yes ? "; the file was written anew once more" : ""));
  return Exit::ok;
}

void write_traces(const LedgerOptions& options, const Ledger& ledger, const std::string& person) {
  Output out(options.output);
  out.write(text_of(person, ledger.traces_of(person)));
  out.close();
}

// Shown from a ledger that is only read, so that no run has to wait for an answer. Of who was forgotten before there is
// nothing to show.
bool is_meant_as_shown(const LedgerOptions& options, const Context& context) {
  {
    const std::unique_ptr<Ledger> ledger = ledger_of_a_run(context);
    const std::string person = one_of(ledger->people_named(options.customer), options.customer);
    if (person.empty()) return true;
    write_traces(options, *ledger, person);
  }
  return is_meant(options.yes, "Nothing was erased: --yes does it, and nothing brings it back.", context);
}

}  // namespace

Exit forget(const LedgerOptions& options, const Context& context, const Clock& clock) {
  if (options.customer.empty()) throw Error{{}, "who is forgotten?", "amends ledger forget CUSTOMER --by \"Maya Chen\""};
  if (!options.yes && !options.undo && !is_meant_as_shown(options, context)) return Exit::ok;
  const std::unique_ptr<Ledger> ledger = ledger_to_write(options, context);
  if (options.undo) return undo(options, context, clock, *ledger);
  const std::string person = one_of(ledger->people_named(options.customer), options.customer);
  if (person.empty()) return forget_again(options, context, *ledger);
  write_traces(options, *ledger, person);
  ledger->begin(context.as_of, clock.now, "forget");
  ledger->forget(person, options.by);
  ledger->commit({});
  ledger->erase_traces();
  context.say("Forgotten. Order numbers and sums stay. Backups of the ledger, files that were written from it and the shop's own records are yours to clear.");
  return Exit::ok;
}

}  // namespace amends
