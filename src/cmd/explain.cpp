// amends explain ORDER: one order's whole story on one screen.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/at_risk.h"
#include "cmd/context.h"
#include "cmd/desk.h"
#include "cmd/explain_json.h"
#include "cmd/explain_words.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "core/ledger/told_of_goods.h"
#include "core/records/carriers.h"
#include "core/records/parcels.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

struct ExplainOptions : Options {
  std::string order;
  bool for_customer = false;
  bool with_risk = false;
};

std::string why_not_taken(const JudgedCase& judged) {
  switch (judged.applies) {
    case Truth::unknown: return "cannot be told: " + joined(judged.missing, ", ") + " is missing";
    case Truth::yes: return "not asked: an earlier guarantee had taken the order";
    case Truth::no: break;
  }
  return "does not apply: " + judged.why_not;
}

// What of the order's records a person wants to see first; the rest follows the file.
constexpr const char* shown_first[] = {"status", "placed_at", "promised_at", "shipped_at", "delivered_at", "order_value", "service"};

std::string cell_words(const Column& column, Row row, Currency currency, const Zone& zone) {
  const Value v = value_at(column, row, currency);
  if (!v.is_known()) return {};
  if (v.type == Type::string) return std::string(v.text);
  if (v.type == Type::instant) return print_moment(Moment(v.instant()), zone);
  if (v.type == Type::date) return print_moment(Moment(v.date()), zone);
  return print(v, zone);
}

std::string place_words(const Records& records, const Place& place) {
  return place.file < records.files.size() ? fmt::format("{}:{}", records.files[place.file], place.line) : "";
}

// "in time" and the others as a person says them.
std::string outcome_words(const JudgedCase& judged) {
  if (judged.outcome == "open") return "not due yet";
  if (judged.outcome.starts_with("suspended: ")) return judged.outcome;
  if (judged.outcome == "ended") return "called off before it was missed";
  return judged.outcome;
}

std::string also_words(const Miss& miss) {
  const std::vector<Kind> kinds = miss.kinds.all();
  std::string words;
  for (std::size_t i = 1; i < kinds.size(); ++i) words += fmt::format("{} {}", i == 1 ? ", also" : " and", name_of(kinds[i]));
  return words;
}

// ": 3 days late"; nothing of what has no lateness.
std::string lateness_of(const Miss& miss) {
  const std::string words = lateness_words(miss);
  if (words.empty()) return {};
  if (miss.kind == Kind::early) return ": " + words;
  if (!miss.lateness_known) return ": over, and nobody tells since when";
  const bool is_due = !miss.kinds.has(Kind::at_risk);
  return fmt::format(": {}{}", words, !miss.met.is_none() ? " late" : !miss.closed ? " and still open" : is_due ? " late, and over" : ", and over");
}

// Of a case key's last part: the guarantee's name, or an earlier one.
bool is_under(std::string_view case_key, const Guarantee& guarantee) {
  const auto ends_with = [&](const std::string& name) {
    const std::string last = amends::case_key("", "", "", name);
    return case_key.ends_with(last.substr(last.rfind('/')));
  };
  return ends_with(guarantee.name) || std::any_of(guarantee.was.begin(), guarantee.was.end(), ends_with);
}

class Page {
 public:
  Page(const Context& context, const Records& records, Row row) : context_(context), records_(records), row_(row) {}

  std::string text() const { return text_; }
  void line(const std::string& text) { text_ += text + "\n"; }
  void section(const std::string& title, const std::string& rest = {}) {
    line("");
    line(context_.bold(title) + (rest.empty() ? "" : "  " + rest));
  }

  void head() {
    const Table& orders = records_.orders();
    const auto cell = [&](const char* name) {
      const Column* column = orders.find(name);
      return column == nullptr ? std::string{} : cell_words(*column, row_, orders.currency[row_], zone());
    };
    std::vector<std::string> parts = {context_.bold("Order " + cell("order_id"))};
    for (const char* name : {"customer_name", "email"})
      if (const std::string text = cell(name); !text.empty()) parts.push_back(text);
    line(joined(parts, ", "));
    line("  as of " + print_moment(Moment(context_.as_of), zone()) + " (" + zone().name() + ")");
  }

