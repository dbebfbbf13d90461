// The digests of quiet cases (core/letters/quiet_cases.h): a memory that may be lost, beside the chain and not of it. Whatever
// is appended about a case drops its digest, by triggers, whoever writes.
#pragma once
#include <string>
#include <vector>

#include "core/letters/quiet_cases.h"
#include "io/sqlite.h"

namespace amends {

extern const char* const quiet_table;  // with its triggers
bool has_quiet(const Database& database);
void write_quiet(const Database& database, const std::vector<QuietCase>& cases);

}  // namespace amends
