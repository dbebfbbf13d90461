// The chain walked from its first row to its last, as amends-ledger.5 tells it; part of ledger_verify.
#pragma once
#include "io/ledger/ledger_verify.h"
#include "io/sqlite.h"

namespace amends {

void check_chain(const Database& database, const std::string& noted, Progress& progress, LedgerCheck& check);

}  // namespace amends
