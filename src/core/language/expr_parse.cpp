// Reads expressions by recursive descent, loosest binding first: if and quantifiers, or, and, not, comparison,
// sum, product, sign, path and filter, primary. Types are checked as each part is complete (typing.h).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/base/tokens.h"
#include "core/language/functions.h"
#include "core/language/plain_literal.h"
#include "core/language/typing.h"
#include "core/policy/next_step.h"

namespace amends {
namespace {

constexpr std::array<std::string_view, 9> reserved = {"if", "then", "else", "and", "or", "not", "in", "true", "false"};

// Bounds the recursion of the parser and of everything that walks the tree after it.
constexpr int deepest = 200;

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const Function& function : functions()) names.emplace_back(function.name);
  return names;
}

// Names that stand for the element in hand: one of `some x in ...`, or those a filter opens.
struct Scope {
  std::string name;  // empty: a filter, where `item` is the element and its members are in scope
  std::shared_ptr<const FieldType> element;
};

class Parser {
 public:
  Parser(const Node& node, const Language& language)
      : node_(node), language_(language), types_(node, language), tokens_(tokens_of(node)) {}

  Expr whole() {
    Expr expr = expression();
    if (!at_end()) fail_here("the expression should end here", amount_or({}));
    return expr;
  }
  const TypeChecker& types() const { return types_; }

 private:
  const Token& token() const { return tokens_[next_]; }
  bool at_end() const { return token().kind == Token::Kind::end; }
  bool is(std::string_view text) const {
    return (token().kind == Token::Kind::sign || token().kind == Token::Kind::name) && token().text == text;
  }
  bool take(std::string_view text) {
    if (!is(text)) return false;
    ++next_;
    return true;
  }
  void expect(std::string_view text) {
    if (!take(text)) fail_here(fmt::format("{} is wanted here", quoted(text)));
  }
  [[noreturn]] void fail_here(std::string message, std::string hint = {}) const {
    if (at_end()) message += ", but the expression ends";
    throw Error{where_inside(node_, token().at, token().length), std::move(message), std::move(hint)};
  }

  // The tree node for everything read since `start`.
  Expr built(std::size_t start, Op op, std::vector<Expr> children) const {
    Expr expr;
    expr.op = op;
    expr.children = std::move(children);
    const std::size_t from = tokens_[start].at;
    const std::size_t until = tokens_[next_ - 1].at + tokens_[next_ - 1].length;
    expr.at = static_cast<std::uint32_t>(from);
    expr.text = node_.text.substr(from, until - from);
    return expr;
  }

  Expr expression() {
    if (++depth_ > deepest) fail_here("the expression is nested too deeply", "name its parts under [derived]");
    Expr expr = is("if") ? choice() : starts_loop() ? loop() : disjunction();
    --depth_;
    return expr;
  }

  // some x in, every x in, for x in
  bool starts_loop() const {
    const bool is_word = is("some") || is("every") || is("for");
    return is_word && next_ + 2 < tokens_.size() && tokens_[next_ + 1].kind == Token::Kind::name && tokens_[next_ + 2].text == "in";
  }

  Expr loop() {
    const std::size_t start = next_;
    const Op op = is("some") ? Op::some : is("every") ? Op::every : Op::each;
    const std::string name(tokens_[next_ + 1].text);
    next_ += 3;
    Expr list = sum();
    expect(op == Op::each ? "return" : "satisfies");
    Expr inner = inside(name, list);
    std::vector<Expr> parts;
    parts.push_back(std::move(list));
    parts.push_back(std::move(inner));
    Expr expr = built(start, op, std::move(parts));
    types_.check_loop(expr);
    return expr;
  }

  // An expression over each element of a list.
  Expr inside(const std::string& name, const Expr& list) {
    scopes_.push_back({name, types_.element_of(list)});
    Expr inner = expression();
    scopes_.pop_back();
    return inner;
  }

  Expr choice() {
    const std::size_t start = next_++;
    std::vector<Expr> parts;
    parts.push_back(expression());
    expect("then");
    parts.push_back(expression());
    expect("else");
    parts.push_back(expression());
    Expr expr = built(start, Op::choose, std::move(parts));
    types_.check_logic(expr);
    return expr;
  }

  Expr chain(std::string_view word, Op op, Expr (Parser::*part)()) {
    const std::size_t start = next_;
    std::vector<Expr> parts;
    parts.push_back((this->*part)());
    while (take(word)) parts.push_back((this->*part)());
    if (parts.size() == 1) return std::move(parts[0]);
    Expr expr = built(start, op, std::move(parts));
    types_.check_logic(expr);
    return expr;
  }
  Expr disjunction() { return chain("or", Op::either, &Parser::conjunction); }
  Expr conjunction() { return chain("and", Op::both, &Parser::negation); }

