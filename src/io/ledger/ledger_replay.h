// The steps that grants and messages took, and the sums of every run, against the rows; part of ledger_verify.
#pragma once
#include "io/ledger/ledger_verify.h"
#include "io/sqlite.h"

namespace amends {

void check_values(const Database& database, LedgerCheck& check);
void check_sums(const Database& database, LedgerCheck& check);
void check_caps(const Database& database, LedgerCheck& check);
void check_sendings(const Database& database, LedgerCheck& check);
void check_states(const Database& database, LedgerCheck& check);

}  // namespace amends
