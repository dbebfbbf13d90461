#include "core/verdict.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

#include <fmt/format.h>

namespace amends {
namespace {

using Words = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view word, Words words) { return std::find(words.begin(), words.end(), word) != words.end(); }

// Whether a status says that the fact has happened, so that its time cannot be empty.
bool says_happened(std::string_view status, std::string_view fact) {
  if (fact == "delivered_at") return is_one_of(status, {"delivered", "damaged", "short"});
  if (fact == "first_attempt_at") return is_one_of(status, {"attempted", "delivered", "damaged", "short", "misdelivered"});
  if (fact == "shipped_at")
    return is_one_of(status, {"shipped", "in_transit", "out_for_delivery", "attempted", "available_for_pickup",
                              "delivered", "damaged", "short", "misdelivered", "lost"});
  if (fact == "cancelled_at") return status == "cancelled";
  if (fact == "refunded_at") return status == "refunded";
  return fact == "paid_at" && status == "paid";
}

bool has_ended(std::string_view status) {
  return is_one_of(status, {"cancelled", "returned", "refunded", "unavailable", "out_of_stock"});
}

std::optional<Kind> kind_of_goods(std::string_view status) {
  if (status == "unavailable") return Kind::out_of_stock;
  const std::optional<Kind> kind = kind_named(status);
  const bool about_time = kind == Kind::late || kind == Kind::overdue || kind == Kind::at_risk;
  return about_time ? std::nullopt : kind;
}

Instant first_of(Moment moment, const Zone& zone) {
  return moment.is_date() ? reached(zone, moment.date(), 0) : moment.instant();
}

const std::string& from_fact(const Guarantee& guarantee) {
  return guarantee.due.kind == Due::Kind::field ? guarantee.due.field : guarantee.start;
}

const Column* moment_column(const Table& orders, const std::string& name) {
  const Column* const column = name.empty() ? nullptr : orders.find(name);
  return column == nullptr || column->is_text() ? nullptr : column;
}

Verdict& cannot_judge(Verdict& verdict, std::string_view missing, std::string reason) {
  verdict.outcome = Outcome::unjudged;
  verdict.missing = missing;
  verdict.reason = std::move(reason);
  return verdict;
}

}  // namespace

Verdicts::Verdicts(const Guarantee& guarantee, const Table& orders, Destinations& destinations, Instant as_of)
    : guarantee_(guarantee), destinations_(destinations), as_of_(as_of), from_(moment_column(orders, from_fact(guarantee))),
      start_(moment_column(orders, guarantee.start)), met_(moment_column(orders, guarantee.met_by)),
      status_(orders.find("status")), status_at_(moment_column(orders, "status_at")),
      delivered_(moment_column(orders, "delivered_at")), cancelled_(moment_column(orders, "cancelled_at")),
      refunded_(moment_column(orders, "refunded_at")), updated_(moment_column(orders, "updated_at")) {
  if (guarantee.on == RecordKind::contact) status_ = status_at_ = cancelled_ = refunded_ = nullptr;  // an answer is owed whatever became of the order
  if (!can_end("cancelled_at")) cancelled_ = nullptr;
  if (!can_end("refunded_at")) refunded_ = nullptr;
  if (guarantee.due.kind == Due::Kind::business_days || guarantee.due.kind == Due::Kind::hours) clock_.emplace(guarantee);
}

Moment Verdicts::moment(const Column* column, Row order) const {
  return column == nullptr ? Moment{} : Moment::from_raw(column->whole[order]);
}

bool Verdicts::is_ahead(Moment moment) const {
  if (moment.is_none()) return false;
  return moment.is_date() ? destinations_.shop().start_of(moment.date()) >= as_of_ : moment.instant() >= as_of_;
}

Moment Verdicts::known(const Column* column, Row order) const {
  const Moment found = moment(column, order);
  return is_ahead(found) ? Moment{} : found;
}

std::string_view Verdicts::status(Row order) const {
  if (status_ == nullptr || is_ahead(moment(status_at_, order))) return {};
  const std::string_view word = status_->text[order];
  const bool arrives_later = word == "delivered" && is_ahead(moment(delivered_, order));
  return arrives_later ? std::string_view("in_transit") : word;
}

// What a guarantee counts from or waits for does not end it: a refund promised within days of a cancellation.
bool Verdicts::can_end(std::string_view fact) const {
  return guarantee_.start != fact && guarantee_.due.field != fact && guarantee_.met_by != fact;
}