  Expr negation() {
    const std::size_t start = next_;
    if (!take("not")) return comparison();
    if (++depth_ > deepest) fail_here("the expression is nested too deeply");
    std::vector<Expr> inner;
    inner.push_back(negation());
    --depth_;
    Expr expr = built(start, Op::opposite, std::move(inner));
    types_.check_logic(expr);
    return expr;
  }

  std::optional<Op> comparison_sign() {
    static constexpr std::pair<std::string_view, Op> signs[] = {
        {"<=", Op::less_equal}, {">=", Op::greater_equal}, {"!=", Op::not_equal},
        {"<", Op::less},        {">", Op::greater},        {"=", Op::equal}};
    for (const auto& [text, op] : signs)
      if (take(text)) return op;
    return std::nullopt;
  }

  Expr comparison() {
    const std::size_t start = next_;
    Expr left = sum();
    if (take("in")) return membership(start, std::move(left));
    const std::optional<Op> op = comparison_sign();
    if (!op) return left;
    if (is("=")) fail_here("equality is a single =");
    std::vector<Expr> sides;
    sides.push_back(std::move(left));
    sides.push_back(sum());
    if (sides[1].type == Type::null && (*op == Op::equal || *op == Op::not_equal)) return null_test(start, std::move(sides[0]), *op);
    Expr expr = built(start, *op, std::move(sides));
    types_.check_comparison(expr);
    return expr;
  }

  Expr null_test(std::size_t start, Expr tested, Op op) {
    std::vector<Expr> inner;
    inner.push_back(std::move(tested));
    Expr expr = built(start, Op::is_null, std::move(inner));
    expr.type = Type::boolean;
    if (op == Op::equal) return expr;
    std::vector<Expr> outer;
    outer.push_back(std::move(expr));
    Expr negated = built(start, Op::opposite, std::move(outer));
    negated.type = Type::boolean;
    return negated;
  }

  Expr membership(std::size_t start, Expr value) {
    if (token().kind == Token::Kind::name) return is_list_ahead() ? list_membership(start, std::move(value)) : set_membership(start, std::move(value));
    const bool low_open = is("(");
    if (!take("[") && !take("(")) fail_here("an interval is wanted after in", "write [1..3], (1..3), [1..3) or a set's name");
    std::vector<Expr> parts;
    parts.push_back(std::move(value));
    parts.push_back(sum());
    if (is(",") || (is("]") && !low_open)) return one_of_these(start, std::move(parts));
    expect("..");
    parts.push_back(sum());
    const bool high_open = is(")");
    if (!take("]") && !take(")")) fail_here("an interval ends with ] or )");
    Expr expr = built(start, Op::within, std::move(parts));
    expr.low_open = low_open;
    expr.high_open = high_open;
    types_.check_comparison(expr);
    return expr;
  }

  // x in [1, 2, 3]
  Expr one_of_these(std::size_t start, std::vector<Expr> parts) {
    while (take(",")) parts.push_back(sum());
    expect("]");
    Expr expr = built(start, Op::any_of, std::move(parts));
    types_.check_comparison(expr);
    return expr;
  }

  // A set's name stands before a fact's.
  bool is_list_ahead() {
    if (language_.sets != nullptr && language_.sets->contains(std::string(token().text))) return false;
    if (is_local(token().text)) return true;
    if (tokens_[next_ + 1].kind == Token::Kind::sign && tokens_[next_ + 1].text == "(") return true;
    announce(token());
    const Slot slot = language_.schema->find(token().text);
    return slot != no_slot && language_.schema->at(slot).type.base == Type::list;
  }

  Expr list_membership(std::size_t start, Expr value) {
    std::vector<Expr> parts;
    parts.push_back(std::move(value));
    parts.push_back(sum());
    Expr expr = built(start, Op::in_list, std::move(parts));
    types_.check_in_list(expr);
    return expr;
  }

  Expr set_membership(std::size_t start, Expr value) {
    static const std::map<std::string, std::vector<std::string>> no_sets;
    const auto& sets = language_.sets != nullptr ? *language_.sets : no_sets;
    const auto found = sets.find(std::string(token().text));
    if (found == sets.end()) {
      std::vector<std::string> names;
      for (const auto& [name, words] : sets) names.push_back(name);
      fail_here(fmt::format("there is no set {}", quoted(token().text)),
                names.empty() ? "declare it under [sets]" : suggestion(token().text, names));
    }
    const Token at = token();
    ++next_;
    std::vector<Expr> parts;
    parts.push_back(std::move(value));
    for (const std::string& word : found->second) parts.push_back(text_literal(word, at));
    Expr expr = built(start, Op::any_of, std::move(parts));
    types_.check_comparison(expr);
    return expr;
  }

