// Computes expressions over the facts of a case, exactly, in three-valued logic. What cannot be computed is
// told in a Fault; nothing is thrown to the caller.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/functions.h"

namespace amends {
namespace {

class Evaluation {
 public:
  Evaluation(const FactSource& facts, Fault& fault) : facts_(facts), fault_(&fault) {}

  // The value, where what is beyond numbers is a fault like any other.
  Value guarded(const Expr& expr) {
    std::string reason;
    try {
      return of(expr);
    } catch (const Overflow& e) {
      reason = e.what();
    } catch (const DivisionByZero& e) {
      reason = e.what();
    }
    return give_up(fmt::format("{}: {}", expr.text, reason));
  }

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
      case Op::local: return locals_[expr.index];
      case Op::member: return member(expr);
      case Op::list: return list(expr);
      case Op::in_list: return in_list(expr);
      case Op::filter: return filtered(expr);
      case Op::item_at: return item_at(expr);
      case Op::some:
      case Op::every: return quantified(expr);
      case Op::each: return each(expr);
      case Op::rows: return row(expr);
    }
    return {};
  }

 private:
  Value give_up(std::string reason) {
    if (fault_->reason.empty()) fault_->reason = std::move(reason);
    return {};
  }

  // The same with its faults kept apart: they may not matter.
  Value tried(const Expr& expr, Fault& inner) {
    Fault* const outer = fault_;
    const std::size_t depth = locals_.size();
    fault_ = &inner;
    Value value = guarded(expr);
    fault_ = outer;
    locals_.resize(depth);  // an overflow may have left some behind
    return value;
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
    if (value.is_missing()) fault_->add(expr.slot, facts_);
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
      const Truth part = truth_of(tried(child, inner));
      result = is_both ? both(result, part) : either(result, part);
      if (result == (is_both ? Truth::no : Truth::yes)) break;
    }
    if (result == Truth::unknown) fault_->add(inner);
    return of_truth(result);
  }

  // The elements; none of a list that is null. Nothing when the list is missing.
  std::shared_ptr<const List> elements(const Expr& expr) {
    static const auto none = std::make_shared<const List>();
    const Value value = of(expr);
    if (value.is_missing()) return nullptr;
    return value.is_null() ? none : value.list;
  }

  Value inside(const Expr& expr, const Value& element, Fault& inner) {
    locals_.push_back(element);
    Value value = tried(expr, inner);
    locals_.pop_back();
    return value;
  }
  Value inside(const Expr& expr, const Value& element) { return inside(expr, element, *fault_); }

  Value part_of(const Value& whole, const Expr& expr) {
    if (whole.is_null() || whole.is_missing()) return whole;
    if (whole.type == Type::span) return Value::of_instant(Instant{*expr.words == "start" ? whole.whole : whole.until});
    for (const auto& [name, value] : *whole.record)
      if (name == *expr.words) return value;
    const FieldType& type = expr.children[0].type == Type::list ? *expr.shape->element : *expr.shape;
    return type.optional ? Value::null() : Value{};
  }

  Value member(const Expr& expr) {
    const Value whole = of(expr.children[0]);
    if (whole.is_missing()) return {};
    if (expr.children[0].type != Type::list) {
      Value part = part_of(whole, expr);
      if (part.is_missing()) fault_->add_element(expr.text);
      return part;
    }
    if (whole.is_null()) return whole;
    List parts;
    for (const Value& element : *whole.list) parts.push_back(part_of(element, expr));
    return Value::of_list(std::move(parts));
  }

  Value list(const Expr& expr) {
    List values;
    for (const Expr& child : expr.children) {
      values.push_back(of(child));
      if (values.back().is_missing()) return {};
    }
    return Value::of_list(std::move(values));
  }

  Value in_list(const Expr& expr) {
    const Value value = of(expr.children[0]);
    const std::shared_ptr<const List> all = elements(expr.children[1]);
    if (!all || value.is_missing()) return {};
    Truth any = Truth::no;
    for (const Value& element : *all) {
      if (element.is_missing()) fault_->add_element(expr.children[1].text);
      any = either(any, element.is_missing() ? Truth::unknown : related(expr, Op::equal, value, element));
      if (any == Truth::yes) break;
    }
    return of_truth(any);
  }

  Value filtered(const Expr& expr) {
    const std::shared_ptr<const List> all = elements(expr.children[0]);
    if (!all) return {};
    List kept;
    for (const Value& element : *all) {
      const Truth truth = truth_of(inside(expr.children[1], element));
      if (truth == Truth::unknown) return {};
      if (truth == Truth::yes) kept.push_back(element);
    }
    return Value::of_list(std::move(kept));
  }

  Value item_at(const Expr& expr) {
    const std::shared_ptr<const List> all = elements(expr.children[0]);
    if (!all) return {};
    const Value number = inside(expr.children[1], Value::null());
    if (number.is_missing()) return {};
    if (!number.is_known() || !number.ratio.is_whole()) return give_up(fmt::format("{} is no place in a list", expr.children[1].text));
    const auto count = static_cast<std::int64_t>(all->size());
    const std::int64_t at = whole_of(number.ratio);
    const std::int64_t place = at < 0 ? count + at : at - 1;
    if (at == 0 || place < 0 || place >= count) return Value::null();
    return (*all)[static_cast<std::size_t>(place)];
  }

  Value quantified(const Expr& expr) {
    const std::shared_ptr<const List> all = elements(expr.children[0]);
    if (!all) return {};
    const bool is_every = expr.op == Op::every;
    Truth result = is_every ? Truth::yes : Truth::no;
    Fault inner;
    for (const Value& element : *all) {
      const Truth one = truth_of(inside(expr.children[1], element, inner));
      result = is_every ? both(result, one) : either(result, one);
      if (result == (is_every ? Truth::no : Truth::yes)) break;
    }
    if (result == Truth::unknown) fault_->add(inner);
    return of_truth(result);
  }

  Value each(const Expr& expr) {
    const std::shared_ptr<const List> all = elements(expr.children[0]);
    if (!all) return {};
    List values;
    for (const Value& element : *all) {
      values.push_back(inside(expr.children[1], element));
      if (values.back().is_missing()) return {};
    }
    return Value::of_list(std::move(values));
  }

  // The first row that is not false decides; one that is unknown leaves the whole unknown.
  Value row(const Expr& expr) {
    for (std::size_t i = 0; i + 1 < expr.children.size(); i += 2) {
      const Truth truth = truth_of(of(expr.children[i]));
      if (truth == Truth::yes) return of(expr.children[i + 1]);
      if (truth == Truth::unknown) return {};
    }
    return give_up(fmt::format("no row of {} for {}", expr.text, asked_with(expr)));
  }

  // "date 2022-05-01, tier "gold"": what the last row, like every other, was asked with.
  std::string asked_with(const Expr& rows) const {
    std::vector<std::string> told;
    for (const Expr& test : rows.children[rows.children.size() - 2].children) {
      const Expr* tested = &test;
      while (tested->op != Op::fact) tested = &tested->children[0];
      told.push_back(fmt::format("{} {}", tested->text, print(facts_.at(tested->slot), Zone::utc())));
    }
    return joined(told, ", ");
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
      arguments.push_back(child.type == Type::list ? whole_list(child, function.name != "count") : operand(child));
      known = known && !arguments.back().is_missing();
    }
    if (!known) return {};
    Setting setting{*expr.zone, expr.calendar.get(), {}};
    Value result = function.apply(arguments, setting);
    if (result.type == Type::number && expr.type == Type::money) result = Value::of_money(result.ratio, facts_.currency());
    if (result.type == Type::number) result.type = expr.type;  // the sum of nothing
    return setting.reason.empty() ? result : give_up(fmt::format("{}: {}", expr.text, setting.reason));
  }

  // A list to compute with; where its elements are asked for, none may be missing or null.
  Value whole_list(const Expr& expr, bool asks_elements) {
    const std::shared_ptr<const List> all = elements(expr);
    if (!all) return {};
    for (const Value& element : *all) {
      if (!asks_elements) break;
      if (element.is_null()) return give_up(fmt::format("{} holds null, so it cannot be computed with", expr.text));
      if (!element.is_missing()) continue;
      fault_->add_element(expr.text);
      return {};
    }
    Value value;
    value.type = Type::list;
    value.list = all;
    return value;
  }

  // The first that is neither null nor missing, else the last as it is. What is at fault for another reason
  // than a missing fact is not passed over.
  Value coalesced(const Expr& expr) {
    Fault all;
    for (const Expr& child : expr.children) {
      Fault inner;
      const Value value = tried(child, inner);
      if (value.is_known() || (value.is_null() && &child == &expr.children.back())) return value;
      all.add(inner);
      if (!inner.reason.empty()) break;
    }
    fault_->add(all);
    return {};
  }

  const FactSource& facts_;
  Fault* fault_;
  std::vector<Value> locals_;  // elements in hand, from the outside in
};

}  // namespace

Value evaluate(const Expr& expr, const FactSource& facts, Fault& fault) { return Evaluation(facts, fault).guarded(expr); }

}  // namespace amends
