// JSON lines as rows, and single JSON texts as trees: any bytes give rows, faults of rows, or an Error.
#include "fuzz.h"
#include "io/records/json_tree.h"
#include "io/records/rows.h"

using namespace amends;

namespace {

std::size_t walked(Rows& rows) {
  rows.want(std::vector<bool>(rows.header().size(), true));
  std::size_t bytes = 0, line = 0;
  while (rows.next()) {
    fuzz::require(rows.line() >= line, "lines are counted up", rows.raw());
    line = rows.line();
    bytes += rows.raw().size();
    if (!rows.fault().empty()) continue;
    fuzz::require(rows.cells().size() <= rows.header().size(), "no row has more cells than there are names", rows.raw());
    for (const Cell& cell : rows.cells()) bytes += std::string(cell.text).size();
    for (std::size_t i = 0; i < rows.inner(); ++i)
      for (const Cell& cell : rows.inner_cells(i)) bytes += std::string(cell.text).size();
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  fuzz::answers([&] {
    const InputFile file = input_of("fuzz.jsonl", text);
    std::deque<std::string> words;
    walked(*json_rows(file, words));
    walked(*json_rows(file, words, {{"trackers", "data.tracking"}, "details"}));
  });
  fuzz::answers([&] { read_json(text, "fuzz.json", 1); });
  return 0;
}
