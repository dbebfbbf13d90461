// The ledger's table of what a run was decided from: calendars, templates and record files by size and SHA-256
// (amends-ledger.5). A row is written when one is not as the last run had it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "io/ledger/ledger_chain.h"
#include "io/sqlite.h"

namespace amends {

struct InputPrint {
  std::string kind;          // "calendar", "orders", "shipments", ...
  std::string name;          // the file as the project names it
  std::int64_t bytes = 0;
  Digest digest{};
};

extern const char* const input_table;
inline constexpr std::string_view chained_input_tables[] = {"inputs"};

// Appends within the transaction of the writer it belongs to.
class InputsTable {
 public:
  InputsTable(const Database& database, Chain& chain);
  void append(const InputPrint& input, std::int64_t run);  // as it was: nothing

 private:
  ChainedTable inputs_;
  Statement last_;
};

}  // namespace amends
