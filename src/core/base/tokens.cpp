#include "core/base/tokens.h"

#include <cctype>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/policy/next_step.h"

namespace amends {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Every byte above ASCII counts as a letter, so that names may be written in any language.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::size_t name_length(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && (is_letter(text[n]) || is_digit(text[n]))) ++n;
  return n;
}

// A point belongs to the number only before a digit: "1..3" is an interval.
std::size_t number_length(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  if (n + 1 < text.size() && text[n] == '.' && is_digit(text[n + 1])) {
    ++n;
    while (n < text.size() && is_digit(text[n])) ++n;
  }
  return n < text.size() && text[n] == '%' ? n + 1 : n;
}

std::size_t sign_length(std::string_view text) {
  for (const std::string_view two : {"<=", ">=", "!=", ".."})
    if (text.starts_with(two)) return 2;
  return std::string_view("+-*/<>=()[],.").find(text[0]) != std::string_view::npos ? 1 : 0;
}

Token string_token(const Node& node, std::string_view text, std::size_t at) {
  const std::size_t end = text.find(text[0], 1);
  if (end == std::string_view::npos)
    throw Error{where_inside(node, at, text.size()), "this string has no end", fmt::format("close it with {}", text[0])};
  return {Token::Kind::string, text.substr(1, end - 1), at, end + 1};
}

Token token_at(const Node& node, std::string_view text, std::size_t at) {
  const char first = text[0];
  if (first == '"' || first == '\'') return string_token(node, text, at);
  Token::Kind kind = Token::Kind::sign;
  std::size_t length = 0;
  if (is_letter(first)) {
    kind = Token::Kind::name;
    length = name_length(text);
  } else if (is_digit(first)) {
    kind = Token::Kind::number;
    length = number_length(text);
  } else {
    length = sign_length(text);
  }
  if (length == 0)
    throw Error{where_inside(node, at, 1), fmt::format("{} does not belong in an expression", quoted(text.substr(0, 1))), amount_hint(node.text)};
  return {kind, text.substr(0, length), at, length};
}

}  // namespace

std::vector<Token> tokens_of(const Node& node) {
  std::vector<Token> tokens;
  const std::string_view text = node.text;
  for (std::size_t at = 0; at < text.size();) {
    if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
      ++at;
      continue;
    }
    tokens.push_back(token_at(node, text.substr(at), at));
    at += tokens.back().length;
  }
  tokens.push_back({Token::Kind::end, {}, text.size(), 1});
  return tokens;
}

}  // namespace amends
