// A guarantee's clock compiled into integer segments: inside one, due = base + slope * (start - from), with
// slope 0 (cut-off and business days, closed hours) or 1 (running hours). Judging then asks no calendar and
// no zone. What lies outside the compiled range is counted one by one, to the same result.
#pragma once
#include <cstdint>
#include <vector>

#include "core/guarantee.h"

namespace amends {

struct Deadline {
  Moment due;
  Instant end;             // as in Count
  std::int64_t limit = 0;  // ms: the first instant too late, before grace
};
Deadline deadline_of(const Count& count);

class Clock {
 public:
  // For starts in [first, last]. Keeps a reference to the guarantee, whose due is not a field.
  Clock(const Guarantee& guarantee, Instant first, Instant last);
  Deadline deadline(Instant start) const;

 private:
  struct Segment {
    std::int64_t from;   // first start, ms
    Moment due;          // of the first start
    std::int64_t end;
    std::int64_t limit;
    std::int64_t slope;  // 0 or 1
  };
  void compile_days(Instant first, Instant last);
  void compile_openings(Instant first, Instant last);
  void add(Instant from, std::int64_t slope);
  void index();

  const Guarantee& guarantee_;
  std::vector<Segment> segments_;
  std::vector<std::uint32_t> first_of_day_;  // by days since the first segment: where to start looking
};

}  // namespace amends
