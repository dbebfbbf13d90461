// The call sheet and the welcome list on paper: as text to work by, as a table, for spreadsheets, as JSON.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cmd/context.h"
#include "cmd/welcomes.h"
#include "core/letters/call_sheet.h"

namespace amends {

struct LastContact {
  Moment at;
  std::string subject;
  std::string order;  // it was about; empty: it named none
};

struct LastLetter {
  Instant at;  // of the run that wrote it
  std::string purpose, state;
};

struct PrintedCall {
  const CallLine* line = nullptr;
  std::optional<CallDeadline> deadline;
  std::optional<LastContact> contact;
  std::optional<LastLetter> letter;
};

std::string print_calls(const std::vector<PrintedCall>& calls, const Context& context);
std::string print_welcomes(const std::vector<NewCustomer>& customers, const Context& context);

// What a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage return) begins with an
// apostrophe instead, which spreadsheets hide.
std::string formula_safe(std::string cell);

}  // namespace amends