bool Verdicts::is_ended(Row order) const {
  const std::string_view word = status(order);
  const bool is_own = (word == "cancelled" && !can_end("cancelled_at")) || (word == "refunded" && !can_end("refunded_at"));
  return (has_ended(word) && !is_own) || !known(cancelled_, order).is_none() || !known(refunded_, order).is_none();
}

// The earliest end that is known. The status' own time stands in where its fact's is missing.
Moment Verdicts::ended_at(Row order) const {
  const std::string_view word = status(order);
  const Moment cancelled = known(cancelled_, order), refunded = known(refunded_, order);
  const bool is_dated = (word == "cancelled" && !cancelled.is_none()) || (word == "refunded" && !refunded.is_none());
  const Moment told = has_ended(word) && !is_dated ? known(status_at_, order) : Moment{};
  const Zone& zone = destinations_.of(order).zone;
  Moment first;
  for (const Moment end : {cancelled, refunded, told})
    if (!end.is_none() && (first.is_none() || first_of(end, zone) < first_of(first, zone))) first = end;
  return first;
}

Verdict Verdicts::of(Row order, bool held) const {
  return guarantee_.due.kind == Due::Kind::none ? of_goods(order) : of_clock(order, held);
}

Verdict Verdicts::of_clock(Row order, bool held) const {
  Verdict verdict;
  verdict.destination = &destinations_.of(order);
  const Moment from = moment(from_, order);
  verdict.start = moment(start_, order);
  verdict.met = known(met_, order);
  if (from.is_none() || (guarantee_.due.kind != Due::Kind::field && is_ahead(from))) {
    judge_no_start(verdict, order);
    return verdict;
  }
  if (from.is_date() && guarantee_.due.kind != Due::Kind::field) {
    std::string reason = uncountable(guarantee_, from);
    if (!reason.empty()) return cannot_judge(verdict, {}, std::move(reason));
  }
  set_deadline(verdict, from, order);
  if (verdict.met.is_none()) judge_unmet(verdict, order, held);
  else judge_met(verdict);
  return verdict;
}

void Verdicts::set_deadline(Verdict& verdict, Moment from, Row order) const {
  const bool is_field = guarantee_.due.kind == Due::Kind::field;
  if (is_field && from.is_instant()) {
    verdict.deadline = {from, from.instant(), from.instant().ms + 1};
  } else if (is_field) {
    const Instant end = verdict.destination->end_of_day(from.date());
    verdict.deadline = {from, end, end.ms};
  } else if (clock_ && from.is_instant()) {
    verdict.deadline = clock_->deadline(from.instant());
  } else {
    verdict.deadline = deadline_of(count_due(guarantee_, from, destinations_.of(order).zone, false));
  }
}

// A start that has not happened yet keeps the case open; an order that exists has been placed, and a promise
// written in a field has to be there.
void Verdicts::judge_no_start(Verdict& verdict, Row order) const {
  const std::string& fact = from_fact(guarantee_);
  const std::string_view word = status(order);
  if (verdict.met.is_none() && is_ended(order)) {
    verdict.outcome = Outcome::ended;
    return;
  }
  if (from_ == nullptr) {
    cannot_judge(verdict, fact, fmt::format("no source holds {}", fact));
    return;
  }
  const bool ahead = is_ahead(moment(from_, order));
  const bool may_come = guarantee_.due.kind != Due::Kind::field && fact != "placed_at" && !says_happened(word, fact);
  if (verdict.met.is_none() && (ahead || may_come)) return;
  cannot_judge(verdict, fact, fmt::format("{} is missing", fact));
}

void Verdicts::judge_met(Verdict& verdict) const {
  const std::int64_t last = limit(verdict);
  bool kept = false;
  if (verdict.met.is_instant()) {
    kept = verdict.met.instant().ms < last;
  } else {
    const Zone& zone = due_zone(guarantee_, verdict.destination->zone);
    const Date last_day = zone.date_at(Instant{last - 1});
    const bool ends_with_day = end_of(zone, last_day).ms == last;
    kept = verdict.met.date() < last_day || (verdict.met.date() == last_day && ends_with_day);
    if (verdict.met.date() == last_day && !ends_with_day) {
      cannot_judge(verdict, {}, fmt::format("{} has no time of day, and the promise ends during that day", guarantee_.met_by));
      return;
    }
  }
  verdict.closed = true;
  verdict.until = verdict.met;
  verdict.outcome = kept ? Outcome::in_time : Outcome::missed;
  verdict.kind = Kind::late;
}

