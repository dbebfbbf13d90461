#include "core/trial/told_case.h"

namespace amends {

ToldCase::ToldCase(const Project& project, const Node& object, Instant as_of)
    : project_(project),
      told_(told_facts(object, project.schema, project.fact_names, project.shop.currency, project.shop.zone)),
      facts_(told_, project.derived),
      as_of_(as_of) {}

Judging ToldCase::judging() const { return {project_.schema, facts_, project_.shop.zone, as_of_}; }

Decision ToldCase::decision(bool with_traces) const { return decide(project_.policy, judging(), with_traces); }

}  // namespace amends
