// The ledger's table of what the record of a case was known by each time: the numbers of a parcel (known_parcels.h). It came
// later than the others: a file made before gets it when it is first written to (amends-ledger.5).
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/records/known_parcels.h"
#include "io/ledger/ledger_chain.h"
#include "io/sqlite.h"

namespace amends {

extern const char* const case_ids_table;

bool has_case_ids(const Database& database);
// By case key, oldest first.
std::unordered_map<std::string, std::vector<KnownAs>> read_case_ids(const Database& database);

// Appends within the transaction of the writer it belongs to.
class CaseIdsTable {
 public:
  CaseIdsTable(const Database& database, Chain& chain);
  // Those that are not what the case was known by last.
  void append(const std::vector<KnownAs>& ids, std::int64_t run, std::int64_t case_seq);

 private:
  bool is_last(const KnownAs& id, std::int64_t case_seq);
  ChainedTable ids_;
  Statement last_;
};

}  // namespace amends
