// Where the cells and rows of delimited text lie: the first thing the engine asks of a block of bytes, 64 of them
// at a time. The rules are those of DelimitedReader; text that the fast way cannot vouch for (a quote in the middle
// of a cell, a carriage return alone) is left to it, row by row.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/records/delimited.h"

namespace amends {

class Structure {
 public:
  explicit Structure(Dialect dialect = {}) : dialect_(dialect) {}
  void set_dialect(Dialect dialect) { dialect_ = dialect; }

  enum class Found {
    rows,     // everything up to `until`, and the row that stands across it
    more,     // the bytes end within a row: read further and ask again
  };
  // Finds all rows of `bytes` that begin before `until`. The bytes begin with a row; 64 bytes behind them can be
  // read. `is_end`: nothing comes after them, so that the last row needs no line end.
  Found find(std::string_view bytes, std::size_t until, bool is_end);

  std::size_t rows() const { return rows_; }
  // A cell as it stands, with its quotes and, at the end of a row, a carriage return. `first`: first_cell(row).
  std::string_view raw_cell(std::size_t first, std::size_t cell) const {
    const std::size_t begin = begin_of(first + cell);
    return {bytes_.data() + begin, ends_[first + cell] - begin};
  }
  std::size_t first_cell(std::size_t row) const { return row == 0 ? 0 : row_ends_[row - 1]; }
  // Cells of a row, without quotes and line ends. A row that is given up for a broken quote has a fault.
  std::size_t cells_in(std::size_t row) const { return row_ends_[row] - first_cell(row); }
  Cell cell(std::size_t row, std::size_t cell) const { return cell_between(begin_of(first_cell(row) + cell), ends_[first_cell(row) + cell]); }
  bool is_blank(std::size_t row) const { return cells_in(row) == 1 && text_of(row).empty() && !is_faulty(row); }
  bool is_faulty(std::size_t row) const;
  std::size_t begin_of_row(std::size_t row) const { return begin_of(first_cell(row)); }
  // A row's bytes, without its line end.
  std::string_view text_of(std::size_t row) const;
  // Where the row after the last begins.
  std::size_t end() const { return end_; }
  // Line ends in front of end(), also those inside quotes.
  std::size_t lines() const { return lines_; }

 private:
  std::size_t begin_of(std::size_t cell) const { return cell == 0 ? 0 : ends_[cell - 1] + std::size_t{1}; }
  Cell cell_between(std::size_t begin, std::size_t end) const;
  Found find_carefully(std::size_t until, bool is_end);
  void clear();

  Dialect dialect_;
  std::string_view bytes_;
  std::vector<std::uint32_t> ends_;      // of each cell: where the separator or line end behind it stands
  std::vector<std::uint32_t> row_ends_;  // cells up to and with each row
  std::vector<std::uint32_t> faulty_;    // rows, ascending
  std::size_t rows_ = 0;
  std::size_t end_ = 0;
  std::size_t lines_ = 0;
};

// Line ends as files write them: LF, CRLF and CR alone.
std::size_t count_lines(std::string_view bytes);

}  // namespace amends
