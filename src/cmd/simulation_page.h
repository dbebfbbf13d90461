// What `simulate` prints: a page for people, with bars, and one JSON object for machines.
#pragma once
#include <string>
#include <vector>

#include "cmd/context.h"
#include "core/trial/simulation.h"

namespace amends {

struct SimulationPage {
  const Simulation* before = nullptr;
  const Simulation* after = nullptr;      // null: one policy alone
  const Comparison* comparison = nullptr;
  std::string by;                         // the fact that segments are made by
  std::string since;                      // as the user wrote it; may be empty
};

// Bars are blocks where the terminal's characters are UTF-8, else ASCII.
std::string page_text(const SimulationPage& page, const Context& context);
std::string page_json(const SimulationPage& page, const Context& context);

}  // namespace amends
