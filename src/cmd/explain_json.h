// One order's story for machines: amends explain --format json, a line a case (templates/schemas/explanation.json).
#pragma once
#include <string>
#include <vector>

#include "core/ledger/night.h"
#include "core/mail/letter.h"

namespace amends {

// `decided`: tonight's decision of the case; null where nothing was missed. `unwritten`: what the next run has no letter
// for, of any case of the order.
std::string explanation_line(const JudgedCase& judged, const NightCase* decided, const std::vector<Unwritten>& unwritten, const std::string& order,
                             const Project& project, Instant as_of);

}  // namespace amends
