// A message of a customer, as call sheets and reports tell of it.
#pragma once
#include <string>

#include "core/time/time.h"

namespace amends {

struct Contact {
  std::string id, order_id, customer_id;  // may be empty
  std::string person;   // by its customer, as in Miss; empty: it names none
  Moment at;
  std::string subject, text;
  Moment first_reply;   // none: not answered, or nobody tells
  bool tells_reply = false;  // some source could hold the answer's time
};

}  // namespace amends
