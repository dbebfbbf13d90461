// Shipments, items, contacts, events and customers find their order, and the orders table takes over what
// the orders' own files do not tell.
#pragma once
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/records/records.h"

namespace amends {

struct JoinInput {
  std::vector<Field> asked;                              // order-level facts somebody asks for
  const Schema* schema = nullptr;                        // numbers the new columns
  Zone zone;                                             // the shop's
  std::unordered_set<std::string_view> not_yet;          // ids and carriers' numbers of orders not known yet: no orphans
  std::vector<std::uint8_t> contradictory[record_kinds]; // of each row
  std::vector<std::uint8_t> ahead;                       // of each shipment: its arrival is not known yet
};

void join(Records& records, const JoinInput& input);

}  // namespace amends
