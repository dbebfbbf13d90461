// amends ledger: list what was granted, hand it to who pays, take back what was paid.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/ledger_parts.h"
#include "cmd/say_so.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "core/ledger/journal.h"
#include "io/ledger/issue_file.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

std::vector<Grant> grants_in(const Ledger& ledger, const std::string& state) {
  std::vector<Grant> grants = ledger.grants();
  if (!state.empty())
    grants.erase(std::remove_if(grants.begin(), grants.end(), [&](const Grant& g) { return name_of(g.state) != state; }), grants.end());
  return grants;
}

std::string money_text(const Grant& g) { return g.money ? amount(*g.money) : ""; }
std::string currency_text(const Grant& g) { return g.money ? std::string(g.money->currency.name()) : ""; }

Sheet list_sheet(const std::vector<Grant>& grants, const Zone& zone) {
  Sheet sheet{"grant", {{"order"}, {"remedy"}, {"amount", "", true}, {"currency", " "}, {"state"}, {"granted", "on"}, {"rule"}, {"reason", "held because"}}, {}};
  for (const Grant& g : grants)
    sheet.rows.push_back({record_words(g.case_key), g.what.empty() ? g.kind : g.kind + " of " + g.what, money_text(g), currency_text(g),
                          std::string(name_of(g.state)), print(zone.date_at(g.as_of)), g.table + "/" + g.rule,
                          g.state == GrantState::held ? g.reason : ""});
  return sheet;
}

Sheet by_hand_sheet(const std::vector<HandCredit>& credits, const Zone& zone) {
  Sheet sheet{"credit", {{"order"}, {"by hand"}, {"amount", "", true}, {"currency", " "}, {"imported", "on"}, {"reason", "why"}}, {}};
  for (const HandCredit& c : credits)
    sheet.rows.push_back({c.record_id, c.reference, amount(c.money), std::string(c.money.currency.name()), print(zone.date_at(c.as_of)), c.reason});
  return sheet;
}

Sheet accepted_sheet(const std::vector<LeftTwice>& accepted, const Zone& zone) {
  Sheet sheet{"accepted", {{"order"}, {"given twice"}, {"amount", "", true}, {"currency", " "}, {"accepted", "on"}, {"by"}, {"reason", "why"}}, {}};
  for (const LeftTwice& one : accepted)
    sheet.rows.push_back({one.record_id, "left with the customer", amount(one.money), std::string(one.money.currency.name()), print(zone.date_at(one.as_of)), one.by,
                          one.reason});
  return sheet;
}

// What the ledger holds of money: grants, and for people and machines who list it what was given elsewhere, which is in no hand-off.
struct Listed {
  std::vector<Grant> grants;
  std::vector<HandCredit> credits;
  std::vector<LeftTwice> accepted;
};

std::string list_text(const Listed& listed, const Zone& zone) {
  std::vector<std::string> tables;
  if (!listed.grants.empty() || (listed.credits.empty() && listed.accepted.empty())) tables.push_back(print(list_sheet(listed.grants, zone), "table"));
  if (!listed.credits.empty()) tables.push_back(print(by_hand_sheet(listed.credits, zone), "table"));
  if (!listed.accepted.empty()) tables.push_back(print(accepted_sheet(listed.accepted, zone), "table"));
  return joined(tables, "\n");
}

// Part of the ledger format (amends-ledger.5): columns of the hand-off. Add at the end, never rename.
Sheet export_sheet(const std::vector<Grant>& grants, const Zone& zone) {
  Sheet sheet{"grant",
              {{"grant"}, {"case"}, {"order"}, {"person"}, {"table"}, {"rule"}, {"remedy"}, {"what"}, {"sequence", "", true, true},
               {"amount"}, {"currency"}, {"quantity"}, {"duration"}, {"valid"}, {"within"}, {"manner"}, {"pay_by"}, {"state"},
               {"reason"}, {"due"}, {"as_of"}, {"basis"}},
              {}};
  for (const Grant& g : grants)
    sheet.rows.push_back({g.key, g.case_key, g.record_id, g.person, g.table, g.rule, g.kind, g.what, std::to_string(g.sequence),
                          money_text(g), currency_text(g), g.quantity ? print(*g.quantity) : "", g.duration, g.valid, g.within,
                          g.manner, g.pay_by, std::string(name_of(g.state)), g.reason, print(g.due, zone), print(g.as_of, zone), g.basis});
  return sheet;
}

