#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <unordered_map>

#include "core/base/text.h"
#include "io/records/rows.h"

namespace amends {
namespace {

namespace json = simdjson::ondemand;

std::string_view without_trailing_blanks(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\t' || token.back() == '\r' || token.back() == '\n'))
    token.remove_suffix(1);
  return token;
}

bool is_number(std::string_view token) { return token.find_first_not_of("0123456789+-.eE") == std::string_view::npos; }

// Whether the first line only opens a value: the file then is that one value.
bool is_one_value(std::string_view bytes) {
  const std::size_t from = bytes.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return false;
  const std::string_view line = trimmed(bytes.substr(from, std::min(bytes.find('\n', from), bytes.size()) - from));
  return line.ends_with('{') || line.ends_with('[') || (line.starts_with('[') && !line.ends_with(']'));
}

class JsonRows : public Rows {
 public:
  JsonRows(const InputFile& file, std::deque<std::string>& words, const JsonShape& shape)
      : bytes_(*file.bytes), words_(words), shape_(shape), is_one_value_(is_one_value(bytes_)) {
    header_where_ = where_at(file.name, bytes_, 0, 1);
    spare_end_ = file.bytes->capacity();
    while (next()) {}
    rewind();
    wanted_.assign(header_.size(), true);
    finding_ = false;
  }

  bool is_sparse() const override { return true; }
  void want(std::vector<bool> wanted) override { wanted_ = std::move(wanted); }
  std::span<const Cell> cells() const override { return records_[record_].cells; }
  std::size_t inner() const override { return records_[record_].inner.size(); }

  std::span<const Cell> inner_cells(std::size_t i) override {
    inner_cells_ = records_[record_].cells;
    for (const auto& [column, cell] : records_[record_].inner[i]) inner_cells_[column] = cell;
    return inner_cells_;
  }

  bool next() override {
    if (fault_.empty() && record_ + 1 < used_) return go_to(record_ + 1);
    while (at_ < bytes_.size()) {
      const std::size_t end = is_one_value_ ? bytes_.size() : std::min(bytes_.find('\n', at_), bytes_.size());
      text_ = without_trailing_blanks(bytes_.substr(at_, end - at_));
      line_ = ++text_line_;
      at_ = end + 1;
      if (trimmed(text_).empty()) continue;
      raw_ = text_;
      read_line();
      if (!fault_.empty()) return true;
      if (used_ > 0) return go_to(0);  // else an answer without records
    }
    return false;
  }

 private:
  using Inner = std::vector<std::pair<std::size_t, Cell>>;
  struct Record {
    std::vector<Cell> cells;
    std::vector<Inner> inner;
    std::string_view raw;
    std::size_t line = 0;
  };

  void rewind() {
    at_ = text_line_ = line_ = 0;
    used_ = record_ = 0;
  }

  bool go_to(std::size_t record) {
    record_ = record;
    raw_ = records_[record].raw;
    line_ = records_[record].line;
    return true;
  }

  void read_line() {
    fault_.clear();
    used_ = record_ = 0;
    counted_to_ = text_.data();
    counted_line_ = text_line_;
    try {
      if (read_wrapped()) return;
      json::document line = document();
      const json::json_type type = line.type();
      if (type == json::json_type::array) read_records(line.get_array());
      else if (type == json::json_type::object) read_record(line.get_object(), false);
      else return give_up("this line is not a JSON object");
      check_end(line);
    } catch (const simdjson::simdjson_error& error) {
      give_up(fmt::format("this line is not JSON: {}", simdjson::error_message(error.error())));
    }
  }

  // From its beginning: one that has met a fault cannot be wound back.
  json::document document() {
    const auto offset = static_cast<std::size_t>(text_.data() - bytes_.data());
    return parser_.iterate(simdjson::padded_string_view(text_, spare_end_ - offset));
  }

  void check_end(json::document& line) {
    if (fault_.empty() && line.current_location().error() != simdjson::OUT_OF_BOUNDS) give_up("there is more than one JSON value on this line");
  }

  // The first path that leads to an object or an array is the wrapper; without one the line is a record.
  bool read_wrapped() {
    return std::any_of(shape_.unwraps.begin(), shape_.unwraps.end(), [this](const std::string& path) { return read_inside(path); });
  }

  bool read_inside(const std::string& path) {
    const std::vector<std::string_view> keys = split(path, '.');
    if (text_.find(fmt::format("\"{}\"", keys[0])) == std::string_view::npos) return false;
    {
      json::document line = document();
      json::value found;
      if (!go_inside(line, keys, found)) return false;
      const json::json_type type = found.type();
      if (type == json::json_type::array) read_records(found.get_array());
      else if (type == json::json_type::object) read_record(found.get_object(), true);
      else return false;
    }
    // The wrapper's own fields are nobody's, but the line has to end behind them.
    json::document whole = document();
    json::object all = whole.get_object();
    (void)std::string_view(all.raw_json());
    check_end(whole);
    return true;
  }

  static bool go_inside(json::document& line, const std::vector<std::string_view>& keys, json::value& found) {
    json::object at;
    if (line.get_object().get(at) != simdjson::SUCCESS) return false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (at.find_field_unordered(keys[i]).get(found) != simdjson::SUCCESS) return false;
      if (i + 1 < keys.size() && found.get_object().get(at) != simdjson::SUCCESS) return false;
    }
    return true;
  }

  void read_records(json::array array) {
    for (json::value element : array) {
      json::object object;
      if (element.get_object().get(object) != simdjson::SUCCESS) return give_up("this array holds something else than JSON objects");
      read_record(object, true);
    }
  }