  void message(Row contact) {
    const Table& contacts = records_.table(RecordKind::contact);
    const auto cell = [&](const char* name) {
      const Column* const column = contacts.find(name);
      return column == nullptr ? std::string{} : cell_words(*column, contact, {}, zone());
    };
    const std::string order = cell("order_id");
    line(context_.bold("Contact " + cell("contact_id")) + (order.empty() ? ", which names no order" : ", about order " + order));
    line("  as of " + print_moment(Moment(context_.as_of), zone()) + " (" + zone().name() + ")");
    section("Records", context_.dim(place_words(records_, contacts.places[contact])));
    for (const char* name : {"customer_id", "at", "first_reply_at", "subject"})
      if (const std::string words = cell(name); !words.empty()) line(fmt::format("  {:<14} {}", name, words));
  }

  void records() {
    const Table& orders = records_.orders();
    section("Records", context_.dim(place_words(records_, orders.places[row_])));
    for (const char* name : shown_first)
      if (const Column* column = orders.find(name))
        if (const std::string words = cell_words(*column, row_, orders.currency[row_], zone()); !words.empty())
          line(fmt::format("  {:<14} {}", name, words));
    shipments();
    if (records_.contradictory.size() > row_ && records_.contradictory[row_] != 0)
      line("  two rows contradict each other: neither is paid");
  }

  void shipments() {
    if (records_.shipments.begin.empty()) return;
    const Table& table = records_.table(RecordKind::shipment);
    for (std::uint32_t i = records_.shipments.begin[row_]; i < records_.shipments.begin[row_ + 1]; ++i) {
      const Row shipment = records_.shipments.rows[i];
      if (i > records_.shipments.begin[row_] && is_same_parcel(table, records_.shipments.rows[i - 1], shipment)) continue;
      std::vector<std::string> parts;
      for (const char* name : {"shipment_id", "carrier", "status"})
        if (const Column* column = table.find(name))
          if (const std::string words = cell_words(*column, shipment, {}, zone()); !words.empty())
            parts.push_back(column->name == "carrier" ? std::string(carrier_name(words)) : words);
      for (const char* name : {"shipped_at", "delivered_at"})
        if (const Column* column = table.find(name))
          if (const std::string words = cell_words(*column, shipment, {}, zone()); !words.empty())
            parts.push_back((std::string_view(name) == "shipped_at" ? "shipped " : "delivered ") + words);
      line(fmt::format("  {:<14} {}  {}", "parcel", joined(parts, ", "), context_.dim(place_words(records_, table.places[shipment]))));
    }
  }

  static std::string title(const JudgedCase& judged) {
    const std::string on = judged.record == RecordKind::order ? std::string{} : fmt::format(" on {} {}", name_of(judged.record), judged.own_id);
    return "Guarantee " + judged.guarantee->name + on;
  }

  void guarantee(const JudgedCase& judged) {
    if (!judged.taken) {
      section(title(judged), why_not_taken(judged));
      return;
    }
    std::string outcome = outcome_words(judged);
    if (judged.miss) outcome += also_words(*judged.miss) + lateness_of(*judged.miss);
    section(title(judged), outcome);
    if (!judged.brought_by.empty()) line("  " + judged.brought_by);
    if (const std::string_view words = words_told(*judged.guarantee, context_.project->shop.locale); !words.empty()) line(fmt::format("  in words: {}", words));
    if (judged.miss)
      for (const Evidence& e : judged.miss->evidence) evidence(e);
    if (judged.count)
      for (const std::string& step : judged.count->steps) line("  " + step);
    const std::string until = judged.grace_ends ? ", until " + end_words(*judged.grace_ends, judged) : "";
    if (judged.guarantee->grace > 0)
      line(fmt::format("  {} of grace before it counts as missed{}", print(Value::of(Type::duration, judged.guarantee->grace), zone()), until));
    if (const std::optional<Due>& grace = judged.guarantee->business_grace)
      line(fmt::format("  {} of grace by calendar {} before it counts as missed{}", length_in_words(*grace), grace->calendar->name, until));
  }

