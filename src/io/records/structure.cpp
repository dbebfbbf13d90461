#include "io/records/structure.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "io/records/byte_masks.h"

namespace amends {
namespace {

constexpr std::size_t block = 64;
constexpr std::size_t blocks_at_once = 128;

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// Bit i: whether the number of bits up to and with i is odd.
std::uint64_t parity_so_far(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// What one block leaves to the next.
struct Carry {
  std::uint64_t inside = 0;          // all ones: it ended within quotes
  std::uint64_t may_open = 1;        // bit 0: a quote may open a cell here, or double the one before
  std::uint64_t must_close = 0;      // bit 0: the last byte closed a quoted cell
  std::uint64_t must_feed = 0;       // bit 0: the last byte was a carriage return
};

struct Marks {
  std::uint64_t ends;        // separators and line feeds that end a cell
  std::uint64_t feeds_inside;
  bool plain;                // nothing in it asks for more care
};

// A quote opens at the start of a cell only, and what it closes ends there: all else asks for more care.
Marks read_quotes(const ByteMasks& masks, bool quoting, Carry& carry) {
  const std::uint64_t delimiters = masks.separators | masks.line_feeds;
  const bool feeds = ((masks.returns << 1 | carry.must_feed) & ~masks.line_feeds) == 0;
  carry.must_feed = masks.returns >> 63;
  if (!quoting || (masks.quotes | carry.inside) == 0) {
    const bool closed = (carry.must_close & ~(delimiters | masks.returns)) == 0;
    carry.may_open = delimiters >> 63;
    carry.must_close = 0;
    return {delimiters, 0, feeds && closed};
  }
  const std::uint64_t inside = parity_so_far(masks.quotes) ^ carry.inside;
  const std::uint64_t opens = masks.quotes & inside, closes = masks.quotes & ~inside;
  const std::uint64_t ends = delimiters & ~inside;
  const std::uint64_t may_open = (ends | closes) << 1 | carry.may_open;
  const std::uint64_t follows = delimiters | masks.returns | masks.quotes;
  const bool plain = (opens & ~may_open) == 0 && ((closes << 1 | carry.must_close) & ~follows) == 0;
  carry.inside = static_cast<std::uint64_t>(static_cast<std::int64_t>(inside) >> 63);
  carry.may_open = (ends | closes) >> 63;
  carry.must_close = closes >> 63;
  return {ends, masks.line_feeds & inside, feeds && plain};
}

template <typename T>
void make_room(std::vector<T>& values, std::size_t used, std::size_t more) {
  if (values.size() < used + more) values.resize(std::max(values.size() * 2, used + more + 4096));
}

}  // namespace

std::size_t count_lines(std::string_view bytes) {
  std::size_t lines = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] != '\n'))) ++lines;
  return lines;
}

void Structure::clear() {
  faulty_.clear();
  rows_ = end_ = lines_ = 0;
}

bool Structure::is_faulty(std::size_t row) const {
  return !faulty_.empty() && std::binary_search(faulty_.begin(), faulty_.end(), static_cast<std::uint32_t>(row));
}

std::string_view Structure::text_of(std::size_t row) const {
  const std::size_t begin = begin_of(first_cell(row));
  std::size_t end = ends_[row_ends_[row] - 1];
  if (end > begin && end < bytes_.size() && bytes_[end] == '\n' && bytes_[end - 1] == '\r') --end;
  return bytes_.substr(begin, end - begin);
}

Cell Structure::cell_between(std::size_t begin, std::size_t end) const {
  if (end > begin && bytes_[end - 1] == '\r' && end < bytes_.size() && bytes_[end] == '\n') --end;
  const bool quoted = dialect_.quoting && end > begin + 1 && bytes_[begin] == '"';
  if (!quoted) return {bytes_.substr(begin, end - begin), false};
  const std::string_view text = bytes_.substr(begin + 1, end - begin - 2);
  return {text, text.find('"') != std::string_view::npos};
}

