// What the ledger knows of calls, notes by hand and welcomes: what was done is not asked for again.
#pragma once
#include <string>
#include <vector>

#include "core/time/time.h"

namespace amends {

struct DoneCall {
  std::string key;        // of the line: case + purpose + channel
  std::string case_key;
  std::string by;         // who did it
  std::string note;       // in their words; empty once forgotten
  std::vector<std::string> grants;  // keys of those it carried out or told of
  Instant as_of;          // of the run that recorded it
};

struct Welcome {
  std::string person;     // as in Miss; "forgotten:17" once forgotten
  std::string record_id;  // of the order that made them a customer
  Date day;               // whose list they stood on, in the shop's zone
};

}  // namespace amends
