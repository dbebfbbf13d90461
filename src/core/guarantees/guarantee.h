// A guarantee: a promise with a clock. It starts at one fact, is due at an instant, is met by another fact.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/language/expr.h"
#include "core/time/calendar.h"

namespace amends {

struct Due {
  enum class Kind { none, field, business_days, days, hours };
  Kind kind = Kind::none;
  std::string field;             // field: a date or instant
  std::vector<std::string> others;  // field: more of them, of which the earliest or latest counts
  bool is_latest = false;
  std::string from;              // field: the fact that a promised window opens at; empty: no window
  std::int64_t count = 0;        // business_days, days
  std::int64_t ms = 0;           // hours: running time, or opening time when there is a calendar
  std::int64_t cutoff = -1;      // ms of day in the calendar's zone; -1: none
  std::int64_t at = -1;          // ms of day; -1: the end of the day
  // Never null for business_days (Monday to Friday in the shop's zone when none is named) and days (all of them);
  // null for running hours.
  std::shared_ptr<const Calendar> calendar;

  bool is_counted() const { return kind == Kind::business_days || kind == Kind::days || kind == Kind::hours; }
};

// A part of due that a fact chooses: cutoff = { by = "warehouse", north = "14:00", else = "16:00" }.
struct ChosenPart {
  std::string key;                 // "cutoff"
  std::string fact;
  std::vector<std::string> words;  // one each; for any other, if has_else, the place behind them
  bool has_else = false;

  std::size_t size() const { return words.size() + (has_else ? 1 : 0); }
};

// Between two facts, or from one on while the other is empty, the clock stands; or from one status on to another.
struct Pause {
  std::string from, until;
  std::vector<std::string> stops, resumes;  // statuses instead of facts; no `resumes`: every other one
  std::string reason;
};

// [[exception]]: promises of certain days that are moved or suspended, for a reason that explain shows.
struct PromiseException {
  Condition when;
  std::vector<std::string> guarantees;  // names; empty: all
  bool is_dated = false;                // of certain days only:
  bool by_due = false;                  // those of due, else of the start
  Date first, last;
  bool suspends = false;
  Due moved;                            // else: hours, days or business_days to count from due
  std::string reason;
  Where where;
};

struct Guarantee {
  std::string name;
  std::vector<std::string> was;  // earlier names, which ledgers may hold
  RecordKind on = RecordKind::order;  // order, shipment, item or contact: what the promise is about
  Condition when;
  std::string start;             // a moment fact; empty when due is a field
  Due due;                       // where facts choose, one of dues
  std::vector<ChosenPart> choices;
  std::vector<Due> dues;         // one for each way to choose, the last choice counting fastest; empty: due alone
  std::string met_by = "delivered_at";
  std::int64_t grace = 0;        // ms of real time
  std::optional<Due> business_grace;   // instead: hours or business days by a calendar
  bool count_from_grace = false; // lateness counts from the end of grace instead of due
  std::shared_ptr<const Calendar> lateness_calendar;  // of late_business_days; null: due's
  bool first_day_counts = false;       // the day that lateness counts from is the first of late_days
  std::vector<Pause> pauses;
  std::vector<std::shared_ptr<const PromiseException>> exceptions;
  bool also = false;             // stands beside the others instead of competing
  bool retired = false;
  std::map<std::string, std::string> words;  // what customers were told, by locale; "": in any
  Where where;

  // Without a clock: the goods themselves are promised, sound and complete, at the right door.
  bool promises_goods() const { return due.kind == Due::Kind::none; }
  // Whether it waits for the goods to arrive: others are kept or broken whatever became of them.
  bool awaits_arrival() const { return on != RecordKind::contact && (met_by == "delivered_at" || met_by == "first_attempt_at"); }
  bool awaits_dispatch() const { return on != RecordKind::contact && met_by == "shipped_at"; }
  // Whether one moment and the clock that is chosen make its due, as a first look at a row needs it.
  bool is_plain() const { return due.others.empty() && due.from.empty() && pauses.empty() && exceptions.empty(); }
};

// What customers of this locale were told: its own words, else those of its language, else those for all; or nothing.
std::string_view words_told(const Guarantee& guarantee, std::string_view locale);

Guarantee read_guarantee(const Node& node, const Language& language, const Calendars& calendars);
PromiseException read_exception(const Node& node, const Language& language, const Calendars& calendars);

// A condition that asks for nothing a judgement alone tells, nor, if they are given, for what such records cannot tell.
Condition read_condition_before_judging(const Node& node, const Language& language, RecordKind on);
Condition read_condition_before_judging(const Node& node, const Language& language);
// Gives each guarantee its exceptions: those that name none are of what awaits an arrival or a dispatch. Error where one
// names a guarantee there is not, a start it has not, or tests what its records cannot tell.
void attach(const std::vector<PromiseException>& exceptions, std::vector<Guarantee>& guarantees, const Schema& schema);

// The records a guarantee can be about, in the order in which the cases of one order are judged.
inline constexpr RecordKind promised_on[] = {RecordKind::order, RecordKind::shipment, RecordKind::item, RecordKind::contact};

// What `on` of a [[guarantee]] says; orders where it says nothing.
RecordKind read_on(const Node& guarantee);

// Every fact its clock and its `when` may ask for.
void collect(const Guarantee& guarantee, std::vector<Slot>& slots, const Schema& schema);

}  // namespace amends