Structure::Found Structure::find(std::string_view bytes, std::size_t until, bool is_end) {
  bytes_ = bytes;
  clear();
  std::array<ByteMasks, blocks_at_once> masks;
  std::size_t cells = 0, rows = 0, feeds_inside = 0;
  Carry carry;
  std::size_t last_end = 0;  // just behind the last row
  for (std::size_t at = 0; at < bytes.size() && last_end < until; at += block * blocks_at_once) {
    const std::size_t blocks = std::min(blocks_at_once, (bytes.size() - at + block - 1) / block);
    find_masks(bytes.data() + at, blocks, dialect_.separator, masks.data());
    for (std::size_t i = 0; i < blocks && last_end < until; ++i) {
      const std::size_t from = at + i * block;
      if (bytes.size() - from < block) {
        const std::size_t left = bytes.size() - from;
        const std::uint64_t inside = ~std::uint64_t{0} >> (block - left);
        // The end of everything ends a row, too; behind a carriage return it asks for more care.
        const std::uint64_t last_feed = is_end && bytes.back() != '\n' && bytes.back() != '\r' ? std::uint64_t{1} << left : 0;
        masks[i] = {masks[i].separators & inside, (masks[i].line_feeds & inside) | last_feed, masks[i].quotes & inside, masks[i].returns & inside};
      }
      const Marks marks = read_quotes(masks[i], dialect_.quoting, carry);
      if (!marks.plain) return find_carefully(until, is_end);
      if (marks.feeds_inside != 0) feeds_inside += static_cast<std::size_t>(std::popcount(marks.feeds_inside));
      make_room(ends_, cells, block);
      make_room(row_ends_, rows, block);
      for (std::uint64_t left = marks.ends; left != 0; left &= left - 1) {
        const auto bit = static_cast<unsigned>(std::countr_zero(left));
        ends_[cells++] = static_cast<std::uint32_t>(from + bit);
        row_ends_[rows] = static_cast<std::uint32_t>(cells);
        rows += masks[i].line_feeds >> bit & 1u;
      }
      if (rows > 0) last_end = ends_[row_ends_[rows - 1] - 1] + std::size_t{1};
    }
  }
  // Text that ends within a row or within quotes.
  if (last_end < until) {
    if (!is_end) return Found::more;
    if (carry.inside != 0 || carry.must_feed != 0) return find_carefully(until, is_end);
    if (last_end < bytes.size()) {
      make_room(ends_, cells, 1);
      make_room(row_ends_, rows, 1);
      ends_[cells++] = static_cast<std::uint32_t>(bytes.size());
      row_ends_[rows++] = static_cast<std::uint32_t>(cells);
    }
  }
  while (rows > 0 && begin_of(rows == 1 ? 0 : row_ends_[rows - 2]) >= until) --rows;
  rows_ = rows;
  end_ = rows == 0 ? 0 : std::min(bytes.size(), ends_[row_ends_[rows - 1] - 1] + std::size_t{1});
  lines_ = rows + feeds_inside;
  if (feeds_inside > 0) lines_ = count_lines(bytes.substr(0, end_));  // some may lie behind end()
  return Found::rows;
}

Structure::Found Structure::find_carefully(std::size_t until, bool is_end) {
  clear();
  ends_.clear();
  row_ends_.clear();
  const auto end_row = [this](std::size_t end) {
    ends_.push_back(static_cast<std::uint32_t>(end));
    row_ends_.push_back(static_cast<std::uint32_t>(ends_.size()));
  };
  const std::size_t size = bytes_.size();
  std::size_t at = 0;
  while (at < size && at < until) {
    std::size_t end = at;  // of the row, before its line end
    if (!is_line_end(bytes_[at])) {
      DelimitedReader reader(bytes_.substr(at), dialect_);
      reader.keep(bytes_.size());
      reader.next();
      end = at + reader.raw().size();
      const bool faulty = reader.fault() != DelimitedReader::Fault::none;
      if (!is_end && (reader.ran_out() || end == size)) return Found::more;
      if (faulty) faulty_.push_back(static_cast<std::uint32_t>(row_ends_.size()));
      if (!faulty)
        for (std::size_t i = 0; i + 1 < reader.cells().size(); ++i) {
          const std::string_view text = reader.cells()[i].text;
          const auto behind = static_cast<std::size_t>(text.data() + text.size() - bytes_.data());
          ends_.push_back(static_cast<std::uint32_t>(bytes_[behind] == dialect_.separator ? behind : behind + 1));
        }
    }
    if (end < size && bytes_[end] == '\r' && end + 1 == size && !is_end) return Found::more;
    if (end + 1 < size && bytes_[end] == '\r' && bytes_[end + 1] == '\n') ++end;
    end_row(end);
    at = std::min(size, end + 1);
  }
  if (at < until && !is_end) return Found::more;
  end_ = at;
  lines_ = count_lines(bytes_.substr(0, end_));
  rows_ = row_ends_.size();
  return Found::rows;
}

}  // namespace amends
