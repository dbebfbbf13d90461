// Which order a parcel belongs to, and which rows are one parcel. A tracker's row may know the carrier's
// number alone: it belongs to the order that names this number, or whose shipments do. Used before the
// versions of shipments are merged, and by parcel_events.h.
#pragma once
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/records/raw_table.h"

namespace amends {

// The orders that name a carrier's number. Numbers are used again after some months: of several orders those
// count that were placed before the time asked about, and no longer than 90 days before the last of these.
class TrackedOrders {
 public:
  // `orders`: merged. Keeps views into both.
  TrackedOrders(const Table& orders, const Table& shipments, const Zone& zone);
  // Appends their ids. `by`: when the number was last heard of, in ms.
  void of(std::string_view tracking, std::int64_t by, std::vector<std::string_view>& ids) const;

 private:
  struct Claim {
    std::string_view order_id;
    std::int64_t placed;  // as early as can be when nobody knows
  };
  void add(std::string_view tracking, std::string_view order_id, const Table& orders, Row order, const Zone& zone);
  std::unordered_map<std::string_view, std::vector<Claim>> claims_;
};

// Gives rows that name no order theirs; a number that two orders share becomes a row of each. Of one order,
// rows with the same carrier's number are one parcel, whoever tells its shipment_id.
void find_orders_of_parcels(RawTable& shipments, const Table& orders, const Zone& zone);

// Rows of one parcel that bring several lines of an order share its facts. After merging.
void share_facts_among_lines(RawTable& shipments);

// How many parcels an order has.
std::size_t parcel_count(const Records& records, Row order);

// Whether two rows of an order are lines of the same parcel.
bool is_same_parcel(const Table& shipments, Row a, Row b);

}  // namespace amends
