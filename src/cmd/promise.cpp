// amends promise: what each lane could have promised and kept, by the shop's own history.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/parts.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "core/risk/lead_times.h"

namespace amends {
namespace {

struct PromiseOptions : Options {
  std::string by = "service,warehouse,country,region";
  std::string since;
};

constexpr int percents[] = {90, 95, 99};

std::vector<std::string> facts_of(const std::string& by) {
  const std::vector<std::string> known(std::begin(lane_facts), std::end(lane_facts));
  std::vector<std::string> facts;
  if (by == "none") return facts;
  for (const std::string_view name : split(by, ',')) {
    const std::string fact(trimmed(name));
    if (std::find(known.begin(), known.end(), fact) == known.end())
      throw Error{{}, fmt::format("--by: lanes are not told apart by {}", quoted(fact)), suggestion(fact, known)};
    if (std::find(facts.begin(), facts.end(), fact) == facts.end()) facts.push_back(fact);
  }
  return facts;
}

Judged read_lanes(const Context& context, const Books& books, const std::vector<std::string>& by, LeadTimes& lanes) {
  Asked asked = asked_of(*context.project, books.kept);
  for (const std::string& name : by)
    if (name != "weekday") asked.wanted.of(RecordKind::order).insert(name);
  Keep keep;
  keep.all = true;
  JudgeOptions judging{&books.held, {}, false};
  judging.is_bare = true;
  judging.with_times = true;
  Parts<LeadTimes> parts([empty = lanes] { return empty; });
  BatchUse use;
  use.prepare = [&](Batch& batch) {
    parts.with_one([&](LeadTimes& part) { part.add(batch.records.orders(), batch.judgement.times, context.project->shop.zone); });
    batch.judgement.misses = {};
    batch.judgement.times = {};
  };
  Judged judged = read_cases(context, std::move(keep), judging, asked, use);
  lanes = parts.sum();
  return judged;
}

bool is_told(const LeadTimes& lanes, std::size_t fact) {
  return std::any_of(lanes.lanes().begin(), lanes.lanes().end(), [&](const auto& lane) { return !lane.first.second[fact].empty(); });
}

// For people: what cannot be told, and why. For machines: nothing.
std::string days_cell(const LaneTimes& lane, const DayCounts& days, int percent, bool for_people) {
  const double share = percent / 100.0;
  if (lane.met < fewest_for(share)) return for_people ? "too few" : "";
  if (const std::optional<std::int32_t> within = days.within(share)) return std::to_string(*within);
  return for_people ? fmt::format("over {}", days.longest()) : "";
}

std::string kept_cell(const LaneTimes& lane, bool for_people) {
  const std::size_t over = lane.in_time + lane.missed;
  if (over == 0) return "";
  const double kept = static_cast<double>(lane.in_time) / static_cast<double>(over);
  return for_people ? fmt::format("{:.1f} %", kept * 100) : fmt::format("{:.4f}", kept);
}

Sheet sheet_of(const LeadTimes& lanes, const std::vector<std::string>& by, const Project& project, bool for_people) {
  Sheet sheet{"promise", {{"guarantee"}}, {}};
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < by.size(); ++i)
    if (is_told(lanes, i) || !for_people) {
      shown.push_back(i);
      sheet.columns.push_back({by[i]});
    }
  sheet.columns.push_back({"orders", "", true, true});
  sheet.columns.push_back({"kept", "kept now", true, true});
  for (const int percent : percents) sheet.columns.push_back({fmt::format("days_{}", percent), fmt::format("{}{} %", percent == percents[0] ? "days for " : "", percent), true, true});
  for (const int percent : percents) sheet.columns.push_back({fmt::format("business_days_{}", percent), fmt::format("{}{} %", percent == percents[0] ? "business days for " : "", percent), true, true});
  for (const auto& [key, lane] : lanes.lanes()) {
    std::vector<std::string>& row = sheet.rows.emplace_back();
    row.push_back(project.guarantees[key.first].name);
    for (const std::size_t i : shown) row.push_back(by[i] == "weekday" ? std::string(weekday_name(key.second[i][0] - '1')) : key.second[i]);
    row.push_back(std::to_string(lane.orders));
    row.push_back(kept_cell(lane, for_people));
    for (const DayCounts* const days : {&lane.days, &lane.business_days})
      for (const int percent : percents) row.push_back(days_cell(lane, *days, percent, for_people));
  }
  return sheet;
}

void say_what_is_missing(const Context& context, const LeadTimes& lanes) {
  std::size_t too_few = 0;
  for (const auto& [key, lane] : lanes.lanes()) too_few += lane.met < fewest_for(percents[0] / 100.0) ? 1 : 0;
  if (lanes.lanes().empty())
    context.say("no order under a guarantee with a due has begun yet: there is nothing to tell a promise from");
  else if (too_few > 0)
    context.say(fmt::format("{} of {} {} fewer than {} orders that were met: too few to tell from; --by with fewer facts makes larger ones", too_few,
                            counted(lanes.lanes().size(), "lane", "lanes"), too_few == 1 ? "has" : "have", fewest_for(percents[0] / 100.0)));
}

Exit run(const PromiseOptions& options, const Clock& clock) {
  const Context context(options, clock);
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), *context.project);
  const std::vector<std::string> by = facts_of(options.by);
  const Zone& zone = context.project->shop.zone;
  LeadTimes lanes(by, options.since.empty() ? Instant{Moment::none} : moment_option("--since", options.since, context.as_of, zone));
  const std::string format = options.format.empty() ? "table" : options.format;
  Output out(options.output);
  Judged judged = read_lanes(context, books, by, lanes);
  tell(context, judged);
  out.write(print(sheet_of(lanes, by, *context.project, format == "table"), format));
  out.close();
  say_what_is_missing(context, lanes);
  return judged.partial ? Exit::partial : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<PromiseOptions>();
  declare(arguments, *options, {"table", "csv", "tsv", "json", "jsonl"});
  declare_reading(arguments, *options);
  arguments.option("--by", options->by, "FACTS", "What tells lanes apart; default: service,warehouse,country,region");
  arguments.option("--since", options->since, "WHEN", "Only orders begun since then: a time, or a length of time");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command promise_command{"promise", "Project", "Tell what each lane could promise and keep", setup};

}  // namespace amends
