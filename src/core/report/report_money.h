// Money in a report: what grants came to, by month, by remedy, in all. Sums never mix currencies.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/settlement.h"
#include "core/report/report_case.h"

namespace amends {

struct GrantSums {
  std::size_t remedies = 0;   // given: granted or issued, with money or without
  Int128 granted = 0;         // minor units; not issued yet
  Int128 issued = 0;
  Int128 held = 0;            // for a person
  Int128 over_caps = 0;       // of it, what caps keep back
  Int128 voided = 0;
  Int128 offered = 0;         // on request

  Int128 given() const { return granted + issued; }
};

// By a name and a currency (empty: without money), e.g. ("2026-03", "GBP").
using GrantTable = std::map<std::pair<std::string, std::string>, GrantSums>;

struct MoneyFigures {
  GrantTable in_all;     // the name is empty
  GrantTable by_month;   // of the day the case was due
  GrantTable by_remedy;  // its kind
};

struct DatedGrant {
  const Grant* grant = nullptr;
  Date day;  // its case was due
};
MoneyFigures money_figures(const std::vector<DatedGrant>& grants);

}  // namespace amends
