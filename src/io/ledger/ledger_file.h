// The ledger's file: made whole and for its owner alone, opened to be read wherever it lies, or to be written. The run
// lock is the caller's.
#pragma once
#include <optional>
#include <string>

#include "io/sqlite.h"

namespace amends {

// What the files beside it are called after it.
inline constexpr const char* ledger_files[] = {"", "-wal", "-shm", "-lock"};

// In a transaction that sees the ledger as it stands now; nullopt when there is none. Error for an empty file.
std::optional<Database> open_ledger_to_read(const std::string& path);
// Creates it if needed, and adds what came later to a file that was made before.
Database open_ledger_to_write(const std::string& path);

}  // namespace amends
