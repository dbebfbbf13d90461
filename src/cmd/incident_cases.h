// The incidents in a project's records, with the cases they are made of. All orders are read, of which a few numbers
// each are kept (core/report/case_groups.h); only what was missed and what is still ahead become records.
#pragma once
#include <string>
#include <vector>

#include "cmd/context.h"
#include "core/letters/draft.h"
#include "core/report/case_groups.h"
#include "core/report/incident.h"

namespace amends {

// What cases are put together by, asked for beside what judging reads.
void ask_for_groups(const CaseGroups& groups, const Project& project, Asked& asked, JudgeOptions& judging);
// All orders, those that kept their promise in passing. `told`: of the groups' facts, and maybe others.
Keep keep_all(const Books& books);
KeptUse use_of_kept(const CaseGroups& groups, const Project& project, KeptGroups& told);

struct IncidentReading {
  Judged judged;            // its misses with the fact order_value, and when people wrote
  std::vector<Miss> ahead;  // cases that are not met and not due yet, of kind at_risk
  Incidents incidents;
};
IncidentReading read_incidents(const Context& context, const Books& books);

// Error where there is none of this name, with the nearest.
const Incident& incident_named(const IncidentReading& reading, const std::string& name);
// For the letters of its people. Error where the project has no [[message]] for them, or its records can be read but once.
NamedIncident incident_to_tell(const Context& context, const Books& books, const std::string& name);
// Single notices of its cases that wait in the outbox: one text takes their place.
std::vector<std::string> replaced_notices(const NamedIncident& incident, const std::vector<OutboxMessage>& outlines);

}  // namespace amends
