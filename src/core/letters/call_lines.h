// The call sheet as it stands: calls and notes that were granted and not carried out, those that [[message]] rules ask
// for, and cases that nobody can be written to about. Found each night anew; what was done is the caller's to leave out.
#pragma once
#include <vector>

#include "core/ledger/letter_history.h"
#include "core/ledger/night.h"
#include "core/letters/call_line.h"
#include "core/mail/letter.h"

namespace amends {

struct CallsAsked {
  const Night& night;
  const SaidBefore& said;
  const Given& given;  // what the ledger holds
  const Project& project;
  Instant as_of;
};
// The line that asks for a call since this letter has nowhere to go.
std::string call_key(const Unwritten& unwritten);

// By (due, case key); behind them, by case key, those of orders that are not in tonight's records. A template that cannot be
// read stops with an Error; what is wrong with one text stands in its line.
std::vector<CallLine> call_lines(const CallsAsked& asked, Letters& letters, const std::vector<Unwritten>& unwritten);

}  // namespace amends
