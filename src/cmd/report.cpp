// amends report: what was promised and kept, what it cost, how fast the shop made good. Reads records and ledger, writes
// neither.
#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/own_files.h"
#include "cmd/report_print.h"
#include "cmd/report_silent.h"
#include "cmd/sentences.h"
#include "core/base/text.h"

namespace amends {
namespace {

struct ReportCommand : Options {
  std::string by = "month", since, until, html, faq;
  bool silent = false;
};

std::optional<Date> day_option(const std::string& name, const std::string& text, const Context& context) {
  if (text.empty()) return std::nullopt;
  const Zone& zone = context.project->shop.zone;
  return zone.date_at(moment_option(name, text, context.as_of, zone));
}

Period period_of(const ReportCommand& options, const Context& context) {
  const Period period{day_option("--since", options.since, context), day_option("--until", options.until, context)};
  if (period.since && period.until && *period.until <= *period.since)
    throw Error{{}, fmt::format("--until {} is not after --since {}", print(*period.until), print(*period.since)), "--until is the first day left out"};
  return period;
}

void check_options(const ReportCommand& options, const Context& context) {
  if (reads_stdin(*context.project))
    throw Error{{}, "a report reads what customers wrote apart from the orders, and stdin can be read but once", "write the records into a file first"};
  refuse_outputs({{"--html", options.html}, {"--faq", options.faq}}, own_files(*context.project));
  const bool is_narrowed = options.by != "month" || !(options.since + options.until + options.html + options.faq).empty();
  if (options.silent && is_narrowed) throw Error{{}, "--silent lists people instead of the report, all of them", "leave out --by, --since, --until, --html and --faq"};
  std::size_t to_stdout = 0;
  for (const std::string* file : {&options.html, &options.faq}) to_stdout += *file == "-" ? 1 : 0;
  const bool has_format = !options.format.empty() || !options.output.empty();
  if (to_stdout > 1 || (to_stdout == 1 && has_format)) throw Error{{}, "only one of them can go to stdout", "name a file for the other"};
}

void write(const std::string& file, const std::string& text) {
  Output out(file);
  out.write(text);
  out.close();
}

// Asked for files alone, it prints nothing besides.
bool wants_page(const ReportCommand& options) { return !options.format.empty() || !options.output.empty() || (options.html.empty() && options.faq.empty()); }

Exit run(const ReportCommand& options, const Clock& clock) {
  const Context context(options, clock);
  check_options(options, context);
  if (options.silent) return report_silent(context);
  const By by = by_named(options.by).value_or(By::month);
  const ReportData data = report_data(context, period_of(options, context));
  if (wants_page(options)) write(options.output, options.format == "json" ? report_json(data, context) : report_text(data, by, context));
  if (!options.html.empty()) write(options.html, report_page(data, by, context));
  if (!options.faq.empty()) write(options.faq, report_faq(data, context));
  return data.partial ? Exit::partial : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<ReportCommand>();
  declare(arguments, *options, {"text", "json"});
  declare_reading(arguments, *options);
  std::vector<std::string> names;
  for (const By by : all_by) names.emplace_back(name_of(by));
  arguments.choice("--by", options->by, std::move(names), "What misses and speed are shown by; default: month");
  arguments.option("--since", options->since, "WHEN", "Only what was due that day or later: a time, or a length of time");
  arguments.option("--until", options->until, "WHEN", "Only what was due before that day");
  arguments.option("--html", options->html, "FILE", "Write one HTML page there, with pictures");
  arguments.option("--faq", options->faq, "FILE", "Write what people ask as Markdown there, with room for answers");
  arguments.flag("--silent", options->silent, "List who was let down and wrote nothing instead, the most at stake first");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command report_command{"report", "Project", "Figures of misses, money and speed, for people and machines", setup};

}  // namespace amends
