#include "core/judging/timekeeper.h"

#include <algorithm>

namespace amends {
namespace {

// By the clock alone: what is known to be missed before its due was open until then.
CaseTimes::State state_of(const Verdict& verdict, const CaseTimes& times) {
  if (verdict.kinds.has(Kind::early)) return CaseTimes::State::in_time;
  switch (verdict.outcome) {
    case Outcome::in_time: return CaseTimes::State::in_time;
    case Outcome::ended:
    case Outcome::suspended: return CaseTimes::State::ended;
    case Outcome::missed: break;
    default: return CaseTimes::State::open;
  }
  if (times.is_met || times.last >= times.limit) return CaseTimes::State::missed;
  return verdict.closed ? CaseTimes::State::ended : CaseTimes::State::open;
}

}  // namespace

Timekeeper::Timekeeper(const Guarantee& guarantee, std::size_t index, const Table& orders, Instant as_of)
    : guarantee_(guarantee), index_(index), placed_(moment_column(orders, "placed_at")),
      shipped_(guarantee.awaits_arrival() ? moment_column(orders, "shipped_at") : nullptr), as_of_(as_of) {}

std::optional<CaseTimes> Timekeeper::times_of(const Verdict& verdict, std::int64_t limit, Row order) const {
  const Moment start = verdict.start.is_none() ? moment_at(placed_, order) : verdict.start;
  const bool has_due = guarantee_.due.kind != Due::Kind::none && !verdict.deadline.due.is_none();
  if (!has_due || start.is_none() || verdict.outcome == Outcome::unjudged) return std::nullopt;
  const Zone& zone = due_zone(*verdict.due, verdict.destination->zone);
  CaseTimes times;
  times.order = order;
  times.guarantee = index_;
  times.is_met = !verdict.met.is_none();
  times.has_parcel = shipped_ != nullptr;
  times.begun = times.start = first_of(start, zone);
  times.limit = Instant{verdict.deadline.due.is_date() ? limit : limit - 1};
  times.shipped = moment_at(shipped_, order);
  const bool is_over = !times.is_met && verdict.closed;
  if (is_over && verdict.until.is_none()) return std::nullopt;
  const Moment last = times.is_met ? verdict.met : is_over ? verdict.until : Moment(as_of_);
  times.last = first_of(last, zone);
  times.state = state_of(verdict, times);
  times.is_early = verdict.kinds.has(Kind::early);
  if (times.limit <= times.start || times.last < times.start) return std::nullopt;
  const Date from = start.is_date() ? start.date() : zone.date_at(times.start);
  const Date until = last.is_date() ? last.date() : zone.date_at(times.last);
  times.days = until.days - from.days;
  times.business_days = static_cast<std::int32_t>(business_days(*verdict.due, zone, times.start, from, until));
  if (verdict.stood.empty()) return times;
  leave_out(verdict.stood, *verdict.due, zone, times);
  return times.limit <= times.start || times.last < times.start ? std::nullopt : std::optional(times);
}

// What happened while the clock stood says nothing of how long the lane takes.
void Timekeeper::leave_out(const std::vector<Standstill>& pauses, const Due& due, const Zone& zone, CaseTimes& times) {
  for (const Standstill& pause : pauses) {
    const Instant from = std::max(pause.from, times.begun), until = pause.until ? std::min(*pause.until, times.last) : times.last;
    if (until <= from || from >= times.limit) continue;
    times.start.ms += until.ms - from.ms;
    times.days -= zone.date_at(until).days - zone.date_at(from).days;
    times.business_days -= static_cast<std::int32_t>(days_between(due, zone, zone.date_at(from), zone.date_at(until)));
  }
  times.business_days = std::max(times.business_days, 0);
}

std::int64_t Timekeeper::days_between(const Due& due, const Zone& zone, Date a, Date b) {
  return due.calendar && due.kind != Due::Kind::days ? due.calendar->business_days(a, b) : weekdays_between(zone, a, b);
}

// The least number of business days a promise would have had to name: what is met on a closed day needs the next
// open one, and with a cut-off a start after it or on a closed day counts from the next.
std::int64_t Timekeeper::business_days(const Due& due, const Zone& zone, Instant start, Date from, Date until) {
  const auto between = [&](Date a, Date b) { return days_between(due, zone, a, b); };
  const auto is_open = [&](Date date) { return between(Date{date.days - 1}, date) > 0; };
  const bool starts_next = due.cutoff >= 0 && (!is_open(from) || zone.ms_of_day(start) >= due.cutoff);
  const std::int64_t days = between(from, until) + (is_open(until) ? 0 : 1) - (starts_next ? 1 : 0);
  return std::max<std::int64_t>(0, days);
}

}  // namespace amends