  // A day's last moment is its end.
  std::string end_words(Instant end, const JudgedCase& judged) const {
    const std::optional<Due>& grace = judged.guarantee->business_grace;
    const Zone& there = grace ? grace->calendar->zone : judged.miss ? judged.miss->zone : zone();
    const bool ends_day = there.ms_of_day(end) == 0;
    return ends_day ? "the end of " + print_day(there.date_at(Instant{end.ms - 1})) : print_moment(end, there);
  }

  void evidence(const Evidence& e) {
    const std::string which = e.record_id.empty() ? std::string(name_of(e.record)) : fmt::format("{} {}", name_of(e.record), e.record_id);
    const std::string at = e.at_ends_day ? "the end of " + print_day(zone().date_at(Instant{e.at.instant().ms - 1})) : print_moment(e.at, zone());
    const std::string when = e.at.is_none() ? "" : " (" + at + ")";
    line(fmt::format("  {:<14} {}: {}{}  {}", name_of(e.kind), which, e.says, when, context_.dim(e.where)));
  }

  void decision(const NightCase& c) {
    std::string table;
    for (const RuleTrace& trace : c.decision.traces) {
      if (trace.table != table) line("  " + fmt::format("policy {}", table = trace.table));
      const bool hit = trace.truth == Truth::yes && trace.reached;
      const std::string why = hit                            ? "hit"
                              : !trace.reached               ? "not asked: an earlier rule had decided"
                              : trace.truth == Truth::unknown ? "unknown: " + trace.failed
                                                              : "no: " + trace.failed;
      line(fmt::format("    {} {:<22} {}", hit ? ">" : " ", trace.rule, hit ? context_.bold(why) : why));
      if (hit) steps(c, trace);
    }
    for (const std::string& why : c.decision.why) line("    nothing, because " + why);
    if (!c.decision.judged) line("  cannot judge: " + c.decision.reason);
    if (c.miss->by_hand) line(fmt::format("  given by hand for the order: {}{}", print(*c.miss->by_hand), c.by_hand && c.by_hand->minor > 0 ? fmt::format(", {} of it set against this", print(*c.by_hand)) : ""));
    if (const std::string words = in_short(c); !words.empty()) line("  in short: " + words);
    for (const std::string& words : near_words(c, *context_.project, context_.as_of)) line("  nearly: " + words);
  }

  void steps(const NightCase& c, const RuleTrace& trace) {
    for (const auto* list : {&c.decision.owed, &c.accruing})
      for (const OwedRemedy& remedy : *list) {
        if (remedy.table != trace.table || remedy.rule != trace.rule) continue;
        for (const std::string& step : remedy.steps) line("        " + step);
        line("        owed: " + remedy_words(remedy) + (list == &c.accruing ? ", still growing; granted when it is met" : ""));
      }
  }

  // What was granted and written for the order under a guarantee (null: under any); `tonight` comes last.
  void ledger(const Ledger* ledger, const std::string& order, const JudgedCase* judged, const std::string& tonight) {
    std::vector<std::string> lines;
    const auto is_of = [&](const std::string& case_key) {
      return judged == nullptr || (is_under(case_key, *judged->guarantee) && record_words(case_key) == record_words(judged->key));
    };
    if (ledger != nullptr) {
      for (const Grant& g : ledger->grants_of_record(order))
        if (is_of(g.case_key))
          lines.push_back(fmt::format("{} {}: {}{}", print(zone().date_at(g.as_of)), name_of(g.state), remedy_words(g),
                                      g.reason.empty() ? "" : ", " + g.reason));
      for (const HandCredit& c : ledger->hand_credits())
        if (c.record_id == order) lines.push_back(by_hand_words(c));
      for (const LeftTwice& left : ledger->left_twice())
        if (left.record_id == order) lines.push_back(fmt::format("{} {}", print(zone().date_at(left.as_of)), left_twice_words(left)));
      for (const OutboxMessage& m : ledger->outlines_of_record(order)) {
        const auto& also = m.message.also;
        const bool is_among = std::any_of(also.begin(), also.end(), [&](const FurtherCase& c) { return is_of(c.case_key); });
        if (is_of(m.message.case_key) || is_among) lines.push_back(letter_words(m, order));
      }
    }
    if (ledger != nullptr)
      for (const DoneCall& call : calls_about(*ledger, order))
        if (is_of(call.case_key)) lines.push_back(call_words(call));
    if (!tonight.empty()) lines.push_back(tonight);
    if (!lines.empty()) line("  ledger");
    for (const std::string& text : lines) line("    " + text);
  }

