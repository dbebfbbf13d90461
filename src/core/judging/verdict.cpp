#include "core/judging/verdict.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

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

const std::string& from_fact(const Guarantee& guarantee) {
  return guarantee.due.kind == Due::Kind::field ? guarantee.due.field : guarantee.start;
}

// Days are told apart by their dates only.
bool is_before(Moment a, Moment b, const Zone& zone) {
  if (a.is_none() || b.is_none()) return false;
  if (a.is_instant() && b.is_instant()) return a.instant() < b.instant();
  return (a.is_date() ? a.date() : zone.date_at(a.instant())) < (b.is_date() ? b.date() : zone.date_at(b.instant()));
}

bool has(const std::vector<Evidence>& evidence, Kind kind) {
  return std::any_of(evidence.begin(), evidence.end(), [&](const Evidence& e) { return e.kind == kind; });
}

}  // namespace

Verdict& cannot_judge(Verdict& verdict, std::string_view missing, std::string reason) {
  verdict.outcome = Outcome::unjudged;
  verdict.missing = missing;
  verdict.reason = std::move(reason);
  return verdict;
}

Verdicts::Verdicts(const Guarantee& guarantee, const Table& orders, Destinations& destinations, const EvidenceFinder& evidence, const Project& project, Instant as_of)
    : guarantee_(guarantee), destinations_(destinations), evidence_(evidence), project_(project), as_of_(as_of), from_(moment_column(orders, from_fact(guarantee))),
      start_(moment_column(orders, guarantee.start)), met_(moment_column(orders, guarantee.met_by)),
      status_(orders.find("status")), status_at_(moment_column(orders, "status_at")),
      delivered_(moment_column(orders, "delivered_at")), cancelled_(moment_column(orders, "cancelled_at")),
      refunded_(moment_column(orders, "refunded_at")), placed_(moment_column(orders, "placed_at")), updated_(moment_column(orders, "updated_at")),
      window_(moment_column(orders, guarantee.due.from)), choice_(guarantee, orders),
      shipped_(moment_column(orders, "shipped_at")), carrier_(orders.find("carrier")), service_(orders.find("service")) {
  if (guarantee.on == RecordKind::contact) status_ = status_at_ = cancelled_ = refunded_ = nullptr;  // an answer is owed whatever became of the order
  if (!can_end("cancelled_at")) cancelled_ = nullptr;
  if (!can_end("refunded_at")) refunded_ = nullptr;
  for (const std::string& name : guarantee.due.others) others_.push_back(moment_column(orders, name));
  for (const Pause& pause : guarantee.pauses) paused_.emplace_back(moment_column(orders, pause.from), moment_column(orders, pause.until));
  if (guarantee.due.is_counted()) {
    if (guarantee.dues.empty()) clocks_.emplace_back(guarantee.due);
    for (const Due& due : guarantee.dues) clocks_.emplace_back(due);
  }
  if (guarantee.business_grace) grace_clock_.emplace(*guarantee.business_grace);
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
  if (guarantee_.met_by == "refunded_at") return false;
  return guarantee_.start != fact && guarantee_.due.field != fact && guarantee_.met_by != fact;
}

// What comes back or is not to be had needs no delivery any more, but its refund is owed all the same.
bool Verdicts::ends(std::string_view word) const {
  if (guarantee_.met_by == "refunded_at") return false;
  const bool is_own = (word == "cancelled" && !can_end("cancelled_at")) || (word == "refunded" && !can_end("refunded_at"));
  const bool moves_goods = guarantee_.promises_goods() || is_one_of(guarantee_.met_by, {"delivered_at", "first_attempt_at", "shipped_at"});
  return !is_own && (moves_goods ? has_ended(word) : word == "cancelled" || word == "refunded");
}

bool Verdicts::is_ended(Row order) const {
  const std::string_view word = status(order);
  return ends(word) || !known(cancelled_, order).is_none() || !known(refunded_, order).is_none();
}

