#include "core/records/order_facts.h"

#include "core/records/parcels.h"

namespace amends {
namespace {

Value value_without_column(const FieldType& type, Currency currency) {
  const bool is_list = type.base == Type::list || type.base == Type::record;
  if (is_list || !type.standard) return type.optional ? Value::null() : Value{};
  return read_value("", type, currency, Zone::utc()).value_or(Value{});
}

// Its code as text that outlives the records it was told by.
std::string_view lasting_name(Currency currency) {
  static const std::vector<char> all = [] {
    std::vector<char> codes;
    for (char a = 'A'; a <= 'Z'; ++a)
      for (char b = 'A'; b <= 'Z'; ++b)
        for (char c = 'A'; c <= 'Z'; ++c) codes.insert(codes.end(), {a, b, c});
    return codes;
  }();
  const auto at = [&](std::size_t i) { return static_cast<std::size_t>(currency.code[i] - 'A'); };
  return {&all[3 * ((at(0) * 26 + at(1)) * 26 + at(2))], 3};
}

}  // namespace

OrderFacts::OrderFacts(const Records& records, const CaseTable& cases, const Schema& schema, Currency shop_currency)
    : records_(records), cases_(cases), shop_currency_(shop_currency), columns_(schema.size(), nullptr), items_(schema.find("items")),
      shipments_(schema.find("shipments")), contacts_(schema.find("contacts")), currency_(schema.find("currency")) {
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const Field& field = schema.at(static_cast<Slot>(i));
    const bool is_told = field.origin == Origin::record || field.origin == Origin::own;
    if (is_told) columns_[i] = cases.table->find(field.name);
    FieldType type = field.type;
    if (!is_told) type.optional = false;  // judged, derived and history facts are told by others
    absent_.push_back(std::move(type));
  }
}

Currency OrderFacts::currency() const {
  const std::vector<Currency>& currencies = cases_.table->currency;
  return row_ < currencies.size() && !currencies[row_].is_none() ? currencies[row_] : shop_currency_;
}

Value OrderFacts::at(Slot slot) const {
  if (slot >= columns_.size()) return {};
  if (slot == currency_) return currency().is_none() ? Value::null() : Value::of_string(lasting_name(currency()));  // the shop's where none is told
  if (columns_[slot] != nullptr) return value_at(*columns_[slot], row_, currency());
  if (slot == items_) return list(records_.table(RecordKind::item), records_.items);
  if (slot == shipments_) return list(records_.table(RecordKind::shipment), records_.shipments);
  if (slot == contacts_) return list(records_.table(RecordKind::contact), records_.contacts);
  return value_without_column(absent_[slot], currency());
}

Value OrderFacts::list(const Table& table, const Links& links) const {
  const Row order = cases_.order_of(row_);
  const bool is_of_another = !cases_.by_other.empty() && cases_.by_other[row_] != 0;
  if (links.begin.empty() || order == no_row || is_of_another) return {};
  List rows;
  const std::uint32_t end = links.begin[order + 1];
  for (std::uint32_t i = links.begin[order]; i < end;) {
    std::uint32_t next = i + 1;
    while (table.kind == RecordKind::shipment && next < end && is_same_parcel(table, links.rows[next - 1], links.rows[next])) ++next;
    Record row;
    for (const Column& column : table.columns) row.emplace_back(column.name, value_at(column, links.rows[i], currency()));
    if (table.kind == RecordKind::shipment) add_lines(row, table, std::span(links.rows).subspan(i, next - i));
    rows.push_back(Value::of_record(std::move(row)));
    i = next;
  }
  return Value::of_list(std::move(rows));
}

// The lines a parcel brings, where its rows name them.
void OrderFacts::add_lines(Record& parcel, const Table& table, std::span<const Row> rows) const {
  const Column* const ids = table.find("item_id");
  const Column* const quantities = table.find("quantity");
  if (ids == nullptr) return;
  List lines;
  for (const Row row : rows) {
    if (ids->is_empty(row)) continue;
    const Value quantity = quantities == nullptr ? Value::null() : value_at(*quantities, row, currency());
    lines.push_back(Value::of_record({{"item_id", value_at(*ids, row, currency())}, {"quantity", quantity}}));
  }
  if (!lines.empty()) parcel.emplace_back("lines", Value::of_list(std::move(lines)));
}

}  // namespace amends
