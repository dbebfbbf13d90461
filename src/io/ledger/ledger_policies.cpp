#include "io/ledger/ledger_policies.h"

#include <exception>

#include "io/project_file.h"

namespace amends {
namespace {

// A text that somebody changed may be anything; that it was changed, the chain tells.
std::unique_ptr<Project> project_of(const std::string& text) {
  try {
    return project_from_text(text);
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

std::vector<KeptPolicy> kept_policies(const Database& database) {
  std::vector<KeptPolicy> policies;
  Statement rows(database, "SELECT seq, run, policy, text FROM policies ORDER BY seq");
  while (rows.step()) policies.push_back({rows.integer(0), rows.integer(1), rows.text(2), project_of(rows.text(3))});
  return policies;
}

}  // namespace amends
