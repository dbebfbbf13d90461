// A folder of exports for one test: written, read as records, removed.
#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>

#include "io/records/sources.h"

namespace amends {

class ShopFolder {
 public:
  ShopFolder() {
    // Thousands of small files are written faster where none reaches a disk.
    const std::filesystem::path memory = "/dev/shm";
    std::string pattern = ((::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path()) / "amends-XXXXXX").string();
    project.folder = ::mkdtemp(pattern.data());
    project.shop.zone = *Zone::named("Europe/London");
    project.shop.currency = *currency_named("GBP");
    project.schema = standard_schema();
  }
  ~ShopFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(project.folder, ignored);
  }
  ShopFolder(const ShopFolder&) = delete;
  ShopFolder& operator=(const ShopFolder&) = delete;

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(std::filesystem::path(project.folder) / name, std::ios::binary) << bytes;
  }
  SourceSpec& add(RecordKind kind, const std::string& path) {
    SourceSpec& spec = project.sources.emplace_back();
    spec.kind = kind;
    spec.paths = {path};
    spec.where = Where{"amends.toml", 7, 1, 1, "[sources.x]"};
    return spec;
  }
  SourceSpec& orders(const std::string& bytes, const std::string& name = "orders.csv") {
    write(name, bytes);
    return add(RecordKind::order, name);
  }
  void own(const std::string& name, Type type) {
    Field field;
    field.name = name;
    field.origin = Origin::own;
    field.type.base = type;
    field.type.optional = true;
    project.schema.add(field);
  }
  Records read(std::initializer_list<const char*> of_orders = {}) const { return read_at("2030-01-01", of_orders); }
  Records read_at(const std::string& as_of, std::initializer_list<const char*> of_orders = {}) const {
    Wanted all = wanted;
    for (const char* name : of_orders) all.of(RecordKind::order).insert(name);
    const Moment at = moment_of(read_iso(as_of), project.shop.zone);
    return read_records(project, at.is_date() ? project.shop.zone.start_of(at.date()) : at.instant(), all);
  }

  Project project;
  Wanted wanted;
};

inline Row row_named(const Table& table, std::string_view id) {
  const Column& ids = *table.find(table.kind == RecordKind::customer ? "customer_id" : "order_id");
  for (Row row = 0; row < table.rows(); ++row)
    if (ids.text[row] == id) return row;
  return no_row;
}

// A cell as a person reads it: "" when the column is not there, "-" when the cell is empty.
inline std::string cell(const Records& records, RecordKind kind, std::string_view id, std::string_view column) {
  const Table& table = records.table(kind);
  const Column* found = table.find(column);
  const Row row = row_named(table, id);
  if (found == nullptr || row == no_row) return "";
  if (found->is_empty(row)) return "-";
  const Currency currency = table.currency.empty() ? *currency_named("GBP") : table.currency[row];
  return print(value_at(*found, row, currency), *Zone::named("Europe/London"));
}
inline std::string order_cell(const Records& records, std::string_view id, std::string_view column) {
  return cell(records, RecordKind::order, id, column);
}

}  // namespace amends
