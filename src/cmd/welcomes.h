// New customers for a personal welcome: nobody who waits for amends, and nobody twice.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "cmd/context.h"
#include "core/letters/done_call.h"

namespace amends {

// Somebody whose first order the records show is of the last days.
struct NewCustomer {
  std::string person, order, name, phone, email;
  Instant placed;
  std::optional<Money> value;
};

// Those whose list of the day it is: at most `most`, the newest customers first; those the ledger has on the list of
// that day already stand on it again. `fresh`: the others, to be recorded.
struct WelcomeList {
  std::vector<NewCustomer> customers;
  std::vector<Welcome> fresh;
};
WelcomeList welcome_list(const Context& context, const Books& books, const std::vector<Welcome>& before, std::size_t most, bool& partial);

}  // namespace amends
