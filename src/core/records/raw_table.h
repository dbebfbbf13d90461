// A table while it is being read: every version of every row, before replay and merging. io/records/sources.cpp
// fills it, replay.h forgets what was not known yet, versions.h leaves one row an id.
#pragma once
#include <cstdint>
#include <vector>

#include "core/records/records.h"

namespace amends {

struct RawTable {
  Table table;
  std::vector<std::uint64_t> offsets;      // of each row in its file's bytes
  std::vector<std::uint8_t> known;         // 0: not known yet at the as-of
  std::vector<std::uint8_t> ahead;         // 1: an arrival after the as-of was forgotten
  std::vector<std::uint8_t> contradictory; // after merging
  bool folded = false;                     // rows of one id in one file complete each other

  std::size_t rows() const { return table.rows(); }
};

// -1, 0, 1 by the cells' contents; an empty cell is least.
int compare(const Column& column, Row a, Row b);
void copy_cell(const Column& from, Row source, Column& to, Row target);
void clear_cell(Column& column, Row row);
// The canonical column of this name; a new one, empty, where the table has none.
Column& column_named(RawTable& raw, std::string_view name);
// Keeps these rows, in this order; `rows` ascending.
void keep_rows(RawTable& raw, const std::vector<Row>& rows);
// A copy of these rows.
RawTable rows_of(const RawTable& raw, const std::vector<Row>& rows);

}  // namespace amends
