// How the amount of a remedy moves as lateness grows, told by its expression alone. growth_proof.cpp asks it of each rule.
#pragma once
#include "core/proofs/policy_model.h"

namespace amends {

// Lateness by its canonical names, and own numbers that are called so.
bool is_lateness(const Field& field);

enum class Sense { still, grows, falls, unknown };

Sense together(Sense a, Sense b);  // of two that are added
Sense sense_of(const Expr& expr, const PolicyModel& model);

}  // namespace amends
