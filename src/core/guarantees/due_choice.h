// Which of a guarantee's dues is an order's, where facts choose parts of it (warehouse = north: cut-off 14:00). The
// columns are found once for all orders; nothing is allocated for one that has its due.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/guarantees/guarantee.h"
#include "core/records/records.h"

namespace amends {

class DueChoice {
 public:
  DueChoice(const Guarantee& guarantee, const Table& orders);
  // Null when nothing was chosen: why, and for want of which fact, if it is one.
  struct Why {
    std::string_view missing;
    std::string reason;
  };
  const Due* of(Row order, Why& why) const;

 private:
  const Guarantee& guarantee_;
  std::vector<const Column*> columns_;  // beside choices
};

}  // namespace amends
