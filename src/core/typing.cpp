#include "core/typing.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/functions.h"
#include "core/text.h"

namespace amends {
namespace {

// A number made of literals alone: it takes the place of money.
bool is_bare_number(const Expr& expr) {
  if (expr.type != Type::number) return false;
  if (expr.op == Op::literal) return true;
  if (expr.op == Op::fact || expr.op == Op::call) return false;
  const std::size_t first = expr.op == Op::choose ? 1 : 0;
  return std::all_of(expr.children.begin() + static_cast<std::ptrdiff_t>(first), expr.children.end(), is_bare_number);
}

bool is_moment(Type type) { return type == Type::date || type == Type::instant; }

std::string example(Type type) {
  switch (type) {
    case Type::date: return "2026-03-31";
    case Type::instant: return "2026-03-31T14:00:00Z";
    case Type::time: return "14:00";
    case Type::monthday: return "12-24";
    case Type::duration: return "30 min";
    default: return {};
  }
}

class CallTyping : public Typing {
 public:
  CallTyping(Expr& call, const TypeChecker& checker) : call_(call), checker_(checker) {}
  Expr& argument(std::size_t i) override { return call_.children[i]; }
  std::size_t count() const override { return call_.children.size(); }
  Type adapt(std::size_t i, std::initializer_list<Type> wanted) override {
    return checker_.adapt(call_.children[i], wanted);
  }
  Type unify() override {
    std::vector<Expr*> parts;
    for (Expr& child : call_.children) parts.push_back(&child);
    return checker_.unify(std::move(parts));
  }
  void take_zone(std::size_t i) override {
    const Expr& name = call_.children[i];
    const std::optional<Zone> zone =
        name.op == Op::literal && name.type == Type::string ? Zone::named(name.literal.text) : std::nullopt;
    if (!zone) checker_.fail(name, fmt::format("{} is not a time zone", name.text), "write \"Europe/London\"");
    call_.zone = std::make_shared<const Zone>(*zone);
    call_.children.erase(call_.children.begin() + static_cast<std::ptrdiff_t>(i));
  }
  void fail(std::size_t i, std::string message, std::string hint) override {
    checker_.fail(call_.children[i], std::move(message), std::move(hint));
  }

