// The keys of a policy table that are about time: `claim`, and the pool it shares with other cases (`per`,
// `within`, `max_count`). Read for policy.cpp.
#pragma once
#include "core/policy/policy.h"

namespace amends {

Claim read_claim(const Node& node, const Language& language);
std::optional<Pool> read_pool(const Node& table, const Language& language);

}  // namespace amends
