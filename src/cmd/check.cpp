// amends check: lists missed guarantees, and orders under none.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/risk_report.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "io/records/stage.h"

namespace amends {
namespace {

struct CheckOptions : Options {
  std::string sort = "file";
  std::string threshold, lead, hold_back;  // of at_risk
  bool at_risk = false;
  bool unmatched = false;
  bool details = false;
  bool exit_code = false;
};

void sort_misses(std::vector<Miss>& misses, const std::string& by) {
  if (by == "due")
    std::sort(misses.begin(), misses.end(), [](const Miss& a, const Miss& b) {
      return std::tie(a.due_instant, a.key) < std::tie(b.due_instant, b.key);
    });
  if (by == "order")
    std::sort(misses.begin(), misses.end(), [](const Miss& a, const Miss& b) {
      return std::tie(a.record_id, a.guarantee) < std::tie(b.record_id, b.guarantee);
    });
}

void sort_unjudged(std::vector<Unjudged>& unjudged, const std::string& by) {
  if (by == "file") return;
  std::sort(unjudged.begin(), unjudged.end(), [](const Unjudged& a, const Unjudged& b) {
    return std::tie(a.record_id, a.guarantee) < std::tie(b.record_id, b.guarantee);
  });
}

Sheet sheet_of(const Judgement& judgement, bool for_people) {
  Sheet sheet{"miss",
              {{"order"}, {"guarantee"}, {"kind"}, {"late", "late"}, {"due"}, {"met_at", "met"}},
              {}};
  if (!for_people)
    sheet.columns = {{"case"}, {"order"}, {"guarantee"}, {"kind"}, {"due"}, {"met_at"},
                     {"late_minutes", "", true, true}, {"late_days", "", true, true}};
  for (const Miss& m : judgement.misses) {
    if (for_people)
      sheet.rows.push_back({record_words(m.key), m.guarantee, std::string(name_of(m.kind)), lateness_words(m),
                            print_moment(m.due, m.zone), m.met.is_none() ? "not yet" : print_moment(m.met, m.zone)});
    else
      sheet.rows.push_back({m.key, m.record_id, m.guarantee, std::string(name_of(m.kind)), print(m.due, m.zone),
                            print(m.met, m.zone), std::to_string(m.lateness.minutes), std::to_string(m.lateness.days)});
  }
  return sheet;
}

bool is_json(const std::string& format) { return format == "jsonl" || format == "json"; }

void write_cases(Output& out, const Judged& judged, const Context& context, const std::string& format) {
  if (!is_json(format)) return out.write(print(sheet_of(judged.judgement, format == "table"), format));
  JsonLines lines(out, format);
  for (const Miss& miss : judged.judgement.misses) lines.write(miss_line(miss, *context.project, context.as_of));
  for (const Unjudged& unjudged : judged.judgement.unjudged) lines.write(unjudged_line(unjudged, *context.project, context.as_of));
  lines.close();
}

void write_unmatched(Output& out, const std::vector<std::string>& ids, const Context& context, const std::string& format) {
  if (is_json(format)) {
    JsonLines lines(out, format);
    for (const std::string& id : ids) lines.write(unmatched_line(id, context.as_of));
    return lines.close();
  }
  Sheet sheet{"unmatched", {{"order", "orders under no guarantee"}}, {}};
  for (const std::string& id : ids) sheet.rows.push_back({id});
  out.write(print(sheet, format));
}

// Rows for machines: the cells of sheet_of(), and with `details` all that the records tell of the order.
class MissRows {
 public:
  MissRows(const Project& project, bool details, char separator) : project_(project), details_(details), separator_(separator) {}

  std::string print(const Batch& batch) const {
    const Table& orders = batch.records.orders();
    std::string out = batch.number == 0 ? header(orders) : std::string{};
    for (const Miss& miss : batch.judgement.misses) {
      append(miss, out);
      if (details_)
        for (const Column& column : orders.columns)
          if (is_detail(column)) append(column, miss.order, orders, out);  // nothing for what belongs to no order
      out += '\n';
    }
    return out;
  }

 private:
  static bool is_detail(const Column& column) { return column.name != "order_id"; }

  std::string header(const Table& orders) const {
    std::string out = "case";
    for (const std::string_view name : {"order", "guarantee", "kind", "due", "met_at", "late_minutes", "late_days"}) add(name, out);
    if (details_)
      for (const Column& column : orders.columns)
        if (is_detail(column)) add(column.name, out);
    return out + '\n';
  }

