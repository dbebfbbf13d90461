#include "core/time/spans.h"

#include <algorithm>

#include "core/base/number.h"

namespace amends {
namespace {

constexpr std::size_t most_buckets = 100'000;

Date month_start(Date date) { return Date{date.days - civil(date).day + 1}; }

Instant bucket_start(Instant at, std::string_view unit, const Zone& zone) {
  if (unit == "hour") return Instant{at.ms - zone.ms_of_day(at) % ms_per_hour};
  const Date date = zone.date_at(at);
  return zone.start_of(unit == "day" ? date : month_start(date));
}

Instant bucket_end(Instant start, std::string_view unit, const Zone& zone) {
  if (unit == "hour") return Instant{start.ms + ms_per_hour};
  const Date date = zone.date_at(start);
  return zone.start_of(unit == "day" ? Date{date.days + 1} : month_start(Date{date.days + 31}));
}

}  // namespace

List spans_of(const Value& value) { return value.type == Type::list ? *value.list : List{value}; }

List merged(List spans, std::int64_t gap) {
  std::erase_if(spans, [](const Value& s) { return s.until <= s.whole; });
  std::sort(spans.begin(), spans.end(), [](const Value& a, const Value& b) { return a.whole < b.whole; });
  List joined;
  for (const Value& span : spans) {
    const bool joins = !joined.empty() && (span.whole <= joined.back().until || span.whole - joined.back().until < gap);
    if (joins) joined.back().until = std::max(joined.back().until, span.until);
    else joined.push_back(span);
  }
  return joined;
}

List without(const List& spans, const List& others) {
  const List cuts = merged(others, 0);
  List rest;
  for (Value span : spans) {
    for (const Value& cut : cuts) {
      if (cut.until <= span.whole || cut.whole >= span.until) continue;
      if (cut.whole > span.whole) rest.push_back(Value::of_span(span.whole, cut.whole));
      span.whole = cut.until;
    }
    if (span.whole < span.until) rest.push_back(span);
  }
  return rest;
}

std::vector<Bucket> buckets_of(const List& spans, std::string_view unit, const Zone& zone) {
  std::vector<Bucket> all;
  for (const Value& span : merged(spans, 0)) {
    for (Instant start = bucket_start(Instant{span.whole}, unit, zone); start.ms < span.until;) {
      const Instant end = bucket_end(start, unit, zone);
      if (all.empty() || all.back().start != start) all.push_back({start, end, 0});
      all.back().covered += std::min(span.until, end.ms) - std::max(span.whole, start.ms);
      if (all.size() > most_buckets) throw Overflow{};
      start = end;
    }
  }
  return all;
}

}  // namespace amends
