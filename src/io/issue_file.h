// The file of `ledger issue --from`: who paid tells which grants were paid, and under what reference.
#pragma once
#include <string>
#include <vector>

#include "io/ledger.h"

namespace amends {

// CSV with the columns grant and reference (others are ignored); "-" is stdin. Errors show the line.
std::vector<Issued> read_issue_file(const std::string& path);

}  // namespace amends