  void append(const Miss& m, std::string& out) const {
    append_cell(out, m.key, separator_);
    for (const std::string_view cell : {std::string_view(m.record_id), std::string_view(m.guarantee), name_of(m.kind)}) add(cell, out);
    for (const Moment moment : {m.due, m.met}) add(moment, m.zone, out);
    for (const std::int64_t number : {m.lateness.minutes, m.lateness.days}) add(number, out);
  }

  void append(const Column& column, Row row, const Table& orders, std::string& out) const {
    if (row == no_row || column.is_empty(row)) return out += separator_, void();
    if (column.is_text()) return add(column.text[row], out);
    const Currency currency = row < orders.currency.size() ? orders.currency[row] : project_.shop.currency;
    const bool is_moment = column.type.base == Type::instant || column.type.base == Type::date;
    if (is_moment) return add(Moment::from_raw(column.whole[row]), project_.shop.zone, out);
    if (column.type.base == Type::money)
      return add(amount(Money{column.whole[row], column.type.currency.is_none() ? currency : column.type.currency}), out);
    add(amends::print(value_at(column, row, currency), project_.shop.zone), out);
  }

  void add(std::string_view cell, std::string& out) const {
    out += separator_;
    append_cell(out, cell, separator_);
  }

  // What needs no quotes.
  void add(Moment moment, const Zone& zone, std::string& out) const {
    out += separator_;
    amends::append(out, moment, zone);
  }
  void add(std::int64_t number, std::string& out) const {
    out += separator_;
    const fmt::format_int text(number);
    out.append(text.data(), text.size());
  }

