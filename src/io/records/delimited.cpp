#include "io/records/delimited.h"

#include <algorithm>
#include <cstring>

namespace amends {
namespace {

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

std::size_t line_ends(const char* from, const char* until, const char* end) {
  std::size_t n = 0;
  for (const char* p = from; p != until; ++p)
    if (*p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'))) ++n;
  return n;
}

}  // namespace

DelimitedReader::DelimitedReader(std::string_view bytes, Dialect dialect)
    : bytes_(bytes), dialect_(dialect), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

bool DelimitedReader::next() {
  while (at_ != end_ && is_line_end(*at_)) {
    at_ = after_line_end(at_);
    ++next_line_;
  }
  if (at_ == end_) return false;

  const char* const start = at_;
  line_ = next_line_;
  cells_.clear();
  width_ = 0;
  ran_out_ = false;
  fault_ = Fault::none;
  across_ = nullptr;
  const char* p = start;
  while (true) {
    p = dialect_.quoting && p != end_ && *p == '"' ? read_quoted(p) : read_plain(p);
    if (fault_ != Fault::none) break;
    if (p == end_ || is_line_end(*p)) break;
    ++p;  // the separator
  }
  if (fault_ != Fault::none) p = std::find_if(start, end_, is_line_end);
  // The row ends with its first line: what it is told to lack stands there.
  if (fault_ != Fault::none && across_ != nullptr) give_up(Fault::unterminated, across_);
  raw_ = {start, static_cast<std::size_t>(p - start)};
  next_line_ += line_ends(start, p, end_);
  at_ = p;
  if (at_ != end_) {
    at_ = after_line_end(at_);
    ++next_line_;
  }
  return true;
}

const char* DelimitedReader::read_plain(const char* at) {
  const char separator = dialect_.separator;
  const char* p = at;
  while (p != end_ && *p != separator && !is_line_end(*p)) ++p;
  add({{at, static_cast<std::size_t>(p - at)}, false});
  return p;
}

const char* DelimitedReader::read_quoted(const char* at) {
  const char* const from = at + 1;
  const char* p = from;
  bool doubled = false;
  while (true) {
    p = p == end_ ? nullptr : static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(end_ - p)));
    if (p == nullptr) {
      ran_out_ = true;
      give_up(Fault::unterminated, at);
      return end_;
    }
    if (p + 1 == end_ || p[1] != '"') break;
    doubled = true;
    p += 2;
  }
  add({{from, static_cast<std::size_t>(p - from)}, doubled});
  if (across_ == nullptr && std::any_of(from, p, is_line_end)) across_ = at;
  ++p;
  // Where it is closed in a later line, that is the next cell's opening quote: of the two the first is the stray one.
  if (p != end_ && *p != dialect_.separator && !is_line_end(*p)) give_up(Fault::after_quote, p - 1);
  return p;
}

void DelimitedReader::add(Cell cell) {
  if (width_++ < most_) cells_.push_back(cell);
}

const char* DelimitedReader::after_line_end(const char* at) const {
  return at + (*at == '\r' && at + 1 != end_ && at[1] == '\n' ? 2 : 1);
}

void DelimitedReader::give_up(Fault fault, const char* quote) {
  fault_ = fault;
  fault_at_ = static_cast<std::size_t>(quote - bytes_.data());
}

std::string without_doubled_quotes(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    plain += text[i];
    if (text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') ++i;
  }
  return plain;
}

}  // namespace amends
