// How late a miss is, in each of the units that a policy may ask for.
#include <algorithm>

#include "core/judging/verdict.h"

namespace amends {
namespace {

struct Base {
  Instant at;
  Date day;
};

// What lateness counts from: due, or the end of grace.
Base base_of(const Guarantee& guarantee, const Deadline& deadline, const Zone& zone) {
  const bool is_moved = guarantee.count_from_grace && (guarantee.grace != 0 || guarantee.business_grace);
  const Instant at = is_moved ? end_of_grace(guarantee, deadline) : deadline.end;
  if (!is_moved) return {at, deadline.due.is_date() ? deadline.due.date() : zone.date_at(at)};
  return {at, deadline.due.is_date() || guarantee.business_grace ? zone.date_at(Instant{at.ms - 1}) : zone.date_at(at)};
}

std::int64_t business_days_late(const Guarantee& guarantee, const Due& due, const Zone& zone, Date from, Date until, bool& is_known) {
  const Calendar* calendar = guarantee.lateness_calendar ? guarantee.lateness_calendar.get() : due.kind == Due::Kind::days ? nullptr : due.calendar.get();
  if (calendar == nullptr) return weekdays_between(zone, from, until);
  is_known = calendar->knows(from, until);
  return calendar->business_days(from, until);
}

}  // namespace

Instant end_of_grace(const Guarantee& guarantee, const Deadline& deadline) {
  if (!guarantee.business_grace) return Instant{deadline.end.ms + guarantee.grace};
  const Zone& zone = guarantee.business_grace->calendar->zone;
  return count_due(*guarantee.business_grace, {}, Instant{deadline.limit - 1}, zone, false).end;
}

Lateness lateness_of(const Guarantee& guarantee, const Verdict& verdict) {
  if (verdict.outcome == Outcome::missed && verdict.kinds.has(Kind::early)) {
    const Zone& there = verdict.destination->zone;
    Lateness early;
    early.early_minutes = (first_of(verdict.opened, there).ms - first_of(verdict.met, there).ms) / ms_per_minute;
    return early;
  }
  const bool is_late = verdict.outcome == Outcome::missed && (verdict.kinds.has(Kind::late) || verdict.kinds.has(Kind::overdue));
  if (!is_late || !verdict.until_known) return {};
  const Zone& zone = due_zone(*verdict.due, verdict.destination->zone);
  const Base base = base_of(guarantee, verdict.deadline, zone);
  const Date day = verdict.until.is_date() ? verdict.until.date() : zone.date_at(Instant{verdict.until.instant().ms - (verdict.until_ends_day ? 1 : 0)});
  const std::int64_t ms = std::max<std::int64_t>(0, first_of(verdict.until, zone).ms - base.at.ms);
  Lateness late;
  late.minutes = ms / ms_per_minute;
  late.hours = ms / ms_per_hour;
  late.ms = ms;
  const Date since = guarantee.first_day_counts ? Date{base.day.days - 1} : base.day;
  if (day <= since) return late;
  late.days = day.days - since.days;
  late.business_days = business_days_late(guarantee, *verdict.due, zone, since, day, late.business_days_known);
  return late;
}

}  // namespace amends
