#include "core/miss_record.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"

namespace amends {
namespace {

std::string_view cell(const Column* column, Row row) {
  return column == nullptr || !column->is_text() ? std::string_view{} : column->text[row];
}

std::string joined(std::string_view prefix, std::string_view id) {
  std::string out;
  out.reserve(prefix.size() + id.size());
  return out.append(prefix).append(id);
}

Value number(std::int64_t whole) { return Value::of_number(Ratio(whole)); }

}  // namespace

MissRecords::MissRecords(const Records& records, const Project& project, const JudgeOptions& options)
    : records_(records), project_(project), held_(options.held), is_bare_(options.is_bare), id_(records.orders().find("order_id")), person_id_(records.orders().find("person_id")),
      customer_id_(records.orders().find("customer_id")), email_(records.orders().find("email")) {
  for (const Slot slot : options.facts) {
    if (slot >= project.schema.size()) continue;
    const Field& field = project.schema.at(slot);
    const Judged judged = field.origin == Origin::judged ? judged_named(field.name) : Judged::none;
    const bool is_told_later = field.origin == Origin::derived || field.origin == Origin::history || field.origin == Origin::element;
    const bool is_unknown = field.origin == Origin::judged && judged == Judged::none;
    if (!is_told_later && !is_unknown) wanted_.push_back({slot, judged});
  }
}

MissRecords::Judged MissRecords::judged_named(std::string_view name) {
  static constexpr std::pair<std::string_view, Judged> names[] = {
      {"case", Judged::case_key},       {"guarantee", Judged::guarantee},       {"kind", Judged::kind},
      {"start", Judged::start},         {"due", Judged::due},                   {"due_date", Judged::due_date},
      {"met_at", Judged::met_at},       {"open", Judged::open},                 {"risk", Judged::risk},
      {"risk_group", Judged::estimated}, {"risk_orders", Judged::estimated},    {"risk_elapsed", Judged::estimated},
      {"late_seconds", Judged::seconds}, {"late_minutes", Judged::minutes},
      {"late_hours", Judged::hours},    {"late_days", Judged::days},            {"late_business_days", Judged::business_days}};
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
    case Judged::business_days: return late(miss.lateness.business_days);
  }
  return {};
}

std::string_view MissRecords::id(Row order) const { return cell(id_, order); }

std::string_view MissRecords::known_name(const Guarantee& guarantee, Row order) const {
  if (held_ == nullptr || guarantee.was.empty()) return guarantee.name;
  const auto held = held_->find(std::string(id(order)));
  if (held == held_->end()) return guarantee.name;
  for (const std::string& earlier : guarantee.was)
    if (std::find(held->second.begin(), held->second.end(), earlier) != held->second.end()) return earlier;
  return guarantee.name;
}

std::string MissRecords::key(const Guarantee& guarantee, Row order) const {
  return case_key(project_.shop.id, "order", id(order), known_name(guarantee, order));
}

std::string MissRecords::person(Row order) const {
  if (const std::string_view known = cell(person_id_, order); !known.empty()) return joined("person:", known);
  if (const std::string_view known = cell(customer_id_, order); !known.empty()) return joined("customer:", known);
  if (const std::string_view known = trimmed(cell(email_, order)); !known.empty()) return "email:" + lower(known);
  return joined("order:", id(order));
}

Miss MissRecords::miss(const Guarantee& guarantee, const Verdict& verdict, const OrderFacts& facts, Row order) const {
  Miss miss;
  miss.key = key(guarantee, order);
  miss.record_id = id(order);
  miss.guarantee = guarantee.name;
  miss.kind = verdict.kind;
  if (!is_bare_) miss.person = person(order);
  miss.start = verdict.start;
  miss.due = verdict.deadline.due;
  miss.due_instant = verdict.deadline.end;
  miss.zone = due_zone(guarantee, verdict.destination->zone);
  if (!is_bare_) miss.zone_reason = guarantee.due.calendar ? joined("calendar ", guarantee.due.calendar->name) : verdict.destination->reason;
  miss.due_date = miss.due.is_date() ? miss.due.date() : miss.zone.date_at(miss.due.instant());
  miss.met = verdict.met;
  miss.lateness = lateness_of(guarantee, verdict);
  miss.lateness_known = verdict.until_known;
  miss.closed = verdict.closed;
  miss.place = records_.orders().places[order];
  miss.order = order;
  miss.facts.money = facts.currency();
  for (const Wanted& wanted : wanted_)
    miss.facts.set(wanted.slot, wanted.judged == Judged::none ? facts.at(wanted.slot) : value_of(wanted.judged, miss, guarantee));
  return miss;
}

}  // namespace amends
