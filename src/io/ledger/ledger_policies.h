// The policies that a ledger keeps, read back: what verify compares grants and letters with.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/project.h"
#include "io/sqlite.h"

namespace amends {

struct KeptPolicy {
  std::int64_t seq = 0;              // of its row
  std::int64_t run = 0;              // that brought it
  std::string hash;
  std::unique_ptr<Project> project;  // null: written by another amends, in words this one does not know
};

std::vector<KeptPolicy> kept_policies(const Database& database);  // oldest first

}  // namespace amends
