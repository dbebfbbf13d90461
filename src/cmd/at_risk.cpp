#include "cmd/at_risk.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "cmd/parts.h"
#include "cmd/sentences.h"

namespace amends {
namespace {

KnownCase known_miss(const Miss& miss) {
  KnownCase known;
  known.key = miss.key;
  known.record_id = miss.record_id;
  known.guarantee = miss.guarantee;
  known.person = miss.person;
  known.due_instant = miss.due_instant;
  known.kind = miss.kind;
  known.standing = standing::decided;
  return known;
}

// Everything the first pass keeps.
struct Past {
  Past(Instant as_of, const RiskQuestion& question) : now(as_of), before(question.since), trials(question.since, question.lead) {}

  void add(const Batch& batch, const Project& project, Instant as_of) {
    const TraitColumns columns(batch.records.orders(), project);
    for (const CaseTimes& times : batch.judgement.times) {
      const Traits traits = columns.of(times, true);
      now.add(traits, times);
      before.add(traits, times);
      trials.add(times, as_of, [&](bool has_left) { return columns.of(times, has_left); });
      if (times.state == CaseTimes::State::open) keep_open(batch.records, times.order);
    }
    for (const Miss& miss : batch.judgement.misses) {
      if (miss.kind == Kind::at_risk) open.push_back(miss.record_id);
      else missed.push_back(known_miss(miss));
    }
  }
  void add(Past&& other) {
    now.add(other.now);
    before.add(other.before);
    trials.add(other.trials);
    std::move(other.open.begin(), other.open.end(), std::back_inserter(open));
    std::move(other.missed.begin(), other.missed.end(), std::back_inserter(missed));
  }
  void keep_open(const Records& records, Row order) {
    if (order != no_row) open.emplace_back(records.orders().find("order_id")->text[order]);
  }

  TrackRecord now, before;
  Trials trials;
  std::vector<std::string> open;  // ids of orders
  std::vector<KnownCase> missed;  // what history counts of them
};

// What the ledger knows, and what the records have missed besides.
Standing with_missed(Standing standing, std::vector<KnownCase> missed) {
  std::set<std::string> keys;
  for (const KnownCase& known : standing.cases) keys.insert(known.key);
  for (KnownCase& known : missed)
    if (keys.insert(known.key).second) standing.cases.push_back(std::move(known));
  return standing;
}

Asked with_traits(Asked asked) {
  for (const char* name : trait_facts) asked.wanted.of(RecordKind::order).insert(name);
  return asked;
}

Judged read_past(const Context& context, const Books& books, const Asked& asked, const RiskQuestion& question, Past& past) {
  Keep keep;
  keep.all = true;
  JudgeOptions judging{&books.held, {}, false};
  judging.with_times = true;
  Parts<Past> parts([&] { return Past(context.as_of, question); });
  BatchUse use;
  use.prepare = [&](Batch& batch) {
    parts.with_one([&](Past& part) { part.add(batch, *context.project, context.as_of); });
    batch.judgement.misses = {};
    batch.judgement.times = {};
  };
  Judged judged = read_cases(context, std::move(keep), judging, asked, use);
  past = parts.sum();
  past.now.settle();
  past.before.settle();
  return judged;
}

// Where those stood that it was estimated from, and the order itself, unless too few did.
std::string standing_words(Standpoint at, Standpoint asked) {
  if (at.step != asked.step) return fmt::format(", at {} % of their time", at.step * 100 / course_steps);
  switch (at.phase) {
    case Phase::any: return "";
    case Phase::waiting: return ", not shipped yet";
    case Phase::shipped_long: return ", shipped early";
    case Phase::shipped_lately: return ", shipped lately";
  }
  return "";
}

void set_fact(Miss& miss, const Project& project, const char* name, Value value) {
  if (const Slot slot = project.schema.find(name); slot != no_slot && project.schema.at(slot).origin == Origin::judged)
    miss.facts.set(slot, std::move(value));
}

// To a thousandth, so that every machine prints the same.
Ratio thousandths(double share) { return Ratio(std::llround(share * 1000), 1000); }

void set_risk(Miss& miss, const Project& project, const Estimate& estimate, Standpoint standpoint) {
  const GroupShare& finest = estimate.back();
  const std::string group = words_of(finest.group) + standing_words(finest.at, standpoint);
  set_fact(miss, project, "risk", Value::of_number(thousandths(finest.estimate)));
  set_fact(miss, project, "risk_group", Value::of_string(miss.facts.keep(group)));
  set_fact(miss, project, "risk_orders", Value::of_number(Ratio(static_cast<std::int64_t>(finest.orders))));
  set_fact(miss, project, "risk_elapsed", Value::of_number(Ratio(standpoint.step, course_steps)));
}

class Chooser {
 public:
  Chooser(const Context& context, const RiskQuestion& question, const Past& past) : context_(context), question_(question), past_(past) {}

  std::size_t estimated = 0;

  void choose(Batch& batch) {
    Judgement& judgement = batch.judgement;
    std::erase_if(judgement.misses, [](const Miss& miss) { return miss.kind != Kind::at_risk; });
    const TraitColumns columns(batch.records.orders(), *context_.project);
    for (OpenCase& open : judgement.open)
      if (is_at_risk(open, columns)) judgement.misses.push_back(std::move(open.miss));
    judgement.open = {};
    for (Miss& miss : judgement.misses)
      if (!is_estimated(miss)) set_fact(miss, *context_.project, "risk", Value::of_number(Ratio(1)));
    std::stable_sort(judgement.misses.begin(), judgement.misses.end(), [](const Miss& a, const Miss& b) { return a.order < b.order; });
    judgement.unjudged = {};
  }

