#include "core/guarantees/clock.h"

#include <algorithm>

namespace amends {
namespace {

constexpr std::int64_t stretch = 8 * ms_per_day;

}  // namespace

Deadline deadline_of(const Count& count) { return {count.due, count.end, count.limit().ms, count.beyond.empty()}; }

DueClock::Segments DueClock::compiled(Instant first, Instant last) const {
  Segments segments;
  if (due_.kind == Due::Kind::hours) compile_openings(first, last, segments);
  else compile_days(first, last, segments);
  return segments;
}

void DueClock::add(Instant from, std::int64_t slope, Segments& segments) const {
  if (!segments.empty() && segments.back().from >= from.ms) return;
  const Count count = count_due(due_, {}, from, due_.calendar->zone, false);
  segments.push_back({from.ms, count.due, count.end.ms, count.limit().ms, slope, count.beyond.empty()});
}

void DueClock::compile_days(Instant first, Instant last, Segments& segments) const {
  const Zone& zone = due_.calendar->zone;
  const std::int64_t cutoff = due_.cutoff;
  const Date end{zone.date_at(last).days + 2};
  for (Date date{zone.date_at(first).days - 1}; date <= end; ++date.days) {
    const Instant from = reached(zone, date, 0);
    const Instant until = reached(zone, Date{date.days + 1}, 0);
    if (from >= until) continue;
    add(from, 0, segments);
    if (cutoff < 0) continue;
    const Instant cut = reached(zone, date, cutoff);
    if (from < cut && cut < until) add(cut, 0, segments);
  }
}

// While a start runs through an opening its due runs too, until the due reaches the end of its own opening and
// jumps to the next: the starts just after those moments begin segments of their own.
void DueClock::compile_openings(Instant first, Instant last, Segments& segments) const {
  const Calendar& calendar = *due_.calendar;
  std::vector<Opening> openings;
  std::vector<std::int64_t> before;  // opening time before each
  std::int64_t passed = 0;
  std::int64_t wanted = 0;           // how much opening time the last start and its due need
  calendar.each_opening(Instant{first.ms - 2 * ms_per_day}, [&](const Opening& opening) {
    openings.push_back(opening);
    before.push_back(passed);
    passed += opening.until.ms - opening.from.ms;
    if (opening.from <= last) wanted = passed + due_.ms;
    return opening.from <= last || passed <= wanted;
  });
  std::size_t jump = 0;
  for (std::size_t i = 0; i < openings.size() && openings[i].from <= last; ++i) {
    const Opening& opening = openings[i];
    const std::int64_t length = opening.until.ms - opening.from.ms;
    add(opening.from, 1, segments);
    for (; jump < openings.size(); ++jump) {
      const std::int64_t jump_end = before[jump] + openings[jump].until.ms - openings[jump].from.ms;
      const std::int64_t into = jump_end - due_.ms - before[i];
      if (into >= length) break;
      if (into >= 0 && into + 1 < length) add(Instant{opening.from.ms + into + 1}, 1, segments);
    }
    const bool goes_on = i + 1 < openings.size() && openings[i + 1].from == opening.until;
    if (!goes_on) add(opening.until, 0, segments);
    // A start on a day the calendar does not know and one on the next, both closed, come to the same due.
    const Instant known = calendar.first.days > 0 ? reached(calendar.zone, calendar.first, 0) : Instant{};
    if (opening.until < known && i + 1 < openings.size() && known < openings[i + 1].from) add(known, 0, segments);
  }
}

Deadline DueClock::deadline(Instant start) const {
  if (!due_.calendar) {
    const Instant due{start.ms + due_.ms};
    return {due, due, due.ms + 1, true};
  }
  const std::int64_t number = start.ms / stretch - (start.ms < 0 ? 1 : 0);
  if (last_ == nullptr || number != last_number_) {
    auto [found, is_new] = stretches_.try_emplace(number);
    if (is_new) found->second = compiled(Instant{number * stretch}, Instant{(number + 1) * stretch});
    last_ = &found->second;
    last_number_ = number;
  }
  const Segments& segments = *last_;
  if (segments.empty() || start.ms < segments.front().from || start.ms >= segments.back().from)
    return deadline_of(count_due(due_, {}, start, due_.calendar->zone, false));
  const auto holds = [&](std::size_t i) { return i + 1 < segments.size() && segments[i].from <= start.ms && start.ms < segments[i + 1].from; };
  if (!holds(last_segment_)) {
    const auto after = std::upper_bound(segments.begin(), segments.end(), start.ms, [](std::int64_t at, const Segment& s) { return at < s.from; });
    last_segment_ = static_cast<std::size_t>(after - segments.begin()) - 1;
  }
  const Segment& segment = segments[last_segment_];
  if (segment.slope == 0) return {segment.due, Instant{segment.end}, segment.limit, segment.is_known};
  const Instant due{segment.end + (start.ms - segment.from)};
  return {due, due, due.ms + 1, segment.is_known};
}

}  // namespace amends
