#include "io/records/row_intake.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {

std::size_t RowIntake::read(Rows& rows, std::vector<RowParser>& parsers) {
  std::vector<bool> wanted(rows.header().size(), false);
  for (const RowParser& parser : parsers) {
    const std::vector<bool> cells = parser.wanted();
    for (std::size_t i = 0; i < cells.size(); ++i) wanted[i] = wanted[i] || cells[i];
  }
  rows.want(std::move(wanted));
  std::size_t used = 0;
  RowParser* const second = parsers.size() > 1 ? &parsers[1] : nullptr;
  while (rows.next()) {
    if (set_aside_whole(rows) || set_aside(rows, rows.cells(), parsers[0].read(rows.cells()))) continue;
    if (second != nullptr && !is_inner_ && set_aside(rows, rows.cells(), second->read(rows.cells()))) continue;
    commit(rows, rows.cells(), parsers[0]);
    if (second != nullptr && is_inner_) read_inner(rows, *second);
    else if (second != nullptr && !second->tells_nothing()) commit(rows, rows.cells(), *second);
    ++used;
  }
  return used;
}

// A bad one costs itself alone.
void RowIntake::read_inner(Rows& rows, RowParser& parser) {
  for (std::size_t i = 0; i < rows.inner(); ++i) {
    const std::span<const Cell> cells = rows.inner_cells(i);
    if (!set_aside(rows, cells, parser.read(cells))) commit(rows, cells, parser);
  }
}

void RowIntake::commit(const Rows& rows, std::span<const Cell> cells, RowParser& parser) {
  const std::uint32_t file = index_.value_or(static_cast<std::uint32_t>(records_.files.size() - 1));
  committed_ = &rows;
  committed_cells_ = cells;
  parser.commit(Place{file, static_cast<std::uint32_t>(rows.line())}, offset_of(rows.raw()), where_);
}

// Faults of the row as such, before any cell is read.
bool RowIntake::set_aside_whole(const Rows& rows) {
  const std::size_t from = offset_of(rows.raw()), until = from + rows.raw().size();
  if (!rows.fault().empty()) {
    reject(rows, where_from(rows, rows.fault_at(), 1), rows.fault(), rows.fault_hint());
    return true;
  }
  const auto broken = std::lower_bound(file_.broken.begin(), file_.broken.end(), from);
  if (broken != file_.broken.end() && *broken < until) {
    const bool zero = (*file_.bytes)[*broken] == '\0';
    reject(rows, where_from(rows, *broken, 1), zero ? "this row holds a zero byte" : "this row holds a byte that is not UTF-8",
           zero ? "" : "if the file is Latin-1, write encoding = \"latin1\" (or \"windows-1252\") on the source");
    return true;
  }
  return set_aside_by_width(rows) || set_aside_header(rows);
}

// Exports that were joined end to end bring their header along.
bool RowIntake::set_aside_header(const Rows& rows) {
  const auto is_name = [](const Cell& cell, const std::string& name) { return trimmed(cell.text) == name; };
  if (rows.header().empty() || rows.is_sparse() || !std::equal(rows.cells().begin(), rows.cells().end(), rows.header().begin(), is_name)) return false;
  reject(rows, where_from(rows, offset_of(rows.raw()), rows.raw().size()), "this row is the header again", "take it out where exports are joined");
  return true;
}

bool RowIntake::set_aside_by_width(const Rows& rows) {
  const std::size_t cells = rows.width(), wanted = rows.header().size();
  if (cells == wanted) return false;
  const bool is_none = rows.cells().empty();
  const Where where = is_none ? where_from(rows, offset_of(rows.raw()), 1)
                              : where_of(rows, cells > wanted ? rows.cells()[wanted].text : rows.cells().back().text);
  reject(rows, where, fmt::format("this row has {} cells, the header {}", cells, wanted),
         cells > wanted ? "quote a cell that holds the separator" : "the row is cut short, or a quote is missing");
  return true;
}

bool RowIntake::set_aside(const Rows& rows, std::span<const Cell> cells, const std::optional<CellFault>& fault) {
  if (!fault) return false;
  reject(rows, where_of(rows, cells[fault->cell].text), fault->reason, fault->hint);
  return true;
}

void RowIntake::reject(const Rows& rows, Where where, std::string reason, std::string hint) {
  records_.rejected.push_back({kind_, std::move(where), std::move(reason), std::move(hint), std::string(rows.raw())});
  ++records_.rows_read[static_cast<int>(kind_)];
}

std::size_t RowIntake::offset_of(std::string_view inside) const { return static_cast<std::size_t>(inside.data() - file_.bytes->data()); }

// A cell that was rewritten stands no longer in the file: the place is its row's.
Where RowIntake::where_of(const Rows& rows, std::string_view cell) const {
  const char* const from = file_.bytes->data();
  const bool inside = cell.data() != nullptr && !std::less<>{}(cell.data(), from) && std::less_equal<>{}(cell.data(), from + file_.bytes->size());
  if (!inside) return where_from(rows, offset_of(rows.raw()), 1);
  return where_from(rows, offset_of(cell), std::min(cell.find_first_of("\r\n"), cell.size()));
}

Where RowIntake::where_from(const Rows& rows, std::size_t offset, std::size_t length) const {
  Where where = where_at(file_.name, *file_.bytes, offset, length, {rows.line(), offset_of(rows.raw())});
  if (file_.is_table) where.line = rows.line();
  return where;
}

}  // namespace amends