// Below the grants, by the same columns: their state tells what they are.
Sheet all_sheet(const Listed& listed, const Zone& zone) {
  Sheet sheet = export_sheet(listed.grants, zone);
  const auto add = [&](const std::string& key, const std::string& order, const char* remedy, const Money& money, const char* state, const std::string& reason,
                       Instant as_of) {
    sheet.rows.push_back({key, "", order, "", "", "", remedy, "", "", amount(money), std::string(money.currency.name()), "", "", "", "", "", "", state, reason, "",
                          print(as_of, zone), ""});
  };
  for (const HandCredit& c : listed.credits) add(c.reference, c.record_id, "by_hand", c.money, "imported", c.reason, c.as_of);
  for (const LeftTwice& one : listed.accepted)
    add("", one.record_id, "given_twice", one.money, "accepted", one.by + (one.reason.empty() ? "" : ": " + one.reason), one.as_of);
  return sheet;
}

void write(const Context& context, const Sheet& sheet, const std::string& format) {
  Output out(context.options.output);
  out.write(print(sheet, format));
  out.close();
}

Exit list(const LedgerOptions& options, const Context& context) {
  const std::unique_ptr<Ledger> ledger = ledger_of_a_run(context);
  Listed listed{grants_in(*ledger, options.state), {}, {}};
  if (options.state.empty()) {
    listed.credits = ledger->hand_credits();
    listed.accepted = ledger->left_twice();
  }
  const std::vector<Grant>& grants = listed.grants;
  const std::vector<HandCredit>& credits = listed.credits;
  const std::string format = options.format.empty() ? "table" : options.format;
  const Zone& zone = context.project->shop.zone;
  Output out(context.options.output);
  out.write(format == "table" ? list_text(listed, zone) : print(all_sheet(listed, zone), format));
  out.close();
  std::vector<Money> held, offered, sums;  // what is decided waits for a claim or a choice
  for (const Grant& g : grants)
    if (g.money && g.state != GrantState::void_) (g.state == GrantState::held ? held : g.state == GrantState::decided ? offered : sums).push_back(*g.money);
  const std::string also = (held.empty() ? "" : fmt::format(", and {} held", sums_words(held))) +
                           (offered.empty() ? "" : fmt::format(", and {} offered", sums_words(offered)));
  std::vector<Money> elsewhere;
  for (const HandCredit& c : credits) elsewhere.push_back(c.money);
  const std::string besides = credits.empty() ? "" : fmt::format("; {} given by hand elsewhere", sums_words(elsewhere));
  context.say(fmt::format("{}: {}{}{}", counted(grants.size(), "grant", "grants"), sums_words(sums), also, besides));
  return Exit::ok;
}

// For who keeps books: every step with money, as a plain text journal.
Exit export_journal(const LedgerOptions& options, const Context& context) {
  if (!options.state.empty()) throw Error{{}, "a journal tells every step, so --state leaves out half of each", "amends ledger export --format hledger"};
  const std::unique_ptr<Ledger> ledger = ledger_of_a_run(context);
  Output out(options.output);
  out.write(journal({ledger->grants(), ledger->grant_steps(), ledger->hand_credit_steps()}, context.project->shop.zone));
  out.close();
  return Exit::ok;
}

// All there is goes out unless a state is asked for; who pays has to know that some of it is not to be paid.
void say_unpayable(const std::vector<Grant>& grants, const Context& context) {
  std::map<std::string_view, std::size_t> states;
  for (const Grant& g : grants)
    if (g.state != GrantState::granted) ++states[name_of(g.state)];
  std::vector<std::string> parts;
  for (const auto& [state, count] : states) parts.push_back(fmt::format("{} {}", count, state));
  if (!parts.empty()) context.say(fmt::format("Among them are {}: to pay is what is granted, --state granted.", joined(parts, ", ")));
}

