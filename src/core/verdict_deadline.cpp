// Until when a promise was to be kept: its due with what pauses, exceptions and grace do to it.
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/text.h"
#include "core/verdict.h"

namespace amends {

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

bool Verdicts::is_paused(Row order) const {
  return std::any_of(paused_.begin(), paused_.end(), [&](const auto& columns) { return !known(columns.first, order).is_none(); });
}

// Those that are known to have begun, from the start of the clock on, joined where they overlap.
std::vector<Standstill> Verdicts::pauses(Row order) const {
  const Zone& zone = destinations_.of(order).zone;
  const Moment start = guarantee_.due.kind == Due::Kind::field ? moment(start_, order) : counted_from(order).at;
  std::vector<Standstill> found;
  for (std::size_t i = 0; i < paused_.size(); ++i) {
    const Moment from = known(paused_[i].first, order), until = known(paused_[i].second, order);
    if (from.is_none()) continue;
    const Instant begin = start.is_none() ? first_of(from, zone) : std::max(first_of(from, zone), first_of(start, zone));
    if (!until.is_none() && first_of(until, zone) <= begin) continue;
    found.push_back({begin, until.is_none() ? std::nullopt : std::optional(first_of(until, zone)), guarantee_.pauses[i].reason});
  }
  std::sort(found.begin(), found.end(), [](const Standstill& a, const Standstill& b) { return a.from < b.from; });
  std::vector<Standstill> apart;
  for (const Standstill& next : found) {
    if (next.until && *next.until <= next.from) continue;
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

// The count with what pauses and exceptions do to it. Each exception looks at what those before it left.
Count Verdicts::adjusted(const Verdict& verdict, Row order, const FactSource& told, bool with_steps) const {
  const Zone& zone = verdict.destination->zone;
  const From from = counted_from(order);
  Count count = count_due(*verdict.due, *from.fact, from.at, zone, pauses(order), with_steps);
  if (with_steps && !guarantee_.due.others.empty()) count.steps.front() += fmt::format(", the {} of those promised", guarantee_.due.is_latest ? "latest" : "earliest");
  if (const Moment opens = moment(window_, order); with_steps && !opens.is_none())
    count.steps.insert(count.steps.begin(), fmt::format("not before {}: {}", guarantee_.due.from, print_moment(opens, zone)));
  Verdict now = verdict;
  for (const auto& exception : guarantee_.exceptions) {
    now.deadline = deadline_of(count);
    if (count.stands || exception->suspends || is_exempt(*exception, now, told) != Truth::yes) continue;
    move(count, *exception, due_zone(*verdict.due, zone), with_steps);
  }
  return count;
}

bool Verdicts::is_moved(Verdict& verdict, Row order, const FactSource& told) const {
  for (const auto& exception : guarantee_.exceptions) {
    const Truth applies = is_exempt(*exception, verdict, told);
    if (applies == Truth::unknown) {
      cannot_judge(verdict, {}, fmt::format("whether {} excuses it cannot be told: facts it tests are missing", quoted(exception->reason)));
      return false;
    }
    if (!exception->suspends || applies == Truth::no) continue;
    verdict.outcome = Outcome::ended;
    verdict.closed = true;
    verdict.reason = "suspended: " + exception->reason;
    return false;
  }
  const bool moves = std::any_of(guarantee_.exceptions.begin(), guarantee_.exceptions.end(), [&](const auto& exception) { return !exception->suspends; });
  if (!moves && !is_paused(order)) return true;
  const Count count = adjusted(verdict, order, told, false);
  verdict.deadline = deadline_of(count);
  if (count.stands) verdict.deadline = {{}, {}, std::numeric_limits<std::int64_t>::max(), true};
  return true;
}

std::optional<Count> Verdicts::count(const Verdict& verdict, Row order, const FactSource& told) const {
  const Moment from = counted_from(order).at;
  const bool is_counted = guarantee_.due.kind != Due::Kind::none && !from.is_none() && verdict.deadline.limit != 0;
  if (!is_counted) return std::nullopt;
  Count count = adjusted(verdict, order, told, true);
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

}  // namespace amends
