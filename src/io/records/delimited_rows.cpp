#include <fmt/format.h>

#include "core/base/text.h"
#include "io/records/rows.h"

namespace amends {
namespace {

class DelimitedRows : public Rows {
 public:
  DelimitedRows(const InputFile& file, Dialect dialect) : is_table_(file.is_table), reader_(*file.bytes, dialect) {
    header_where_ = Where{file.name, 1, 1, 1, {}};
    reader_.keep(10000);
    if (!reader_.next()) return;
    header_where_ = where_at(file.name, *file.bytes, static_cast<std::size_t>(reader_.raw().data() - file.bytes->data()), reader_.raw().size());
    if (reader_.fault() != DelimitedReader::Fault::none)
      throw Error{where_at(file.name, *file.bytes, reader_.fault_at(), 1), "the header has a quote that is not closed",
                  "write a \" inside a quoted cell as \"\"", Exit::io};
    if (reader_.width() > reader_.cells().size())
      throw Error{header_where_, fmt::format("the header names {} columns", reader_.width()), "check that the first line is the header", Exit::io};
    reader_.keep(reader_.width() + 1);
    if (is_table_) header_where_ = Where{file.name, 0, 0, 1, {}};
    for (const Cell& cell : reader_.cells())
      header_.emplace_back(trimmed(cell.doubled ? without_doubled_quotes(cell.text) : std::string(cell.text)));
  }

  void want(std::vector<bool>) override {}
  std::span<const Cell> cells() const override { return reader_.cells(); }
  std::size_t width() const override { return reader_.width(); }

  bool next() override {
    if (!reader_.next()) return false;
    line_ = is_table_ ? line_ + 1 : reader_.line();
    raw_ = reader_.raw();
    fault_.clear();
    if (reader_.fault() != DelimitedReader::Fault::none) tell_fault();
    return true;
  }

 private:
  void tell_fault() {
    fault_at_ = reader_.fault_at();
    tell_quote_fault(reader_.fault(), fault_, fault_hint_);
  }

  bool is_table_;
  DelimitedReader reader_;
};

}  // namespace

void tell_quote_fault(DelimitedReader::Fault fault, std::string& reason, std::string& hint) {
  const bool open = fault == DelimitedReader::Fault::unterminated;
  reason = open ? "this quote is never closed" : "there is text after a closing quote";
  hint = "write a \" inside a quoted cell as \"\"";
}

std::unique_ptr<Rows> delimited_rows(const InputFile& file, Dialect dialect) {
  return std::make_unique<DelimitedRows>(file, dialect);
}

}  // namespace amends
