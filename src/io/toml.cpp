#include "io/toml.h"

#include <algorithm>

#include <toml++/toml.h>

#include "core/base/text.h"

namespace amends {
namespace {

struct Converter {
  std::shared_ptr<const Source> source;
  std::vector<std::string_view> lines;

  // toml++ counts columns in characters.
  std::string_view raw(const toml::source_region& region) const {
    if (region.begin.line == 0 || region.begin.line > lines.size() || region.begin.line != region.end.line) return {};
    const std::string_view line = lines[region.begin.line - 1];
    const std::size_t from = bytes_before(line, region.begin.column);
    return line.substr(from, bytes_before(line, region.end.column) - from);
  }

  static std::size_t bytes_before(std::string_view line, std::size_t column) {
    std::size_t at = 0;
    for (std::size_t seen = 1; at < line.size() && seen < column; ++seen) {
      ++at;
      while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80) ++at;
    }
    return at;
  }

  Node convert(const toml::node& from) const {
    Node node;
    node.source = source;
    node.line = from.source().begin.line;
    node.column = from.source().begin.column;
    const std::string_view token = raw(from.source());
    node.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, token.size()));
    switch (from.type()) {
      case toml::node_type::table: fill_table(node, *from.as_table()); break;
      case toml::node_type::array: fill_array(node, *from.as_array()); break;
      case toml::node_type::string: set(node, Node::Kind::string, from.as_string()->get()); break;
      case toml::node_type::integer: set(node, Node::Kind::integer, token); break;
      case toml::node_type::floating_point: set(node, Node::Kind::decimal, token); break;
      case toml::node_type::boolean: set(node, Node::Kind::boolean, from.as_boolean()->get() ? "true" : "false"); break;
      default: set(node, Node::Kind::moment, token); break;
    }
    return node;
  }

  static void set(Node& node, Node::Kind kind, std::string_view text) {
    node.kind = kind;
    node.text = trimmed(text);
    if (kind == Node::Kind::string) node.text = text;
  }

  void fill_table(Node& node, const toml::table& table) const {
    node.kind = Node::Kind::table;
    for (const auto& [key, value] : table)
      node.entries.push_back({std::string(key.str()), key.source().begin.line, key.source().begin.column, convert(value)});
    // toml++ keeps keys sorted; rules and tables speak in the order the user wrote them.
    std::stable_sort(node.entries.begin(), node.entries.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
  }

  void fill_array(Node& node, const toml::array& array) const {
    node.kind = Node::Kind::array;
    for (const toml::node& item : array) node.items.push_back(convert(item));
  }
};

Where place(const Source& source, const toml::source_position& at) {
  Where where;
  where.file = source.name;
  where.line = at.line;
  const std::vector<std::string_view> lines = split(source.text, '\n');
  if (at.line > 0 && at.line <= lines.size()) where.text = lines[at.line - 1];
  if (!where.text.empty() && where.text.back() == '\r') where.text.pop_back();
  where.column = Converter::bytes_before(where.text, at.column) + 1;
  return where;
}

}  // namespace

Node read_toml(std::shared_ptr<const Source> source) {
  try {
    const toml::table table = toml::parse(std::string_view(source->text), source->name);
    Converter converter{source, split(source->text, '\n')};
    return converter.convert(table);
  } catch (const toml::parse_error& fault) {
    throw Error{place(*source, fault.source().begin), std::string(fault.description()),
                "amends.toml is TOML: strings in double quotes, tables in [brackets]"};
  }
}

}  // namespace amends
