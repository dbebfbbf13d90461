#include "io/records/json_tree.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "core/base/text.h"

namespace amends {
namespace {

namespace ondemand = simdjson::ondemand;

struct Tree {
  std::shared_ptr<const Source> source;
  std::uint32_t line;
  std::size_t file_line;

  Node made(Node::Kind kind, std::string_view text) const {
    Node node;
    node.kind = kind;
    node.text = text;
    node.source = source;
    node.line = line;
    node.column = 1;
    return node;
  }

  Node convert(ondemand::value value) const {
    switch (value.type()) {
      case ondemand::json_type::null: return made(Node::Kind::null, "");
      case ondemand::json_type::string: return made(Node::Kind::string, std::string_view(value.get_string()));
      case ondemand::json_type::boolean: return made(Node::Kind::boolean, bool(value.get_bool()) ? "true" : "false");
      case ondemand::json_type::number: return number(trimmed(std::string_view(value.raw_json_token())));
      case ondemand::json_type::array: return array(value.get_array());
      case ondemand::json_type::object: return object(value.get_object());
    }
    return made(Node::Kind::null, "");
  }

  Node number(std::string_view token) const {
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.remove_suffix(1);
    const bool whole = token.find_first_of(".eE") == std::string_view::npos;
    return made(whole ? Node::Kind::integer : Node::Kind::decimal, token);
  }

  Node array(ondemand::array items) const {
    Node node = made(Node::Kind::array, "");
    for (ondemand::value item : items) node.items.push_back(convert(item));
    return node;
  }

  Node object(ondemand::object members) const {
    Node node = made(Node::Kind::table, "");
    for (auto member : members) {
      const std::string name(std::string_view(member.unescaped_key()));
      if (node.find(name) != nullptr)
        throw Error{{source->name, file_line, 1, 1, source->text}, fmt::format("the key {} stands twice", quoted(name)), "one of the two is meant: take the other out"};
      node.entries.push_back({name, line, 1, convert(member.value())});
    }
    return node;
  }
};

}  // namespace

Node read_json(std::string_view text, std::string_view name, std::size_t line) {
  // Errors show this line alone, whatever its number.
  const auto source = std::make_shared<const Source>(Source{std::string(name), std::string(text)});
  const Tree tree{source, 1, line};
  try {
    const simdjson::padded_string padded(text);
    ondemand::parser parser;
    ondemand::document document = parser.iterate(padded);
    Node node = tree.object(document.get_object());
    const char* rest = nullptr;
    if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS)
      throw simdjson::simdjson_error(simdjson::TRAILING_CONTENT);
    return node;
  } catch (const simdjson::simdjson_error& fault) {
    throw Error{{std::string(name), line, 1, 1, std::string(text)}, fmt::format("this is not JSON: {}", fault.what()),
                "each line is one object, as amends check or compensate print it", Exit::usage};
  }
}

}  // namespace amends
