// One row after the other, whatever the file's format: a header, then cells by the header's order.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "io/records/delimited.h"
#include "io/records/input_file.h"

namespace amends {

class Rows {
 public:
  virtual ~Rows() = default;
  // Names of the columns as the file writes them; empty when the file has none.
  const std::vector<std::string>& header() const { return header_; }
  const Where& header_where() const { return header_where_; }
  // Whether a row may leave a column out, so that its absence from a whole file tells nothing.
  virtual bool is_sparse() const { return false; }
  // Which cells will be read; the others may come as anything.
  virtual void want(std::vector<bool> wanted) = 0;

  virtual bool next() = 0;
  virtual std::span<const Cell> cells() const = 0;
  // How many cells the row has. Of one much wider than the header, cells() holds only the first.
  virtual std::size_t width() const { return cells().size(); }
  // Records that stand inside of this row: how many, and the cells of one, with the row's own beside it.
  virtual std::size_t inner() const { return 0; }
  virtual std::span<const Cell> inner_cells(std::size_t) { return {}; }
  std::size_t line() const { return line_; }
  std::string_view raw() const { return raw_; }
  // Why this row cannot be read at all, in the user's words; empty when it can.
  const std::string& fault() const { return fault_; }
  const std::string& fault_hint() const { return fault_hint_; }
  std::size_t fault_at() const { return fault_at_; }

 protected:
  std::vector<std::string> header_;
  Where header_where_;
  std::size_t line_ = 0;
  std::string_view raw_;
  std::string fault_, fault_hint_;
  std::size_t fault_at_ = 0;
};

// What is wrong with a row that has a broken quote, and what to write.
void tell_quote_fault(DelimitedReader::Fault fault, std::string& reason, std::string& hint);

std::unique_ptr<Rows> delimited_rows(const InputFile& file, Dialect dialect);
// Where records stand in the JSON of one source.
struct JsonShape {
  std::vector<std::string> unwraps;  // paths of an answer around them: an object, or an array of them
  std::string array;                 // of each record: its elements are inner rows, their columns `array[].name`
};
// One JSON object a line, or an array of them, or one such value over many lines; nested names are joined by
// dots (carrier_detail.service, details.0.status). Numbers keep the file's own digits. Text with escapes is
// rewritten into `words`, which must outlive the cells.
std::unique_ptr<Rows> json_rows(const InputFile& file, std::deque<std::string>& words, const JsonShape& shape = {});

}  // namespace amends
