// Until when a promise was to be kept: its due with what pauses, exceptions and grace do to it.
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/judging/verdict.h"

namespace amends {
namespace {

bool is_in(const std::vector<std::string>& words, std::string_view status) { return std::find(words.begin(), words.end(), status) != words.end(); }

// From each status that stops the clock to the next that lets it run again.
void add_stands(const std::vector<Stand>& stands, const Pause& pause, const Zone& zone, std::vector<Standstill>& found) {
  std::optional<Instant> since;
  for (const Stand& stand : stands) {
    if (stand.since.is_none()) continue;
    const Instant at = first_of(stand.since, zone);
    if (is_in(pause.stops, stand.status)) {
      if (!since) since = at;
    } else if (since && (pause.resumes.empty() || is_in(pause.resumes, stand.status))) {
      found.push_back({*since, at, pause.reason});
      since.reset();
    }
  }
  if (since) found.push_back({*since, std::nullopt, pause.reason});
}

}  // namespace

void Verdicts::set_deadline(Verdict& verdict, Moment from, Row order) const {
  const bool is_field = guarantee_.due.kind == Due::Kind::field;
  if (is_field && from.is_instant()) {
    verdict.deadline = {from, from.instant(), from.instant().ms + 1, true};
  } else if (is_field) {
    const Instant end = verdict.destination->end_of_day(from.date());
    verdict.deadline = {from, end, end.ms, true};
  } else if (from.is_instant()) {
    const std::size_t way = guarantee_.dues.empty() ? 0 : static_cast<std::size_t>(verdict.due - guarantee_.dues.data());
    verdict.deadline = clocks_[way].deadline(from.instant());
  } else {
    verdict.deadline = deadline_of(count_due(*verdict.due, guarantee_.start, from, destinations_.of(order).zone, false));
  }
}

// A pause that ends before it begins, or never began, would be none in silence.
std::string Verdicts::contradiction_in_pauses(Row order, std::string_view& fact) const {
  const Zone& zone = destinations_.of(order).zone;
  const auto day_of = [&](Moment m) { return m.is_date() ? m.date() : zone.date_at(m.instant()); };
  for (std::size_t i = 0; i < paused_.size(); ++i) {
    const Pause& pause = guarantee_.pauses[i];
    fact = pause.from;
    if (!pause.stops.empty()) {
      fact = "status_at";
      for (const std::vector<Stand>& stands : evidence_.stands_of(order))
        if (!stands.empty() && stands.back().since.is_none() && is_in(pause.stops, stands.back().status))
          return fmt::format("status_at is missing though the status is {}", stands.back().status);
      continue;
    }
    const Moment from = moment(paused_[i].first, order), until = known(paused_[i].second, order);
    if (until.is_none()) continue;
    if (from.is_none()) return fmt::format("{} is missing though {} is told", pause.from, pause.until);
    const bool is_before = from.is_date() || until.is_date() ? day_of(until) < day_of(from) : until.instant() < from.instant();
    if (is_before) return fmt::format("{} is before {}", pause.until, pause.from);
  }
  return {};
}

std::vector<Standstill> Verdicts::pauses_told(Row order) const {
  const Zone& zone = destinations_.of(order).zone;
  std::vector<Standstill> found;
  for (std::size_t i = 0; i < paused_.size(); ++i) {
    const Pause& pause = guarantee_.pauses[i];
    if (!pause.stops.empty())
      for (const std::vector<Stand>& stands : evidence_.stands_of(order)) add_stands(stands, pause, zone, found);
    const Moment from = known(paused_[i].first, order), until = known(paused_[i].second, order);
    if (!from.is_none()) found.push_back({first_of(from, zone), until.is_none() ? std::nullopt : std::optional(first_of(until, zone)), pause.reason});
  }
  return found;
}

// Those that are known to have begun, from the start of the clock on, joined where they overlap.
std::vector<Standstill> Verdicts::pauses(Row order) const {
  const Moment start = guarantee_.due.kind == Due::Kind::field ? moment(start_, order) : counted_from(order).at;
  std::vector<Standstill> found = pauses_told(order);
  for (Standstill& pause : found)
    if (!start.is_none()) pause.from = std::max(pause.from, first_of(start, destinations_.of(order).zone));
  std::erase_if(found, [](const Standstill& pause) { return pause.until && *pause.until <= pause.from; });
  std::sort(found.begin(), found.end(), [](const Standstill& a, const Standstill& b) { return a.from < b.from; });
  std::vector<Standstill> apart;
  for (const Standstill& next : found) {
    const bool overlaps = !apart.empty() && (!apart.back().until || next.from <= *apart.back().until);
    if (!overlaps) apart.push_back(next);
    else if (apart.back().until && (!next.until || *next.until > *apart.back().until)) apart.back().until = next.until;
  }
  return apart;
}

bool Verdicts::is_of_days(const PromiseException& exception, const Verdict& verdict) const {
  if (!exception.is_dated) return true;
  const Moment of = exception.by_due ? verdict.deadline.due : verdict.start;
  if (of.is_none()) return false;
  const Zone& zone = due_zone(*verdict.due, verdict.destination->zone);
  const Date day = of.is_date() ? of.date() : zone.date_at(of.instant());
  return day >= exception.first && day <= exception.last;
}

Truth Verdicts::is_exempt(const PromiseException& exception, const Verdict& verdict, const FactSource& told) const {
  if (!is_of_days(exception, verdict)) return Truth::no;
  return exception.when.is_always() ? Truth::yes : holds(exception.when, told);
}

// One walk over the exceptions in file order: each looks at the promise as those before it left it, and the first that
// suspends it ends the walk.
Verdicts::Adjusted Verdicts::adjusted(const Verdict& verdict, Row order, const FactSource& told, const std::vector<Standstill>& pauses, bool with_steps) const {
  const Zone& zone = verdict.destination->zone;
  const From from = counted_from(order);
  Adjusted now{count_due(*verdict.due, *from.fact, from.at, zone, pauses, with_steps)};
  if (with_steps && !guarantee_.due.others.empty()) now.count.steps.front() += fmt::format(", the {} of those promised", guarantee_.due.is_latest ? "latest" : "earliest");
  if (const Moment opens = moment(window_, order); with_steps && !opens.is_none())
    now.count.steps.insert(now.count.steps.begin(), fmt::format("not before {}: {}", guarantee_.due.from, print_moment(opens, zone)));
  Verdict as_left = verdict;
  for (const auto& exception : guarantee_.exceptions) {
    as_left.deadline = deadline_of(now.count);
    if (exception->by_due && !now.count.beyond.empty()) break;  // of which day nobody can say
    const Truth applies = is_exempt(*exception, as_left, told);
    if (applies == Truth::no) continue;
    if (applies == Truth::unknown) now.untold = exception.get();
    else if (exception->suspends) now.suspended_by = exception.get();
    else if (!now.count.stands) move(now.count, *exception, due_zone(*verdict.due, zone), with_steps);
    if (now.untold != nullptr || now.suspended_by != nullptr) break;
  }
  return now;
}

bool Verdicts::is_moved(Verdict& verdict, Row order, const FactSource& told) const {
  verdict.stood = pauses(order);
  if (verdict.stood.empty() && guarantee_.exceptions.empty()) return true;
  const Adjusted now = adjusted(verdict, order, told, verdict.stood, false);
  if (now.untold != nullptr) {
    cannot_judge(verdict, {}, fmt::format("whether {} excuses it cannot be told: facts it tests are missing", quoted(now.untold->reason)));
    return false;
  }
  if (now.suspended_by != nullptr) {
    verdict.outcome = Outcome::suspended;
    verdict.closed = true;
    verdict.reason = "suspended: " + now.suspended_by->reason;
    return false;
  }
  verdict.deadline = deadline_of(now.count);
  if (!now.count.stands) return true;
  verdict.deadline = {{}, {}, std::numeric_limits<std::int64_t>::max(), true};
  std::vector<Standstill> over = verdict.stood;
  std::erase_if(over, [](const Standstill& pause) { return !pause.until; });
  verdict.before_pause = deadline_of(adjusted(verdict, order, told, over, false).count);
  return true;
}

std::optional<Count> Verdicts::count(const Verdict& verdict, Row order, const FactSource& told) const {
  const Moment from = counted_from(order).at;
  const bool is_counted = guarantee_.due.kind != Due::Kind::none && !from.is_none() && verdict.deadline.limit != 0;
  if (!is_counted) return std::nullopt;
  Count count = adjusted(verdict, order, told, pauses(order), true).count;
  if (!count.beyond.empty()) count.steps.resize(1);
  return count;
}

// In business time it is counted from the end of what was promised: of a day from its last moment.
std::int64_t Verdicts::limit(const Verdict& verdict) const {
  const Deadline& deadline = verdict.deadline;
  if (deadline.limit == std::numeric_limits<std::int64_t>::max()) return deadline.limit;
  if (!grace_clock_) return deadline.limit + guarantee_.grace;
  return grace_clock_->deadline(Instant{deadline.limit - 1}).limit;
}

bool Verdicts::is_grace_known(const Verdict& verdict) const {
  const bool is_counted = grace_clock_ && verdict.deadline.limit != std::numeric_limits<std::int64_t>::max();
  return !is_counted || grace_clock_->deadline(Instant{verdict.deadline.limit - 1}).is_known;
}

// What was met within its due, and what is not due yet, needs none.
std::string Verdicts::unknown_grace(const Verdict& verdict, Row order) const {
  if (is_grace_known(verdict)) return {};
  const Moment over = !verdict.met.is_none() ? verdict.met : is_ended(order) ? ended_at(order) : Moment(as_of_);
  if (!over.is_none() && first_of(over, verdict.destination->zone).ms < verdict.deadline.limit) return {};
  return count_due(*guarantee_.business_grace, {}, Instant{verdict.deadline.limit - 1}, verdict.destination->zone, false).beyond + ", for the grace";
}

// Before a window opens: grace counted from the arrival reaches the opening.
bool Verdicts::is_within_grace(Instant met, Instant opens) const {
  return grace_clock_ ? grace_clock_->deadline(met).limit > opens.ms : met.ms >= opens.ms - guarantee_.grace;
}

}  // namespace amends
