#include "core/liquid/liquid_evaluate.h"

#include <fmt/format.h>

#include <algorithm>

namespace amends::liquid {
namespace {

const Value nothing{};

// Elsewhere a list, a record or true is neither before nor after anything; in letters such a question is a fault.
bool has_liquid_order(const Value& value) {
  return value.type != Type::list && value.type != Type::record && value.type != Type::boolean && value.type != Type::span;
}

}  // namespace

void Evaluator::fail(Span span, std::string message, std::string hint) const {
  throw Error{where_of(*scope_.partial->source, span), std::move(message), std::move(hint)};
}

std::string Evaluator::message_of(const Absent& absent) const {
  return std::string(std::string_view(absent.partial->source->text).substr(absent.span.offset, absent.span.length));
}

void Evaluator::refuse_absent() const {
  if (absent_.empty()) return;
  const Absent& first = absent_.front();
  const std::string name = message_of(first);
  std::string message =
      fmt::format("{} {}", name, first.unknown ? "is not a fact this letter knows" : "has no value for this case");
  for (std::size_t i = 1; i < absent_.size(); ++i) {
    const Where where = where_of(*absent_[i].partial->source, absent_[i].span);
    message += fmt::format("{} {} ({}:{}:{})", i == 1 ? ", nor" : ",", message_of(absent_[i]), where.file, where.line,
                           where.column);
  }
  throw Error{where_of(*first.partial->source, first.span), message,
              fmt::format("test it with {{% if {0} %}} or write {{{{ {0} | default: \"...\" }}}}", name)};
}

void Evaluator::note_absent(Span span, bool unknown) {
  constexpr std::size_t most_told = 100;
  if (!is_strict() || absent_.size() == most_told) return;
  const bool known = std::any_of(absent_.begin(), absent_.end(), [&](const Absent& a) {
    return a.partial->source == scope_.partial->source && a.span.offset == span.offset;
  });
  if (!known) absent_.push_back({scope_.partial, span, unknown});
}

const Value& Evaluator::made(Value value) {
  Value& kept = work_.value();
  kept = std::move(value);
  return kept;
}

// The counters of increment and decrement come before the facts. A partial sees the facts in letters only:
// elsewhere it is told what it needs.
const Value* Evaluator::fact(std::string_view name) {
  for (const auto& [counter, value] : scope_.counters)
    if (counter == name) return &made(Value::of_number(value));
  if (facts_.type != Type::record || (scope_.isolated && !is_strict())) return nullptr;
  return field_of(*facts_.record, name);
}

const Value* Evaluator::root(const Step& step) {
  std::string_view name = step.name;
  if (step.index) {
    const Value& key = evaluate(*step.index);
    name = key.type == Type::string ? key.text : work_.keep(text_of(key, locale_));
  }
  look_through(scope_.bound.size() + scope_.variables.size() + scope_.counters.size());
  if (const Value* found = scope_.find(name)) return found;
  if (!step.index && (name == "forloop" || name == "tablerowloop"))
    if (const auto at = innermost(scope_.loops, scope_.loops.size(), name == "tablerowloop"))
      return &made(loop_record(scope_.loops, *at, work_));
  return fact(name);
}

const Value& Evaluator::step(const Value& from, const Step& step) {
  work_.spend(1 + from.text.size() / 64);
  if (step.index) return made(element(from, evaluate(*step.index)));
  if (from.type == Type::record)
    if (const Value* field = field_of(*from.record, step.name)) return *field;
  if (from.type == Type::number && step.name == "size" && !is_strict() && !is_decimal(from)) return made(Value::of_number(8));
  return made(member(from, step.name));
}

const Value& Evaluator::path(const Expression& e, bool guarded) {
  const std::string_view head = e.steps[0].name;
  const bool of_loop = (head == "forloop" || head == "tablerowloop") && e.steps.size() > 1 && !e.steps[1].index;
  const auto at = of_loop ? innermost(scope_.loops, scope_.loops.size(), head == "tablerowloop") : std::nullopt;
  if (at && !scope_.find(head)) {
    const Value& value = made(loop_member(scope_.loops, *at, e.steps, work_));
    if (value.is_missing() && !guarded) note_absent(e.span, true);
    return value;
  }
  const Value* value = root(e.steps[0]);
  if (!value) value = &nothing;
  for (std::size_t i = 1; i < e.steps.size() && !value->is_missing(); ++i) value = &step(*value, e.steps[i]);
  if (value->is_missing() && !guarded) note_absent(e.span, true);
  return *value;
}

// Of a text the number it begins with, of anything else 0.
std::int64_t Evaluator::bound_of_range(const Expression& e) {
  return whole_part(evaluate(e));
}

const Value& Evaluator::range(const Expression& e) {
  return placed(e.span, [&]() -> const Value& {
    const std::int64_t from = bound_of_range(e.children[0]);
    return made(range_of(from, bound_of_range(e.children[1])));
  });
}

const Value& Evaluator::evaluate(const Expression& e, bool guarded) {
  const Value& value = evaluated(e, guarded);
  work_.spend(1 + value.text.size() / 64);  // who asks for a text looks at it
  return value;
}

const Value& Evaluator::evaluated(const Expression& e, bool guarded) {
  switch (e.operation) {
    case Operation::literal:
      return e.literal;
    case Operation::path:
      return path(e, guarded);
    case Operation::range:
      return range(e);
    default:
      return made(Value::of_boolean(holds(e)));
  }
}

bool Evaluator::holds(const Expression& e) {
  switch (e.operation) {
    case Operation::both:
      return holds(e.children[0]) && holds(e.children[1]);
    case Operation::either:
      return holds(e.children[0]) || holds(e.children[1]);
    case Operation::literal:
    case Operation::path:
    case Operation::range:
      return is_true(evaluate(e, true));
    default:
      return compared(e);
  }
}

bool Evaluator::are_equal(const Value& a, const Value& b) {
  if (a.type == b.type && (a.type == Type::list || a.type == Type::record)) work_.spend(weight(a) + weight(b));
  return equal(a, b);
}

bool Evaluator::compared(const Expression& e) {
  const Expression& left = e.children[0];
  const Expression& right = e.children[1];
  const Value& a = evaluate(left, asks_for_nothing(right));
  const Value& b = evaluate(right, asks_for_nothing(left));
  if (e.operation == Operation::equal) return are_equal(a, b);
  if (e.operation == Operation::not_equal) return !are_equal(a, b);
  if (e.operation == Operation::contains) return placed(e.span, [&] { return contains(a, b, work_); });
  if (is_nothing(a) || is_nothing(b)) {
    if (a.is_null() && left.operation == Operation::path) note_absent(left.span, false);
    if (b.is_null() && right.operation == Operation::path) note_absent(right.span, false);
    return false;
  }
  if (!is_strict() && (!has_liquid_order(a) || !has_liquid_order(b))) return false;
  const int order = placed(e.span, [&] { return compare(a, b); });
  if (e.operation == Operation::less) return order < 0;
  if (e.operation == Operation::less_equal) return order <= 0;
  if (e.operation == Operation::greater) return order > 0;
  return order >= 0;
}

const Value& Evaluator::piped(const Pipe& pipe) {
  const Value* value = &evaluate(pipe.head, pipe.guarded);
  if (!pipe.guarded && is_nothing(*value) && pipe.head.operation == Operation::path && is_strict()) {
    if (value->is_null()) note_absent(pipe.head.span, false);
    return nothing;
  }
  for (const FilterCall& call : pipe.filters) value = &filtered(*value, call);
  return *value;
}

const Value& Evaluator::filtered(const Value& value, const FilterCall& call) {
  Arguments arguments;
  for (const Expression& argument : call.arguments) arguments.add(evaluate(argument));
  for (const auto& [name, argument] : call.named) arguments.add(name, evaluate(argument));
  constexpr std::size_t steps_of_filter = 4;  // formatting takes longer than walking
  return placed(call.span, [&]() -> const Value& {
    work_.spend(steps_of_filter + weight(value));
    return made(call.filter->run(value, arguments, context_));
  });
}

}  // namespace amends::liquid