Exit export_grants(const LedgerOptions& options, const Context& context) {
  if (options.format == "hledger") return export_journal(options, context);
  const std::vector<Grant> grants = grants_in(*ledger_of_a_run(context), options.state);
  write(context, export_sheet(grants, context.project->shop.zone), options.format.empty() ? "csv" : options.format);
  if (options.state.empty()) say_unpayable(grants, context);
  return Exit::ok;
}

Exit issue(const LedgerOptions& options, const Context& context, const Clock& clock) {
  ledger_of_a_run(context);
  IssueFile file = read_issue_file(options.from);
  const std::unique_ptr<Ledger> ledger = ledger_to_write(options, context);
  ledger->begin(context.as_of, clock.now, "issue");
  const IssueOutcome outcome = ledger->issue(file.lines);
  std::vector<NotIssued>& refused = file.rejected;
  refused.insert(refused.end(), outcome.refused.begin(), outcome.refused.end());
  std::stable_sort(refused.begin(), refused.end(), [](const NotIssued& a, const NotIssued& b) { return a.line.where.line < b.line.where.line; });
  for (const NotIssued& one : refused) tell_refused(one.line.where, "not issued", one.reason, one.hint);
  Output out(options.output);
  out.write(fmt::format("{} issued, {} already were, {} refused\n", outcome.issued, outcome.already, refused.size()));
  out.flush();
  ledger->commit({});
  out.close();
  return refused.empty() ? Exit::ok : Exit::partial;
}

std::set<std::string> cleared_keys(const Ledger& ledger) {
  std::set<std::string> cleared;
  for (const KnownCase& c : ledger.cases())
    if (c.standing == standing::cleared) cleared.insert(c.key);
  return cleared;
}

// The held grants of the orders or grant keys named; Error for a name that has none, or whose case is cleared.
std::vector<Grant> held_grants_of(const std::vector<Grant>& held, const std::set<std::string>& cleared, const std::vector<std::string>& names) {
  std::vector<Grant> chosen;
  for (const std::string& name : names) {
    const std::size_t before = chosen.size();
    for (const Grant& g : held) {
      if (g.key != name && g.record_id != name && record_words(g.case_key) != name) continue;
      if (cleared.contains(g.case_key))
        throw Error{{}, fmt::format("{} is no longer missed by its records; nothing was approved", record_words(g.case_key)),
                    fmt::format("amends explain {} shows it", g.record_id)};
      chosen.push_back(g);
    }
    if (chosen.size() == before)
      throw Error{{}, fmt::format("no held grant is of {}; nothing was approved", quoted(name)), "amends ledger list --state held shows them"};
  }
  return chosen;
}

// Those that are held for a reason that begins so, or by a rule; cleared cases are left out.
std::vector<Grant> held_grants_like(const std::vector<Grant>& held, const std::set<std::string>& cleared, const LedgerOptions& options) {
  std::vector<Grant> chosen;
  for (const Grant& g : held)
    if (!cleared.contains(g.case_key) && g.reason.starts_with(options.reason) && (options.rule.empty() || g.table + "/" + g.rule == options.rule))
      chosen.push_back(g);
  if (chosen.empty()) throw Error{{}, "no held grant is like that; nothing was approved", "amends ledger list --state held shows them with their reasons"};
  return chosen;
}

// What each case comes to, with what is about to be approved, by currency.
std::map<std::string, std::vector<Money>> sums_by_case(const Ledger& ledger, const std::vector<Grant>& chosen) {
  std::map<std::string, std::vector<Money>> sums;
  const auto add = [&](const Grant& g) {
    if (!g.money) return;
    std::vector<Money>& of_case = sums[g.case_key];
    for (Money& sum : of_case)
      if (sum.currency == g.money->currency) {
        sum = sum + *g.money;
        return;
      }
    of_case.push_back(*g.money);
  };
  for (const Grant& g : chosen) add(g);
  for (const Grant& g : ledger.grants())
    if (sums.contains(g.case_key) && (g.state == GrantState::granted || g.state == GrantState::issued)) add(g);
  return sums;
}

