// What the ledger knows, held against today's project and tonight's records, and what a night makes of it.
#pragma once
#include <vector>

#include "core/ledger/night.h"

namespace amends {

// A shop under another id would be paid for all over again: Error.
void require_same_shop(const Standing& standing, const Project& project);
// A guarantee that has cases in the ledger may not just vanish from the file: Error.
void require_guarantees(const Standing& standing, const Project& project);

// Tells tonight's cases what the ledger knows: credits given by hand, what came before (add_history), and who asked to be
// forgotten, who stands under a number from here on.
void tell_standing(Judgement& judgement, const Standing& standing, const Project& project);
void hide_forgotten(Judgement& judgement, const Forgotten& forgotten);

// A case as the ledger shall know it from now on.
KnownCase known_case(const NightCase& night_case, Instant as_of);
// Whether nothing but last_seen differs.
bool says_the_same(const KnownCase& a, const KnownCase& b);
// What the decided cases of tonight add to pools.
std::vector<PooledCase> pooled_cases(const Night& night);
// Cases that tonight's records no longer show as missed: a corrected time, an order called off.
std::vector<KnownCase> cleared_cases(const Standing& standing, const Judgement& judgement, Instant as_of);

}  // namespace amends
