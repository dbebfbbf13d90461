// Who an incident hit: its people, what they ordered, who was written to, who complained.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "core/ledger/letter_history.h"
#include "core/report/incident.h"

namespace amends {

struct IncidentCase {
  const Miss* miss = nullptr;
  bool is_told = false;        // a letter of it was written, be it that it still waits
  bool has_complained = false; // its person wrote something since it was due
};

struct IncidentPeople {
  std::vector<IncidentCase> cases;   // by (due, case key)
  std::vector<const Miss*> ahead;    // likewise
  std::size_t people = 0, told = 0, complained = 0;
  std::vector<Money> value;          // of the orders hit, by currency
};

// `misses`: with the fact order_value. `contacts`: null where no source tells them.
IncidentPeople people_of(const Incident& incident, const std::vector<Miss>& misses, const std::vector<Miss>& ahead, const ContactLog* contacts, const SaidBefore& said,
                         const Project& project);

}  // namespace amends