// What is beyond the approver's limit. One that was named stops it all; of many, it is left for somebody else.
std::vector<Grant> take_beyond(const Ledger& ledger, const Project& project, const LedgerOptions& options, std::vector<Grant>& chosen) {
  const Approver* approver = approver_named(project.approvers, options.by);
  if (approver == nullptr) return {};
  const auto sums = sums_by_case(ledger, chosen);
  const auto is_beyond = [&](const Grant& g) {
    const auto of_case = sums.find(g.case_key);
    return of_case != sums.end() && !may_approve(*approver, of_case->second);
  };
  std::vector<Grant> beyond;
  std::copy_if(chosen.begin(), chosen.end(), std::back_inserter(beyond), is_beyond);
  if (!beyond.empty() && !options.names.empty()) {
    std::vector<std::string> others;
    for (const Approver& other : project.approvers)
      if (may_approve(other, sums.at(beyond[0].case_key))) others.push_back(words_of(other));
    throw Error{{}, fmt::format("with this, {} comes to {}, more than {} may approve; nothing was approved", beyond[0].record_id,
                                sums_words(sums.at(beyond[0].case_key)), words_of(*approver)),
                others.empty() ? "no [[approver]] may approve that much" : "who may: " + joined(others, ", ")};
  }
  std::erase_if(chosen, is_beyond);
  return beyond;
}

std::string held_text(const std::vector<Grant>& chosen) {
  std::string text;
  for (const Grant& g : chosen) text += fmt::format("{}  {}  {}\n", record_words(g.case_key), remedy_words(g), g.reason);
  return text;
}

// As they are from now on.
std::string approved_text(const std::vector<Grant>& chosen, const std::string& reason) {
  std::string text;
  for (const Grant& g : chosen) text += fmt::format("{}  {}  granted, {}; was held: {}\n", record_words(g.case_key), remedy_words(g), reason, g.reason);
  return text;
}

struct Approvable {
  std::vector<Grant> chosen, beyond;  // beyond: the approver's limit
};

Approvable approvable(const Ledger& ledger, const LedgerOptions& options, const Context& context) {
  const std::vector<Grant> held = ledger.grants_in(GrantState::held);
  const std::set<std::string> cleared = cleared_keys(ledger);
  Approvable found;
  found.chosen = options.names.empty() ? held_grants_like(held, cleared, options) : held_grants_of(held, cleared, options.names);
  found.beyond = take_beyond(ledger, *context.project, options, found.chosen);
  return found;
}

void say_beyond(const Approvable& found, const LedgerOptions& options, const Context& context) {
  if (!found.beyond.empty())
    context.say(fmt::format("{} beyond what {} may approve: {}", counted(found.beyond.size(), "grant is", "grants are"), options.by, sums_words(sums_of(found.beyond))));
}

// Shown from a ledger that is only read, so that no run has to wait for an answer.
bool is_meant_as_shown(const LedgerOptions& options, const Context& context) {
  const Approvable found = approvable(*ledger_of_a_run(context), options, context);
  Output out(options.output);
  out.write(held_text(found.chosen));
  out.close();
  say_beyond(found, options, context);
  context.say(fmt::format("{} would be approved: {}", counted(found.chosen.size(), "grant", "grants"), sums_words(sums_of(found.chosen))));
  return !found.chosen.empty() && is_meant(options.yes, "Nothing was approved: --yes does it.", context);
}

