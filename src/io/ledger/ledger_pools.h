// The ledger's table of what cases add to the pools of policy tables (core/policy/pool_book.h), so that sums run on when their
// records are gone, by whatever fact they are kept. The fact may be personal: it stands in pool_values, beside the
// chain, and goes when the person is forgotten. It came later than the others: a file made before gets it when it
// is first written to (amends-ledger.5).
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/policy/pool_book.h"
#include "io/ledger/ledger_chain.h"
#include "io/sqlite.h"

namespace amends {

extern const char* const pool_tables;

bool has_pools(const Database& database);
// The last of each case; those left out that were cleared, and of a case the tables whose grants are all void.
std::vector<PooledCase> read_pools(const Database& database);

// Appends within the transaction of the writer it belongs to.
class PoolTables {
 public:
  PoolTables(const Database& database, Chain& chain);
  // Unless the case added the same last time, or belongs to somebody forgotten.
  void append(const std::vector<PoolEntry>& entries, std::int64_t run, std::int64_t case_seq);

 private:
  ChainedTable pools_;
  Statement value_, last_, is_forgotten_;
};

}  // namespace amends
