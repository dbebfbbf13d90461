// What the functions of expressions do with spans of time: join, cut out, spread over the hours of the clock.
#pragma once
#include <string_view>
#include <vector>

#include "core/time/value.h"

namespace amends {

List spans_of(const Value& value);  // of a list its elements, of a span itself

// In order, joined where they overlap or touch, or where the gap is shorter than `gap`. Empty ones are dropped.
List merged(List spans, std::int64_t gap);
// What of `spans` lies outside all of `others`.
List without(const List& spans, const List& others);

// An hour, day or month of the clock, and how much of it (ms) the spans cover.
struct Bucket {
  Instant start, end;
  std::int64_t covered = 0;
};
// Those that are touched, in order; `unit` is hour, day or month. Throws Overflow where there are too many.
std::vector<Bucket> buckets_of(const List& spans, std::string_view unit, const Zone& zone);

}  // namespace amends
