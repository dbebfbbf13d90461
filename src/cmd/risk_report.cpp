#include "cmd/risk_report.h"

#include <fmt/format.h>

#include "cmd/sentences.h"
#include "core/base/json.h"

namespace amends {
namespace {

// What is left until its time is over.
std::string left_words(std::int64_t ms) {
  if (ms >= ms_per_day) return counted(static_cast<std::size_t>(ms / ms_per_day), "day", "days");
  if (ms >= ms_per_hour) return fmt::format("{} h", ms / ms_per_hour);
  return fmt::format("{} min", ms / ms_per_minute);
}

// A judged fact as it is printed elsewhere; empty when nobody estimated it.
std::string fact(const Miss& miss, const Project& project, const char* name) {
  const Value value = miss.facts.at(project.schema.find(name));
  if (!value.is_known()) return {};
  return value.type == Type::string ? std::string(value.text) : print(value, miss.zone);
}

std::string grounds(const Miss& miss, const Project& project) {
  const std::string group = fact(miss, project, "risk_group");
  return group.empty() ? "certain: it cannot be met in time any more" : fmt::format("{} orders: {}", fact(miss, project, "risk_orders"), group);
}

std::string risk_of(const Miss& miss, const Project& project) {
  const std::string risk = fact(miss, project, "risk");
  return risk.empty() ? "1" : risk;
}

}  // namespace

std::string risk_sentence(const RiskAnswer& answer) {
  const Counts& counts = answer.judged.judgement.counts;
  const std::size_t certain = counts.kinds[static_cast<std::size_t>(Kind::at_risk)], listed = answer.judged.judgement.misses.size();
  const std::size_t ahead = counts.open + certain, unknown = counts.open - answer.estimated;
  if (ahead == 0) return {};
  const std::string of = fmt::format("of {} not due yet", counted(ahead, "case", "cases"));
  if (unknown == ahead) return fmt::format("none {} can be estimated", of);
  std::string text = fmt::format("{} {} {} at risk", listed == 0 ? "none" : std::to_string(listed), of, listed < 2 ? "is" : "are");
  if (unknown > 0) text += fmt::format("; {} cannot be estimated", unknown);
  return text;
}

Sheet risk_sheet(const RiskAnswer& answer, const Context& context, bool for_people) {
  const Project& project = *context.project;
  Sheet sheet{"miss", {{"order"}, {"guarantee"}, {"risk", "", true}, {"due"}, {"left"}, {"grounds", "estimated from"}}, {}};
  if (!for_people)
    sheet.columns = {{"case"}, {"order"}, {"guarantee"}, {"kind"}, {"due"}, {"risk", "", true, true}, {"risk_elapsed", "", true, true},
                     {"risk_orders", "", true, true}, {"risk_group"}};
  for (const Miss& m : answer.judged.judgement.misses) {
    if (for_people)
      sheet.rows.push_back({m.record_id, m.guarantee, risk_of(m, project), print_moment(m.due, m.zone),
                            left_words(m.due_instant.ms - context.as_of.ms), grounds(m, project)});
    else
      sheet.rows.push_back({m.key, m.record_id, m.guarantee, std::string(name_of(m.kind)), print(m.due, m.zone), risk_of(m, project),
                            fact(m, project, "risk_elapsed"), fact(m, project, "risk_orders"), fact(m, project, "risk_group")});
  }
  return sheet;
}

namespace {

std::string percent(double share) { return fmt::format("{:.1f} %", share * 100); }

std::string length_words(std::int64_t ms) {
  const std::int64_t minutes = ms / ms_per_minute, hours = minutes / 60;
  if (minutes % 60 != 0) return fmt::format("{} min", minutes);
  return hours % 24 == 0 ? counted(static_cast<std::size_t>(hours / 24), "day", "days") : fmt::format("{} h", hours);
}

std::string look_words(Look look, const RiskQuestion& question) {
  if (look == Look::at_start) return "as they began";
  return question.lead == 0 ? "half way, if still open" : fmt::format("{} before their time was over, if still open", length_words(question.lead));
}

std::string score(double value) { return fmt::format("{:.4f}", value); }

}  // namespace

namespace {

std::string scores(const Calibration& c) {
  return fmt::format("Brier score {}; the rate of before ({}) as a constant: {}; their own rate ({}), known only afterwards: {}", score(c.brier()),
                     percent(c.training_rate()), score(c.brier_of_constant(c.training_rate())), percent(c.own_rate()), score(c.brier_of_constant(c.own_rate())));
}

std::string head(const Calibration& c, Look look, const RiskQuestion& question, const Project& project) {
  return fmt::format("{} begun since {}, estimated {}, by what was known before", counted(c.orders, "order", "orders"),
                     moment_words(question.since, project.shop.zone), look_words(look, question));
}

}  // namespace

std::string scores_sentence(const Calibration& c, Look look, const RiskQuestion& question, const Project& project) {
  return head(c, look, question, project) + ": " + scores(c);
}

std::string calibration_text(const Calibration& c, Look look, const RiskQuestion& question, const Project& project) {
  Sheet sheet{"tenth", {{"estimated"}, {"orders", "", true}, {"mean", "", true}, {"missed", "", true}, {"share", "", true}}, {}};
  for (std::size_t i = 0; i < c.tenths.size(); ++i) {
    const Calibration::Tenth& tenth = c.tenths[i];
    if (tenth.orders == 0) continue;
    const auto orders = static_cast<double>(tenth.orders);
    sheet.rows.push_back({fmt::format("{} to {} %", i * 10, i * 10 + 10), std::to_string(tenth.orders), percent(tenth.estimated / orders),
                          std::to_string(tenth.missed), percent(static_cast<double>(tenth.missed) / orders)});
  }
  return head(c, look, question, project) + ":\n" + print(sheet, "table") + scores(c) + "\n";
}

std::string calibration_line(const Calibration& c, Look look, const RiskQuestion& question, const Context& context) {
  const Zone& zone = context.project->shop.zone;
  const auto whole = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  Json json;
  json.open('{').field("type", "calibration").field("v", stage_version).field("look", look == Look::at_start ? "at_start" : "later");
  json.field("since", print(question.since, zone)).field("as_of", print(context.as_of, zone));
  json.field("orders", whole(c.orders)).field("missed", whole(c.missed)).field("training_orders", whole(c.training_orders)).field("training_missed", whole(c.training_missed));
  json.key("brier").raw(score(c.brier())).key("brier_of_training_rate").raw(score(c.brier_of_constant(c.training_rate())));
  json.key("brier_of_own_rate").raw(score(c.brier_of_constant(c.own_rate()))).key("tenths").open('[');
  for (const Calibration::Tenth& tenth : c.tenths) {
    json.open('{').field("orders", whole(tenth.orders)).field("missed", whole(tenth.missed));
    json.key("estimated").raw(tenth.orders == 0 ? "null" : score(tenth.estimated / static_cast<double>(tenth.orders))).close('}');
  }
  return json.close(']').close('}').str() + "\n";
}

}  // namespace amends
