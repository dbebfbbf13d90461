// Credits given by hand, which a night's decisions give way to, or are listed beside as given twice.
#pragma once
#include <vector>

#include "core/ledger/night.h"

namespace amends {

// Credits given by hand, from [sources.credits]: each miss is told those of its order. One that was imported under the same
// reference counts by what was imported.
void add_credits(Judgement& judgement, const Records& records, Currency shop_currency, const std::vector<HandCredit>& imported);

// Of orders whose cases are all decided: what is held gives way to a credit, what was granted is told as given twice.
void look_for_twice(Night& night, const Given& given, Instant as_of);

}  // namespace amends
