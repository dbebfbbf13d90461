// From rows to tables: every row goes to its parsers or, when one of them cannot read it, to what is set aside.
#pragma once
#include <functional>
#include <vector>

#include "io/records/input_file.h"
#include "io/records/row_parser.h"
#include "io/records/rows.h"

namespace amends {

class RowIntake {
 public:
  // The rows are those of `file`, the last of records.files so far. Keeps references.
  RowIntake(RecordKind kind, const InputFile& file, Records& records) : kind_(kind), file_(file), records_(records) {}
  RowIntake(const RowIntake&) = delete;
  RowIntake& operator=(const RowIntake&) = delete;
  // The file's number in records.files, where it is not the last.
  void set_file(std::uint32_t index) { index_ = index; }

  // The second parser takes the rows that stand inside of each row, not the row itself.
  void set_inner(bool inner) { is_inner_ = inner; }

  // How many rows could be used. A second parser's row that tells nothing but whose it is counts as none.
  std::size_t read(Rows& rows, std::vector<RowParser>& parsers);

 private:
  bool set_aside_whole(const Rows& rows);
  bool set_aside_by_width(const Rows& rows);
  bool set_aside_header(const Rows& rows);
  void read_inner(Rows& rows, RowParser& parser);
  void commit(const Rows& rows, std::span<const Cell> cells, RowParser& parser);
  Where where_of_committed(std::size_t cell) const { return where_of(*committed_, committed_cells_[cell].text); }
  bool set_aside(const Rows& rows, std::span<const Cell> cells, const std::optional<CellFault>& fault);
  void reject(const Rows& rows, Where where, std::string reason, std::string hint);
  std::size_t offset_of(std::string_view inside) const;
  Where where_of(const Rows& rows, std::string_view cell) const;
  Where where_from(const Rows& rows, std::size_t offset, std::size_t length) const;

  RecordKind kind_;
  const InputFile& file_;
  Records& records_;
  std::optional<std::uint32_t> index_;
  bool is_inner_ = false;
  const Rows* committed_ = nullptr;  // the row being taken over, whose cells may have to be named
  std::span<const Cell> committed_cells_;
  const std::function<Where(std::size_t)> where_ = [this](std::size_t cell) { return where_of_committed(cell); };
};

}  // namespace amends
