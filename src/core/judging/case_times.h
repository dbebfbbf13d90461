// The times of one case under a guarantee with a clock, without the order around them: all that estimates of the
// cases to come are made from (track_record.h, lead_times.h).
#pragma once
#include <cstdint>

#include "core/records/records.h"
#include "core/time/time.h"

namespace amends {

struct CaseTimes {
  enum class State : std::uint8_t { in_time, missed, open, ended };
  Row order = no_row;         // none: of a record that belongs to no order known
  std::size_t guarantee = 0;  // index in file order
  State state = State::open;
  bool is_met = false;        // in time or late
  bool is_early = false;      // in time by the clock, and before the promised window
  bool has_parcel = false;    // it waits for an arrival, and some source tells when the parcel left
  Instant begun;              // when its clock began; of a promise written in a field: when the order was placed
  Instant start;              // so much later as the clock has stood since: how far it is does not count pauses
  Instant limit;              // its due, of a date the end of the day, and grace
  Instant last;               // when it was met or ended; else the as-of
  Moment shipped;
  // From start to last without the pauses, in the due's zone: date less date, and the business days a promise would have had to name.
  std::int32_t days = 0, business_days = 0;
};

}  // namespace amends
