// Orders for judge tests, written as a small table: the first line names the columns.
#pragma once
#include <deque>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/project.h"
#include "core/records/records.h"
#include "io/toml.h"

namespace amends::judge_tests {

inline Column column_of(std::string_view name, const Schema& schema) {
  Column column;
  column.name = name;
  column.slot = schema.find(name);
  column.type = schema.at(column.slot).type;
  return column;
}

inline void append_cell(Column& column, std::string_view text, const Zone& zone) {
  if (column.is_text()) column.text.push_back(text.empty() ? std::string_view{} : text);
  else if (column.type.base == Type::money) column.whole.push_back(read_minor(text, *currency_named("GBP")).value_or(Moment::none));
  else column.whole.push_back(text.empty() ? Moment::none : moment_of(read_iso(text), zone).raw());
}

// Cells are parted by "|"; `text` must outlive the records.
inline Records records_of(std::string_view text, const Schema& schema, const Zone& zone) {
  Records records;
  Table& orders = records.table(RecordKind::order);
  std::uint32_t line = 0;
  for (const std::string_view row : split(text, '\n')) {
    ++line;
    if (trimmed(row).empty()) continue;
    const std::vector<std::string_view> cells = split(row, '|');
    if (orders.columns.empty()) {
      for (const std::string_view name : cells) orders.columns.push_back(column_of(trimmed(name), schema));
      continue;
    }
    for (std::size_t i = 0; i < orders.columns.size(); ++i)
      append_cell(orders.columns[i], i < cells.size() ? trimmed(cells[i]) : "", zone);
    orders.places.push_back({0, line});
    orders.currency.push_back(*currency_named("GBP"));
  }
  records.contradictory.assign(orders.rows(), 0);
  return records;
}

// A project with these guarantees and calendars in a shop in London.
inline void read_into(Project& project, const std::string& toml, const char* zone = "Europe/London") {
  project.shop.id = "tea";
  project.shop.zone = Zone::named(zone).value();
  project.shop.currency = *currency_named("GBP");
  project.schema = standard_schema();
  const Node root = read_toml(std::make_shared<const Source>(Source{"amends.toml", toml}));
  if (const Node* calendars = root.find("calendars")) project.calendars = read_calendars(*calendars, project.shop.zone, {});
  if (const Node* guarantees = root.find("guarantee"))
    for (const Node& node : guarantees->items) project.guarantees.push_back(read_guarantee(node, project.language(), project.calendars));
  std::vector<PromiseException> exceptions;
  if (const Node* tables = root.find("exception"))
    for (const Node& node : tables->items) exceptions.push_back(read_exception(node, project.language(), project.calendars));
  attach(exceptions, project.guarantees, project.schema);
}

}  // namespace amends::judge_tests
