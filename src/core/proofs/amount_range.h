// The numbers and amounts a rule's money is computed from, and the values of them worth looking at: ends, kinks, and
// points between. amount_proofs.cpp and growth_proof.cpp ask the decision code there.
#pragma once
#include <optional>
#include <vector>

#include "core/language/curve.h"
#include "core/proofs/policy_model.h"

namespace amends {

// Rules that give at once, of any tables.
struct Given {
  const PolicyTable* table = nullptr;
  const Rule* rule = nullptr;
};

// Told facts that are numbers or money and that the amounts of these rules are computed from.
std::vector<Slot> amount_facts(const PolicyModel& model, const std::vector<Given>& given);

// Those of lateness: late_days and the like.
std::vector<Slot> lateness_facts(const PolicyModel& model, const std::vector<Given>& given);

// What they give together as a function of one fact, rounding aside. None where it is no curve.
std::optional<Curve> total_curve(const PolicyModel& model, const std::vector<Given>& given, Slot varies, const FactSource& facts);

// Values of the fact within the box, at least 0, at which a curve that is straight between kinks shows its sign:
// the ends, the kinks, points between, and far out on the last piece.
std::vector<Ratio> telling_values(const PolicyModel& model, const Box& box, Slot fact, const Curve& curve);

// An order's parts are not more than the whole.
bool is_plausible(const PolicyModel& model, const FactSource& facts);

// Money in all; none when the case cannot be judged.
std::optional<Ratio> total_of(const Decision& decision);

}  // namespace amends
