// A promise of the goods themselves has no case any more once what was lost has come; its letters are those of the delivery
// then, so that the good news has somebody to be told to.
#pragma once
#include "core/ledger/letter_history.h"
#include "core/ledger/night.h"

namespace amends {

// `said`, with letters of a lost order under such a guarantee also under the order's first case that has come.
SaidBefore with_goods_that_came(const SaidBefore& said, const Night& night, const Project& project);

}  // namespace amends
