// A promise that is only endangered is not broken, and one kept too early is no delay: whoever writes "8 hours late
// gets a pound" has neither in mind. So a rule that gives something, and a letter, take a case of kind at_risk or
// early only where their `when` names that kind: in a test on `kind`, in a derived fact they test, or by testing what
// only such a case has (`risk`, `early_minutes`). TableJudge and message_rule ask; PolicyModel proves with it.
#pragma once
#include <string>

#include "core/language/derived.h"
#include "core/records/kinds.h"

namespace amends {

constexpr Kind named_only[] = {Kind::at_risk, Kind::early};

struct NamedKinds {
  Slot kind = no_slot;  // the fact; none: all cases are taken
  Kinds kinds;          // those of named_only that are named

  bool takes(const FactSource& facts) const;             // a case whose kind is not told as well
  std::string why_not(const FactSource& facts) const;    // for explain; empty where it takes the case
};

// Of a rule under a table's guard, or of a letter.
NamedKinds kinds_named_in(const Condition& guard, const Condition& when, const Schema& schema, const Derivations& derived);

}  // namespace amends
