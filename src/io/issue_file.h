// The files of `ledger issue --from`: who paid tells which grants were paid, and under what reference; and of
// `ledger import --from`: what was given elsewhere by hand.
#pragma once
#include <string>
#include <vector>

#include "io/ledger.h"

namespace amends {

// CSV with the columns grant and reference (others are ignored); "-" is stdin. Errors show the line.
std::vector<Issued> read_issue_file(const std::string& path);

// Likewise reference, order_id, amount; currency and reason where they are there.
std::vector<CreditLine> read_credit_file(const std::string& path, Currency shop_currency);

}  // namespace amends
