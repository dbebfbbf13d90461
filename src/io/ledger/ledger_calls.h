// The ledger's tables of what people did by hand: calls made and notes written, and whom the shop welcomed. They came
// later than the others: a file made before gets them when it is first written to (amends-ledger.5).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/letters/done_call.h"
#include "io/ledger/ledger_chain.h"
#include "io/sqlite.h"

namespace amends {

// Part of the ledger format (amends-ledger.5). Add, never rename.
inline constexpr std::string_view chained_call_tables[] = {"calls", "welcomes"};
inline constexpr std::string_view personal_call_tables[] = {"call_notes"};
extern const char* const call_tables;

bool has_calls(const Database& database);
std::vector<DoneCall> read_done_calls(const Database& database);  // oldest first
std::vector<Welcome> read_welcomes(const Database& database);     // likewise

// Appends within the transaction of the writer it belongs to.
class CallTables {
 public:
  CallTables(const Database& database, Chain& chain);
  void append(const DoneCall& call, std::int64_t run, std::int64_t case_seq);
  void append(const Welcome& welcome, std::int64_t run, std::int64_t person_seq);

 private:
  ChainedTable calls_, welcomes_;
  Statement note_;
};

}  // namespace amends
