#include "core/language/plain_literal.h"

#include "core/base/text.h"
#include "core/base/tokens.h"

namespace amends {
namespace {

bool is_one_name(const std::vector<Token>& tokens) {
  return tokens.size() == 2 && tokens[0].kind == Token::Kind::name;
}


bool is_value_word(std::string_view name) { return name == "true" || name == "false" || name == "null"; }

}  // namespace

std::optional<Expr> plain_literal(const Node& node, const Language& language) {
  const std::string_view text = trimmed(node.text);
  Expr expr;
  expr.text = text;
  for (const Type type : {Type::instant, Type::time, Type::duration}) {
    if (type == Type::time && text.find(':') == std::string_view::npos) continue;
    FieldType plain;
    plain.base = type;
    const std::optional<Value> value = text.empty() ? std::nullopt : read_literal(text, plain, language.zone);
    if (!value) continue;
    expr.literal = *value;
    expr.type = value->type;
    return expr;
  }
  return std::nullopt;
}

Expr read_cell(const Node& node, const Language& language) {
  scalar_of(node, "a cell");
  if (plain_literal(node, language)) return read_expression(node, language, Type::missing);
  const std::vector<Token> tokens = tokens_of(node);
  if (!is_one_name(tokens) || is_value_word(tokens[0].text))
    return read_expression(node, language, Type::missing);
  if (language.before_fact) language.before_fact(tokens[0].text, node.where());
  if (language.schema->find(tokens[0].text) != no_slot) return read_expression(node, language, Type::missing);
  Node quoted_word = node;
  quoted_word.text = quoted(tokens[0].text);
  return read_expression(quoted_word, language, Type::missing);
}

}  // namespace amends
