#include "core/language/typing.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/functions.h"
#include "core/policy/next_step.h"
#include "core/time/calendar.h"

namespace amends {
namespace {

bool is_plain_number(const Expr& expr);

// 12-24 in an expression is a difference.
std::string quoted_hint(const Expr& part, Type wanted) {
  const bool is_of_calendar = wanted == Type::monthday || wanted == Type::date || wanted == Type::instant;
  return is_of_calendar && is_plain_number(part) ? fmt::format("write '{}', in quotes of its own", part.text) : "";
}

// A number made of literals alone.
bool is_plain_number(const Expr& expr) {
  if (expr.type != Type::number) return false;
  if (expr.op == Op::literal) return true;
  if (expr.op != Op::add && expr.op != Op::subtract && expr.op != Op::multiply && expr.op != Op::divide && expr.op != Op::negate)
    return false;
  return std::all_of(expr.children.begin(), expr.children.end(), is_plain_number);
}

// 10.00 is written as an amount is, 10 and 1.2 as a count or a rate.
bool is_spelled_as_amount(const Expr& expr) {
  if (expr.op != Op::literal) return std::any_of(expr.children.begin(), expr.children.end(), is_spelled_as_amount);
  const std::size_t point = expr.text.find('.');
  return point != std::string::npos && expr.text.size() - point - 1 == 2;
}

Expr in_currency(Expr number) {
  Expr amount;
  amount.op = Op::in_currency;
  amount.type = Type::money;
  amount.text = number.text;
  amount.at = number.at;
  amount.children.push_back(std::move(number));
  return amount;
}

// Money by a number written out may be a share (fare / 2) or a count (fare / 10.00): the place decides. Whether
// the expression, taken as the other of the two, has the wanted type; then it is.
bool retaken(Expr& expr, Type wanted);

bool retaken_or_is(Expr& part, Type wanted) {
  if (part.type == wanted || part.type == Type::null || retaken(part, wanted)) return true;
  if (wanted != Type::money || !is_bare_number(part)) return false;
  part = in_currency(std::move(part));
  return true;
}

bool all_retaken(std::vector<Expr>& parts, Type wanted) {
  return std::all_of(parts.begin(), parts.end(), [&](Expr& part) { return retaken_or_is(part, wanted); });
}

bool quotient_retaken(Expr& expr, Type wanted) {
  Expr& by = expr.children[1];
  if (wanted == Type::number && expr.type == Type::money && is_plain_number(by)) by = in_currency(std::move(by));
  else if (wanted == Type::money && expr.type == Type::number && expr.children[0].type == Type::money && by.op == Op::in_currency) {
    Expr number = std::move(by.children[0]);
    by = std::move(number);
  } else return false;
  return true;
}

bool parts_retaken(Expr& expr, Type wanted) {
  switch (expr.op) {
    case Op::divide: return quotient_retaken(expr, wanted);
    case Op::negate:
    case Op::add:
    case Op::subtract: return all_retaken(expr.children, wanted);
    case Op::multiply:
      for (Expr& part : expr.children)
        if (part.op != Op::literal && retaken(part, wanted)) return true;
      return false;
    case Op::in_currency: {
      if (wanted != Type::number) return false;
      Expr number = std::move(expr.children[0]);
      expr = std::move(number);
      return true;
    }
    case Op::choose: return retaken_or_is(expr.children[1], wanted) && retaken_or_is(expr.children[2], wanted);
    case Op::call: {
      const std::string_view name = functions()[expr.function].name;
      if (name == "round") return retaken_or_is(expr.children[0], wanted) && retaken_or_is(expr.children[2], wanted);
      return (name == "coalesce" || name == "floor" || name == "ceiling" || name == "abs" || name == "min" || name == "max") && all_retaken(expr.children, wanted);
    }
    default: return false;
  }
}

bool retaken(Expr& expr, Type wanted) {
  Expr other = expr;
  if (!parts_retaken(other, wanted)) return false;
  other.type = wanted;
  expr = std::move(other);
  return true;
}

bool are_money_and_count(Type a, Type b) { return (a == Type::money && b == Type::number) || (a == Type::number && b == Type::money); }

// What to write where the other of the two is wanted.
std::string count_hint(Type has, Type wanted, bool is_literal = false) {
  if (!are_money_and_count(has, wanted)) return is_literal ? literal_hint(wanted) : std::string();
  return wanted == Type::number ? "money by an amount is a count: order_value / 10.00" : "a count times an amount is money: floor(order_value / 10.00) * 2.50";
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

const FieldType* member_named(const std::vector<Member>& members, std::string_view name) {
  for (const Member& member : members)
    if (member.name == name) return &member.type;
  return nullptr;
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
  void take_calendar(std::size_t i) override {
    const Expr& name = call_.children[i];
    const bool is_name = name.op == Op::literal && name.type == Type::string;
    if (!is_name) checker_.fail(name, fmt::format("{} is neither a calendar nor a list of dates", name.text), "write \"uk\" for [calendars.uk]");
    call_.calendar = checker_.calendar_named(name);
    call_.children.erase(call_.children.begin() + static_cast<std::ptrdiff_t>(i));
  }
  void gives(std::shared_ptr<const FieldType> shape) override { call_.shape = std::move(shape); }
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

bool is_bare_number(const Expr& expr) {
  if (expr.type != Type::number) return false;
  const auto& parts = expr.children;
  switch (expr.op) {
    case Op::literal: return true;
    case Op::fact: return expr.shape != nullptr && expr.shape->bare;
    case Op::negate: return is_bare_number(parts[0]);
    case Op::add:
    case Op::subtract: return is_bare_number(parts[0]) && is_bare_number(parts[1]);
    case Op::multiply: return is_bare_number(parts[0]) || is_bare_number(parts[1]);
    case Op::divide: return is_bare_number(parts[0]);
    case Op::choose: return (is_bare_number(parts[1]) || parts[1].type == Type::null) && (is_bare_number(parts[2]) || parts[2].type == Type::null);
    case Op::rows: {
      for (std::size_t i = 1; i < parts.size(); i += 2)
        if (!is_bare_number(parts[i]) && parts[i].type != Type::null) return false;
      return true;
    }
    case Op::call:
      return functions()[expr.function].keeps_type &&
             std::all_of(parts.begin(), parts.end(), [](const Expr& e) { return is_bare_number(e) || e.type == Type::string; });
    default: return false;
  }
}

const FieldType* part_named(const FieldType& whole, std::string_view name) {
  static const std::vector<Member> of_span = [] {
    FieldType instant;
    instant.base = Type::instant;
    return std::vector<Member>{{"start", instant}, {"end", instant}};
  }();
  if (whole.base == Type::span) return member_named(of_span, name);
  return whole.base == Type::record ? member_named(whole.members, name) : nullptr;
}

std::shared_ptr<const FieldType> plain_type(Type base) {
  auto type = std::make_shared<FieldType>();
  type->base = base;
  return type;
}

std::shared_ptr<const FieldType> list_of(std::shared_ptr<const FieldType> element) {
  auto type = std::make_shared<FieldType>();
  type->base = Type::list;
  type->element = std::move(element);
  return type;
}

std::shared_ptr<const FieldType> shape_of(const Expr& expr) { return expr.shape ? expr.shape : plain_type(expr.type); }

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
    expr = in_currency(std::move(expr));
    return true;
  }
  if (are_money_and_count(expr.type, wanted) && retaken(expr, wanted)) return true;
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
  fail(expr, fmt::format("{} is {}, but {} is wanted", expr.text, phrase(expr.type), joined(names, " or ")),
       wanted.size() == 1 ? count_hint(expr.type, *wanted.begin(), expr.op == Op::literal) : "");
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
  for (Expr* part : parts) {
    if (becomes(*part, wanted)) continue;
    if (parts.size() == 2 && are_money_and_count(part->type, wanted) && retaken(**first, part->type)) return part->type;
    std::string hint = wanted == Type::percent && part->type == Type::number ? fmt::format("write {}%", part->text) : quoted_hint(*part, wanted);
    fail(*part, fmt::format("{} is {}, but {} is {}", part->text, phrase(part->type), (*first)->text, phrase(wanted)),
         hint.empty() ? count_hint(part->type, wanted) : std::move(hint));
  }
  for (const Expr* a : parts)
    for (const Expr* b : parts) check_words(*a, *b);
  return wanted;
}

void TypeChecker::check_words_of(const FieldType& element, const Expr& literal) const {
  Expr fact;
  fact.text = "an element";
  fact.shape = std::make_shared<const FieldType>(element);
  check_words(fact, literal);
}

void TypeChecker::check_words(const Expr& fact, const Expr& literal) const {
  if (fact.shape == nullptr || literal.op != Op::literal || literal.type != Type::string) return;
  const std::vector<std::string>& words = fact.shape->words;
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
  if (a == Type::money && b == Type::money && !retaken(expr.children[0], Type::number) && !retaken(expr.children[1], Type::number))
    fail(expr, "money times money is not an amount", count_hint(Type::money, Type::number));
  if (a == Type::money || b == Type::money) expr.type = Type::money;
  else expr.type = a == Type::percent || b == Type::percent ? Type::percent : Type::number;
}

void TypeChecker::check_quotient(Expr& expr) const {
  if (is_plain_number(expr.children[0]) && expr.children[1].type == Type::money) adapt(expr.children[0], {Type::money});
  const bool is_by_amount = is_plain_number(expr.children[1]) && is_spelled_as_amount(expr.children[1]);
  if (expr.children[0].type == Type::money && is_by_amount) adapt(expr.children[1], {Type::money});
  const Type a = adapt(expr.children[0], {Type::number, Type::percent, Type::money});
  const Type b = adapt(expr.children[1], {Type::number, Type::percent, Type::money});
  if (a == b) {
    expr.type = Type::number;
    return;
  }
  if (a == Type::money && b == Type::number) {  // a price by a count: each one's share
    expr.type = Type::money;
    return;
  }
  if (a == Type::money || b == Type::money)
    fail(expr, fmt::format("{} is {} and {} is {}, which cannot be divided", expr.children[0].text, phrase(a),
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
    expr.shape = common_shape({&expr.children[1], &expr.children[2]});
    return;
  }
  for (Expr& child : expr.children) adapt(child, {Type::boolean});
  expr.type = Type::boolean;
}

// What lists or records of one type are made of; stops when they differ.
std::shared_ptr<const FieldType> TypeChecker::common_shape(const std::vector<const Expr*>& parts) const {
  std::shared_ptr<const FieldType> shape;
  for (const Expr* part : parts) {
    if (part->type != Type::list && part->type != Type::record) continue;
    if (!shape) shape = part->shape;
    else if (print(*shape) != print(*part->shape))
      fail(*part, fmt::format("{} is {}, but {} is wanted", part->text, print(*part->shape), print(*shape)));
  }
  return shape;
}

std::shared_ptr<const FieldType> TypeChecker::element_of(const Expr& list) const {
  if (list.type != Type::list) fail(list, fmt::format("{} is {}, but a list is wanted", list.text, phrase(list.type)));
  return list.shape->element;
}

void TypeChecker::check_member(Expr& expr) const {
  const Expr& whole = expr.children[0];
  const bool is_list = whole.type == Type::list;
  const std::shared_ptr<const FieldType> owner = is_list ? whole.shape->element : shape_of(whole);
  const FieldType* part = part_named(*owner, *expr.words);
  if (part == nullptr) {
    std::vector<std::string> names;
    for (const Member& member : owner->members) names.push_back(member.name);
    if (owner->base == Type::span) names = {"start", "end"};
    fail(expr, fmt::format("{} has no part {}", whole.text, quoted(*expr.words)),
         names.empty() ? fmt::format("it is {}", print(*shape_of(whole))) : suggestion(*expr.words, names));
  }
  expr.shape = is_list ? list_of(std::make_shared<const FieldType>(*part)) : std::make_shared<const FieldType>(*part);
  expr.type = expr.shape->base;
}

void TypeChecker::check_filter(Expr& expr) const {
  const std::shared_ptr<const FieldType> element = element_of(expr.children[0]);
  if (expr.op == Op::item_at) {
    expr.shape = element;
    expr.type = element->base;
    return;
  }
  adapt(expr.children[1], {Type::boolean});
  expr.shape = expr.children[0].shape;
  expr.type = Type::list;
}

void TypeChecker::check_loop(Expr& expr) const {
  element_of(expr.children[0]);
  if (expr.op == Op::each) {
    expr.shape = list_of(shape_of(expr.children[1]));
    expr.type = Type::list;
    return;
  }
  adapt(expr.children[1], {Type::boolean});
  expr.type = Type::boolean;
}

void TypeChecker::check_list(Expr& expr) const {
  std::vector<Expr*> parts;
  std::vector<const Expr*> told;
  for (Expr& child : expr.children) {
    parts.push_back(&child);
    told.push_back(&child);
  }
  const Type type = unify(std::move(parts));
  const std::shared_ptr<const FieldType> common = common_shape(told);
  expr.shape = list_of(common ? common : plain_type(type));
  expr.type = Type::list;
}

void TypeChecker::check_in_list(Expr& expr) const {
  const std::shared_ptr<const FieldType> element = element_of(expr.children[1]);
  check_words_of(*element, expr.children[0]);
  adapt(expr.children[0], {element->base});
  if (is_moment(element->base)) expr.zone = zone_;
  expr.type = Type::boolean;
}

void TypeChecker::check_rows(Expr& expr) const {
  std::vector<Expr*> parts;
  std::vector<const Expr*> told;
  for (std::size_t i = 1; i < expr.children.size(); i += 2) {
    parts.push_back(&expr.children[i]);
    told.push_back(&expr.children[i]);
  }
  expr.type = unify(std::move(parts));
  expr.shape = common_shape(told);
}

std::shared_ptr<const Calendar> TypeChecker::calendar_named(const Expr& name) const {
  std::vector<std::string> names;
  if (language_.calendars != nullptr) {
    const auto found = language_.calendars->find(std::string(name.literal.text));
    if (found != language_.calendars->end()) return std::make_shared<const Calendar>(found->second);
    for (const auto& [known, calendar] : *language_.calendars) names.push_back(known);
  }
  fail(name, fmt::format("there is no calendar {}", name.text),
       names.empty() ? fmt::format("add [calendars.{}] with its hours", name.literal.text) : suggestion(name.literal.text, names));
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
