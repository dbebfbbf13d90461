#include "core/records/joined_facts.h"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "core/records/parcel_facts.h"
#include "core/records/raw_table.h"
#include "core/records/replay.h"

namespace amends {
namespace {

// What items tell of an order's money, by the name of the order's fact.
struct ItemSum {
  std::string_view name;
  bool goods;
  bool shipping;
};
constexpr ItemSum item_sums[] = {{"order_value", true, true}, {"goods_value", true, false}, {"shipping_fee", false, true}};

const ItemSum* item_sum_named(std::string_view name) {
  const auto found = std::find_if(std::begin(item_sums), std::end(item_sums), [&](const ItemSum& s) { return s.name == name; });
  return found == std::end(item_sums) ? nullptr : found;
}

bool items_can_tell(const Table& items, const ItemSum& sum) {
  const bool goods = items.find("line_total") != nullptr || items.find("price") != nullptr;
  return sum.goods ? goods : items.find("shipping_fee") != nullptr;
}

const Table* table_that_tells(const Records& records, std::string_view name) {
  for (const RecordKind kind : {RecordKind::shipment, RecordKind::customer})
    if (records.table(kind).find(name) != nullptr && !name.ends_with("_id")) return &records.table(kind);
  if (name == "person_id" && records.table(RecordKind::customer).find(name) != nullptr) return &records.table(RecordKind::customer);
  const ItemSum* sum = item_sum_named(name);
  return sum != nullptr && items_can_tell(records.table(RecordKind::item), *sum) ? &records.table(RecordKind::item) : nullptr;
}

class OrderParcels {
 public:
  OrderParcels(const Records& records, const Zone& zone)
      : table_(records.table(RecordKind::shipment)), links_(records.shipments), items_(records.items), parcels_(records, zone),
        standing_(records.orders().rows(), no_row) {}

  // `status` before `status_at`: the one tells of which parcel the other is.
  void fill(Column& column) {
    const Column* from = table_.find(column.name);
    if (from == nullptr || from->is_text() != column.is_text()) return;
    std::vector<Row> living;
    const bool is_plain = column.name != "status" && column.name != "status_at" && !parcels_.counts_pieces();
    for (Row order = 0; order < column.size(); ++order) {
      const std::span<const Row> all = rows_of(links_, order);
      if (all.empty() || !column.is_empty(order)) continue;
      if (is_plain && all.size() == 1) {  // of one parcel there is nothing to choose
        if (!parcels_.is_cancelled(all[0])) copy_cell(*from, all[0], column, order);
        continue;
      }
      living.clear();
      std::copy_if(all.begin(), all.end(), std::back_inserter(living), [this](Row r) { return !parcels_.is_cancelled(r); });
      if (column.name == "status") column.text[order] = status_of(*from, order, living, all);
      else if (const Row row = telling(*from, order, living); row != no_row) copy_cell(*from, row, column, order);
    }
  }

 private:
  Row telling(const Column& from, Row order, const std::vector<Row>& living) const {
    return from.name == "status_at" ? standing_[order] : parcels_.telling(from, rows_of(items_, order), living);
  }

  std::string_view status_of(const Column& from, Row order, const std::vector<Row>& living, std::span<const Row> all) {
    if (living.empty()) return from.text[standing_[order] = all[0]];
    const ParcelFacts::Standing standing = parcels_.standing(rows_of(items_, order), living);
    standing_[order] = standing.row;
    return standing.status;
  }

  const Table& table_;
  const Links& links_;
  const Links& items_;
  ParcelFacts parcels_;
  std::vector<Row> standing_;  // of each order: the parcel that tells its status
};

class ItemFacts {
 public:
  explicit ItemFacts(Records& records)
      : records_(records), table_(records.table(RecordKind::item)), price_(table_.find("price")), quantity_(table_.find("quantity")),
        line_total_(table_.find("line_total")), shipping_(table_.find("shipping_fee")) {}

  void fill(Column& column, const ItemSum& sum) {
    if (!items_can_tell(table_, sum)) return;
    for (Row order = 0; order < column.size(); ++order) {
      if (!column.is_empty(order) || rows_of(records_.items, order).empty()) continue;
      if (const std::optional<std::int64_t> minor = total(order, sum)) column.whole[order] = *minor;
    }
  }

