// The ledger's tables of what people change by hand: credits they gave elsewhere, and customers who asked to be
// forgotten. They came later than the others: a file made before gets them when it is first written to (amends-ledger.5).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "io/ledger/ledger.h"
#include "io/ledger/ledger_chain.h"
#include "io/sqlite.h"

namespace amends {

// Part of the ledger format (amends-ledger.5). Add, never rename.
inline constexpr std::string_view chained_hand_tables[] = {"credits", "forgettings"};
extern const char* const hand_tables;
inline constexpr std::string_view chained_left_tables[] = {"accepted"};
extern const char* const left_table;

bool has_table(const Database& database, std::string_view name);
std::string ledger_secret(const Database& database);

std::vector<HandCredit> read_hand_credits(const Database& database);  // by order; those void left out
std::vector<HandCredit> read_hand_credit_steps(const Database& database);  // all, as they were written
std::vector<LeftTwice> read_left_twice(const Database& database);
Forgotten read_forgotten(const Database& database);

// Whom a name means: "customer:C7" itself, or C7 of anybody's; those who are known.
std::vector<std::string> people_named(const Database& database, const std::string& name);

Traces traces_of(const Database& database, const std::string& person);

// Appends within the transaction of the writer it belongs to.
class HandTables {
 public:
  HandTables(Database& database, Chain& chain);
  void append(const HandCredit& credit, std::int64_t run);
  void append(const LeftTwice& left, std::int64_t run);
  // The value, the letters and the notes of a person go; the row says so.
  void forget(const std::string& person, std::int64_t person_seq, const std::string& by, std::int64_t run);
  void undo_forgetting(const std::string& person, std::int64_t person_seq, const std::string& by, std::int64_t run);

 private:
  Database& database_;
  ChainedTable credits_, forgettings_, accepted_;
};

}  // namespace amends
