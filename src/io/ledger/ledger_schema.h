// The tables of the ledger, format 1, and what makes a file one of ours (amends-ledger.5). Add, never rename.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "io/sqlite.h"

namespace amends {

inline constexpr std::int64_t ledger_application = 0x616d6e64;  // "amnd"
inline constexpr std::int64_t ledger_format = 1;

// The tables whose rows make up the chain, all with `seq` and `hash` first.
std::span<const std::string_view> chained_tables();

// False when the file holds nothing yet. Error when it is another program's or of a newer format.
bool is_ledger(Database& database);

// Makes the tables and the secret in one transaction.
void create_tables(Database& database);

// Columns, and tables, that came later: false of a file that was made before and not written since.
bool has_column(const Database& database, std::string_view table, std::string_view column);
void add_columns(Database& database);

}  // namespace amends
