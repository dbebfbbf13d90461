// [[stand_firm]]: named exceptions, where the shop gives nothing beyond what the law asks for, with the reason and a
// day on which it ends. They stand beside the policy, so that one written today counts for cases decided under an
// earlier policy too. night.cpp lays them over every decision.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/language/expr.h"

namespace amends {

struct Decision;

struct StandFirm {
  std::string name;
  Condition when;
  std::string reason;
  std::string by;            // who said so; may be empty
  std::optional<Date> from;
  Date until;                // the last day: of cases due then or earlier
  Where where;
};

StandFirm read_stand_firm(const Node& node, const Language& language);

// Whether it speaks of a case that was due that day.
bool is_in_force(const StandFirm& exception, Date due);

// Takes what is not owed by law out of the decision, and says why. `holds` tells whether a `when` does.
void stand_firm(Decision& decision, const std::vector<StandFirm>& exceptions, Date due, const std::function<Truth(const Condition&)>& holds);

}  // namespace amends
