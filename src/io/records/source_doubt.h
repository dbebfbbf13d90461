// A source in doubt (no rows, fewer than min_rows, nothing newer than max_age) stops everything: a cut export must
// never become a thousand apologies.
#pragma once
#include <vector>

#include "core/project.h"
#include "core/records/records.h"

namespace amends {

struct SourceTotals {
  std::size_t rows = 0;                 // that could be used
  std::int64_t newest = Moment::none;   // the latest time of a fact, ms
  bool tells_time = false;              // whether a column holds one
  bool is_header_alone = false;         // its files name their columns and hold nothing else: an empty export
};

// Error (io) when it is. `zone`: of the source's times. `rejected` may hold rows of other sources.
void refuse_doubtful(const SourceSpec& spec, const SourceTotals& totals, const std::vector<Rejected>& rejected, Instant as_of, const Zone& zone);

}  // namespace amends
