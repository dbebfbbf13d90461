// amends explain ORDER: one order's whole story on one screen.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/sentences.h"
#include "core/text.h"

namespace amends {
namespace {

struct ExplainOptions : Options {
  std::string order;
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
      std::vector<std::string> parts;
      for (const char* name : {"shipment_id", "carrier", "status"})
        if (const Column* column = table.find(name))
          if (const std::string words = cell_words(*column, shipment, {}, zone()); !words.empty()) parts.push_back(words);
      for (const char* name : {"shipped_at", "delivered_at"})
        if (const Column* column = table.find(name))
          if (const std::string words = cell_words(*column, shipment, {}, zone()); !words.empty())
            parts.push_back((std::string_view(name) == "shipped_at" ? "shipped " : "delivered ") + words);
      line(fmt::format("  {:<14} {}  {}", "parcel", joined(parts, ", "), context_.dim(place_words(records_, table.places[shipment]))));
    }
  }

  void guarantee(const JudgedCase& judged) {
    if (!judged.taken) {
      section("Guarantee " + judged.guarantee->name, why_not_taken(judged));
      return;
    }
    std::string outcome = judged.outcome;
    if (judged.miss) outcome += ": " + lateness_words(*judged.miss) + (judged.miss->met.is_none() ? " and still open" : " late");
    section("Guarantee " + judged.guarantee->name, outcome);
    if (judged.count)
      for (const std::string& step : judged.count->steps) line("  " + step);
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
  }

  void steps(const NightCase& c, const RuleTrace& trace) {
    for (const auto* list : {&c.decision.owed, &c.accruing})
      for (const OwedRemedy& remedy : *list) {
        if (remedy.table != trace.table || remedy.rule != trace.rule) continue;
        for (const std::string& step : remedy.steps) line("        " + step);
        line("        owed: " + remedy_words(remedy) + (list == &c.accruing ? ", still growing; granted when it is met" : ""));
      }
  }

  void ledger(const NightCase& c, const Ledger* ledger) {
    bool any = false;
    const auto title = [&] {
      if (!any) line("  ledger");
      any = true;
    };
    if (ledger != nullptr)
      for (const Grant& g : ledger->grants_of_record(c.miss->record_id)) {
        if (g.case_key != c.miss->key) continue;
        title();
        line(fmt::format("    {} {}: {}{}", print(zone().date_at(g.as_of)), name_of(g.state), remedy_words(g),
                         g.reason.empty() ? "" : ", " + g.reason));
      }
    if (ledger != nullptr)
      for (const OutboxMessage& m : ledger->messages())
        if (m.message.case_key == c.miss->key) {
          title();
          line(fmt::format("    {} letter: {}, {}, \"{}\"", print(zone().date_at(m.as_of)), m.message.purpose, m.state, m.message.subject));
        }
    title();
    line("    " + tonight(c));
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

Row order_named(const Records& records, const std::string& id) {
  const Column* ids = records.orders().find("order_id");
  for (Row row = 0; ids != nullptr && row < ids->text.size(); ++row)
    if (ids->text[row] == id) return row;
  return no_row;
}

[[noreturn]] void refuse_unknown_order(const Records& records, const std::string& id) {
  for (const Rejected& r : records.rejected)
    if (r.raw.find(id) != std::string::npos) throw Error{r.where, "this row was set aside: " + r.reason, r.hint, Exit::partial};
  std::vector<std::string> ids;
  if (const Column* column = records.orders().find("order_id"); column != nullptr && column->text.size() < 100000)
    ids.assign(column->text.begin(), column->text.end());
  const std::string near = nearest(id, ids);
  throw Error{{}, fmt::format("there is no order {} in the records", quoted(id)),
              near.empty() ? "orders placed after --as-of are not known yet" : fmt::format("did you mean {}?", near)};
}

// Judges and decides this order alone, with the whole person's history.
Night night_for(Judgement& judgement, const std::vector<JudgedCase>& cases, const Standing& standing, const Context& context,
                const Ledger* ledger) {
  Judgement of_order = judgement;
  const auto is_other = [&](const Miss& m) {
    return std::none_of(cases.begin(), cases.end(), [&](const JudgedCase& c) { return c.miss && c.miss->key == m.key; });
  };
  std::erase_if(of_order.misses, is_other);
  judgement = std::move(of_order);
  NightOptions how;
  how.with_traces = true;
  how.project_of = kept_policies(ledger, *context.project);
  return night_of(judgement, standing, *context.project, how);
}

Exit run(const ExplainOptions& options, const Clock& clock) {
  const Context context(options, clock);
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Standing standing = standing_of(ledger.get());
  const Asked asked = asked_of(*context.project);
  const Records records = read_all(context, asked);
  const Row row = order_named(records, options.order);
  if (row == no_row) refuse_unknown_order(records, options.order);
  const HeldGuarantees held = held_guarantees(standing);
  const JudgeOptions how{&held, asked.facts, false};
  const std::vector<JudgedCase> cases = judge_order(records, *context.project, context.as_of, row, how);
  Judgement judgement = judge(records, *context.project, context.as_of, how);
  add_history(judgement, standing, *context.project);
  add_credits(judgement, records, context.project->shop.currency);
  const Night night = night_for(judgement, cases, standing, context, ledger.get());

  Page page(context, records, row);
  page.head();
  page.records();
  for (const JudgedCase& judged : cases) {
    page.guarantee(judged);
    for (const NightCase& c : night.cases)
      if (judged.miss && judged.taken && c.miss->key == judged.miss->key) {
        page.decision(c);
        page.ledger(c, ledger.get());
      }
  }
  if (cases.empty()) page.section("No guarantee", "amends.toml has none");
  Output out(options.output);
  out.write(page.text());
  out.close();
  return Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<ExplainOptions>();
  arguments.positional("order", options->order, "The order's id", true);
  declare(arguments, *options, {});
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command explain_command{"explain", "Nightly", "Show one order's whole story on one screen", setup};

}  // namespace amends