 private:
  Expr& call_;
  const TypeChecker& checker_;
};

std::string argument_count(const Function& f) {
  const std::string_view noun = f.most == 1 ? "argument" : "arguments";
  if (f.least == f.most) return fmt::format("{} {}", f.least, noun);
  return f.most > 9 ? fmt::format("at least {} {}", f.least, f.least == 1 ? "argument" : "arguments")
                    : fmt::format("{} to {} {}", f.least, f.most, noun);
}

}  // namespace

std::string phrase(Type type) {
  switch (type) {
    case Type::null: return "null";
    case Type::money: return "money";
    case Type::string: return "text";
    case Type::instant: return "an instant";
    default: return fmt::format("a {}", name_of(type));
  }
}

TypeChecker::TypeChecker(const Node& text_node, const Language& facts_and_sets)
    : node_(text_node), language_(facts_and_sets), zone_(std::make_shared<const Zone>(facts_and_sets.zone)) {}

void TypeChecker::fail(const Expr& at, std::string message, std::string hint) const {
  throw Error{where_inside(node_, at.at, at.text.size()), std::move(message), std::move(hint)};
}

bool TypeChecker::becomes(Expr& expr, Type wanted) const {
  if (expr.type == wanted || expr.type == Type::null) return true;
  if (wanted == Type::instant && expr.type == Type::date) return true;
  if (wanted == Type::money && is_bare_number(expr)) {
    Expr amount;
    amount.op = Op::in_currency;
    amount.type = Type::money;
    amount.text = expr.text;
    amount.at = expr.at;
    amount.children.push_back(std::move(expr));
    expr = std::move(amount);
    return true;
  }
  const bool can_be_text = is_moment(wanted) || wanted == Type::time || wanted == Type::monthday || wanted == Type::duration;
  if (expr.op != Op::literal || expr.type != Type::string || !can_be_text) return false;
  FieldType type;
  type.base = wanted;
  const std::optional<Value> value = read_literal(expr.literal.text, type, language_.zone);
  if (!value)
    fail(expr, fmt::format("{} is not {}", expr.text, phrase(wanted)), fmt::format("write \"{}\"", example(wanted)));
  expr.literal = *value;
  expr.type = value->type;
  return true;
}

Type TypeChecker::adapt(Expr& expr, std::initializer_list<Type> wanted) const {
  for (const Type type : wanted)
    if (expr.type == type) return type;
  for (const Type type : wanted)
    if (becomes(expr, type)) return expr.type == Type::null ? type : expr.type;
  std::vector<std::string> names;
  for (const Type type : wanted) names.push_back(phrase(type));
  const bool is_part_of_money = expr.op == Op::divide && expr.type == Type::number && *wanted.begin() == Type::money;
  fail(expr, fmt::format("{} is {}, but {} is wanted", expr.text, phrase(expr.type), joined(names, " or ")),
       is_part_of_money ? "money by an amount is a number: multiply instead, such as order_value * 50%" : "");
}

// What the others have to become: the type of the first part that is no mere literal.
Type TypeChecker::unify(std::vector<Expr*> parts) const {
  const auto is_firm = [](const Expr* e) { return e->op != Op::literal && !is_bare_number(*e) && e->type != Type::null; };
  auto first = std::find_if(parts.begin(), parts.end(), is_firm);
  if (first == parts.end())
    first = std::find_if(parts.begin(), parts.end(), [](const Expr* e) { return e->type != Type::null; });
  if (first == parts.end()) return Type::null;
  const bool has_instant = std::any_of(parts.begin(), parts.end(), [](const Expr* e) { return e->type == Type::instant; });
  const Type wanted = has_instant && (*first)->type == Type::date ? Type::instant : (*first)->type;
  for (Expr* part : parts)
    if (!becomes(*part, wanted))
      fail(*part, fmt::format("{} is {}, but {} is {}", part->text, phrase(part->type), (*first)->text, phrase(wanted)),
           wanted == Type::percent && part->type == Type::number ? fmt::format("write {}%", part->text) : "");
  for (const Expr* a : parts)
    for (const Expr* b : parts) check_words(*a, *b);
  return wanted;
}

void TypeChecker::check_words(const Expr& fact, const Expr& literal) const {
  if (fact.op != Op::fact || literal.op != Op::literal || literal.type != Type::string) return;
  const std::vector<std::string>& words = language_.schema->at(fact.slot).type.words;
  if (words.empty() || std::find(words.begin(), words.end(), literal.literal.text) != words.end()) return;
  fail(literal, fmt::format("{} is never {}", fact.text, literal.text), suggestion(literal.literal.text, words));
}

void TypeChecker::check_sum(Expr& expr) const {
  Expr& a = expr.children[0];
  Expr& b = expr.children[1];
  const Type type = unify({&a, &b});
  if (type == Type::number || type == Type::percent || type == Type::money || type == Type::duration) {
    expr.type = type;
    return;
  }
  fail(expr, fmt::format("{} cannot be computed: {} is {}", expr.text, a.text, phrase(a.type)),
       is_moment(type) ? "days(a, b), hours(a, b) and add(a, \"3 days\") compute with dates" : "");
}

void TypeChecker::check_product(Expr& expr) const {
  const Type a = adapt(expr.children[0], {Type::number, Type::percent, Type::money});
  const Type b = adapt(expr.children[1], {Type::number, Type::percent, Type::money});
  if (a == Type::money && b == Type::money) fail(expr, "money times money is not an amount");
  if (a == Type::money || b == Type::money) expr.type = Type::money;
  else expr.type = a == Type::percent || b == Type::percent ? Type::percent : Type::number;
}

void TypeChecker::check_quotient(Expr& expr) const {
  const bool has_money = expr.children[0].type == Type::money || expr.children[1].type == Type::money;
  for (Expr& side : expr.children)
    if (has_money && is_bare_number(side)) adapt(side, {Type::money});
  const Type a = adapt(expr.children[0], {Type::number, Type::percent, Type::money});
  const Type b = adapt(expr.children[1], {Type::number, Type::percent, Type::money});
  if (a == b) {
    expr.type = Type::number;
    return;
  }
  if (a == Type::money || b == Type::money)
    fail(expr, fmt::format("{} is {} and {} is {}: only money by money can be divided", expr.children[0].text, phrase(a),
                           expr.children[1].text, phrase(b)),
         fmt::format("multiply instead: {} * (1 / {})", expr.children[0].text, expr.children[1].text));
  expr.type = a == Type::percent ? Type::percent : Type::number;
}

void TypeChecker::check_arithmetic(Expr& expr) const {
  switch (expr.op) {
    case Op::multiply: return check_product(expr);
    case Op::divide: return check_quotient(expr);
    case Op::negate:
      expr.type = adapt(expr.children[0], {Type::number, Type::percent, Type::money, Type::duration});
      return;
    default: return check_sum(expr);
  }
}

void TypeChecker::check_comparison(Expr& expr) const {
  std::vector<Expr*> parts;
  for (Expr& child : expr.children) parts.push_back(&child);
  const Type type = unify(std::move(parts));
  const bool needs_order = expr.op != Op::equal && expr.op != Op::not_equal && expr.op != Op::any_of;
  if (needs_order && !has_order(type))
    fail(expr, fmt::format("{} is {} and has no order", expr.children[0].text, phrase(type)), "compare it with = or !=");
  if (is_moment(type)) expr.zone = zone_;
  expr.type = Type::boolean;
}

void TypeChecker::check_logic(Expr& expr) const {
  if (expr.op == Op::choose) {
    adapt(expr.children[0], {Type::boolean});
    expr.type = unify({&expr.children[1], &expr.children[2]});
    return;
  }
  for (Expr& child : expr.children) adapt(child, {Type::boolean});
  expr.type = Type::boolean;
}

void TypeChecker::check_call(Expr& expr) const {
  const Function& function = functions()[expr.function];
  const std::size_t count = expr.children.size();
  if (count < function.least || count > function.most)
    fail(expr, fmt::format("{} takes {}, not {}", function.name, argument_count(function), count));
  expr.zone = zone_;
  CallTyping typing(expr, *this);
  expr.type = function.check(typing);
}

}  // namespace amends
