#include "core/records/parcels.h"

#include <algorithm>
#include <limits>

#include "core/records/id_index.h"
#include "core/records/versions.h"

namespace amends {
namespace {

constexpr std::int64_t long_ago = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t clock_slack = ms_per_day;  // of times told without a zone
constexpr std::int64_t same_use = 90 * ms_per_day;  // carriers rest a number for at least four months

std::int64_t start_of(const Column* column, Row row, const Zone& zone) {
  if (column == nullptr || column->is_text() || column->is_empty(row)) return long_ago;
  const Moment at = Moment::from_raw(column->whole[row]);
  return (at.is_date() ? zone.start_of(at.date()) : at.instant()).ms;
}

// The last time a row tells of; the end of time when it tells none.
std::int64_t last_heard(const Table& shipments, Row row, const Zone& zone) {
  std::int64_t last = long_ago;
  for (const std::string_view name : {"updated_at", "delivered_at", "shipped_at"})
    last = std::max(last, start_of(shipments.find(name), row, zone));
  return last == long_ago ? std::numeric_limits<std::int64_t>::max() : last;
}

Row copy_row(RawTable& raw, Row row) {
  for (Column& column : raw.table.columns) {
    if (column.is_text()) column.text.push_back(column.text[row]);
    else column.whole.push_back(column.whole[row]);
  }
  raw.table.places.push_back(raw.table.places[row]);
  raw.offsets.push_back(raw.offsets[row]);
  return static_cast<Row>(raw.rows() - 1);
}

void name_orders(RawTable& shipments, const Table& orders, const Zone& zone) {
  Column& of = column_named(shipments, "order_id");
  const Column& tracking = *shipments.table.find("tracking");
  const TrackedOrders tracked(orders, shipments.table, zone);
  std::vector<std::string_view> ids;
  const auto rows = static_cast<Row>(shipments.rows());
  for (Row row = 0; row < rows; ++row) {
    if (!of.is_empty(row) || tracking.is_empty(row)) continue;
    ids.clear();
    tracked.of(tracking.text[row], last_heard(shipments.table, row, zone), ids);
    for (std::size_t i = 0; i < ids.size(); ++i) of.text[i == 0 ? row : copy_row(shipments, row)] = ids[i];
  }
}

// A parcel is known by its number; where only its tracking is told, that is its number.
void number_parcels(RawTable& shipments) {
  Column* const number = shipments.table.find("shipment_id");
  const Column* const tracking = shipments.table.find("tracking");
  if (number == nullptr || tracking == nullptr) return;
  bool is_needed = false;
  for (Row row = 0; row < shipments.rows() && !is_needed; ++row) is_needed = number->is_empty(row) && !tracking->is_empty(row);
  if (!is_needed) return;
  IdIndex numbered({shipments.table.find("order_id"), tracking});
  for (Row row = 0; row < shipments.rows(); ++row)
    if (!number->is_empty(row) && !tracking->is_empty(row)) numbered.add(row);
  for (Row row = 0; row < shipments.rows(); ++row) {
    if (!number->is_empty(row) || tracking->is_empty(row)) continue;
    const Row same = numbered.find(text_at(shipments.table.find("order_id"), row), tracking->text[row]);
    number->text[row] = same == no_row ? tracking->text[row] : number->text[same];
  }
}

}  // namespace

TrackedOrders::TrackedOrders(const Table& orders, const Table& shipments, const Zone& zone) {
  const Column* const ids = orders.find("order_id");
  if (ids == nullptr) return;
  const Column* const tracking = orders.find("tracking");
  if (tracking != nullptr)
    for (Row row = 0; row < orders.rows(); ++row) add(tracking->text[row], ids->text[row], orders, row, zone);
  const Column* const of = shipments.find("order_id");
  const Column* const numbers = shipments.find("tracking");
  if (of == nullptr || numbers == nullptr) return;
  IdIndex by_id({ids});
  by_id.reserve(orders.rows());
  for (Row row = 0; row < orders.rows(); ++row) by_id.add(row);
  for (Row row = 0; row < shipments.rows(); ++row)
    if (!of->is_empty(row)) add(numbers->text[row], of->text[row], orders, by_id.find(of->text[row]), zone);
}

void TrackedOrders::add(std::string_view tracking, std::string_view order_id, const Table& orders, Row order, const Zone& zone) {
  if (tracking.empty()) return;
  std::vector<Claim>& claims = claims_[tracking];
  if (std::any_of(claims.begin(), claims.end(), [&](const Claim& c) { return c.order_id == order_id; })) return;
  claims.push_back({order_id, order == no_row ? long_ago : start_of(orders.find("placed_at"), order, zone)});
}

void TrackedOrders::of(std::string_view tracking, std::int64_t by, std::vector<std::string_view>& ids) const {
  const auto found = claims_.find(tracking);
  if (found == claims_.end()) return;
  const auto is_before = [&](const Claim& claim) { return claim.placed == long_ago || claim.placed - clock_slack <= by; };
  std::int64_t last = long_ago;
  for (const Claim& claim : found->second)
    if (is_before(claim)) last = std::max(last, claim.placed);
  for (const Claim& claim : found->second) {
    const bool is_known = claim.placed != long_ago && last != long_ago;
    if (is_before(claim) && (!is_known || last - claim.placed <= same_use)) ids.push_back(claim.order_id);
  }
}

void find_orders_of_parcels(RawTable& shipments, const Table& orders, const Zone& zone) {
  const Column* const tracking = shipments.table.find("tracking");
  if (tracking == nullptr || shipments.rows() == 0) return;
  const Column* const of = shipments.table.find("order_id");
  bool is_needed = of == nullptr;
  for (Row row = 0; row < shipments.rows() && !is_needed; ++row) is_needed = of->is_empty(row) && !tracking->is_empty(row);
  if (is_needed) name_orders(shipments, orders, zone);
  number_parcels(shipments);
}

void share_facts_among_lines(RawTable& shipments) {
  Table& table = shipments.table;
  if (table.find("item_id") == nullptr) return;
  const IdColumns ids = id_columns(table);
  if (ids.second == nullptr) return;
  IdIndex parcels({ids.first, ids.second});
  std::vector<Row> first(table.rows());
  for (Row row = 0; row < table.rows(); ++row) first[row] = ids.second->is_empty(row) ? row : parcels.add(row);
  for (Column& column : table.columns) {
    if (column.name == "item_id" || column.name == "quantity") continue;
    std::vector<Row> told(table.rows(), no_row);  // of each parcel, by its first row: the least, so that chance has no say
    for (Row row = 0; row < table.rows(); ++row)
      if (Row& least = told[first[row]]; !column.is_empty(row) && (least == no_row || compare(column, row, least) < 0)) least = row;
    for (Row row = 0; row < table.rows(); ++row)
      if (column.is_empty(row) && told[first[row]] != no_row) copy_cell(column, told[first[row]], column, row);
  }
}

bool is_same_parcel(const Table& shipments, Row a, Row b) {
  const IdColumns ids = id_columns(shipments);
  return ids.second != nullptr && ids.third != nullptr && !ids.second->is_empty(a) && ids.second->text[a] == ids.second->text[b] &&
         ids.first->text[a] == ids.first->text[b];
}

std::size_t parcel_count(const Records& records, Row order) {
  const std::span<const Row> parcels = rows_of(records.shipments, order);
  const Table& shipments = records.table(RecordKind::shipment);
  std::size_t count = 0;
  for (std::size_t i = 0; i < parcels.size(); ++i)
    if (i == 0 || !is_same_parcel(shipments, parcels[i - 1], parcels[i])) ++count;
  return count;
}

}  // namespace amends
