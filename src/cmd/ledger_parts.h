// The parts of `amends ledger`, one function a subcommand; ledger.cpp declares their options and calls them.
#pragma once
#include "cmd/context.h"

namespace amends {

struct LedgerOptions : Options {
  std::string state, from, wait, by, reason, rule, noted;
  std::vector<std::string> names;
  std::string customer;
  bool list = false, export_ = false, issue = false, approve = false, verify = false, import = false, void_ = false, forget = false, accept = false;
  bool yes = false, decline = false, undo = false;
};

std::unique_ptr<Ledger> ledger_to_write(const LedgerOptions& options, const Context& context);  // Error where no run was yet
std::vector<Money> sums_of(const std::vector<Grant>& grants);

void tell_refused(const Where& where, std::string_view severity, const std::string& reason, const std::string& hint);  // of a line of a file

Exit verify(const LedgerOptions& options, const Context& context);
Exit import_credits(const LedgerOptions& options, const Context& context, const Clock& clock);
Exit void_grants(const LedgerOptions& options, const Context& context, const Clock& clock);
Exit accept(const LedgerOptions& options, const Context& context, const Clock& clock);
Exit forget(const LedgerOptions& options, const Context& context, const Clock& clock);

}  // namespace amends