  std::string by_hand_words(const HandCredit& c) const {
    return fmt::format("{} imported: {} given by hand, {}{}", print(zone().date_at(c.as_of)), print(c.money), c.reference, c.reason.empty() ? "" : ", " + c.reason);
  }

  void without_letter(const std::vector<Unwritten>& unwritten, const std::string& case_key) {
    for (const Unwritten& one : unwritten)
      if (one.case_key == case_key) line(fmt::format("    the next run: {}{}", why_unwritten(one), one.code.empty() ? "" : fmt::format("; amends draft --lint {}", one.record_id)));
  }

  void given_twice(const Night& night, const std::string& order) {
    for (const GivenTwice& twice : night.given_twice) {
      if (twice.record_id != order) continue;
      line("    " + given_twice_words(twice));
      line("      " + given_twice_hint(twice));
    }
  }

  static std::vector<DoneCall> calls_about(const Ledger& ledger, const std::string& order) {
    std::vector<DoneCall> calls = ledger.done_calls();
    if (calls.empty()) return calls;
    std::set<std::string> keys;
    for (const KnownCase& c : ledger.cases())
      if (c.record_id == order) keys.insert(c.key);
    std::erase_if(calls, [&](const DoneCall& call) { return !keys.contains(call.case_key); });
    return calls;
  }

  // The line's key ends in purpose and channel.
  std::string call_words(const DoneCall& call) const {
    const std::string_view line = std::string_view(call.key).substr(call.case_key.size() + 1);
    const std::size_t slash = line.rfind('/');
    const bool is_call = line.substr(slash + 1) == name_of(Channel::call);
    const std::string note = call.note.empty() ? "" : ": " + call.note;
    return fmt::format("{} {} by {} ({}){}", print(zone().date_at(call.as_of)), is_call ? "called" : "written to by hand", call.by, line.substr(0, slash), note);
  }

  std::string letter_words(const OutboxMessage& m, const std::string& order) const {
    const bool is_sms = m.message.channel == Channel::sms;
    std::string words = fmt::format("{} {}: {}, {}", print(zone().date_at(m.as_of)), is_sms ? "SMS" : "letter", m.message.purpose, m.state);
    if (!m.message.subject.empty()) words += fmt::format(", \"{}\"", m.message.subject);
    if (was_dropped(m)) words += ", " + m.reason;
    std::vector<std::string> others;
    if (m.message.record_id != order) others.push_back(m.message.record_id);
    for (const FurtherCase& c : m.message.also)
      if (c.record_id != order) others.push_back(c.record_id);
    return others.empty() ? words : words + ", with " + joined(others, ", ");
  }

  std::string tonight(const NightCase& c) const {
    if (c.standing == standing::before_start) return "due before the ledger's start: known, never granted";
    if (c.standing == standing::backlog) return "older than the ledger's start: amends run --backlog decides it, --catchup marks it as known";
    if (c.grants.empty()) return c.ahead ? "nothing more: " + print(*c.ahead) + " was given beyond what is owed" : "nothing more would be granted";
    std::vector<std::string> parts;
    for (const Grant& g : c.grants) parts.push_back(remedy_words(g) + (g.state == GrantState::held ? " held (" + g.reason + ")" : ""));
    return "the next run grants: " + joined(parts, ", ");
  }

