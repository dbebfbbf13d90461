#include "core/time/time.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <vector>

#include <cctz/time_zone.h>

namespace amends {
namespace {

using Seconds = std::chrono::seconds;
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Seconds>;

TimePoint point_of(Instant at) { return TimePoint(Seconds(floor_div(at.ms, ms_per_second))); }

// What is asked of a zone at every row, as it was found when the zone was loaded: cctz works out a whole civil time for
// each offset.
struct LoadedZone {
  cctz::time_zone zone;
  std::vector<Date> skipped;           // dates its clocks left out, in order: where it crossed the date line westwards
  std::vector<std::int64_t> changes;   // seconds since 1970 at which the offset changed, in order
  std::vector<int> offsets;            // from each of them on, to the next
};

const cctz::time_zone& zone_of(const void* zone) {
  static const cctz::time_zone utc = cctz::utc_time_zone();
  return zone == nullptr ? utc : static_cast<const LoadedZone*>(zone)->zone;
}

LoadedZone looked_up(const cctz::time_zone& zone) {
  LoadedZone loaded{zone, {}, {}, {}};
  cctz::time_zone::civil_transition change;
  constexpr Seconds two_centuries{std::int64_t{200} * 366 * 86400};
  for (TimePoint at(-two_centuries); at < TimePoint(two_centuries) && zone.next_transition(at, &change);) {
    cctz::civil_day day(change.from);
    if (cctz::civil_second(day) < change.from) ++day;
    for (; cctz::civil_second(day + 1) <= change.to; ++day) loaded.skipped.push_back(Date{static_cast<std::int32_t>(day - cctz::civil_day(1970, 1, 1))});
    at = zone.lookup(change.to).trans;
    loaded.changes.push_back(at.time_since_epoch().count());
    loaded.offsets.push_back(zone.lookup(at).offset);
  }
  return loaded;
}

cctz::civil_second civil_second_of(Date date, std::int64_t ms_of_day) {
  const YearMonthDay c = civil(date);  // quicker than adding days to 1970: cctz walks over years
  const std::int64_t seconds = floor_div(ms_of_day, ms_per_second);
  return cctz::civil_second(c.year, c.month, c.day, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

bool Zone::had_all(Date first, Date last) const {
  if (zone_ == nullptr) return true;
  const std::vector<Date>& skipped = static_cast<const LoadedZone*>(zone_)->skipped;
  return std::none_of(skipped.begin(), skipped.end(), [&](Date date) { return date >= first && date <= last; });
}

Zone Zone::utc() {
  Zone zone;
  zone.name_ = "UTC";
  return zone;
}

std::optional<Zone> Zone::named(std::string_view iana_name) {
  if (iana_name == "UTC") return utc();
  static std::mutex guard;
  static std::map<std::string, LoadedZone, std::less<>> zones;  // by name; nodes stay where they are
  const std::lock_guard lock(guard);
  auto found = zones.find(iana_name);
  if (found == zones.end()) {
    cctz::time_zone loaded;
    if (iana_name.empty() || !cctz::load_time_zone(std::string(iana_name), &loaded)) return std::nullopt;
    found = zones.emplace(iana_name, looked_up(loaded)).first;
  }
  Zone zone;
  zone.name_ = iana_name;
  zone.zone_ = &found->second;
  return zone;
}

Date Zone::date_at(Instant at) const {
  const std::int64_t local = floor_div(at.ms, ms_per_second) + offset_seconds(at);
  return Date{static_cast<std::int32_t>(floor_div(local, 86400))};
}

std::int64_t Zone::ms_of_day(Instant at) const {
  return floor_mod(at.ms + offset_seconds(at) * ms_per_second, ms_per_day);
}

int Zone::offset_seconds(Instant at) const {
  if (zone_ == nullptr) return 0;
  const LoadedZone& loaded = *static_cast<const LoadedZone*>(zone_);
  const TimePoint point = point_of(at);
  const auto after = std::upper_bound(loaded.changes.begin(), loaded.changes.end(), point.time_since_epoch().count());
  if (after == loaded.changes.begin() || after == loaded.changes.end()) return loaded.zone.lookup(point).offset;
  return loaded.offsets[static_cast<std::size_t>(after - loaded.changes.begin()) - 1];
}

Instant Zone::instant_at(Date date, std::int64_t ms_of_day) const {
  if (zone_ == nullptr) return Instant{std::int64_t{date.days} * ms_per_day + ms_of_day};
  const auto found = zone_of(zone_).lookup(civil_second_of(date, ms_of_day));
  const std::int64_t seconds = found.pre.time_since_epoch().count();  // pre: by the offset before a change
  return Instant{seconds * ms_per_second + floor_mod(ms_of_day, ms_per_second)};
}

Zone::Wall Zone::wall(Date date, std::int64_t ms_of_day) const {
  switch (zone_of(zone_).lookup(civil_second_of(date, ms_of_day)).kind) {
    case cctz::time_zone::civil_lookup::SKIPPED: return Wall::skipped;
    case cctz::time_zone::civil_lookup::REPEATED: return Wall::repeated;
    case cctz::time_zone::civil_lookup::UNIQUE: return Wall::unique;
  }
  return Wall::unique;
}

}  // namespace amends
