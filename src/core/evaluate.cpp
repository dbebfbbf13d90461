// Computes expressions over the facts of a case, exactly, in three-valued logic. What cannot be computed is
// told in a Fault; nothing is thrown to the caller.
#include <fmt/format.h>

#include "core/functions.h"
#include "core/text.h"

namespace amends {
namespace {

class Evaluation {
 public:
  Evaluation(const FactSource& facts, Fault& fault) : facts_(facts), fault_(fault) {}

  Value of(const Expr& expr) {
    switch (expr.op) {
      case Op::literal: return literal(expr);
      case Op::fact: return fact(expr);
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide: return arithmetic(expr);
      case Op::negate: return negated(expr);
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal:
      case Op::equal:
      case Op::not_equal:
      case Op::within:
      case Op::any_of:
      case Op::is_null: return compared(expr);
      case Op::both:
      case Op::either: return logic(expr);
      case Op::opposite: return of_truth(opposite(truth(expr.children[0])));
      case Op::anything: return Value::of_boolean(true);
      case Op::choose: return chosen(expr);
      case Op::call: return call(expr);
      case Op::in_currency: return in_currency(expr);
    }
    return {};
  }

 private:
  Value give_up(std::string reason) {
    if (fault_.reason.empty()) fault_.reason = std::move(reason);
    return {};
  }

  static Value of_truth(Truth truth) { return truth == Truth::unknown ? Value{} : Value::of_boolean(truth == Truth::yes); }

  // A boolean that is null is not true.
  static Truth truth_of(const Value& value) {
    if (value.is_missing()) return Truth::unknown;
    return value.type == Type::boolean && value.whole != 0 ? Truth::yes : Truth::no;
  }

  Truth truth(const Expr& expr) { return truth_of(of(expr)); }

  Value literal(const Expr& expr) {
    Value value = expr.literal;
    if (value.type == Type::money && value.currency.is_none()) value.currency = facts_.currency();
    return value;
  }

  Value fact(const Expr& expr) {
    Value value = facts_.at(expr.slot);
    if (value.is_missing()) fault_.add(expr.slot, facts_);
    return value;
  }

  Value in_currency(const Expr& expr) {
    const Value number = of(expr.children[0]);
    return number.type == Type::number ? Value::of_money(number.ratio, facts_.currency()) : number;
  }

  // An operand of arithmetic: null is a fault.
  Value operand(const Expr& expr) {
    Value value = of(expr);
    if (value.is_null()) return give_up(fmt::format("{} is null, so it cannot be computed with", expr.text));
    return value;
  }

  Value arithmetic(const Expr& expr) {
    const Value a = operand(expr.children[0]);
    const Value b = operand(expr.children[1]);
    if (a.is_missing() || b.is_missing()) return {};
    if (a.type == Type::money && b.type == Type::money && !(a.currency == b.currency))
      return give_up(fmt::format("{} is in {} and {} in {}", expr.children[0].text, a.currency.name(),
                                 expr.children[1].text, b.currency.name()));
    if (expr.type == Type::duration) return duration(expr.op, a, b);
    Value result;
    result.type = expr.type;
    if (expr.type == Type::money) result.currency = a.type == Type::money ? a.currency : b.currency;
    result.ratio = ratio(expr, a.ratio, b.ratio);
    return result;
  }

  static Ratio ratio(const Expr& expr, const Ratio& a, const Ratio& b) {
    switch (expr.op) {
      case Op::add: return a + b;
      case Op::subtract: return a - b;
      case Op::multiply: return a * b;
      default: return a / b;
    }
  }

  static Value duration(Op op, const Value& a, const Value& b) {
    const Ratio sum = op == Op::add ? Ratio(a.whole) + Ratio(b.whole) : Ratio(a.whole) - Ratio(b.whole);
    return Value::of(Type::duration, whole_of(sum));
  }

  Value negated(const Expr& expr) {
    Value value = operand(expr.children[0]);
    if (value.is_missing()) return value;
    value.ratio = -value.ratio;
    if (value.type == Type::duration) value.whole = whole_of(-Ratio(value.whole));
    return value;
  }

  Value compared(const Expr& expr) {
    const Value left = of(expr.children[0]);
    if (expr.op == Op::is_null) return left.is_missing() ? Value{} : Value::of_boolean(left.is_null());
    std::vector<Value> others;
    for (std::size_t i = 1; i < expr.children.size(); ++i) others.push_back(of(expr.children[i]));
    if (left.is_missing()) return {};
    for (const Value& other : others)
      if (other.is_missing()) return {};
    return of_truth(outcome(expr, left, others));
  }