 private:
  const Zone& zone() const { return context_.project->shop.zone; }

  const Context& context_;
  const Records& records_;
  Row row_;
  std::string text_;
};

[[noreturn]] void refuse_unknown_order(const Context& context, const Books& books, const Records& records, const std::string& id) {
  for (const Rejected& r : records.rejected)
    if (r.raw.find(id) != std::string::npos) throw Error{r.where, "this row was set aside: " + r.reason, r.hint, Exit::partial};
  const std::string near = order_like(context, books, id);
  throw Error{{}, fmt::format("there is no order {} in the records", quoted(id)),
              near.empty() ? "orders placed after --as-of are not known yet" : fmt::format("did you mean {}?", near)};
}

// An order that tonight's records do not hold: what the ledger knows of it, if it does.
Exit explain_unknown(const ExplainOptions& options, const Context& context, const Books& books, const Records& records, const Ledger* ledger) {
  Page page(context, records, no_row);
  page.ledger(ledger, options.order, nullptr, {});
  if (page.text().empty()) refuse_unknown_order(context, books, records, options.order);
  Output out(options.output);
  out.write(fmt::format("Order {} is not in the records any more.\n\n{}", options.order, page.text()));
  out.close();
  return Exit::ok;
}

Exit print_json(const ExplainOptions& options, const std::string& order, const Context& context, const std::vector<JudgedCase>& cases, const Night& night,
                const std::vector<Unwritten>& unwritten) {
  Output out(options.output);
  JsonLines lines(out, options.format);
  for (const JudgedCase& one : cases) {
    const auto decided = std::find_if(night.cases.begin(), night.cases.end(), [&](const NightCase& c) { return one.miss && c.miss->key == one.miss->key; });
    lines.write(explanation_line(one, decided == night.cases.end() ? nullptr : &*decided, unwritten, order, *context.project, context.as_of));
  }
  lines.close();
  out.close();
  return Exit::ok;
}

// "Your message of 5 March 2026, "Where is it?", about order 4471".
std::string message_heading(const Records& records, Row contact, const Context& context) {
  const Table& contacts = records.table(RecordKind::contact);
  const Column* const at = contacts.find("at");
  const std::string when = at == nullptr ? "" : cell_words(*at, contact, {}, context.project->shop.zone);
  const std::string subject(text_at(contacts.find("subject"), contact)), about(text_at(contacts.find("order_id"), contact));
  std::string words = when.empty() ? "Your message" : "Your message of " + when;
  if (!subject.empty()) words += fmt::format(", \"{}\",", subject);
  return about.empty() ? words : words + " about order " + about;
}

// What the next run has no letter for, of the order's own cases.
std::vector<Unwritten> unwritten_of(const Context& context, const Books& books, const Night& night, const std::string& order) {
  const Project& project = *context.project;
  Night own;
  std::copy_if(night.cases.begin(), night.cases.end(), std::back_inserter(own.cases), [&](const NightCase& c) { return c.miss->record_id == order; });
  const std::vector<OutboxMessage> written = books.ledger == nullptr ? std::vector<OutboxMessage>{} : books.ledger->outlines_of_record(order);
  const SaidBefore said = with_goods_that_came(said_before(written, {}), own, project);
  Letters letters(template_files(project));
  return drafts_of(own, said, books.standing.given, project, letters, draft_options(books.ledger, project, context.as_of, false)).unwritten;
}

