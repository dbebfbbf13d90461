// What was granted, paid and taken back as a plain text journal (hledger, ledger-cli): one transaction a step that moves
// money, each in balance, with the accounts and commodities declared. Pure: rows in, text out.
#pragma once
#include <string>
#include <vector>

#include "core/ledger/hand_credit.h"
#include "core/ledger/settlement.h"

namespace amends {

struct JournalRows {
  std::vector<Grant> grants;
  std::vector<GrantStep> steps;     // in the order they were written
  std::vector<HandCredit> credits;  // likewise, void ones without money
};

// Dates are those of the runs, in this zone.
std::string journal(const JournalRows& rows, const Zone& zone);

}  // namespace amends
