// Which parcels bring a line of an order, where the order's parcels name lines by item_id: those that name it, or, where
// none does, those that name no line at all.
#pragma once
#include <vector>

#include "core/records/records.h"

namespace amends {

struct LineParcels {
  bool is_told = false;      // false: the order's parcels name no lines, and the line goes with the order
  bool is_named = false;     // they name this line
  std::vector<Row> living;   // rows of shipments, those called off left out; none: it has not been sent
};

// `line`: a row of items.
LineParcels parcels_of_line(const Records& records, Row order, Row line);

}  // namespace amends