bool Verdicts::is_unjudged_met(Verdict& verdict, Row order) const {
  if (met_ == nullptr) {
    cannot_judge(verdict, guarantee_.met_by, fmt::format("no source holds {}", guarantee_.met_by));
    return true;
  }
  if (!moment(met_, order).is_none() || !says_happened(status(order), guarantee_.met_by)) return false;
  cannot_judge(verdict, guarantee_.met_by, fmt::format("{} is missing though the status is {}", guarantee_.met_by, status(order)));
  return true;
}

void Verdicts::judge_unmet(Verdict& verdict, Row order, bool held) const {
  const std::string_view word = status(order);
  if (is_ended(order) && !says_happened(word, guarantee_.met_by)) return judge_ended(verdict, order, held);
  if (is_unjudged_met(verdict, order)) return;
  if (as_of_.ms < limit(verdict)) return;
  if (word == unknown_word) {
    cannot_judge(verdict, "status", "its status is a word that is not mapped");
    return;
  }
  verdict.outcome = Outcome::missed;
  verdict.kind = Kind::overdue;
  verdict.until = as_of_;
  if (word == "lost") judge_lost(verdict, order);
}

void Verdicts::judge_lost(Verdict& verdict, Row order) const {
  verdict.closed = true;
  verdict.until = known(status_at_, order);
  verdict.until_known = !verdict.until.is_none();
}

// Called off before it was due, or nobody knows when: the promise is no longer open and not known to be broken,
// unless the ledger knows.
void Verdicts::judge_ended(Verdict& verdict, Row order, bool held) const {
  const Moment at = ended_at(order);
  verdict.closed = true;
  verdict.outcome = Outcome::ended;
  verdict.until = at;
  const bool was_missed = at.is_none() ? held && as_of_.ms >= limit(verdict)
                                       : first_of(at, verdict.destination->zone).ms >= limit(verdict);
  if (!was_missed) return;
  verdict.outcome = Outcome::missed;
  verdict.kind = Kind::overdue;
  verdict.until_known = !at.is_none();
}

Verdict Verdicts::of_goods(Row order) const {
  Verdict verdict;
  verdict.destination = &destinations_.of(order);
  verdict.start = moment(start_, order);
  if (status_ == nullptr) return cannot_judge(verdict, "status", "no source holds status");
  const std::string_view word = status(order);
  const Moment delivered = known(delivered_, order);
  if (const std::optional<Kind> kind = kind_of_goods(word)) {
    Moment found = known(status_at_, order);
    if (found.is_none()) found = delivered;
    if (found.is_none()) found = known(updated_, order);
    if (found.is_none()) return cannot_judge(verdict, "status_at", fmt::format("status_at is missing though the status is {}", word));
    const Instant end = first_of(found, verdict.destination->zone);
    verdict.deadline = {found, end, end.ms};
    verdict.outcome = Outcome::missed;
    verdict.kind = *kind;
    verdict.met = delivered;
    verdict.until = found;
    verdict.closed = true;
  } else if (word == "delivered" || !delivered.is_none()) {
    verdict.outcome = Outcome::in_time;
  } else if (is_ended(order)) {
    verdict.outcome = Outcome::ended;
  }
  return verdict;
}

namespace {

struct Base {
  Instant at;
  Date day;
};

// What lateness counts from: due, or the end of grace.
Base base_of(const Guarantee& guarantee, const Deadline& deadline, const Zone& zone) {
  const std::int64_t grace = guarantee.count_from_grace ? guarantee.grace : 0;
  const Instant at{deadline.end.ms + grace};
  if (!deadline.due.is_date()) return {at, zone.date_at(at)};
  return {at, grace == 0 ? deadline.due.date() : zone.date_at(Instant{at.ms - 1})};
}

}  // namespace

Lateness lateness_of(const Guarantee& guarantee, const Verdict& verdict) {
  const bool is_late = verdict.outcome == Outcome::missed && (verdict.kind == Kind::late || verdict.kind == Kind::overdue);
  if (!is_late || !verdict.until_known) return {};
  const Zone& zone = due_zone(guarantee, verdict.destination->zone);
  const Base base = base_of(guarantee, verdict.deadline, zone);
  const Date day = verdict.until.is_date() ? verdict.until.date() : zone.date_at(verdict.until.instant());
  const std::int64_t ms = std::max<std::int64_t>(0, first_of(verdict.until, zone).ms - base.at.ms);
  Lateness late;
  late.minutes = ms / ms_per_minute;
  late.hours = ms / ms_per_hour;
  late.ms = ms;
  if (day <= base.day) return late;
  late.days = day.days - base.day.days;
  late.business_days = guarantee.due.calendar ? guarantee.due.calendar->business_days(base.day, day)
                                              : weekdays_between(zone, base.day, day);
  return late;
}

}  // namespace amends
