// Delimited text as RFC 4180 and its relatives write it: comma or tab, doubled quotes, line breaks inside
// quotes, LF, CRLF or bare CR. One pass, no copy: cells are views into the bytes given.
//
// A quote only opens at the start of a cell, so 6" is six inches. A row with a broken quote is given up for
// its first line alone, and reading goes on with the next line: one stray quote costs one row.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace amends {

struct Cell {
  std::string_view text;  // without its outer quotes
  bool doubled = false;   // holds "" that stand for "
};

struct Dialect {
  char separator = ',';
  bool quoting = true;
};

class DelimitedReader {
 public:
  enum class Fault { none, unterminated, after_quote };

  DelimitedReader(std::string_view bytes, Dialect dialect);

  // Moves to the next row that is not blank; false at the end. The cells live until the next call.
  bool next();
  std::span<const Cell> cells() const { return cells_; }
  // Whether a quote of the row is not closed before the bytes end.
  bool ran_out() const { return ran_out_; }
  // How many cells the row has; cells() holds at most those that keep() allows, and so bounds memory.
  std::size_t width() const { return width_; }
  void keep(std::size_t most) { most_ = most; }
  std::size_t line() const { return line_; }          // of the row's first byte, from 1
  std::string_view raw() const { return raw_; }       // the row without its line end
  Fault fault() const { return fault_; }
  std::size_t fault_at() const { return fault_at_; }  // byte offset of the quote

 private:
  const char* read_quoted(const char* at);
  const char* read_plain(const char* at);
  const char* after_line_end(const char* at) const;
  void add(Cell cell);
  void give_up(Fault fault, const char* quote);

  std::string_view bytes_;
  Dialect dialect_;
  const char* at_;
  const char* end_;
  std::size_t line_ = 0;
  std::size_t next_line_ = 1;
  std::string_view raw_;
  std::vector<Cell> cells_;
  bool ran_out_ = false;
  std::size_t width_ = 0;
  std::size_t most_ = static_cast<std::size_t>(-1);
  Fault fault_ = Fault::none;
  const char* across_ = nullptr;  // the first quote of the row that is closed in a later line
  std::size_t fault_at_ = 0;
};

// "" become ".
std::string without_doubled_quotes(std::string_view text);

}  // namespace amends
