// Facts of an order that its parcels, lines and customer tell: when all of it had arrived, what it cost, whose
// it is. Only empty cells are filled; what the orders' own file says stands.
#pragma once
#include <vector>

#include "core/records/records.h"

namespace amends {

// Columns for the facts asked for which the orders table lacks and another table can tell.
void add_order_columns(Records& records, const std::vector<Field>& asked, const Schema& schema);

// After the tables are linked. `ahead`: of each shipment, whether its arrival is not known yet; may be empty.
void fill_order_facts(Records& records, const std::vector<Field>& asked, const std::vector<std::uint8_t>& ahead, const Zone& zone);

}  // namespace amends
