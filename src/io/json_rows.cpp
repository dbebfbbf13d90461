#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <unordered_map>

#include "core/text.h"
#include "io/rows.h"

namespace amends {
namespace {

namespace json = simdjson::ondemand;

std::string_view without_trailing_blanks(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\t' || token.back() == '\r' || token.back() == '\n'))
    token.remove_suffix(1);
  return token;
}

bool is_number(std::string_view token) { return token.find_first_not_of("0123456789+-.eE") == std::string_view::npos; }

class JsonRows : public Rows {
 public:
  JsonRows(const InputFile& file, std::deque<std::string>& words) : bytes_(*file.bytes), words_(words) {
    header_where_ = where_at(file.name, bytes_, 0, 1);
    spare_end_ = file.bytes->capacity();
    while (next()) {}
    rewind();
    wanted_.assign(header_.size(), true);
    finding_ = false;
  }

  bool is_sparse() const override { return true; }
  void want(std::vector<bool> wanted) override { wanted_ = std::move(wanted); }
  std::span<const Cell> cells() const override { return cells_; }

  bool next() override {
    while (at_ < bytes_.size()) {
      const std::size_t end = std::min(bytes_.find('\n', at_), bytes_.size());
      raw_ = without_trailing_blanks(bytes_.substr(at_, end - at_));
      ++line_;
      at_ = end + 1;
      if (trimmed(raw_).empty()) continue;
      read_line();
      return true;
    }
    return false;
  }

 private:
  void rewind() {
    at_ = 0;
    line_ = 0;
  }

  void read_line() {
    fault_.clear();
    likely_ = 0;
    cells_.assign(finding_ ? 0 : header_.size(), Cell{});
    const auto offset = static_cast<std::size_t>(raw_.data() - bytes_.data());
    try {
      json::document line = parser_.iterate(simdjson::padded_string_view(raw_, spare_end_ - offset));
      json::object object;
      if (line.get_object().get(object) != simdjson::SUCCESS) return give_up("this line is not a JSON object");
      path_.clear();
      read_object(object);
      if (fault_.empty() && line.current_location().error() != simdjson::OUT_OF_BOUNDS) give_up("there is more than one JSON value on this line");
    } catch (const simdjson::simdjson_error& error) {
      give_up(fmt::format("this line is not JSON: {}", simdjson::error_message(error.error())));
    }
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
    std::size_t n = 0;
    for (json::value element : array) {
      path_ += fmt::format(".{}", n++);
      read_value(element);
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
      if (plain.find('\0') != std::string_view::npos) return give_up("this line holds a zero byte");
      if (column == none) return;
      if (!escaped) cells_[column].text = inner;
      else if (wanted_[column]) cells_[column].text = words_.emplace_back(plain);
      return;
    }
    if (token == "null") {
      (void)value.is_null();
      return;
    }
    if (token != "true" && token != "false" && !is_number(token))
      return give_up(fmt::format("this line is not JSON: {} is no value", excerpt(token)));
    if (column != none) cells_[column].text = token;
    if (token == "true" || token == "false") (void)value.get_bool().error();
    else (void)value.get_number().error();  // moves on; the digits are read from the token
  }

  // Finding: every path is made a column. Reading: all are known. Lines mostly name the same things in the same
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

  void give_up(std::string fault) {
    if (!fault_.empty()) return;
    fault_ = std::move(fault);
    fault_hint_ = "write one JSON object a line (jq -c '.[]' makes lines of an array)";
    fault_at_ = static_cast<std::size_t>(raw_.data() - bytes_.data());
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::string_view bytes_;
  std::deque<std::string>& words_;
  std::size_t spare_end_ = 0;
  std::size_t at_ = 0;
  bool finding_ = true;
  json::parser parser_;
  std::string path_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::size_t likely_ = 0;
  std::vector<bool> wanted_;
  std::vector<Cell> cells_;
};

}  // namespace

std::unique_ptr<Rows> json_rows(const InputFile& file, std::deque<std::string>& words) {
  return std::make_unique<JsonRows>(file, words);
}

}  // namespace amends