  Expr chain_left(std::initializer_list<std::pair<std::string_view, Op>> signs, Expr (Parser::*part)()) {
    const std::size_t start = next_;
    Expr left = (this->*part)();
    for (int links = 0;; ++links) {
      if (links > deepest) fail_here("the expression is too long", "name its parts under [derived]");
      const auto sign = std::find_if(signs.begin(), signs.end(), [&](const auto& s) { return is(s.first); });
      if (sign == signs.end()) return left;
      ++next_;
      std::vector<Expr> sides;
      sides.push_back(std::move(left));
      sides.push_back((this->*part)());
      left = built(start, sign->second, std::move(sides));
      types_.check_arithmetic(left);
    }
  }
  Expr sum() { return chain_left({{"+", Op::add}, {"-", Op::subtract}}, &Parser::product); }
  Expr product() { return chain_left({{"*", Op::multiply}, {"/", Op::divide}}, &Parser::signed_part); }

  Expr signed_part() {
    const std::size_t start = next_;
    if (!take("-")) return path();
    if (++depth_ > deepest) fail_here("the expression is nested too deeply");
    std::vector<Expr> inner;
    inner.push_back(signed_part());
    --depth_;
    Expr expr = built(start, Op::negate, std::move(inner));
    types_.check_arithmetic(expr);
    return expr;
  }

  // list.field, record.field, list[condition], list[1]
  Expr path() {
    const std::size_t start = next_;
    Expr whole = primary();
    for (int links = 0;; ++links) {
      if (links > deepest) fail_here("the expression is too long", "name its parts under [derived]");
      if (take(".")) whole = member(start, std::move(whole));
      else if (whole.type == Type::list && take("[")) whole = filtered(start, std::move(whole));
      else return whole;
    }
  }

  Expr member(std::size_t start, Expr whole) {
    if (token().kind != Token::Kind::name) fail_here("the name of a part is wanted after the point");
    const Token name = tokens_[next_++];
    std::vector<Expr> parts;
    parts.push_back(std::move(whole));
    Expr expr = built(start, Op::member, std::move(parts));
    expr.words = std::make_shared<const std::string>(name.text);
    types_.check_member(expr);
    return expr;
  }

  Expr filtered(std::size_t start, Expr list) {
    Expr inner = inside({}, list);
    expect("]");
    const Op op = inner.type == Type::number ? Op::item_at : Op::filter;
    std::vector<Expr> parts;
    parts.push_back(std::move(list));
    parts.push_back(std::move(inner));
    Expr expr = built(start, op, std::move(parts));
    types_.check_filter(expr);
    return expr;
  }

  Expr list_of_values() {
    const std::size_t start = next_++;
    std::vector<Expr> parts;
    do parts.push_back(expression());
    while (take(","));
    expect("]");
    Expr expr = built(start, Op::list, std::move(parts));
    types_.check_list(expr);
    return expr;
  }

  Expr primary() {
    switch (token().kind) {
      case Token::Kind::number: return number();
      case Token::Kind::string: {
        const Token& text = tokens_[next_++];
        return text_literal(text.text, text);
      }
      case Token::Kind::name: return word();
      default: break;
    }
    if (is("[")) return list_of_values();
    if (!is("(")) fail_here("a fact, a number or a function is wanted here");
    const std::size_t start = next_++;
    Expr inner = expression();
    expect(")");
    const Expr whole = built(start, inner.op, {});
    inner.text = whole.text;
    inner.at = whole.at;
    return inner;
  }

  Expr number() {
    const std::size_t start = next_++;
    std::string_view digits = tokens_[start].text;
    const bool is_percent = digits.back() == '%';
    if (is_percent) digits.remove_suffix(1);
    const std::optional<Ratio> ratio = read_decimal(digits);
    if (!ratio) types_.fail(built(start, Op::literal, {}), fmt::format("{} is not a number", quoted(digits)));
    return literal(start, is_percent ? Value::of_percent(*ratio / 100) : Value::of_number(*ratio));
  }

  Expr literal(std::size_t start, const Value& value) {
    Expr expr = built(start, Op::literal, {});
    expr.literal = value;
    expr.type = value.type;
    return expr;
  }

  static Expr text_literal(std::string_view text, const Token& at) {
    Expr expr;
    expr.words = std::make_shared<const std::string>(text);
    expr.literal = Value::of_string(*expr.words);
    expr.type = Type::string;
    expr.text = quoted(text);
    expr.at = static_cast<std::uint32_t>(at.at);
    return expr;
  }