// Who was written to before it was approved hears of it in another letter, or from a person.
void say_who_hears_of_it(const Ledger& ledger, const Context& context, const std::vector<Grant>& chosen) {
  std::set<std::string> told;
  for (const OutboxMessage& m : ledger.outlines()) {
    if (m.state == "withdrawn" || is_waiting(m)) continue;
    told.insert(m.message.case_key);
    for (const FurtherCase& further : m.message.also) told.insert(further.case_key);
  }
  std::set<std::string> people;
  for (const Grant& g : chosen)
    if (is_news(g) && told.contains(g.case_key)) people.insert(g.person);
  if (people.empty()) return;
  const std::vector<MessageRule>& rules = context.project->messages;
  const bool has_letter = std::any_of(rules.begin(), rules.end(), [](const MessageRule& rule) { return rule.purpose == purpose::granted && is_written(rule.channel); });
  const std::string of = counted(people.size(), "customer was", "customers were") + " written to before this was approved";
  context.say(has_letter ? of + ": the next run writes again" : of + ": amends calls lists whom to call, since there is no [[message]] of purpose granted");
}

// Grants that wait for a person: held by a cap, an approval rule or the brake.
Exit approve(const LedgerOptions& options, const Context& context, const Clock& clock) {
  const bool is_like = !options.reason.empty() || !options.rule.empty();
  if (options.names.empty() != is_like)
    throw Error{{}, is_like ? "orders are named, or --reason and --rule choose them: not both" : "what is approved?",
                "amends ledger approve ORDER --by NAME, or all that the brake holds: --reason brake --by NAME"};
  if (is_like && !options.yes && !is_meant_as_shown(options, context)) return Exit::ok;
  const std::unique_ptr<Ledger> ledger = ledger_to_write(options, context);
  const Approvable found = approvable(*ledger, options, context);
  Output out(options.output);
  if (!found.chosen.empty()) {
    const std::string reason = "approved by " + options.by;
    ledger->begin(context.as_of, clock.now, "approve");
    for (const Grant& g : found.chosen) ledger->change_grant(g.key, GrantState::granted, "", reason);
    out.write(approved_text(found.chosen, reason));
    out.flush();
    ledger->commit({});
  }
  out.close();
  say_beyond(found, options, context);
  context.say(fmt::format("{} approved: {}", counted(found.chosen.size(), "grant", "grants"), sums_words(sums_of(found.chosen))));
  say_who_hears_of_it(*ledger, context, found.chosen);
  return Exit::ok;
}

// What is decided by hand is somebody's decision.
std::string decider(const LedgerOptions& options) {
  if (options.approve) return who_says_so(options.by, "amends ledger approve ORDER");
  if (options.void_) return who_says_so(options.by, "amends ledger void ORDER --reason \"given twice\"");
  if (options.accept) return who_says_so(options.by, "amends ledger accept ORDER");
  if (options.forget) return who_says_so(options.by, "amends ledger forget CUSTOMER");
  return {};
}

Exit run(const LedgerOptions& asked, const Clock& clock) {
  LedgerOptions options = asked;
  options.by = decider(asked);
  const Context context(options, clock);
  if (options.list) return list(options, context);
  if (options.export_) return export_grants(options, context);
  if (options.verify) return verify(options, context);
  if (options.import) return import_credits(options, context, clock);
  if (options.void_) return void_grants(options, context, clock);
  if (options.accept) return accept(options, context, clock);
  if (options.forget) return forget(options, context, clock);
  if (options.approve) return approve(options, context, clock);
  return issue(options, context, clock);
}

constexpr const char* wait_help = "Wait that long when another run holds the ledger";