  void read_record(json::object object, bool is_inside) {
    if (used_ == records_.size()) records_.emplace_back();
    Record& record = records_[used_++];
    record.cells.assign(finding_ ? 0 : header_.size(), Cell{});
    likely_ = 0;
    record.inner.clear();
    record.raw = is_inside ? without_trailing_blanks(own_text(object)) : text_;
    record.line = line_at(record.raw.data());
    into_ = &record;
    in_element_ = false;
    path_.clear();
    read_object(object);
  }

  static std::string_view own_text(json::object& object) {
    const std::string_view text = object.raw_json();
    (void)object.reset().error();
    return text;
  }

  // Lines are counted once, from record to record.
  std::size_t line_at(const char* place) {
    counted_line_ += static_cast<std::size_t>(std::count(counted_to_, place, '\n'));
    counted_to_ = place;
    return counted_line_;
  }

  void read_object(json::object object) {
    const std::size_t length = path_.size();
    for (json::field field : object) {
      if (length != 0) path_ += '.';
      path_ += std::string_view(field.unescaped_key());
      read_value(field.value());
      path_.resize(length);
    }
  }

  void read_array(json::array array) {
    const std::size_t length = path_.size();
    const bool is_inner = !shape_.array.empty() && path_ == shape_.array && !in_element_;
    std::size_t n = 0;
    for (json::value element : array) {
      path_ += is_inner ? "[]" : fmt::format(".{}", n++);
      if (is_inner) into_->inner.emplace_back();
      in_element_ = in_element_ || is_inner;
      read_value(element);
      if (is_inner) in_element_ = false;
      path_.resize(length);
    }
  }

  void read_value(json::value value) {
    switch (json::json_type(value.type())) {
      case json::json_type::object: return read_object(value.get_object());
      case json::json_type::array: return read_array(value.get_array());
      default: return read_scalar(value);
    }
  }

  void read_scalar(json::value value) {
    const std::string_view token = without_trailing_blanks(value.raw_json_token());
    const std::size_t column = column_of_path();
    if (token.starts_with('"')) {
      const std::string_view inner = token.substr(1, token.rfind('"') - 1);
      const bool escaped = inner.find('\\') != std::string_view::npos;
      const std::string_view plain = escaped ? std::string_view(value.get_string()) : inner;
      if (plain.find('\0') != std::string_view::npos) return refuse_zero(token);
      if (column == none) return;
      if (!escaped) put(column, inner);
      else if (wanted_[column]) put(column, words_.emplace_back(plain));
      return;
    }
    if (token == "null") {
      (void)value.is_null();
      return;
    }
    if (token != "true" && token != "false" && !is_number(token))
      return give_up(fmt::format("this line is not JSON: {} is no value", excerpt(token)));
    if (column != none) put(column, token);
    if (token == "true" || token == "false") (void)value.get_bool().error();
    else (void)value.get_number().error();  // moves on; the digits are read from the token
  }

  void put(std::size_t column, std::string_view text) {
    if (in_element_) into_->inner.back().emplace_back(column, Cell{text});
    else into_->cells[column].text = text;
  }

  // Finding: every path is made a column. Reading: all are known. Records mostly name the same things in the same
  // order, so the column behind the last one is tried first.
  std::size_t column_of_path() {
    if (likely_ >= header_.size() || header_[likely_] != path_) likely_ = looked_up_path();
    return finding_ ? (++likely_, none) : likely_++;
  }

  std::size_t looked_up_path() {
    const auto [found, added] = columns_.try_emplace(path_, header_.size());
    if (added) header_.push_back(path_);
    return found->second;
  }

  void refuse_zero(std::string_view token) {
    if (!fault_.empty()) return;
    give_up(fmt::format("{} holds a zero byte", quoted(path_)));
    fault_at_ = static_cast<std::size_t>(token.data() - bytes_.data());
    fault_hint_ = "take \\u0000 out of it";
  }

  void give_up(std::string fault) {
    if (!fault_.empty()) return;
    if (records_.empty()) records_.emplace_back();
    record_ = 0;
    records_[0].cells.assign(header_.size(), Cell{});
    records_[0].inner.clear();
    fault_ = std::move(fault);
    fault_hint_ = "write one JSON object a line (jq -c '.[]' makes lines of an array)";
    raw_ = text_;
    fault_at_ = static_cast<std::size_t>(raw_.data() - bytes_.data());
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::string_view bytes_;
  std::deque<std::string>& words_;
  const JsonShape shape_;
  const bool is_one_value_;
  std::size_t spare_end_ = 0;
  std::size_t at_ = 0;
  std::string_view text_;         // the line being read, or the whole file
  std::size_t text_line_ = 0;
  const char* counted_to_ = nullptr;
  std::size_t counted_line_ = 0;
  bool finding_ = true;
  json::parser parser_;
  std::string path_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::size_t likely_ = 0;
  std::vector<bool> wanted_;
  std::vector<Record> records_;   // of this line; those before used_
  std::size_t used_ = 0, record_ = 0;
  Record* into_ = nullptr;        // the record being read
  bool in_element_ = false;       // inside of an inner row
  std::vector<Cell> inner_cells_;
};

}  // namespace

std::unique_ptr<Rows> json_rows(const InputFile& file, std::deque<std::string>& words, const JsonShape& shape) {
  return std::make_unique<JsonRows>(file, words, shape);
}

}  // namespace amends
