// amends check: lists missed guarantees, and orders under none.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/sentences.h"
#include "io/stage.h"

namespace amends {
namespace {

struct CheckOptions : Options {
  std::string sort = "file";
  bool unmatched = false;
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

std::vector<std::string> unmatched_ids(const Judged& judged, const std::string& sort) {
  const Column* ids = judged.records.orders().find("order_id");
  std::vector<std::string> all;
  for (const Row row : judged.judgement.unmatched) all.emplace_back(ids->text[row]);
  if (sort != "file") std::sort(all.begin(), all.end());
  return all;
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
      sheet.rows.push_back({m.record_id, m.guarantee, std::string(name_of(m.kind)), lateness_words(m),
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

Exit run(const CheckOptions& options, const Clock& clock) {
  const Context context(options, clock);
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  Judged judged = judged_cases(context, books_of(ledger.get(), *context.project), Input::records, Tell::all);
  sort_misses(judged.judgement.misses, options.sort);
  sort_unjudged(judged.judgement.unjudged, options.sort);
  const std::string format = context.format("table");
  Output out(options.output);
  if (options.unmatched) write_unmatched(out, unmatched_ids(judged, options.sort), context, format);
  else write_cases(out, judged, context, format);
  out.close();
  if (!options.unmatched && !is_json(format)) say_unjudged(context, judged.judgement.unjudged);
  context.say(counts_sentence(judged));
  if (options.exit_code && !judged.judgement.misses.empty()) return Exit::findings;
  return judged.partial ? Exit::partial : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<CheckOptions>();
  declare(arguments, *options, {"table", "csv", "tsv", "json", "jsonl"});
  declare_rejects(arguments, *options);
  arguments.choice("--sort", options->sort, {"file", "due", "order"}, "Order of the cases; default: as the orders file");
  arguments.flag("--unmatched", options->unmatched, "List orders under no guarantee instead");
  arguments.flag("--exit-code", options->exit_code, "Exit with 1 when something was missed");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command check_command{"check", "Stages", "List guarantees that were missed", setup};

}  // namespace amends
