// What the customer of a case may still choose from, by the grants that stand: letters, calls and explain all ask here,
// so that none of them says otherwise than the others.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "core/ledger/settlement.h"

namespace amends {

// How the reason of a grant begins that is an offer nobody has chosen from.
inline constexpr std::string_view offer_reason = "the customer chooses: ";
bool is_offer(const Grant& grant);

// The first choice that is owed and that a grant, of `before` or `tonight`, offers: amounts less what counted against
// them, and without the options that this used up. None: there is nothing left to choose.
std::optional<Offer> open_offer(const Decision& decision, const std::vector<Grant>& before, const std::vector<Grant>& tonight);

}  // namespace amends
