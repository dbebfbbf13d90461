// Cells and rows found 64 bytes at a time are those that are found one byte after the other, wherever the bytes are
// cut into chunks.
#include <algorithm>
#include <cstring>

#include "fuzz.h"
#include "io/records/byte_masks.h"
#include "io/records/structure.h"

using namespace amends;

namespace {

constexpr std::size_t spare = 64;

// Bytes with room behind them that may be read and must not matter.
struct Padded {
  explicit Padded(std::string_view text, char filling) : bytes(std::string(text) + std::string(spare, filling)), size(text.size()) {}
  std::string_view from(std::size_t at) const { return std::string_view(bytes).substr(at, size - at); }
  std::string bytes;
  std::size_t size;
};

void check_row(const Structure& found, std::size_t row, const DelimitedReader& expected, std::string_view text) {
  const bool faulty = expected.fault() != DelimitedReader::Fault::none;
  fuzz::require(found.is_faulty(row) == faulty, "the same rows are faulty", text);
  fuzz::require(found.text_of(row).data() == expected.raw().data(), "a row begins where it does", text);
  fuzz::require(found.text_of(row).size() == expected.raw().size(), "a row ends where it does", text);
  if (faulty) return;
  fuzz::require(found.cells_in(row) == expected.cells().size(), "as many cells", text);
  for (std::size_t i = 0; i < expected.cells().size(); ++i) {
    const Cell cell = found.cell(row, i);
    fuzz::require(cell.text == expected.cells()[i].text, "the same cell", text);
    fuzz::require(cell.doubled == expected.cells()[i].doubled, "the same doubled quotes", text);
  }
}

// Chunks of `length` bytes, each taking the rows that begin in it.
void check_chunks(const Padded& padded, Dialect dialect, std::size_t length) {
  const std::string_view text = padded.from(0);
  DelimitedReader expected(text, dialect);
  Structure found(dialect);
  std::size_t lines = 0;
  for (std::size_t at = 0; at < padded.size; at += found.end()) {
    fuzz::require(found.find(padded.from(at), length, true) == Structure::Found::rows, "bytes that have an end have rows", text);
    fuzz::require(found.end() > 0, "every chunk gets on", text);
    lines += found.lines();
    for (std::size_t row = 0; row < found.rows(); ++row) {
      if (found.is_blank(row)) continue;
      fuzz::require(expected.next(), "no row too many", text);
      check_row(found, row, expected, text);
    }
  }
  fuzz::require(!expected.next(), "no row is left out", text);
  const bool last_is_open = !text.empty() && text.back() != '\n' && text.back() != '\r';  // which may count as a line
  fuzz::require(lines - count_lines(text) <= (last_is_open ? 1u : 0u), "lines are counted", text);
}

void check_masks(std::string_view text, char separator) {
  const std::size_t blocks = (text.size() + 63) / 64;
  const Padded padded(text, '"');
  std::vector<ByteMasks> quick(blocks), plain(blocks);
  find_masks(padded.bytes.data(), blocks, separator, quick.data());
  find_masks_plainly(padded.bytes.data(), blocks, separator, plain.data());
  fuzz::require(blocks == 0 || std::memcmp(quick.data(), plain.data(), blocks * sizeof(ByteMasks)) == 0, "masks are those of the plain way", text);
  fuzz::require(count_bytes(text.data(), text.size(), separator) == static_cast<std::size_t>(std::count(text.begin(), text.end(), separator)),
                "bytes are counted", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Dialect dialect{(data[0] & 1) != 0 ? '\t' : ',', (data[0] & 2) == 0};
  const std::string_view text = fuzz::text_of(data + 2, size - 2);
  check_masks(text, dialect.separator);
  const Padded padded(text, (data[0] & 4) != 0 ? '"' : '\n');
  check_chunks(padded, dialect, std::max<std::size_t>(1, text.size()));
  check_chunks(padded, dialect, 1 + data[1]);
  return 0;
}
