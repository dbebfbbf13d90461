// amends draft --preview: one page with every letter as its reader will see it, beside the facts it was written from
// and what lint finds in it. Nothing in the page runs, and nothing is fetched.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "cmd/context.h"
#include "core/letters/draft_lint.h"

namespace amends {

struct PreviewedLetter {
  const Message* message = nullptr;
  bool is_waiting = false;           // in the outbox; else the next run would put it there
  std::size_t alike = 1;             // letters of this page that say the same, itself among them
  std::vector<std::pair<std::string, std::string>> facts;  // "order.total", "GBP 80.00"; empty: its case is not in the records
  std::vector<DraftFinding> findings;
};

std::string preview_page(const std::vector<PreviewedLetter>& letters, const std::vector<Unwritten>& unwritten, const Context& context);

}  // namespace amends
