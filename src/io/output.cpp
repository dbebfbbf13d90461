#include "io/output.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "io/unfinished_file.h"

namespace amends {

void append_cell(std::string& out, std::string_view cell, char separator) {
  bool is_special = false;  // no early end: the compiler then looks at many at once
  for (const char c : cell) is_special |= (c == '"') | (c == '\r') | (c == '\n') | (c == separator);
  if (!is_special) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

namespace {

void append_row(std::string& out, const std::vector<std::string>& cells, char separator) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += separator;
    append_cell(out, cells[i], separator);
  }
  out += '\n';
}

std::string print_separated(const Sheet& sheet, char separator) {
  std::string out;
  std::vector<std::string> names;
  for (const SheetColumn& column : sheet.columns) names.push_back(column.name);
  append_row(out, names, separator);
  for (const auto& row : sheet.rows) append_row(out, row, separator);
  return out;
}

std::string json_row(const Sheet& sheet, const std::vector<std::string>& row) {
  Json json;
  json.open('{').field("type", sheet.type).field("v", 1);
  for (std::size_t i = 0; i < row.size(); ++i) {
    json.key(sheet.columns[i].name);
    if (row[i].empty()) json.null();
    else if (sheet.columns[i].number) json.raw(row[i]);
    else json.text(row[i]);
  }
  return json.close('}').str();
}

std::string print_json(const Sheet& sheet, bool lines) {
  std::string out = lines ? "" : "[";
  for (const auto& row : sheet.rows) {
    if (!lines) out += &row == &sheet.rows.front() ? "\n" : ",\n";
    out += json_row(sheet, row);
    if (lines) out += '\n';
  }
  return lines ? out : out + "\n]\n";
}

std::string printable(const std::string& cell) {
  std::string out = cell;
  std::replace_if(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

std::string print_table(const Sheet& sheet) {
  if (sheet.rows.empty()) return {};
  std::vector<std::size_t> widths;
  const auto heading = [](const SheetColumn& c) { return c.heading.empty() ? c.name : c.heading; };
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    std::size_t width = display_width(heading(sheet.columns[i]));
    for (const auto& row : sheet.rows) width = std::max(width, display_width(row[i]));
    widths.push_back(width);
  }
  std::string out;
  const auto line = [&](auto cell_at) {
    std::string text;
    for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
      const std::string cell = printable(cell_at(i));
      const std::string gap(widths[i] - display_width(cell), ' ');
      text += (i == 0 ? "" : "  ") + (sheet.columns[i].right ? gap + cell : cell + gap);
    }
    while (text.ends_with(' ')) text.pop_back();
    out += text + "\n";
  };
  line([&](std::size_t i) { return heading(sheet.columns[i]); });
  for (const auto& row : sheet.rows) line([&](std::size_t i) { return row[i]; });
  return out;
}

}  // namespace

Output::Output(std::string path) : path_(std::move(path)) {
  if (path_.empty() || path_ == "-") {
    file_ = stdout;
    return;
  }
  const bool is_device = path_.starts_with("/dev/") && ::access(path_.c_str(), W_OK) == 0;
  if (is_device) {
    file_ = std::fopen(path_.c_str(), "wb");
    if (file_ == nullptr) fail();
    return;
  }
  remove_abandoned(folder_of(path_));
  unfinished_ = std::make_unique<UnfinishedFile>(path_, 0666);
}

Output::~Output() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

void Output::fail() const {
  const int fault = errno;
  if (file_ == stdout && fault == EPIPE) throw ClosedPipe{};
  const std::string name = file_ == stdout ? "stdout" : path_;
  throw Error{{name}, fmt::format("cannot be written: {}", std::strerror(fault)), "", Exit::io};
}

void Output::write(std::string_view bytes) {
  if (unfinished_) unfinished_->write(bytes);
  else if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail();
}

void Output::flush() {
  if (unfinished_) unfinished_->flush();
  else if (std::fflush(file_) != 0) fail();
}

void Output::close() {
  if (unfinished_) unfinished_->put_in_place();
  else if (std::fflush(file_) != 0) fail();
}

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

void JsonLines::write(std::string_view line) {
  if (!is_array_) return out_.write(line);
  out_.write(any_ ? ",\n" : "[\n");
  out_.write(line.substr(0, line.size() - 1));
  any_ = true;
}

void JsonLines::close() {
  if (is_array_) out_.write(any_ ? "\n]\n" : "[]\n");
}

std::string print(const Sheet& sheet, std::string_view format) {
  if (format == "csv") return print_separated(sheet, ',');
  if (format == "tsv") return print_separated(sheet, '\t');
  if (format == "json") return print_json(sheet, false);
  if (format == "jsonl") return print_json(sheet, true);
  return print_table(sheet);
}

}  // namespace amends