  Truth outcome(const Expr& expr, const Value& left, const std::vector<Value>& others) {
    switch (expr.op) {
      case Op::not_equal: return opposite(related(expr, Op::equal, left, others[0]));
      case Op::within: return interval(expr, left, others[0], others[1]);
      case Op::any_of: {
        Truth any = Truth::no;
        for (const Value& other : others) any = either(any, related(expr, Op::equal, left, other));
        return any;
      }
      default: return related(expr, expr.op, left, others[0]);
    }
  }

  Truth interval(const Expr& expr, const Value& value, const Value& low, const Value& high) {
    const Truth from = related(expr, expr.low_open ? Op::greater : Op::greater_equal, value, low);
    const Truth until = related(expr, expr.high_open ? Op::less : Op::less_equal, value, high);
    const bool wraps = is_cyclic(value.type) && low.is_known() && high.is_known() && compare(low, high, nullptr) > 0;
    return wraps ? either(from, until) : both(from, until);
  }

  // Null equals null and nothing else, and has no order.
  Truth related(const Expr& expr, Op op, const Value& a, const Value& b) {
    if (a.is_null() || b.is_null()) return op == Op::equal && a.is_null() && b.is_null() ? Truth::yes : Truth::no;
    const std::partial_ordering order = compare(a, b, expr.zone.get());
    if (order == std::partial_ordering::unordered) {
      give_up(fmt::format("{}: {} and {} cannot be compared", expr.text, print(a, Zone::utc()), print(b, Zone::utc())));
      return Truth::unknown;
    }
    const bool yes = op == Op::equal           ? order == 0
                     : op == Op::less          ? order < 0
                     : op == Op::less_equal    ? order <= 0
                     : op == Op::greater       ? order > 0
                                               : order >= 0;
    return yes ? Truth::yes : Truth::no;
  }

  // What one part lacks does not matter when another part decides.
  Value logic(const Expr& expr) {
    const bool is_both = expr.op == Op::both;
    Truth result = is_both ? Truth::yes : Truth::no;
    Fault inner;
    for (const Expr& child : expr.children) {
      const Truth part = truth_of(evaluate(child, facts_, inner));
      result = is_both ? both(result, part) : either(result, part);
      if (result == (is_both ? Truth::no : Truth::yes)) break;
    }
    if (result == Truth::unknown) fault_.add(inner);
    return of_truth(result);
  }

  Value chosen(const Expr& expr) {
    const Truth condition = truth(expr.children[0]);
    if (condition == Truth::unknown) return {};
    return of(expr.children[condition == Truth::yes ? 1 : 2]);
  }

  Value call(const Expr& expr) {
    const Function& function = functions()[expr.function];
    if (function.apply == nullptr) return coalesced(expr);
    std::vector<Value> arguments;
    bool known = true;
    for (const Expr& child : expr.children) {
      arguments.push_back(operand(child));
      known = known && !arguments.back().is_missing();
    }
    if (!known) return {};
    std::string reason;
    Value result = function.apply(arguments, *expr.zone, reason);
    return reason.empty() ? result : give_up(fmt::format("{}: {}", expr.text, reason));
  }

  // The first that is neither null nor missing, else the last as it is. What is at fault for another reason
  // than a missing fact is not passed over.
  Value coalesced(const Expr& expr) {
    Fault tried;
    for (const Expr& child : expr.children) {
      Fault inner;
      const Value value = evaluate(child, facts_, inner);
      if (value.is_known() || (value.is_null() && &child == &expr.children.back())) return value;
      tried.add(inner);
      if (!inner.reason.empty()) break;
    }
    fault_.add(tried);
    return {};
  }

  const FactSource& facts_;
  Fault& fault_;
};

}  // namespace

Value evaluate(const Expr& expr, const FactSource& facts, Fault& fault) {
  std::string reason;
  try {
    return Evaluation(facts, fault).of(expr);
  } catch (const Overflow& e) {
    reason = e.what();
  } catch (const DivisionByZero& e) {
    reason = e.what();
  }
  if (fault.reason.empty()) fault.reason = fmt::format("{}: {}", expr.text, reason);
  return {};
}

}  // namespace amends
