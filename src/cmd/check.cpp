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

// The same cells as sheet_of() has, for machines.
std::string rows_of(const Judgement& judgement, char separator) {
  std::string out;
  for (const Miss& m : judgement.misses) {
    append_cell(out, m.key, separator);
    for (const std::string_view cell : {std::string_view(m.record_id), std::string_view(m.guarantee), name_of(m.kind)}) {
      out += separator;
      append_cell(out, cell, separator);
    }
    for (const Moment moment : {m.due, m.met}) {
      out += separator;
      out += print(moment, m.zone);
    }
    for (const std::int64_t number : {m.lateness.minutes, m.lateness.days}) {
      out += separator;
      out += std::to_string(number);
    }
    out += '\n';
  }
  return out;
}

Judged write_all(Output& out, const CheckOptions& options, const Context& context, const Books& books, const std::string& format) {
  Judged judged = judged_cases(context, books, CasesFrom::records, Tell::all);
  sort_misses(judged.judgement.misses, options.sort);
  sort_unjudged(judged.judgement.unjudged, options.sort);
  write_cases(out, judged, context, format);
  return judged;
}

// Rows in the order of the orders' files need no other to be known: they leave as they come.
Judged write_streaming(Output& out, const Context& context, const Books& books, const std::string& format) {
  out.write(print(sheet_of({}, false), format));
  Printing printing;
  printing.text = [&](const Judgement& judgement) { return rows_of(judgement, format == "csv" ? ',' : '\t'); };
  printing.write = [&](std::string_view text) { out.write(text); };
  return printed_cases(context, books, printing);
}

Judged write_unmatched(Output& out, const CheckOptions& options, const Context& context, const Books& books, const std::string& format) {
  Judged judged = unmatched_orders(context, books);
  if (options.sort != "file") std::sort(judged.judgement.unmatched.begin(), judged.judgement.unmatched.end());
  write_unmatched(out, judged.judgement.unmatched, context, format);
  return judged;
}

Exit run(const CheckOptions& options, const Clock& clock) {
  const Context context(options, clock);
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), *context.project);
  const std::string format = context.format("table");
  const bool streams = options.sort == "file" && (format == "csv" || format == "tsv");
  Output out(options.output);
  const Judged judged = options.unmatched ? write_unmatched(out, options, context, books, format)
                        : streams         ? write_streaming(out, context, books, format)
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
  arguments.choice("--sort", options->sort, {"file", "due", "order"}, "Order of the cases; default: as the orders file");
  arguments.flag("--unmatched", options->unmatched, "List orders under no guarantee instead");
  arguments.flag("--exit-code", options->exit_code, "Exit with 1 when something was missed");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command check_command{"check", "Stages", "List guarantees that were missed", setup};

}  // namespace amends
