// Who may be written to: not who asked to be left alone, not at an address that sends mail back. Such cases become lines
// of the call sheet.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "core/judging/miss.h"

namespace amends {

// The facts of a customer that say so.
inline constexpr const char* reach_facts[] = {"opted_out", "bounced", "suppressed"};

// Why nobody may write to the customer of this case; empty: they may. `refused`: addresses that refused a letter before.
std::string no_letter_reason(const Miss& miss, const Project& project, Channel channel, const std::set<std::string>& refused);

// Where a letter goes.
struct Recipient {
  std::string message;   // its key
  std::string case_key;  // of the first case it tells of
  Channel channel;
  std::string address;   // e-mail or telephone; empty: forgotten
};

// Keys of letters that wait and would reach nobody, or somebody who asked to be left alone: tonight's records tell
// another address, or one of the above.
std::vector<std::string> astray_letters(const std::vector<Recipient>& waiting, const Judgement& judgement, const Project& project,
                                        const std::set<std::string>& refused);

}  // namespace amends
