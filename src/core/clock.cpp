#include "core/clock.h"

#include <algorithm>

namespace amends {
namespace {

constexpr std::int64_t most_compiled = 8 * 366 * ms_per_day;

}  // namespace

Deadline deadline_of(const Count& count) { return {count.due, count.end, count.limit().ms}; }

Clock::Clock(const Guarantee& guarantee, Instant first, Instant last) : guarantee_(guarantee) {
  first = std::max(first, Instant{last.ms - most_compiled});
  if (!guarantee.due.calendar || last < first) return;
  if (guarantee.due.kind == Due::Kind::business_days) compile_days(first, last);
  if (guarantee.due.kind == Due::Kind::hours) compile_openings(first, last);
  index();
}

void Clock::add(Instant from, std::int64_t slope) {
  if (!segments_.empty() && segments_.back().from >= from.ms) return;
  const Count count = count_due(guarantee_, from, guarantee_.due.calendar->zone, false);
  segments_.push_back({from.ms, count.due, count.end.ms, count.limit().ms, slope});
}

void Clock::compile_days(Instant first, Instant last) {
  const Zone& zone = guarantee_.due.calendar->zone;
  const std::int64_t cutoff = guarantee_.due.cutoff;
  const Date end{zone.date_at(last).days + 2};
  for (Date date{zone.date_at(first).days - 1}; date <= end; ++date.days) {
    const Instant from = reached(zone, date, 0);
    const Instant until = reached(zone, Date{date.days + 1}, 0);
    if (from >= until) continue;
    add(from, 0);
    if (cutoff < 0) continue;
    const Instant cut = reached(zone, date, cutoff);
    if (from < cut && cut < until) add(cut, 0);
  }
}

// While a start runs through an opening its due runs too, until the due reaches the end of its own opening and
// jumps to the next: the starts just after those moments begin segments of their own.
void Clock::compile_openings(Instant first, Instant last) {
  const Calendar& calendar = *guarantee_.due.calendar;
  std::vector<Opening> openings;
  std::vector<std::int64_t> before;  // opening time before each
  std::int64_t passed = 0;
  std::int64_t wanted = 0;           // how much opening time the last start and its due need
  calendar.each_opening(Instant{first.ms - 2 * ms_per_day}, [&](const Opening& opening) {
    openings.push_back(opening);
    before.push_back(passed);
    passed += opening.until.ms - opening.from.ms;
    if (opening.from <= last) wanted = passed + guarantee_.due.ms;
    return opening.from <= last || passed <= wanted;
  });
  std::size_t jump = 0;
  for (std::size_t i = 0; i < openings.size() && openings[i].from <= last; ++i) {
    const Opening& opening = openings[i];
    const std::int64_t length = opening.until.ms - opening.from.ms;
    add(opening.from, 1);
    for (; jump < openings.size(); ++jump) {
      const std::int64_t jump_end = before[jump] + openings[jump].until.ms - openings[jump].from.ms;
      const std::int64_t into = jump_end - guarantee_.due.ms - before[i];
      if (into >= length) break;
      if (into >= 0 && into + 1 < length) add(Instant{opening.from.ms + into + 1}, 1);
    }
    add(opening.until, 0);
  }
}

void Clock::index() {
  if (segments_.empty()) return;
  std::uint32_t at = 0;
  const std::int64_t first = segments_.front().from;
  const std::int64_t days = (segments_.back().from - first) / ms_per_day + 1;
  for (std::int64_t day = 0; day <= days; ++day) {
    while (at + 1 < segments_.size() && segments_[at + 1].from <= first + day * ms_per_day) ++at;
    first_of_day_.push_back(at);
  }
}

Deadline Clock::deadline(Instant start) const {
  if (!guarantee_.due.calendar) {
    const Instant due{start.ms + guarantee_.due.ms};
    return {due, due, due.ms + 1};
  }
  if (segments_.size() < 2 || start.ms < segments_.front().from || start.ms >= segments_.back().from)
    return deadline_of(count_due(guarantee_, start, guarantee_.due.calendar->zone, false));
  std::size_t at = first_of_day_[static_cast<std::size_t>((start.ms - segments_.front().from) / ms_per_day)];
  while (segments_[at + 1].from <= start.ms) ++at;
  const Segment& segment = segments_[at];
  if (segment.slope == 0) return {segment.due, Instant{segment.end}, segment.limit};
  const Instant due{segment.end + (start.ms - segment.from)};
  return {due, due, due.ms + 1};
}

}  // namespace amends
