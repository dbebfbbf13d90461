// A configuration file as a plain tree with places, so that core never sees the TOML library and every
// fault can show the user's own line. io/toml.cpp makes it; project, guarantee, policy and letters read it.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace amends {

struct Source {
  std::string name;  // as the user would type it
  std::string text;
};

struct Node;
struct Entry;

struct Node {
  enum class Kind { string, integer, decimal, boolean, moment, array, table, null };  // null: JSON only

  Kind kind = Kind::table;
  std::string text;            // a string's value; the raw token of integer, decimal, boolean, moment
  std::vector<Node> items;     // array
  std::vector<Entry> entries;  // table, in file order
  std::shared_ptr<const Source> source;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;

  bool is_string() const { return kind == Kind::string; }
  bool is_array() const { return kind == Kind::array; }
  bool is_table() const { return kind == Kind::table; }
  const Node* find(std::string_view key) const;  // null when the table has no such key
  Where where() const;
};

struct Entry {
  std::string key;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  Node value;
};

// A place inside one string node: byte `offset` of its value (exact for single-line strings without
// escapes, the start of the string otherwise).
Where where_inside(const Node& string, std::size_t offset, std::size_t length);
Where where_of_key(const Node& table, std::string_view key);

[[noreturn]] void fail(const Node& node, std::string message, std::string hint = {});

// Reads that stop with an Error when the node is of another kind. `what` names it in the message.
const std::string& string_of(const Node& node, std::string_view what);
bool boolean_of(const Node& node, std::string_view what);
std::int64_t integer_of(const Node& node, std::string_view what);
std::vector<std::string> strings_of(const Node& node, std::string_view what);  // a string or array of them
// Any scalar as the text the user wrote: "10%", 3, 20.00, true, 2026-11-01.
const std::string& scalar_of(const Node& node, std::string_view what);

// Stops at a key that is not among `keys`, naming the nearest.
void only_keys(const Node& table, std::initializer_list<std::string_view> keys, std::string_view what);

}  // namespace amends
