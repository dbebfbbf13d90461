// One line of the call sheet: somebody is owed a call or a few lines by hand, or cannot be written to. draft.cpp finds
// them each night anew, done or not; `calls` leaves out what was done and ranks the rest.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/judging/miss.h"
#include "core/mail/channel.h"

namespace amends {

struct CallLine {
  std::string key;        // case + purpose + channel: what is marked as done
  std::string case_key;
  std::string record_id;
  std::string person;     // as in Miss
  std::string purpose;
  Channel channel = Channel::call;  // or note
  std::string reason;     // "a call is owed", "no e-mail address is known", "amends.toml asks for a call"
  std::string text;       // talking points, or the lines of a note; empty: there are none
  std::string no_text;    // why there are none, where a template was to make them
  std::string locale;     // of the customer, in which the text is
  std::string name, phone, email;   // as the records have them; may be empty
  std::vector<std::string> grants;  // keys of those it carries out
  std::vector<std::string> tells;   // keys of those the customer hears of
  std::string within;     // deadline as the policy wrote it: "4 business hours", counted from `since`; empty: none
  Instant since;          // when it was owed first: the grant's run, else tonight
  const Miss* miss = nullptr;  // the case, with its facts; of the judgement it was found in
};

}  // namespace amends
