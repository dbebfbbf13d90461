// What customers wrote, read apart from the orders: the engine passes over orders that are in time and what belongs to
// them, and a message about one of these is heard too.
#pragma once
#include <string>
#include <vector>

#include "core/project.h"
#include "core/records.h"

namespace amends {

struct Contact {
  std::string id, order_id, customer_id;  // may be empty
  std::string person;   // by its customer, as in Miss; empty: it names none
  Moment at;
  std::string subject, text;
};

// Those known at as_of, oldest first. Of a project that reads contacts from stdin none: that can be read but once.
std::vector<Contact> read_contacts(const Project& project, Instant as_of);

}  // namespace amends
