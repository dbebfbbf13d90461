// Open orders that will probably be missed, by the shop's own history (core/risk/track_record.h), and how good such an
// estimate was lately. The records are read twice: first all orders, of whose times counts are kept, then the open
// ones, which alone become full records.
#pragma once
#include <string>
#include <vector>

#include "cmd/context.h"
#include "core/risk/calibration.h"

namespace amends {

struct RiskQuestion {
  double threshold = 0.5;
  std::int64_t lead = 0;  // ms that are needed to do something about it
  Instant since;          // orders begun since then are held back
  std::string order;      // only this one; empty: all that are open
};

struct RiskAnswer {
  Judged judged;                        // its misses: cases at risk alone, in the order of the orders' files
  std::size_t estimated = 0;            // of those not due yet
  Calibration at_start, later;
  const Calibration& at(Look look) const { return look == Look::at_start ? at_start : later; }
  std::vector<std::string> remarks;     // what keeps the estimate from being made or judged
};

RiskAnswer cases_at_risk(const Context& context, const Books& books, const RiskQuestion& question);

}  // namespace amends
