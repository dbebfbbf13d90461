// A guarantee's clock compiled into integer segments: inside one, due = base + slope * (start - from), with
// slope 0 (cut-off and business days, closed hours) or 1 (running hours). Judging then asks no calendar and
// no zone. A stretch of days is compiled when the first start falls into it.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/guarantees/count.h"

namespace amends {

struct Deadline {
  Moment due;
  Instant end;             // as in Count
  std::int64_t limit = 0;  // ms: the first instant too late, before grace
  bool is_known = true;    // false: the calendar does not know a day that was counted
};
Deadline deadline_of(const Count& count);

// One thread at a time.
class DueClock {
 public:
  // Keeps a reference to a due that is counted.
  explicit DueClock(const Due& due) : due_(due) {}
  Deadline deadline(Instant start) const;

 private:
  struct Segment {
    std::int64_t from;   // first start, ms
    Moment due;          // of the first start
    std::int64_t end;
    std::int64_t limit;
    std::int64_t slope;  // 0 or 1
    bool is_known;
  };
  using Segments = std::vector<Segment>;
  Segments compiled(Instant first, Instant last) const;
  void compile_days(Instant first, Instant last, Segments& segments) const;
  void compile_openings(Instant first, Instant last, Segments& segments) const;
  void add(Instant from, std::int64_t slope, Segments& segments) const;

  const Due& due_;
  mutable std::unordered_map<std::int64_t, Segments> stretches_;  // by number since 1970
  mutable const Segments* last_ = nullptr;                        // and the one asked last
  mutable std::int64_t last_number_ = 0;
  mutable std::size_t last_segment_ = 0;  // of it: starts mostly come in the order of time
};

}  // namespace amends
