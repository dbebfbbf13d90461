#include "core/records/records.h"

#include <algorithm>

namespace amends {
namespace {

template <typename Columns>
auto* column_named(Columns& columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

Value nothing(const FieldType& type, Currency currency) {
  if (type.standard)
    if (const auto value = read_value(type.standard->text, type, currency, Zone::utc())) return *value;
  return type.optional ? Value::null() : Value{};
}

Value money_at(const Column& column, std::int64_t minor, Currency currency) {
  return Value::of_money(Money{minor, column.type.currency.is_none() ? currency : column.type.currency});
}

}  // namespace

const Column* Table::find(std::string_view name) const { return column_named(columns, name); }
Column* Table::find(std::string_view name) { return column_named(columns, name); }

bool Column::is_empty(Row row) const {
  return is_text() ? text[row].data() == nullptr : whole[row] == Moment::none;
}

bool Column::is_text() const {
  switch (type.base) {
    case Type::boolean:
    case Type::money:
    case Type::date:
    case Type::instant:
    case Type::time:
    case Type::monthday:
    case Type::duration: return false;
    default: return true;
  }
}

std::span<const Row> rows_of(const Links& links, Row row) {
  if (links.begin.empty() || row == no_row) return {};
  return std::span(links.rows).subspan(links.begin[row], links.begin[row + 1] - links.begin[row]);
}

std::string_view text_at(const Column* column, Row row) {
  return column == nullptr || !column->is_text() || row == no_row ? std::string_view{} : column->text[row];
}

Moment moment_at(const Column* column, Row row) {
  return column == nullptr || column->is_text() || row == no_row ? Moment{} : Moment::from_raw(column->whole[row]);
}

const Column* moment_column(const Table& table, std::string_view name) {
  const Column* const column = name.empty() ? nullptr : table.find(name);
  return column == nullptr || column->is_text() ? nullptr : column;
}

Value value_at(const Column& column, Row row, Currency currency) {
  if (column.is_empty(row)) return nothing(column.type, currency);
  if (column.is_text()) return read_value(column.text[row], column.type, currency, Zone::utc()).value_or(Value{});
  const std::int64_t whole = column.whole[row];
  switch (column.type.base) {
    case Type::money: return money_at(column, whole, currency);
    case Type::date:
    case Type::instant: return Value::of_moment(Moment::from_raw(whole));
    default: return Value::of(column.type.base, whole);
  }
}

std::size_t place_of_unknown(Records& records, RecordKind kind, std::string_view field, std::string_view word) {
  std::string name(1, static_cast<char>('0' + static_cast<int>(kind)));
  name.append(field).append(1, '\0').append(word);
  return records.unknown_places.try_emplace(std::move(name), records.unknown_words.size()).first->second;
}

}  // namespace amends
