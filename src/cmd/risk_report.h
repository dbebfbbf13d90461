// Cases at risk as they are printed, and how good the estimate was.
#pragma once
#include <string>

#include "cmd/at_risk.h"

namespace amends {

// "2 of 5 cases not due yet are at risk; 1 cannot be estimated"; empty when none is ahead.
std::string risk_sentence(const RiskAnswer& answer);
Sheet risk_sheet(const RiskAnswer& answer, const Context& context, bool for_people);

// A table of tenths and the scores, of what judged some orders.
std::string calibration_text(const Calibration& calibration, Look look, const RiskQuestion& question, const Project& project);
// The same as a line of JSON.
std::string calibration_line(const Calibration& calibration, Look look, const RiskQuestion& question, const Context& context);
// The scores alone.
std::string scores_sentence(const Calibration& calibration, Look look, const RiskQuestion& question, const Project& project);

}  // namespace amends
