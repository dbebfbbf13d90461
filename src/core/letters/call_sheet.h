// The call sheet as it is worked off: what is not done yet, by what is at stake, with the hour by which it was promised.
#pragma once
#include <optional>
#include <vector>

#include "core/letters/call_line.h"
#include "core/letters/done_call.h"
#include "core/project.h"

namespace amends {

// Leaves out what was done. A line that carries out more than it did then stands on the sheet again.
void leave_out_done(std::vector<CallLine>& lines, const std::vector<DoneCall>& done);

// The most at stake first: the order's value, then how often it happened to this person before, then how late it is,
// then the longest due; lines of the same case together, in the order of their keys.
void rank_by_stake(std::vector<CallLine>& lines, const Project& project);

struct CallDeadline {
  Instant until;      // the first moment too late
  bool is_day = false;  // a day was promised, not an hour
};
// `within` counted from when it was owed, in the opening time of the promise's calendar where it says business time;
// nullopt: the policy promises none, or its calendar does not know the days.
std::optional<CallDeadline> deadline_of(const CallLine& line, const Project& project);

}  // namespace amends
