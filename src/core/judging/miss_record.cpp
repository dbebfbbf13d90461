#include "core/judging/miss_record.h"

#include <algorithm>

#include <fmt/format.h>


namespace amends {
namespace {

std::string joined(std::string_view prefix, std::string_view id) {
  std::string out;
  out.reserve(prefix.size() + id.size());
  return out.append(prefix).append(id);
}

Value list_of(const Kinds& kinds) {
  List names;
  for (const Kind kind : kinds.all()) names.push_back(Value::of_string(name_of(kind)));
  return Value::of_list(std::move(names));
}

Value number(std::int64_t whole) { return Value::of_number(Ratio(whole)); }

}  // namespace

MissRecords::MissRecords(const CaseTable& cases, const Project& project, const JudgeOptions& options)
    : cases_(cases), project_(project), held_(options.held), is_bare_(options.is_bare), persons_(cases) {
  for (const Slot slot : options.facts) {
    if (slot >= project.schema.size()) continue;
    const Field& field = project.schema.at(slot);
    const Judged judged = field.origin == Origin::judged ? judged_named(field.name) : Judged::none;
    const bool is_told_later = field.origin == Origin::derived || field.origin == Origin::history || field.origin == Origin::element;
    const bool is_unknown = field.origin == Origin::judged && judged == Judged::none;
    if (!is_told_later && !is_unknown) wanted_.push_back({slot, judged});
  }
  std::sort(wanted_.begin(), wanted_.end(), [](const Wanted& a, const Wanted& b) { return a.slot < b.slot; });
  wanted_.erase(std::unique(wanted_.begin(), wanted_.end(), [](const Wanted& a, const Wanted& b) { return a.slot == b.slot; }), wanted_.end());
}

MissRecords::Judged MissRecords::judged_named(std::string_view name) {
  static constexpr std::pair<std::string_view, Judged> names[] = {
      {"case", Judged::case_key},       {"guarantee", Judged::guarantee},       {"kind", Judged::kind},                   {"kinds", Judged::kinds},
      {"start", Judged::start},         {"due", Judged::due},                   {"due_date", Judged::due_date},
      {"met_at", Judged::met_at},       {"open", Judged::open},                 {"risk", Judged::risk},
      {"risk_group", Judged::estimated}, {"risk_orders", Judged::estimated},    {"risk_elapsed", Judged::estimated},
      {"late_seconds", Judged::seconds}, {"late_minutes", Judged::minutes},
      {"late_hours", Judged::hours},    {"late_days", Judged::days},            {"late_business_days", Judged::business_days},
      {"early_minutes", Judged::early_minutes}};
  for (const auto& [known, judged] : names)
    if (known == name) return judged;
  return Judged::none;
}

Value MissRecords::value_of(Judged judged, Miss& miss, const Guarantee& guarantee) {
  const auto moment = [](Moment m) { return m.is_none() ? Value::null() : Value::of_moment(m); };
  const auto late = [&](std::int64_t whole) { return miss.lateness_known ? number(whole) : Value{}; };
  switch (judged) {
    case Judged::none: return {};
    case Judged::case_key: return Value::of_string(miss.facts.keep(miss.key));
    case Judged::guarantee: return Value::of_string(guarantee.name);
    case Judged::kind: return Value::of_string(name_of(miss.kind));
    case Judged::kinds: return list_of(miss.kinds);
    case Judged::start: return moment(miss.start);
    case Judged::due: return moment(miss.due);
    case Judged::due_date: return Value::of_date(miss.due_date);
    case Judged::met_at: return moment(miss.met);
    case Judged::open: return Value::of_boolean(!miss.closed);
    case Judged::estimated: return Value::null();  // by the command that estimates
    case Judged::risk: return miss.kind == Kind::at_risk ? number(1) : Value::null();
    case Judged::seconds: return miss.lateness_known ? Value::of_number(Ratio(miss.lateness.ms, ms_per_second)) : Value{};
    case Judged::minutes: return late(miss.lateness.minutes);
    case Judged::hours: return late(miss.lateness.hours);
    case Judged::days: return late(miss.lateness.days);
    case Judged::early_minutes: return number(miss.lateness.early_minutes);
    case Judged::business_days: return miss.lateness.business_days_known ? late(miss.lateness.business_days) : Value{};
  }
  return {};
}

std::string_view MissRecords::known_name(const Guarantee& guarantee, Row row) const {
  if (held_ == nullptr || guarantee.was.empty()) return guarantee.name;
  const HeldGuarantees::OfOneKind& known = held_->of(cases_.on);
  const auto held = known.find(std::string(cases_.id(row)));
  if (held == known.end()) return guarantee.name;
  for (const std::string& earlier : guarantee.was)
    if (std::find(held->second.begin(), held->second.end(), earlier) != held->second.end()) return earlier;
  return guarantee.name;
}

std::string MissRecords::key(const Guarantee& guarantee, Row row) const {
  return case_key(project_.shop.id, name_of(cases_.on), cases_.id(row), known_name(guarantee, row));
}

Miss MissRecords::miss(const Guarantee& guarantee, const Verdict& verdict, const OrderFacts& facts, Row row) const {
  Miss miss;
  miss.key = key(guarantee, row);
  miss.record_id = cases_.order_id(row);
  miss.record = cases_.on;
  if (!is_bare_) miss.own_id = cases_.own_id(row);
  miss.guarantee = guarantee.name;
  miss.kind = verdict.kinds.gravest();
  miss.kinds = verdict.kinds;
  if (!is_bare_) miss.evidence = verdict.evidence;
  if (!is_bare_) miss.person = persons_.of(row);
  miss.start = verdict.start;
  miss.due = verdict.deadline.due;
  miss.due_instant = verdict.deadline.end;
  miss.zone = due_zone(*verdict.due, verdict.destination->zone);
  if (!is_bare_) miss.zone_reason = verdict.due->calendar ? joined("calendar ", verdict.due->calendar->name) : verdict.destination->reason;
  miss.due_date = miss.due.is_date() ? miss.due.date() : miss.zone.date_at(miss.due.instant());
  miss.met = verdict.met;
  miss.lateness = lateness_of(guarantee, verdict);
  miss.lateness_known = verdict.until_known;
  miss.closed = verdict.closed;
  miss.place = cases_.table->places[row];
  miss.order = cases_.order_of(row);
  miss.facts.money = facts.currency();
  if (wanted_.empty()) return miss;
  thread_local std::vector<std::pair<Slot, Value>> told;  // its room is used again: there are many
  told.clear();
  for (const Wanted& wanted : wanted_)
    told.emplace_back(wanted.slot, wanted.judged == Judged::none ? facts.at(wanted.slot) : value_of(wanted.judged, miss, guarantee));
  miss.facts.take_all(told);
  told.clear();
  return miss;
}

}  // namespace amends