// Of each case that is not due yet its chance to be missed, by case key.
std::map<std::string, std::string> risks_of(const Context& context, const Books& books, const OneOrder& order, const std::vector<JudgedCase>& cases) {
  std::map<std::string, std::string> words;
  const auto is_open = [](const JudgedCase& one) { return one.outcome == "open"; };
  if (order.row == no_row || std::none_of(cases.begin(), cases.end(), is_open)) return words;
  RiskQuestion question;
  question.threshold = 0;
  question.since = context.as_of;
  question.order = order.id;
  const RiskAnswer answer = cases_at_risk(context, books, question);
  for (const JudgedCase& one : cases)
    if (is_open(one)) words[one.key] = "risk: too few orders under " + one.guarantee->name + " have kept or missed their time to estimate from";
  const Schema& schema = context.project->schema;
  for (const Miss& miss : answer.judged.judgement.misses) {
    const Value group = miss.facts.at(schema.find("risk_group")), chance = miss.facts.at(schema.find("risk")), orders = miss.facts.at(schema.find("risk_orders"));
    if (!group.is_known() || !words.contains(miss.key)) continue;
    words[miss.key] = fmt::format("risk: {} % that this is missed, by {} orders: {}", print(chance.ratio * Ratio(100)), print(orders.ratio), group.text);
  }
  return words;
}

Exit run(const ExplainOptions& options, const Clock& clock) {
  if (options.order.empty()) throw Error{{}, "an empty word is no order's id", "name an order: amends explain 4471"};
  const Context context(options, clock);
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), *context.project);
  OneOrder order;
  order.id = options.order;
  // The whole night, since caps and history look at the person's other cases.
  const Judged judged = cases_with(context, books, order);
  const Records& records = order.batch.records;
  const bool is_message = order.contact != no_row;
  if (order.row == no_row && !is_message) return explain_unknown(options, context, books, judged.survey.records, ledger.get());
  const JudgeOptions judging{&books.held, asked_of(*context.project, books.kept).facts, true};
  const std::vector<JudgedCase> cases = is_message ? judge_contact(records, *context.project, context.as_of, order.contact, judging)
                                                   : judge_order(records, *context.project, context.as_of, order.row, judging);
  const std::map<std::string, std::string> risks = options.with_risk ? risks_of(context, books, order, cases) : std::map<std::string, std::string>{};
  const Judgement& judgement = judged.judgement;
  NightOptions how;
  how.with_traces = true;
  how.project_of = books.project_of;
  const Night night = night_of(judgement, books.standing, *context.project, how);

  std::vector<Unwritten> unwritten;
  if (!is_message && !options.for_customer) unwritten = unwritten_of(context, books, night, options.order);
  if (!options.format.empty() && options.format != "text") {
    const std::string_view about = is_message ? text_at(records.table(RecordKind::contact).find("order_id"), order.contact) : options.order;
    return print_json(options, std::string(about), context, cases, night, unwritten);
  }
  if (options.for_customer) {
    const std::string about = is_message ? message_heading(records, order.contact, context) : "Your order " + options.order;
    Output out(options.output);
    out.write(customer_text(context, about, cases, night, books.standing.given));
    out.close();
    return Exit::ok;
  }
  Page page(context, records, order.row);
  if (is_message) {
    page.message(order.contact);
  } else {
    page.head();
    page.records();
  }
  for (const JudgedCase& one : cases) {
    page.guarantee(one);
    if (const auto risk = risks.find(one.key); risk != risks.end()) page.line("  " + risk->second);
    for (const NightCase& c : night.cases)
      if (one.miss && one.taken && c.miss->key == one.miss->key) {
        page.decision(c);
        page.ledger(ledger.get(), c.miss->record_id, &one, page.tonight(c));
        page.without_letter(unwritten, c.miss->key);
        page.given_twice(night, c.miss->record_id);
      }
    if (one.taken && !one.miss) page.ledger(ledger.get(), options.order, &one, {});
  }
  if (cases.empty()) page.section("No guarantee", "amends.toml has none");
  Output out(options.output);
  out.write(page.text());
  out.close();
  return Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<ExplainOptions>();
  arguments.positional("order", options->order, "The order's id, or a message's", true);
  declare(arguments, *options, {"text", "json", "jsonl"});
  arguments.flag("--for-customer", options->for_customer, "The same as it may be told to the customer");
  arguments.flag("--risk", options->with_risk, "Of what is not due yet, tell the chance that it is missed, by the shop's own history");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command explain_command{"explain", "Nightly", "Show one order's whole story on one screen", setup};

}  // namespace amends
