#include "core/records/raw_table.h"

namespace amends {
namespace {

template <typename T>
void keep(std::vector<T>& values, const std::vector<Row>& rows) {
  if (values.empty()) return;
  std::size_t n = 0;
  for (const Row row : rows) values[n++] = values[row];
  values.resize(n);
}

template <typename T>
void pick(const std::vector<T>& from, const std::vector<Row>& rows, std::vector<T>& to) {
  if (from.empty()) return;
  to.reserve(rows.size());
  for (const Row row : rows) to.push_back(from[row]);
}

}  // namespace

int compare(const Column& column, Row a, Row b) {
  if (column.is_text()) {
    const int order = column.text[a].compare(column.text[b]);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  return column.whole[a] < column.whole[b] ? -1 : column.whole[a] > column.whole[b] ? 1 : 0;
}

void copy_cell(const Column& from, Row source, Column& to, Row target) {
  if (from.is_text()) to.text[target] = from.text[source];
  else to.whole[target] = from.whole[source];
}

void clear_cell(Column& column, Row row) {
  if (column.is_text()) column.text[row] = {};
  else column.whole[row] = Moment::none;
}

Column& column_named(RawTable& raw, std::string_view name) {
  if (Column* known = raw.table.find(name)) return *known;
  Column column;
  column.name = name;
  column.type = canonical(raw.table.kind, name)->type;
  if (column.is_text()) column.text.resize(raw.rows());
  else column.whole.resize(raw.rows(), Moment::none);
  return raw.table.columns.emplace_back(std::move(column));
}

void keep_rows(RawTable& raw, const std::vector<Row>& rows) {
  if (rows.size() == raw.rows()) return;
  for (Column& column : raw.table.columns) {
    keep(column.text, rows);
    keep(column.whole, rows);
  }
  keep(raw.table.places, rows);
  keep(raw.table.currency, rows);
  keep(raw.offsets, rows);
  keep(raw.known, rows);
  keep(raw.ahead, rows);
  keep(raw.contradictory, rows);
}

RawTable rows_of(const RawTable& raw, const std::vector<Row>& rows) {
  RawTable some;
  some.folded = raw.folded;
  some.table.kind = raw.table.kind;
  for (const Column& column : raw.table.columns) {
    Column& to = some.table.columns.emplace_back();
    to.name = column.name;
    to.type = column.type;
    to.slot = column.slot;
    pick(column.text, rows, to.text);
    pick(column.whole, rows, to.whole);
  }
  pick(raw.table.places, rows, some.table.places);
  pick(raw.table.currency, rows, some.table.currency);
  pick(raw.offsets, rows, some.offsets);
  pick(raw.known, rows, some.known);
  pick(raw.ahead, rows, some.ahead);
  pick(raw.contradictory, rows, some.contradictory);
  return some;
}

}  // namespace amends