  Expr word() {
    if (is("true") || is("false")) {
      const bool yes = is("true");
      ++next_;
      return literal(next_ - 1, Value::of_boolean(yes));
    }
    if (take("null")) return literal(next_ - 1, Value::null());
    if (std::find(reserved.begin(), reserved.end(), token().text) != reserved.end())
      fail_here(fmt::format("a fact is wanted before {}", quoted(token().text)));
    if (tokens_[next_ + 1].kind == Token::Kind::sign && tokens_[next_ + 1].text == "(") return call();
    return fact();
  }

  static bool opens(const Scope& scope, std::string_view name) {
    if (!scope.name.empty()) return scope.name == name;
    return name == "item" || part_named(*scope.element, name) != nullptr;
  }
  bool is_local(std::string_view name) const {
    return std::any_of(scopes_.begin(), scopes_.end(), [&](const Scope& scope) { return opens(scope, name); });
  }

  // The innermost that the name stands for: the element itself, or its part of that name.
  Expr local() {
    const Token name = token();
    const auto scope = std::find_if(scopes_.rbegin(), scopes_.rend(), [&](const Scope& s) { return opens(s, name.text); });
    ++next_;
    Expr expr = built(next_ - 1, Op::local, {});
    expr.index = static_cast<std::uint16_t>(scopes_.rend() - scope - 1);
    expr.type = scope->element->base;
    expr.shape = scope->element;
    const bool is_element = !scope->name.empty() || part_named(*scope->element, name.text) == nullptr;
    if (is_element) return expr;
    std::vector<Expr> element;
    element.push_back(std::move(expr));
    Expr part = built(next_ - 1, Op::member, std::move(element));
    part.words = std::make_shared<const std::string>(name.text);
    types_.check_member(part);
    return part;
  }

  // Who writes "EUR 3.00" wants to know how an amount is written.
  std::string amount_or(std::string hint) const {
    std::string amount = amount_hint(node_.text);
    return amount.empty() ? hint : amount;
  }

  void announce(const Token& name) const {
    if (language_.before_fact) language_.before_fact(name.text, where_inside(node_, name.at, name.length));
  }

  Expr fact() {
    if (is_local(token().text)) return local();
    announce(token());
    const Slot slot = language_.schema->find(token().text);
    if (slot == no_slot)
      fail_here(fmt::format("there is no fact {}", quoted(token().text)),
                amount_or(fact_suggestion(token().text, *language_.schema)));
    ++next_;
    Expr expr = built(next_ - 1, Op::fact, {});
    const FieldType& type = language_.schema->at(slot).type;
    expr.slot = slot;
    expr.type = type.base;
    expr.shape = std::make_shared<const FieldType>(type);
    return expr;
  }

  Expr call() {
    const std::size_t start = next_;
    const auto known = functions();
    const auto found = std::find_if(known.begin(), known.end(), [&](const Function& f) { return f.name == token().text; });
    if (found == known.end())
      fail_here(fmt::format("there is no function {}", quoted(token().text)), suggestion(token().text, function_names()));
    next_ += 2;
    std::vector<Expr> arguments;
    while (!is(")")) {
      if (!arguments.empty()) expect(",");
      arguments.push_back(argument(*found, arguments.size()));
    }
    ++next_;
    Expr expr = built(start, Op::call, std::move(arguments));
    expr.function = static_cast<std::uint16_t>(found - known.begin());
    types_.check_call(expr);
    return expr;
  }

  // round(x, half_up, 0.01) and business_days(a, b, uk): a rounding and a calendar are words, not facts.
  Expr argument(const Function& function, std::size_t i) {
    if (static_cast<int>(i) != function.word || token().kind != Token::Kind::name) return expression();
    if (is_local(token().text) || is_fact(token())) return expression();
    const Token& word = tokens_[next_++];
    return text_literal(word.text, word);
  }
  bool is_fact(const Token& name) const {
    announce(name);
    return language_.schema->find(name.text) != no_slot;
  }

  const Node& node_;
  const Language& language_;
  TypeChecker types_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  std::vector<Scope> scopes_;
};

}  // namespace

Expr read_expression(const Node& node, const Language& language, Type wanted) {
  scalar_of(node, "an expression");
  const TypeChecker types(node, language);
  std::optional<Expr> plain = plain_literal(node, language);
  Expr expr = plain ? *std::move(plain) : Parser(node, language).whole();
  if (wanted != Type::missing) types.adapt(expr, {wanted});
  return expr;
}

}  // namespace amends
