// Reads what stands inside a tag: values, paths, conditions and filters.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/liquid/liquid.h"
#include "core/liquid/liquid_value.h"

namespace amends::liquid {
namespace {

Span joined_span(Span a, Span b) {
  return {a.offset, b.offset + b.length - a.offset};
}

Expression literal(Value value, Span span) {
  Expression e;
  e.literal = std::move(value);
  e.span = span;
  return e;
}

Expression binary(Operation operation, Expression left, Expression right) {
  Expression e;
  e.operation = operation;
  e.span = joined_span(left.span, right.span);
  e.children.push_back(std::move(left));
  e.children.push_back(std::move(right));
  return e;
}

constexpr int deepest_value = 50;       // of brackets within brackets
constexpr std::size_t most_tests = 200;  // of one condition
constexpr std::size_t most_filters = 100;  // of one value

std::optional<Value> keyword(std::string_view word) {
  if (word == "true" || word == "false") return Value::of_boolean(word == "true");
  if (word == "nil" || word == "null") return Value::null();
  if (word == "empty") return empty_literal();
  if (word == "blank") return blank_literal();
  return std::nullopt;
}

std::optional<Operation> comparison_named(const Token& token) {
  const std::string_view t = token.text;
  if (token.kind == Token::Kind::word && t == "contains") return Operation::contains;
  if (token.kind != Token::Kind::mark) return std::nullopt;
  if (t == "==") return Operation::equal;
  if (t == "!=" || t == "<>") return Operation::not_equal;
  if (t == "<") return Operation::less;
  if (t == "<=") return Operation::less_equal;
  if (t == ">") return Operation::greater;
  if (t == ">=") return Operation::greater_equal;
  return std::nullopt;
}

std::string described(const Token& token) {
  return token.kind == Token::Kind::end ? "the end of the tag" : quoted(token.text);
}

}  // namespace

TokenReader::TokenReader(const Source& source, std::string_view text)
    : source_(source), text_(text), tokens_(tokens_of(source, text)) {}

const Token& TokenReader::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

Token TokenReader::next() {
  const Token token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool TokenReader::is(std::string_view mark) const {
  return peek().kind == Token::Kind::mark && peek().text == mark;
}

bool TokenReader::is_word(std::string_view word) const {
  return peek().kind == Token::Kind::word && peek().text == word;
}

bool TokenReader::take(std::string_view mark) {
  if (!is(mark)) return false;
  next();
  return true;
}

bool TokenReader::take_word(std::string_view word) {
  if (!is_word(word)) return false;
  next();
  return true;
}

void TokenReader::expect(std::string_view mark) {
  if (!take(mark)) fail(peek(), fmt::format("{} is wanted, not {}", quoted(mark), described(peek())));
}

void TokenReader::expect_end() {
  if (!at_end()) fail(peek(), fmt::format("{} is not understood here", described(peek())));
}

void TokenReader::fail(const Token& at, std::string message, std::string hint) const {
  throw Error{where_of(source_, at.span), std::move(message), std::move(hint)};
}

std::string_view TokenReader::name(std::string_view what) {
  const Token token = next();
  const bool whole =
      token.kind == Token::Kind::number && token.text.find_first_of(".-") == std::string_view::npos;
  if (token.kind != Token::Kind::word && !whole) fail(token, fmt::format("{} needs a name", what));
  return token.text;
}

Expression TokenReader::value() {
  if (++depth_ > deepest_value) fail(peek(), "values are nested more than 50 deep");
  Expression e = nested_value();
  --depth_;
  return e;
}

Expression TokenReader::nested_value() {
  const Token token = peek();
  switch (token.kind) {
    case Token::Kind::string:
      next();
      return literal(Value::of_string(token.text), token.span);
    case Token::Kind::number: {
      next();
      const auto ratio = read_decimal(token.text);
      if (!ratio) fail(token, fmt::format("{} is too long a number", quoted(token.text)));
      const bool decimal = token.text.find('.') != std::string_view::npos;
      return literal(decimal ? decimal_of(*ratio) : Value::of_number(*ratio), token.span);
    }
    case Token::Kind::word:
      next();
      if (!is(".") && !is("["))
        if (auto constant = keyword(token.text)) return literal(std::move(*constant), token.span);
      return path(token);
    default:
      if (token.text == "(") return range(next());
      if (token.text == "[") return path(token);
      fail(token, fmt::format("a value is wanted, not {}", described(token)),
           "write a name, a number or 'text'");
  }
}

// `first` is the leading name, already taken, or the "[" still to be taken.
Expression TokenReader::path(Token first) {
  Expression e;
  e.operation = Operation::path;
  e.span = first.span;
  if (first.kind == Token::Kind::word) e.steps.push_back({first.text, nullptr});
  for (;;) {
    if (take(".")) {
      const Token name = next();
      if (name.kind != Token::Kind::word)
        fail(name, fmt::format("a name is wanted after \".\", not {}", described(name)));
      e.steps.push_back({name.text, nullptr});
      e.span = joined_span(e.span, name.span);
    } else if (is("[")) {
      next();
      e.steps.push_back({{}, std::make_unique<Expression>(value())});
      const Token close = peek();
      expect("]");
      e.span = joined_span(e.span, close.span);
    } else {
      return e;
    }
  }
}

Expression TokenReader::range(Token open) {
  Expression from = value();
  expect("..");
  Expression to = value();
  const Token close = peek();
  expect(")");
  Expression e = binary(Operation::range, std::move(from), std::move(to));
  e.span = joined_span(open.span, close.span);
  return e;
}

Expression TokenReader::comparison() {
  Expression left = value();
  const auto operation = comparison_named(peek());
  if (!operation) return left;
  next();
  return binary(*operation, std::move(left), value());
}

Expression TokenReader::condition() {
  std::vector<Expression> tests;
  std::vector<Operation> between;
  for (;;) {
    tests.push_back(comparison());
    if (tests.size() > most_tests) fail(peek(), "a condition has at most 200 tests");
    if (is_word("and"))
      between.push_back(Operation::both);
    else if (is_word("or"))
      between.push_back(Operation::either);
    else
      break;
    next();
  }
  Expression e = std::move(tests.back());
  for (std::size_t i = between.size(); i-- > 0;) e = binary(between[i], std::move(tests[i]), std::move(e));
  return e;
}

Pipe TokenReader::pipe(Template::Mode mode) {
  Pipe p;
  p.head = value();
  while (take("|")) {
    if (p.filters.size() == most_filters) fail(peek(), "a value goes through at most 100 filters");
    p.filters.push_back(filter_call(mode));
  }
  p.guarded = !p.filters.empty() && p.filters[0].filter->name == "default";
  return p;
}

FilterCall TokenReader::filter_call(Template::Mode mode) {
  const Token name = next();
  if (name.kind != Token::Kind::word)
    fail(name, fmt::format("the name of a filter is wanted, not {}", described(name)));
  FilterCall call;
  call.filter = filter_named(name.text);
  call.span = name.span;
  if (!call.filter)
    fail(name, fmt::format("there is no filter {}", quoted(name.text)),
         suggestion(name.text, filter_names()));
  if (take(":")) {
    do {
      const bool is_named =
          peek().kind == Token::Kind::word && peek(1).kind == Token::Kind::mark && peek(1).text == ":";
      if (!is_named) {
        call.arguments.push_back(value());
        continue;
      }
      const Token key = next();
      if (!call.filter->named) fail(key, fmt::format("{} takes no {}:", name.text, key.text));
      if (call.named.size() == most_arguments) fail(key, fmt::format("{} takes at most {} names", name.text, most_arguments));
      next();
      call.named.emplace_back(key.text, value());
    } while (take(","));
  }
  const std::size_t n = call.arguments.size();
  if (n < call.filter->least)
    fail(
        name,
        fmt::format("{} needs {} value{}", name.text, call.filter->least, call.filter->least == 1 ? "" : "s"),
        fmt::format("write | {}: value", name.text));
  if (n > call.filter->most)
    fail(name, fmt::format("{} takes at most {} value{}, not {}", name.text, call.filter->most,
                           call.filter->most == 1 ? "" : "s", n));
  if (mode == Template::Mode::strict && name.text == "date" && n == 1 &&
      call.arguments[0].operation == Operation::literal &&
      call.arguments[0].literal.text.find('%') != std::string_view::npos)
    fail(name, "a date is written as the letter's language writes it, not by % signs",
         "write | date, | date: 'short' or | date: 'weekday'");
  return call;
}

std::vector<std::pair<std::string_view, Expression>> TokenReader::parameters() {
  std::vector<std::pair<std::string_view, Expression>> named;
  take(",");
  while (!at_end()) {
    const auto key = name("a parameter");
    expect(":");
    named.emplace_back(key, value());
    take(",");
  }
  return named;
}

}  // namespace amends::liquid