 private:
  bool is_estimated(const Miss& miss) const { return miss.facts.at(context_.project->schema.find("risk_group")).is_known(); }

  bool is_at_risk(OpenCase& open, const TraitColumns& columns) {
    const Standpoint standpoint = standpoint_at(open.times, context_.as_of);
    const Estimate estimate = past_.now.estimate(columns.of(open.times, standpoint.phase != Phase::waiting), standpoint);
    estimated += estimate.empty() ? 0 : 1;
    const bool is_too_late = open.times.limit.ms - context_.as_of.ms < question_.lead;
    if (is_too_late || estimate.empty() || estimate.back().estimate < question_.threshold) return false;
    set_risk(open.miss, *context_.project, estimate, standpoint);
    return true;
  }

  const Context& context_;
  const RiskQuestion& question_;
  const Past& past_;
};

Judged read_open(const Context& context, const Books& books, const Asked& asked, const RiskQuestion& question, const Past& past, std::size_t& estimated) {
  Keep keep;
  keep.orders.insert(past.open.begin(), past.open.end());
  JudgeOptions judging{&books.held, asked.facts, false};
  judging.with_open = true;
  Chooser chooser(context, question, past);
  BatchUse use;
  use.keeps_bytes = true;
  use.take = [&](Batch& batch) { chooser.choose(batch); };
  Judged judged = read_cases(context, std::move(keep), judging, asked, use);
  estimated = chooser.estimated;
  return judged;
}

// Whether there is anything to estimate from.
bool add_remarks(const Context& context, const Past& past, std::vector<std::string>& remarks) {
  bool any = false;
  for (const Guarantee& guarantee : context.project->guarantees) {
    if (guarantee.retired || guarantee.promises_goods()) continue;
    const TrackRecord::Summary summary = past.now.summary(guarantee.name);
    any = any || summary.known >= TrackRecord::fewest_known;
    if (summary.known == 0)
      remarks.push_back(fmt::format("no order under {} has kept or missed its time yet: there is nothing to estimate from", guarantee.name));
    else if (summary.known < TrackRecord::fewest_known)
      remarks.push_back(fmt::format("{} under {} kept or missed {} time: too few to estimate from, {} are needed", counted(summary.known, "order", "orders"),
                                    guarantee.name, summary.known == 1 ? "its" : "their", TrackRecord::fewest_known));
    else if (summary.missed == summary.known)
      remarks.push_back(fmt::format("all {} orders under {} whose time is over missed it: the estimate is 1 for every other", summary.known, guarantee.name));
    else if (summary.missed == 0)
      remarks.push_back(fmt::format("none of {} orders under {} missed its time: the estimate is 0 for every other that is not out of time", summary.known, guarantee.name));
    else if (summary.groups == 1)
      remarks.push_back(fmt::format("all orders under {} are of one group: the estimate goes by the time gone by alone", guarantee.name));
  }
  return any;
}

void add_remarks_of_judging(const RiskAnswer& answer, const RiskQuestion& question, const Context& context, std::vector<std::string>& remarks) {
  if (answer.at_start.orders > 0) return;
  const std::string since = moment_words(question.since, context.project->shop.zone);
  const std::size_t known = answer.at_start.training_orders;
  remarks.push_back(known < TrackRecord::fewest_known
                        ? fmt::format("the estimate cannot be judged: {} had kept or missed {} time before {}, when the time held back begins, of {} needed; --hold-back sets it",
                                      known == 0 ? "no order" : counted(known, "order", "orders"), known < 2 ? "its" : "their", since, TrackRecord::fewest_known)
                        : fmt::format("the estimate cannot be judged: no order begun since {} has kept or missed its time; --hold-back sets it", since));
}

}  // namespace

RiskAnswer cases_at_risk(const Context& context, const Books& books, const RiskQuestion& question) {
  if (reads_stdin(*context.project))
    throw Error{{}, "--at-risk reads the records twice, and stdin can be read but once", "write them into a file first"};
  const Asked asked = with_traits(asked_of(*context.project, books.kept));
  Past past(context.as_of, question);
  RiskAnswer answer;
  answer.judged = read_past(context, books, asked, question, past);
  tell(context, answer.judged);
  answer.at_start = past.trials.calibration(past.before, Look::at_start);
  answer.later = past.trials.calibration(past.before, Look::later);
  if (add_remarks(context, past, answer.remarks)) add_remarks_of_judging(answer, question, context, answer.remarks);
  if (!question.order.empty()) past.open = {question.order};
  if (past.open.empty()) return answer;

  const Counts counts = answer.judged.judgement.counts;
  std::vector<Unjudged> unjudged = std::move(answer.judged.judgement.unjudged);
  Judged chosen = read_open(context, books, asked, question, past, answer.estimated);
  chosen.judgement.counts = counts;  // of all orders: what is likely is not missed yet
  chosen.judgement.unjudged = std::move(unjudged);
  chosen.partial = answer.judged.partial;
  answer.judged = std::move(chosen);
  add_history(answer.judged.judgement, with_missed(books.standing, std::move(past.missed)), *context.project);
  return answer;
}

}  // namespace amends
