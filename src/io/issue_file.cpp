#include "io/issue_file.h"

#include <fmt/format.h>

#include "core/text.h"
#include "io/delimited.h"
#include "io/input_file.h"

namespace amends {
namespace {

std::size_t column_of(std::span<const Cell> header, std::string_view name, const Where& where) {
  std::vector<std::string> present;
  for (std::size_t i = 0; i < header.size(); ++i) {
    present.push_back(lower(trimmed(header[i].text)));
    if (present.back() == name) return i;
  }
  throw Error{where, fmt::format("there is no column {}", quoted(name)),
              fmt::format("the header has {}; wanted are grant and reference", joined(present, ", "))};
}

std::string cell_text(const Cell& cell) {
  return cell.doubled ? without_doubled_quotes(cell.text) : std::string(trimmed(cell.text));
}

}  // namespace

std::vector<Issued> read_issue_file(const std::string& path) {
  if (path.empty()) throw Error{{}, "which grants were paid?", "amends ledger issue --from paid.csv"};
  const InputFile file = read_input(path);
  DelimitedReader rows(*file.bytes, {});
  if (!rows.next()) throw Error{{path}, "the file is empty", "wanted is CSV with the columns grant and reference"};
  const Where header{path, rows.line(), 1, rows.raw().size(), std::string(rows.raw())};
  const std::size_t grant = column_of(rows.cells(), "grant", header);
  const std::size_t reference = column_of(rows.cells(), "reference", header);
  std::vector<Issued> lines;
  while (rows.next()) {
    const Where where{path, rows.line(), 1, rows.raw().size(), std::string(rows.raw())};
    if (rows.cells().size() <= std::max(grant, reference))
      throw Error{where, "this row is too short", "each row has a grant and a reference"};
    lines.push_back({cell_text(rows.cells()[grant]), cell_text(rows.cells()[reference]), where});
  }
  return lines;
}

}  // namespace amends
