// What customers wrote, read apart from the orders: the engine passes over orders that are in time and what belongs to
// them, and a message about one of these is heard too.
#pragma once
#include <vector>

#include "core/project.h"
#include "core/records/contact.h"
#include "core/records/records.h"

namespace amends {

// Those known at as_of, oldest first. Of a project that reads contacts from stdin none: that can be read but once.
std::vector<Contact> read_contacts(const Project& project, Instant as_of);

}  // namespace amends
