// Whether a ledger is what amends wrote: what is found wrong, each with the row it is about. Reads only.
//   storage   the database itself: pages, references, triggers, who may read the files
//   chain     every hash worked out again, in the order of the rows; runs that begin and end
//   values    names, letters and notes against the digests the chain holds of them, and what was handed to mail commands
//   sums      what each run said it granted against the rows it wrote and the caps it ran under; amounts and the numbers of grants
//   replay    the states of grants and messages, step by step, with claims and outcomes
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/money.h"
#include "io/progress.h"

namespace amends {

struct LedgerFinding {
  std::string check;      // one of the above
  std::string table;      // empty: of the whole file
  std::int64_t seq = 0;   // the row; 0: none
  std::string what;       // in words
  std::string_view code = {};  // of those that are told apart
};
inline constexpr std::string_view readable_by_others = "readable_by_others";

struct LedgerSum {
  std::string state;
  Money money;
  std::int64_t grants = 0;
};

struct LedgerCheck {
  std::int64_t rows = 0, runs = 0, people = 0, forgotten = 0, grants = 0, messages = 0;
  std::string end;        // hash of the last row: who notes it will see later that nothing before it has changed
  std::vector<LedgerSum> sums;  // money by state
  std::vector<LedgerFinding> findings;
};

// `noted`: a hash, or its beginning, that an earlier check ended with: it must still be there. Empty: none was noted.
// Error (io) when there is no ledger or it cannot be opened.
LedgerCheck verify_ledger(const std::string& path, const std::string& noted, Progress& progress);

}  // namespace amends
