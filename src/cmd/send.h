// Sending, as `send` and `run --send` do it.
#pragma once
#include <string>
#include <vector>

#include "cmd/context.h"
#include "cmd/held_letters.h"

namespace amends {

struct SendAsked {
  std::string via, limit, rate, jobs, now, wait;
  bool yes = false, at_least_once = false;
};

// What run --send asks besides what [outbox] says: letters that a run has just judged.
Exit send_after_run(const Context& context, const SendAsked& asked, const Clock& clock, const std::vector<Miss>& misses, const std::vector<HeldLetter>& held);
// Error when there is no command to send by; before a run, so that it does not grant first and stop then.
void require_mail_command(const SendAsked& asked, const Project& project);

}  // namespace amends