// The earliest end that is known. The status' own time stands in where its fact's is missing.
Moment Verdicts::ended_at(Row order) const {
  const std::string_view word = status(order);
  const Moment cancelled = known(cancelled_, order), refunded = known(refunded_, order);
  const bool is_dated = (word == "cancelled" && !cancelled.is_none()) || (word == "refunded" && !refunded.is_none());
  const Moment told = ends(word) && !is_dated ? known(status_at_, order) : Moment{};
  const Zone& zone = destinations_.of(order).zone;
  Moment first;
  for (const Moment end : {cancelled, refunded, told})
    if (!end.is_none() && (first.is_none() || first_of(end, zone) < first_of(first, zone))) first = end;
  return first;
}

Verdict Verdicts::of(Row order, bool held, bool goods_apart, const FactSource& told) const {
  return guarantee_.promises_goods() ? of_goods(order) : of_clock(order, held, goods_apart, told);
}

// A reply before its message, an arrival before its order was placed or sent. Days may differ from place to place: they
// count where they do in the shop's zone and in the destination's.
std::string Verdicts::met_before_its_time(const Verdict& verdict, Row order) const {
  if (verdict.met.is_none() || (guarantee_.on != RecordKind::contact && !guarantee_.awaits_arrival())) return {};
  const Zone& zone = verdict.destination->zone;
  const auto sentence = [&](std::string_view begins, Moment at) {
    if (!is_before(verdict.met, at, zone) || !is_before(verdict.met, at, project_.shop.zone)) return std::string();
    return fmt::format("{} ({}) is before {} ({})", guarantee_.met_by, print_moment(verdict.met, zone), begins, print_moment(at, zone));
  };
  std::string reason = guarantee_.on == RecordKind::contact ? std::string() : sentence("placed_at", moment(placed_, order));
  return reason.empty() ? sentence(guarantee_.start, verdict.start) : reason;
}

// Of several promised moments the earliest or latest by its end; those nobody told do not count.
Verdicts::From Verdicts::counted_from(Row order) const {
  From found{moment(from_, order), &from_fact(guarantee_)};
  for (std::size_t i = 0; i < others_.size(); ++i) {
    const Moment other = moment(others_[i], order);
    if (other.is_none()) continue;
    const Destination& destination = destinations_.of(order);
    const auto end = [&](Moment m) { return m.is_date() ? destination.end_of_day(m.date()) : m.instant(); };
    const bool is_better = found.at.is_none() || (guarantee_.due.is_latest ? end(other) > end(found.at) : end(other) < end(found.at));
    if (is_better) found = {other, &guarantee_.due.others[i]};
  }
  return found;
}

