// A credit that somebody gave by hand, outside of amends, as the ledger keeps it: it counts against what is owed for its
// order.
#pragma once
#include <string>

#include "core/base/money.h"
#include "core/time/time.h"

namespace amends {

struct HandCredit {
  std::string reference;  // what who gave it calls it: the same one twice is one credit
  std::string record_id;  // the order
  Money money;
  std::string reason;     // in the words of who gave it; may be empty
  Instant as_of{};        // of the run that took it in
};

// What was given twice, by hand and by a table, and somebody left with the customer: nobody is asked about it again.
struct LeftTwice {
  std::string record_id;  // the order
  Money money;            // in all: the last word of an order and currency holds, and 0 takes it back
  std::string by;
  std::string reason;     // may be empty
  Instant as_of{};
};

}  // namespace amends
