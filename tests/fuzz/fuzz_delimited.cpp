// Delimited text: cells lie in their row, rows follow one another, and what is written from the cells reads
// back as the same cells.
#include "fuzz.h"
#include "io/records/delimited.h"

using namespace amends;

namespace {

using Row = std::vector<std::string>;

std::string value_of(const Cell& cell) {
  return cell.doubled ? without_doubled_quotes(cell.text) : std::string(cell.text);
}

std::string written(const Row& row, char separator) {
  std::string line;
  for (const std::string& cell : row) {
    if (!line.empty()) line += separator;
    line += '"';
    for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\r\n";
}

void check_place(const DelimitedReader& reader, std::string_view bytes, const char*& after) {
  const std::string_view raw = reader.raw();
  fuzz::require(raw.data() >= after && raw.data() + raw.size() <= bytes.data() + bytes.size(), "rows follow one another", raw);
  after = raw.data() + raw.size();
  if (reader.fault() != DelimitedReader::Fault::none) return;  // its cells are nobody's
  for (const Cell& cell : reader.cells())
    fuzz::require(cell.text.data() >= raw.data() && cell.text.data() + cell.text.size() <= after, "a cell lies in its row", raw);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Dialect dialect{(data[0] & 1) != 0 ? '\t' : ',', (data[0] & 2) == 0};
  const std::string_view bytes = fuzz::text_of(data + 1, size - 1);
  DelimitedReader reader(bytes, dialect);
  const char* after = bytes.data();
  std::size_t line = 0;
  while (reader.next()) {
    check_place(reader, bytes, after);
    fuzz::require(reader.line() > line, "lines are counted up");
    line = reader.line();
    if (reader.fault() != DelimitedReader::Fault::none) {
      fuzz::require(reader.fault_at() < bytes.size() && bytes[reader.fault_at()] == '"', "a fault shows its quote", reader.raw());
      continue;
    }
    Row row;
    for (const Cell& cell : reader.cells()) row.push_back(value_of(cell));
    const std::string text = written(row, dialect.separator);
    DelimitedReader again(text, Dialect{dialect.separator, true});
    fuzz::require(again.next() && again.cells().size() == row.size(), "what is written reads back", text);
    for (std::size_t i = 0; i < row.size(); ++i)
      fuzz::require(value_of(again.cells()[i]) == row[i], "a cell reads back as it was", text);
    fuzz::require(!again.next(), "one row stays one row", text);
  }
  return 0;
}