Verdict Verdicts::of_clock(Row order, bool held, bool goods_apart, const FactSource& told) const {
  Verdict verdict;
  verdict.destination = &destinations_.of(order);
  verdict.due = &guarantee_.due;
  const Moment from = counted_from(order).at;
  verdict.start = moment(start_, order);
  verdict.met = known(met_, order);
  if (from.is_none() || (guarantee_.due.kind != Due::Kind::field && is_ahead(from))) {
    judge_no_start(verdict, order);
    return verdict;
  }
  DueChoice::Why why;
  if (const Due* chosen = choice_.of(order, why)) verdict.due = chosen;
  else return cannot_judge(verdict, why.missing, std::move(why.reason));
  if (from.is_date() && guarantee_.due.kind != Due::Kind::field) {
    std::string reason = uncountable(*verdict.due, guarantee_.start, from);
    if (!reason.empty()) return cannot_judge(verdict, {}, std::move(reason));
  }
  set_deadline(verdict, from, order);
  std::string_view begins;
  if (std::string reason = contradiction_in_pauses(order, begins); !reason.empty()) return cannot_judge(verdict, begins, std::move(reason));
  if (std::string reason = met_before_its_time(verdict, order); !reason.empty()) return cannot_judge(verdict, guarantee_.met_by, std::move(reason));
  if ((!paused_.empty() || !guarantee_.exceptions.empty()) && !is_moved(verdict, order, told)) return verdict;
  if (!verdict.deadline.is_known) {
    std::string reason = adjusted(verdict, order, told, verdict.stood, false).count.beyond;
    verdict.deadline.due = {};
    return cannot_judge(verdict, {}, std::move(reason));
  }
  if (std::string reason = unknown_grace(verdict, order); !reason.empty()) return cannot_judge(verdict, {}, std::move(reason));
  if (const Moment opens = moment(window_, order); !opens.is_none() && first_of(opens, verdict.destination->zone) >= verdict.deadline.end)
    return cannot_judge(verdict, {}, fmt::format("{} is not before {}", guarantee_.due.from, guarantee_.due.field));
  if (verdict.met.is_none()) judge_unmet(verdict, order, held, goods_apart);
  else judge_met(verdict, order, goods_apart);
  return verdict;
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
  if (from_ == nullptr && std::all_of(others_.begin(), others_.end(), [](const Column* other) { return other == nullptr; })) {
    cannot_judge(verdict, fact, fmt::format("no source holds {}", fact));
    return;
  }
  const bool ahead = is_ahead(counted_from(order).at);
  const bool begins_record = fact == "placed_at" || (fact == "at" && guarantee_.on == RecordKind::contact);
  const bool may_come = guarantee_.due.kind != Due::Kind::field && !begins_record && !says_happened(word, fact);
  if (verdict.met.is_none() && (ahead || may_come)) return;
  std::vector<std::string> all = {fact};
  all.insert(all.end(), guarantee_.due.others.begin(), guarantee_.due.others.end());
  cannot_judge(verdict, fact, fmt::format("{} {} missing", joined(all, ", "), all.size() == 1 ? "is" : "are"));
}

