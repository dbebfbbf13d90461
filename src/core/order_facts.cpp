#include "core/order_facts.h"

#include "core/parcels.h"

namespace amends {
namespace {

Value value_without_column(const FieldType& type, Currency currency) {
  if (type.base == Type::list || type.base == Type::record) return type.optional ? Value::null() : Value{};
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
  if (links.begin.empty() || order == no_row) return {};
  List rows;
  for (std::uint32_t i = links.begin[order]; i < links.begin[order + 1]; ++i) {
    const bool is_told = i > links.begin[order] && table.kind == RecordKind::shipment && is_same_parcel(table, links.rows[i - 1], links.rows[i]);
    if (is_told) continue;
    Record row;
    for (const Column& column : table.columns) row.emplace_back(column.name, value_at(column, links.rows[i], currency()));
    rows.push_back(Value::of_record(std::move(row)));
  }
  return Value::of_list(std::move(rows));
}

}  // namespace amends
