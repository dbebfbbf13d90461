// A guarantee: a promise with a clock. It starts at one fact, is due at an instant, is met by another fact.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/calendar.h"
#include "core/expr.h"

namespace amends {

struct Due {
  enum class Kind { none, field, business_days, hours };
  Kind kind = Kind::none;
  std::string field;             // field: a date or instant
  std::int64_t count = 0;        // business_days
  std::int64_t ms = 0;           // hours: running time, or opening time when there is a calendar
  std::int64_t cutoff = -1;      // ms of day in the calendar's zone; -1: none
  std::int64_t at = -1;          // ms of day; -1: the end of the day
  // Never null for business_days (Monday to Friday in the shop's zone when none is named); null for running hours.
  std::shared_ptr<const Calendar> calendar;
};

struct Guarantee {
  std::string name;
  std::vector<std::string> was;  // earlier names, which ledgers may hold
  RecordKind on = RecordKind::order;  // order, shipment, item or contact: what the promise is about
  Condition when;
  std::string start;             // a moment fact; empty when due is a field
  Due due;
  std::string met_by = "delivered_at";
  std::int64_t grace = 0;        // ms of real time
  bool count_from_grace = false; // lateness counts from the end of grace instead of due
  bool also = false;             // stands beside the others instead of competing
  bool retired = false;
  Where where;
};

Guarantee read_guarantee(const Node& node, const Language& language, const std::map<std::string, Calendar>& calendars);

// The records a guarantee can be about, in the order in which the cases of one order are judged.
inline constexpr RecordKind promised_on[] = {RecordKind::order, RecordKind::shipment, RecordKind::item, RecordKind::contact};

// What `on` of a [[guarantee]] says; orders where it says nothing.
RecordKind read_on(const Node& guarantee);

// Every fact its clock and its `when` may ask for.
void collect(const Guarantee& guarantee, std::vector<Slot>& slots, const Schema& schema);

// How a deadline was counted, for explain: one line a step.
struct Count {
  Moment due;                      // a date promise stays a date
  Instant end;                     // the instant after (date) or at (instant) which it is broken
  bool end_is_exclusive = false;   // true for dates: met must be before `end`
  std::vector<std::string> steps;  // filled only when asked: "Fri 6 Mar 16:20 is after the cut-off 14:00: ..."

  Instant limit() const { return Instant{end_is_exclusive ? end.ms : end.ms + 1}; }  // the first instant too late
};
// `start` (or the due field's moment) is known and countable. `zone`: the destination's, for dates.
Count count_due(const Guarantee& guarantee, Moment start, const Zone& zone, bool with_steps);
// Why no deadline can be counted from this start ("placed_at has no time of day ..."), or empty.
std::string uncountable(const Guarantee& guarantee, Moment start);
// The zone its due is in: the calendar's, else the destination's.
const Zone& due_zone(const Guarantee& guarantee, const Zone& destination);

}  // namespace amends