void setup_by_hand(Arguments& arguments, LedgerOptions& options) {
  Arguments& verify = arguments.subcommand("verify", "Check the file, its chain, sums and states", options.verify);
  declare(verify, options, {"text", "json"});
  verify.option("--noted", options.noted, "HASH", "The last row of an earlier check: it must still be there");
  Arguments& import = arguments.subcommand("import", "Take in credits that were given elsewhere by hand", options.import);
  declare(import, options, {});
  import.option("--from", options.from, "FILE", "CSV with the columns reference, order_id and amount; - is stdin");
  Arguments& voids = arguments.subcommand("void", "Make what was granted count no more", options.void_);
  voids.positionals("names", options.names, "Orders, keys of grants, or references of imported credits", false);
  voids.option("--reason", options.reason, "TEXT", "Why; kept in the ledger");
  voids.flag("--decline", options.decline, "No run grants it again, whatever is owed");
  voids.flag("--yes", options.yes, "Also what was issued, since the payment was taken back or never made");
  declare(voids, options, {});
  Arguments& accept = arguments.subcommand("accept", "Leave what was given twice with the customer", options.accept);
  accept.positionals("orders", options.names, "Orders for which something was given twice", false);
  accept.option("--reason", options.reason, "TEXT", "Why; kept in the ledger");
  accept.flag("--undo", options.undo, "It is to be settled after all");
  declare(accept, options, {});
  Arguments& forget = arguments.subcommand("forget", "Erase a customer's name, letters and notes", options.forget);
  forget.positional("customer", options.customer, "Customer number, e-mail address or person_id", false);
  forget.flag("--yes", options.yes, "Do it; else what there is is only shown");
  forget.flag("--undo", options.undo, "Who was forgotten is a customer again: from now on written to and written down");
  declare(forget, options, {});
  for (Arguments* sub : {&voids, &accept, &forget}) sub->option("--by", options.by, "NAME", "Who decided it; kept in the ledger");
  for (Arguments* sub : {&import, &voids, &accept, &forget}) sub->option("--wait", options.wait, "TIME", wait_help);
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<LedgerOptions>();
  const std::vector<std::string> states = {"decided", "held", "granted", "issued", "void"};
  Arguments& list = arguments.subcommand("list", "Show grants, for people", options->list);
  Arguments& exports = arguments.subcommand("export", "Hand grants to who pays", options->export_);
  declare(list, *options, {"table", "csv", "tsv", "json", "jsonl"});
  declare(exports, *options, {"csv", "tsv", "table", "json", "jsonl", "hledger"});
  for (Arguments* sub : {&list, &exports}) {
    sub->choice("--state", options->state, states, "Only grants in this state");
  }
  Arguments& issue = arguments.subcommand("issue", "Mark grants as paid, with the outside reference", options->issue);
  declare(issue, *options, {});
  issue.option("--from", options->from, "FILE", "CSV with the columns grant and reference; - is stdin");
  issue.option("--wait", options->wait, "TIME", wait_help);
  Arguments& approve = arguments.subcommand("approve", "Grant what was held", options->approve);
  approve.positionals("orders", options->names, "Orders or grant keys whose held grants are approved", false);
  approve.option("--by", options->by, "NAME", "Who approves; kept in the ledger");
  approve.option("--reason", options->reason, "TEXT", "All that is held for a reason that begins so: brake, approval, \"cap per person\"");
  approve.option("--rule", options->rule, "TABLE/RULE", "All that this rule gave");
  approve.flag("--yes", options->yes, "With --reason or --rule: do it; else it is only shown");
  declare(approve, *options, {});
  approve.option("--wait", options->wait, "TIME", wait_help);
  setup_by_hand(arguments, *options);
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

std::unique_ptr<Ledger> ledger_to_write(const LedgerOptions& options, const Context& context) {
  ledger_of_a_run(context);
  return Ledger::open_to_write(path_in(*context.project, context.project->ledger_path), duration_option("--wait", options.wait));
}

// Also where it is quiet: each is left undone.
void tell_refused(const Where& where, std::string_view severity, const std::string& reason, const std::string& hint) {
  std::string text = describe(where, severity, reason, hint);
  text.pop_back();
  tell_on_stderr(text);
}

std::vector<Money> sums_of(const std::vector<Grant>& grants) {
  std::vector<Money> sums;
  for (const Grant& g : grants)
    if (g.money) sums.push_back(*g.money);
  return sums;
}

const Command ledger_command{"ledger", "Ledger", "Grants: list, export, approve, issue, void, import, accept; verify, forget", setup};

}  // namespace amends
