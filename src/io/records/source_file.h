// One file of a source, opened, with its header read and its columns planned: what every pass over it shares.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/records/byte_store.h"
#include "io/records/column_plan.h"
#include "io/records/input.h"

namespace amends {

struct SourceFile {
  const SourceSpec* spec = nullptr;
  const Preset* preset = nullptr;
  std::string path;                  // one of matching_files()
  std::string name;                  // as messages show it
  std::uint32_t index = 0;           // in Records::files
  std::unique_ptr<ByteStore> bytes;
  Format format = Format::csv;
  Dialect dialect;
  bool is_table = false;             // rows of a database: a row's line is its number
  std::uint64_t body = 0;            // where the rows begin, behind the header
  std::size_t body_line = 1;         // the line there
  std::uint64_t base = 0;            // of its first byte in the sequence of all files
  std::vector<std::string> header;
  ColumnPlan plan;
  std::optional<ColumnPlan> items;   // of a file whose rows are items too
  const Table* columns = nullptr;    // of its kind, without rows: what the plan's columns are

  const PresetPart& part(RecordKind kind) const { return preset->part(kind); }
  RawTable empty_table() const { return RawTable{*columns, {}, {}, {}, {}, items.has_value()}; }
};

}  // namespace amends
