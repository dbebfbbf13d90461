// compensate --facts: cases told as plain JSON, one a line, decided by the policy alone. No records, no ledger.
#pragma once
#include <string>

#include "cmd/context.h"

namespace amends {

// `path`: a file, or "-" for stdin.
Exit compensate_facts(const Context& context, const std::string& path);

}  // namespace amends
