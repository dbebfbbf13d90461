#include "core/base/node.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

std::string line_of(const Source& source, std::size_t line) {
  std::string_view text = source.text;
  for (std::size_t i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return std::string(text);
}

// toml++ counts columns in characters; the rest of amends counts bytes.
std::size_t byte_column(std::string_view line, std::size_t column) {
  std::size_t at = 0;
  for (std::size_t seen = 1; at < line.size() && seen < column; ++seen) {
    ++at;
    while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80) ++at;
  }
  return at + 1;
}

Where place(const std::shared_ptr<const Source>& source, std::size_t line, std::size_t column, std::size_t length) {
  Where where;
  if (!source) return where;
  where.file = source->name;
  where.line = line;
  where.text = line > 0 ? line_of(*source, line) : std::string{};
  where.column = byte_column(where.text, column);
  where.length = length;
  return where;
}

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::string: return "a string";
    case Node::Kind::integer: return "a whole number";
    case Node::Kind::decimal: return "a decimal number";
    case Node::Kind::boolean: return "true or false";
    case Node::Kind::moment: return "a date or time";
    case Node::Kind::array: return "a list";
    case Node::Kind::table: return "a table";
    case Node::Kind::null: return "null";
  }
  return "";
}

[[noreturn]] void fail_kind(const Node& node, std::string_view what, Node::Kind wanted, std::string_view example) {
  fail(node, fmt::format("{} is {}, but {} is wanted", what, kind_name(node.kind), kind_name(wanted)),
       fmt::format("write {}", example));
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Where Node::where() const { return place(source, line, column, length); }

Where where_inside(const Node& string, std::size_t offset, std::size_t length) {
  Where where = string.where();
  const std::size_t start = where.column;  // 1-based: also the offset of the first byte after the quote
  if (start + string.text.size() <= where.text.size() &&
      std::string_view(where.text).substr(start, string.text.size()) == string.text) {
    where.column = start + 1 + offset;
    where.length = std::max<std::size_t>(1, length);
  }
  return where;
}

Where where_of_key(const Node& table, std::string_view key) {
  for (const Entry& entry : table.entries)
    if (entry.key == key) return place(entry.value.source, entry.line, entry.column, key.size());
  return table.where();
}

void fail(const Node& node, std::string message, std::string hint) {
  throw Error{node.where(), std::move(message), std::move(hint)};
}

const std::string& string_of(const Node& node, std::string_view what) {
  if (!node.is_string()) fail_kind(node, what, Node::Kind::string, fmt::format("\"{}\"", node.text));
  return node.text;
}

bool boolean_of(const Node& node, std::string_view what) {
  if (node.kind != Node::Kind::boolean) fail_kind(node, what, Node::Kind::boolean, "true or false, without quotes");
  return node.text == "true";
}

std::int64_t integer_of(const Node& node, std::string_view what) {
  if (node.kind != Node::Kind::integer) fail_kind(node, what, Node::Kind::integer, "digits without quotes, such as 3");
  std::string digits;
  std::copy_if(node.text.begin(), node.text.end(), std::back_inserter(digits), [](char c) { return c != '_' && c != '+'; });
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc{} || end != digits.data() + digits.size())
    fail(node, fmt::format("{} is not a whole number that fits 64 bits", quoted(node.text)));
  return value;
}

std::vector<std::string> strings_of(const Node& node, std::string_view what) {
  if (!node.is_array()) return {string_of(node, what)};
  std::vector<std::string> all;
  for (const Node& item : node.items) all.push_back(string_of(item, what));
  return all;
}

const std::string& scalar_of(const Node& node, std::string_view what) {
  if (node.is_array() || node.is_table()) fail_kind(node, what, Node::Kind::string, "one value");
  return node.text;
}

void only_keys(const Node& table, std::initializer_list<std::string_view> keys, std::string_view what) {
  if (!table.is_table()) fail_kind(table, what, Node::Kind::table, fmt::format("[{}] or {{ ... }}", what));
  for (const Entry& entry : table.entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    const std::vector<std::string> names(keys.begin(), keys.end());
    throw Error{where_of_key(table, entry.key), fmt::format("{} has no key {}", what, quoted(entry.key)),
                suggestion(entry.key, names)};
  }
}

}  // namespace amends