void Verdicts::judge_met(Verdict& verdict, Row order, bool goods_apart) const {
  const std::int64_t last = limit(verdict);
  bool kept = last == std::numeric_limits<std::int64_t>::max();
  if (kept) {
    // The clock stands, so nothing was too late.
  } else if (verdict.met.is_instant()) {
    kept = verdict.met.instant().ms < last;
  } else {
    const Zone& zone = due_zone(*verdict.due, verdict.destination->zone);
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
  if (kept && !guarantee_.due.from.empty()) judge_early(verdict, order);
  if (verdict.outcome != Outcome::missed) return;
  if (!kept) verdict.kinds.add(Kind::late);
  if (goods_apart || !guarantee_.awaits_arrival()) return;
  verdict.evidence = evidence_of(order);
  std::erase_if(verdict.evidence, [](const Evidence& e) { return e.kind == Kind::lost; });  // it has arrived
  for (const Evidence& evidence : verdict.evidence) verdict.kinds.add(evidence.kind);
}

// A window is missed on either side, and grace is given on either.
void Verdicts::judge_early(Verdict& verdict, Row order) const {
  verdict.opened = moment(window_, order);
  if (verdict.opened.is_none()) {
    cannot_judge(verdict, guarantee_.due.from, fmt::format("{} is missing", guarantee_.due.from));
    return;
  }
  const Zone& zone = verdict.destination->zone;
  const Instant opens = first_of(verdict.opened, zone);
  if (verdict.met.is_date() && verdict.opened.is_instant() && verdict.met.date() == zone.date_at(opens)) {
    cannot_judge(verdict, {}, fmt::format("{} has no time of day, and the promised window opens during that day", guarantee_.met_by));
    return;
  }
  if (is_within_grace(first_of(verdict.met, zone), opens)) return;
  verdict.outcome = Outcome::missed;
  verdict.kinds.add(Kind::early);
}

std::vector<Evidence> Verdicts::evidence_of(Row order) const {
  GoodsStanding standing;
  standing.status = status(order);
  standing.status_at = known(status_at_, order);
  standing.has_arrived = !known(delivered_, order).is_none() || is_one_of(standing.status, {"delivered", "damaged", "short", "returned"});
  standing.is_called_off = is_ended(order);
  standing.counts_causes = guarantee_.promises_goods();
  return evidence_.of(order, standing);
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

void Verdicts::judge_unmet(Verdict& verdict, Row order, bool held, bool goods_apart) const {
  const std::string_view word = status(order);
  if (is_ended(order) && !says_happened(word, guarantee_.met_by)) return judge_ended(verdict, order, held, goods_apart);
  if (is_unjudged_met(verdict, order)) return;
  if (as_of_.ms < limit(verdict)) return judge_ahead(verdict, order, goods_apart);
  if (word == unknown_word) {
    cannot_judge(verdict, "status", "its status is a word that is not mapped");
    return;
  }
  verdict.outcome = Outcome::missed;
  verdict.kinds.add(Kind::overdue);
  verdict.until = as_of_;
  if (!guarantee_.awaits_arrival()) {
    if (guarantee_.met_by != "shipped_at" || (word != "lost" && !project_.lost)) return;
    verdict.evidence = evidence_of(order);
    close_if_lost(verdict);
    verdict.evidence.clear();
    return;
  }
  verdict.evidence = evidence_of(order);
  close_if_lost(verdict);
  if (goods_apart) verdict.evidence.clear();
  for (const Evidence& evidence : verdict.evidence) verdict.kinds.add(evidence.kind);
}

// What is lost does not get later.
void Verdicts::close_if_lost(Verdict& verdict) const {
  if (!has(verdict.evidence, Kind::lost)) return;
  const Zone& zone = verdict.destination->zone;
  verdict.closed = true;
  verdict.until = {};
  for (const Evidence& evidence : verdict.evidence)
    if (evidence.kind == Kind::lost && !evidence.is_beside && !evidence.at.is_none() &&
        (verdict.until.is_none() || first_of(evidence.at, zone) < first_of(verdict.until, zone)))
      verdict.until = evidence.at, verdict.until_ends_day = evidence.at_ends_day;
  verdict.until_known = !verdict.until.is_none();
}

// Not due yet: it may be certain all the same that it will not be kept.
void Verdicts::judge_ahead(Verdict& verdict, Row order, bool goods_apart) const {
  if (!guarantee_.awaits_arrival()) return;
  const bool stands = verdict.deadline.due.is_none();
  if (!goods_apart && (project_.lost || status(order) == "lost")) {
    verdict.evidence = evidence_of(order);
    std::erase_if(verdict.evidence, [](const Evidence& e) { return e.kind != Kind::lost; });
  }
  close_if_lost(verdict);
  if (!verdict.closed && (stands || !is_grace_known(verdict) || !cannot_arrive(order, limit(verdict)))) return;
  if (stands && !verdict.before_pause.is_known) {
    cannot_judge(verdict, {}, "its due, before the clock stood, lies beyond what its calendar knows");
    return;
  }
  if (stands) verdict.deadline = verdict.before_pause;
  verdict.outcome = Outcome::missed;
  verdict.kinds.add(Kind::at_risk);
  if (verdict.closed) verdict.kinds.add(Kind::lost);
  else verdict.until = as_of_;
}

// Whether even the fastest way from here ends after the limit.
bool Verdicts::cannot_arrive(Row order, std::int64_t limit) const {
  const auto text = [&](const Column* column) { return column == nullptr || !column->is_text() ? std::string_view{} : column->text[order]; };
  const auto fits = [&](const FastestTransit& t) { return t.is_of(text(carrier_), text(service_)); };
  const auto found = std::find_if(project_.transit.begin(), project_.transit.end(), fits);
  if (found == project_.transit.end()) return false;
  const Moment shipped = known(shipped_, order);
  const bool may_be_under_way = says_happened(status(order), "shipped_at");
  if (shipped.is_none() && may_be_under_way) return false;  // since when nobody tells
  const Instant from = shipped.is_none() ? as_of_ : first_of(shipped, destinations_.shop());
  return std::max(earliest_after(from, found->fastest, *found->calendar), as_of_).ms >= limit;
}

// Called off before it was due: the promise is no longer open and was not broken. Where nobody knows when and it is due
// by now, nobody can tell, unless the ledger knows that it was missed.
void Verdicts::judge_ended(Verdict& verdict, Row order, bool held, bool goods_apart) const {
  const Moment at = ended_at(order);
  verdict.closed = true;
  verdict.outcome = Outcome::ended;
  verdict.until = at;
  const bool was_due = (at.is_none() ? as_of_ : first_of(at, verdict.destination->zone)).ms >= limit(verdict);
  if (!was_due) return;
  if (at.is_none() && !held) {
    const std::string_view word = status(order), fact = word == "cancelled" ? "cancelled_at" : word == "refunded" ? "refunded_at" : "status_at";
    cannot_judge(verdict, fact, fmt::format("{} is missing though the status is {}", fact, word));
    return;
  }
  verdict.outcome = Outcome::missed;
  verdict.kinds.add(Kind::overdue);
  verdict.until_known = !at.is_none();
  if (goods_apart || !guarantee_.awaits_arrival()) return;
  verdict.evidence = evidence_of(order);
  std::erase_if(verdict.evidence, [](const Evidence& e) { return e.kind == Kind::lost; });  // it was called off, not lost
  for (const Evidence& evidence : verdict.evidence) verdict.kinds.add(evidence.kind);
}

// When it was found: as the gravest evidence tells, or else since the goods are there, or the record was changed.
Verdict Verdicts::of_goods(Row order) const {
  Verdict verdict;
  verdict.destination = &destinations_.of(order);
  verdict.due = &guarantee_.due;
  verdict.start = moment(start_, order);
  if (status_ == nullptr) return cannot_judge(verdict, "status", "no source holds status");
  const std::string_view word = status(order);
  const Moment delivered = known(delivered_, order);
  verdict.evidence = evidence_of(order);
  if (!verdict.evidence.empty()) return missed_goods(std::move(verdict), order);
  verdict.until = delivered;
  if (word == "delivered" || !delivered.is_none()) verdict.outcome = Outcome::in_time;
  else if (is_ended(order)) verdict.outcome = Outcome::ended;
  return verdict;
}

Verdict Verdicts::missed_goods(Verdict verdict, Row order) const {
  for (const Evidence& evidence : verdict.evidence) verdict.kinds.add(evidence.kind);
  const auto dates = [&](const Evidence& e) { return e.kind == verdict.evidence.front().kind && !e.is_beside; };
  const auto dating = std::find_if(verdict.evidence.begin(), verdict.evidence.end(), dates);
  const Evidence& gravest = dating != verdict.evidence.end() ? *dating : verdict.evidence.front();
  Moment found = gravest.at;
  for (const Column* column : {delivered_, status_at_, updated_})
    if (found.is_none()) found = known(column, order);
  if (found.is_none()) {
    const bool is_by_status = gravest.says.starts_with("its status is ");
    return cannot_judge(verdict, "status_at", is_by_status ? fmt::format("status_at is missing though {}", std::string("the") + gravest.says.substr(3)) : fmt::format("nothing tells since when {}", gravest.says));
  }
  const Instant end = first_of(found, verdict.destination->zone);
  verdict.deadline = {found, end, end.ms};
  verdict.outcome = Outcome::missed;
  verdict.met = known(delivered_, order);
  verdict.until = found;
  verdict.closed = true;
  return verdict;
}

}  // namespace amends