  const Project& project_;
  bool details_;
  char separator_;
};

// Every fact of an order that a source may hold.
Wanted all_details(const Project& project) {
  Wanted wanted;
  for (std::size_t i = 0; i < project.schema.size(); ++i) {
    const Field& field = project.schema.at(static_cast<Slot>(i));
    if (field.origin == Origin::record || field.origin == Origin::own) wanted.of(RecordKind::order).insert(field.name);
  }
  return wanted;
}

Judged write_all(Output& out, const CheckOptions& options, const Context& context, const Books& books, const std::string& format) {
  Judged judged = judged_cases(context, books, CasesFrom::records, Tell::all);
  sort_misses(judged.judgement.misses, options.sort);
  sort_unjudged(judged.judgement.unjudged, options.sort);
  write_cases(out, judged, context, format);
  return judged;
}

// Rows in the order of the orders' files need no other to be known: they leave as they come.
Judged write_streaming(Output& out, const CheckOptions& options, const Context& context, const Books& books, const std::string& format) {
  const MissRows rows(*context.project, options.details, format == "csv" ? ',' : '\t');
  Printing printing;
  printing.text = [&](const Batch& batch) { return rows.print(batch); };
  printing.write = [&](std::string_view text) { out.write(text); };
  return printed_cases(context, books, options.details ? all_details(*context.project) : Wanted{}, printing);
}

Judged write_unmatched(Output& out, const CheckOptions& options, const Context& context, const Books& books, const std::string& format) {
  Judged judged = unmatched_orders(context, books);
  if (options.sort != "file") std::sort(judged.judgement.unmatched.begin(), judged.judgement.unmatched.end());
  write_unmatched(out, judged.judgement.unmatched, context, format);
  return judged;
}

double share_option(const std::string& name, const std::string& text, double standard) {
  if (text.empty()) return standard;
  const std::optional<Ratio> share = read_decimal(text);
  if (!share || *share < Ratio(0) || *share > Ratio(1)) throw Error{{}, fmt::format("{}: {} is not between 0 and 1", name, quoted(text)), "write 0.7"};
  return static_cast<double>(share->numerator()) / static_cast<double>(share->denominator());
}

void refuse_stray_options(const CheckOptions& options) {
  if (options.at_risk && (options.unmatched || options.details))
    throw Error{{}, "--at-risk lists other orders than --unmatched, and has no --details", "leave one out"};
  for (const auto& [name, text] : {std::pair{"--threshold", options.threshold}, {"--lead", options.lead}, {"--hold-back", options.hold_back}})
    if (!options.at_risk && !text.empty()) throw Error{{}, fmt::format("{} goes with --at-risk", name), "add --at-risk"};
  if (!options.at_risk && options.sort == "risk") throw Error{{}, "--sort risk goes with --at-risk", "add --at-risk"};
}

RiskQuestion question_of(const CheckOptions& options, const Context& context) {
  RiskQuestion question;
  question.threshold = share_option("--threshold", options.threshold, 0.5);
  question.lead = duration_option("--lead", options.lead);
  question.since = moment_option("--hold-back", options.hold_back.empty() ? "90 days" : options.hold_back, context.as_of, context.project->shop.zone);
  if (question.since >= context.as_of) throw Error{{}, "--hold-back begins at or after the time of judgement", "name an earlier time, or a length"};
  return question;
}

void sort_by_risk(std::vector<Miss>& misses, const Project& project) {
  const Slot slot = project.schema.find("risk");
  const auto risk = [&](const Miss& miss) {
    const Value value = miss.facts.at(slot);
    return value.is_known() ? value.ratio : Ratio(1);
  };
  std::stable_sort(misses.begin(), misses.end(), [&](const Miss& a, const Miss& b) { return risk(b) < risk(a); });
}

constexpr Look looks[] = {Look::at_start, Look::later};

void write_at_risk_json(Output& out, const RiskAnswer& answer, const RiskQuestion& question, const Context& context, const std::string& format) {
  JsonLines lines(out, format);
  for (const Miss& miss : answer.judged.judgement.misses) lines.write(miss_line(miss, *context.project, context.as_of));
  for (const Look look : looks)
    if (answer.at(look).orders > 0) lines.write(calibration_line(answer.at(look), look, question, context));
  lines.close();
}

void write_at_risk(Output& out, const RiskAnswer& answer, const RiskQuestion& question, const Context& context, const std::string& format) {
  if (is_json(format)) return write_at_risk_json(out, answer, question, context, format);
  const bool is_table = format == "table";
  std::vector<std::string> texts = {print(risk_sheet(answer, context, is_table), format)};
  for (const Look look : looks) {
    if (answer.at(look).orders == 0) continue;
    if (is_table) texts.push_back(calibration_text(answer.at(look), look, question, *context.project));
    else context.say(scores_sentence(answer.at(look), look, question, *context.project));
  }
  std::erase(texts, std::string{});
  out.write(joined(texts, "\n"));
}

Exit run_at_risk(const CheckOptions& options, const Context& context, const Books& books) {
  const RiskQuestion question = question_of(options, context);
  Output out(options.output);
  RiskAnswer answer = cases_at_risk(context, books, question);
  std::vector<Miss>& misses = answer.judged.judgement.misses;
  sort_misses(misses, options.sort);
  if (options.sort == "risk") sort_by_risk(misses, *context.project);
  write_at_risk(out, answer, question, context, context.format("table"));
  out.close();
  say_unjudged(context, answer.judged.judgement.unjudged);
  for (const std::string& remark : answer.remarks) context.say(remark);
  if (const std::string sentence = risk_sentence(answer); !sentence.empty()) context.say(sentence);
  context.say(counts_sentence(answer.judged));
  if (options.exit_code && !misses.empty()) return Exit::findings;
  return answer.judged.partial ? Exit::partial : Exit::ok;
}

Exit run(const CheckOptions& options, const Clock& clock) {
  refuse_stray_options(options);
  const Context context(options, clock);
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), *context.project);
  if (options.at_risk) return run_at_risk(options, context, books);
  const std::string format = context.format("table");
  const bool streams = options.sort == "file" && (format == "csv" || format == "tsv");
  if (options.details && (!streams || options.unmatched))
    throw Error{{}, "--details goes with --format csv or tsv, in the order of the orders' files", "JSON lines hold all facts the policy asks for"};
  Output out(options.output);
  const Judged judged = options.unmatched ? write_unmatched(out, options, context, books, format)
                        : streams         ? write_streaming(out, options, context, books, format)
                                          : write_all(out, options, context, books, format);
  out.close();
  if (!options.unmatched && !is_json(format)) say_unjudged(context, judged.judgement.unjudged);
  context.say(counts_sentence(judged));
  if (options.exit_code && judged.judgement.counts.missed > 0) return Exit::findings;
  return judged.partial ? Exit::partial : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<CheckOptions>();
  declare(arguments, *options, {"table", "csv", "tsv", "json", "jsonl"});
  declare_reading(arguments, *options);
  arguments.choice("--sort", options->sort, {"file", "due", "order", "risk"}, "Order of the cases; default: as the orders file");
  arguments.flag("--unmatched", options->unmatched, "List orders under no guarantee instead");
  arguments.flag("--details", options->details, "With csv or tsv: all that the records tell of each order besides");
  arguments.flag("--at-risk", options->at_risk, "List the open orders that will probably be missed instead, by the shop's own history");
  arguments.option("--threshold", options->threshold, "SHARE", "With --at-risk: from which chance on, 0 to 1; default: 0.5");
  arguments.option("--lead", options->lead, "TIME", "With --at-risk: how long before due something can still be done");
  arguments.option("--hold-back", options->hold_back, "WHEN", "With --at-risk: judge the estimate on orders since then; default: 90 days");
  arguments.flag("--exit-code", options->exit_code, "Exit with 1 when something was missed");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command check_command{"check", "Stages", "List guarantees that were missed", setup};

}  // namespace amends
