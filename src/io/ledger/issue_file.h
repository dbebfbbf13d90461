// The files of `ledger issue --from`: who paid tells which grants were paid, and under what reference; and of
// `ledger import --from`: what was given elsewhere by hand.
#pragma once
#include <string>
#include <vector>

#include "io/ledger/ledger.h"

namespace amends {

struct IssueFile {
  std::vector<Issued> lines;
  std::vector<NotIssued> rejected;
};

// CSV with the columns grant and reference (others are ignored); "-" is stdin.
IssueFile read_issue_file(const std::string& path);

struct CreditFile {
  std::vector<CreditLine> lines;
  std::vector<NotImported> rejected;  // with the place of the cell
};

// Likewise reference, order_id, amount; currency and reason where they are there.
CreditFile read_credit_file(const std::string& path, Currency shop_currency);

}  // namespace amends
