// One order's story for machines: amends explain --format json, a line a case (templates/schemas/explanation.json).
#pragma once
#include <string>

#include "core/ledger/night.h"

namespace amends {

// `decided`: tonight's decision of the case; null where nothing was missed.
std::string explanation_line(const JudgedCase& judged, const NightCase* decided, const std::string& order, const Project& project, Instant as_of);

}  // namespace amends