 private:
  std::optional<std::int64_t> total(Row order, const ItemSum& sum) {
    std::int64_t minor = 0;
    for (const Row row : rows_of(records_.items, order)) {
      if (!is_in_currency_of(order, row)) return std::nullopt;
      const std::optional<std::int64_t> goods = sum.goods ? goods_of(row) : 0;
      const std::int64_t shipping = sum.shipping && shipping_ != nullptr && !shipping_->is_empty(row) ? shipping_->whole[row] : 0;
      if (!goods || __builtin_add_overflow(minor, *goods, &minor) || __builtin_add_overflow(minor, shipping, &minor))
        return std::nullopt;
    }
    return minor;
  }

  std::optional<std::int64_t> goods_of(Row row) const {
    if (line_total_ != nullptr && !line_total_->is_empty(row)) return line_total_->whole[row];
    if (price_ == nullptr || price_->is_empty(row)) return std::nullopt;
    if (quantity_ == nullptr || quantity_->is_empty(row) || quantity_->text[row] == "1") return price_->whole[row];
    const std::optional<Ratio> quantity = read_decimal(quantity_->text[row]);
    if (!quantity) return std::nullopt;
    try {
      const Ratio product = Ratio(price_->whole[row]) * *quantity;
      if (product.is_whole()) return whole_of(product);
    } catch (const Overflow&) {
    }
    return std::nullopt;
  }

  // Lines in another currency than their order: the sum is nobody's to make.
  bool is_in_currency_of(Row order, Row row) {
    const Table& orders = records_.orders();
    if (table_.currency.empty() || orders.currency.empty() || table_.currency[row] == orders.currency[order]) return true;
    if (records_.contradictory[order] != 0) return false;
    records_.contradictory[order] = 1;
    Contradiction found{RecordKind::item, std::string(records_.orders().find("order_id")->text[order]), "currency", {}};
    found.rows = {where_of(records_.orders().places[order]), where_of(table_.places[row])};
    records_.contradictions.push_back(std::move(found));
    return false;
  }

  Where where_of(const Place& place) const { return Where{records_.files[place.file], place.line, 1, 1, {}}; }

  Records& records_;
  const Table& table_;
  const Column* price_;
  const Column* quantity_;
  const Column* line_total_;
  const Column* shipping_;
};

void fill_from_customers(const Records& records, Column& column) {
  const Column* from = records.table(RecordKind::customer).find(column.name);
  if (from == nullptr || from->is_text() != column.is_text()) return;
  for (Row order = 0; order < column.size(); ++order) {
    const Row customer = records.customer[order];
    if (customer != no_row && column.is_empty(order)) copy_cell(*from, customer, column, order);
  }
}

// An order whose file says it has arrived, by a parcel's arrival that is not known yet: on its way.
void undo_early_arrivals(Records& records, const std::vector<std::uint8_t>& ahead) {
  Column* status = records.table(RecordKind::order).find("status");
  const Column* delivered = records.orders().find("delivered_at");
  if (status == nullptr || ahead.empty()) return;
  for (Row order = 0; order < status->size(); ++order) {
    if (!says_arrived(status->text[order]) || (delivered != nullptr && !delivered->is_empty(order))) continue;
    const std::span<const Row> parcels = rows_of(records.shipments, order);
    if (std::any_of(parcels.begin(), parcels.end(), [&](Row row) { return ahead[row] != 0; })) status->text[order] = "in_transit";
  }
}

void add_empty(Column& column, std::size_t rows) {
  if (column.is_text()) column.text.resize(rows);
  else column.whole.resize(rows, Moment::none);
}

}  // namespace

void add_order_columns(Records& records, const std::vector<Field>& asked, const Schema& schema) {
  Table& orders = records.table(RecordKind::order);
  for (const Field& field : asked) {
    if (orders.find(field.name) != nullptr || table_that_tells(records, field.name) == nullptr) continue;
    Column column;
    column.name = field.name;
    column.type = field.type;
    column.slot = schema.find(field.name);
    add_empty(column, orders.rows());
    orders.columns.push_back(std::move(column));
  }
}

void fill_order_facts(Records& records, const std::vector<Field>& asked, const std::vector<std::uint8_t>& ahead, const Zone& zone) {
  OrderParcels parcels(records, zone);
  ItemFacts items(records);
  for (const Field& field : asked) {
    Column* column = records.table(RecordKind::order).find(field.name);
    if (column == nullptr || field.name.ends_with("order_id") || field.name == "customer_id" || field.name == "updated_at") continue;
    parcels.fill(*column);
    if (const ItemSum* sum = item_sum_named(field.name)) items.fill(*column, *sum);
    fill_from_customers(records, *column);
  }
  undo_early_arrivals(records, ahead);
}

}  // namespace amends
