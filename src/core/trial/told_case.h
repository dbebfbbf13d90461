// A case told as plain facts and judged by the policy alone: what `compensate --facts` and `test` decide.
#pragma once
#include "core/policy/decision.h"
#include "core/project.h"

namespace amends {

class ToldCase {
 public:
  ToldCase(const Project& project, const Node& object, Instant as_of);
  ToldCase(const ToldCase&) = delete;
  ToldCase& operator=(const ToldCase&) = delete;

  Currency currency() const { return told_.facts.money; }
  Judging judging() const;
  Decision decision(bool with_traces) const;

 private:
  const Project& project_;
  ToldFacts told_;
  DerivedFacts facts_;
  Instant as_of_;
};

}  // namespace amends
