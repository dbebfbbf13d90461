#include "core/proofs/lateness_sense.h"

#include <algorithm>

#include "core/language/functions.h"

namespace amends {
namespace {

Sense turned(Sense sense) { return sense == Sense::grows ? Sense::falls : sense == Sense::falls ? Sense::grows : sense; }

class SenseReader {
 public:
  explicit SenseReader(const PolicyModel& model) : model_(model) {}

  Sense of(const Expr& expr) const {
    switch (expr.op) {
      case Op::literal: return Sense::still;
      case Op::fact: return of_fact(expr);
      case Op::in_currency: return of(expr.children[0]);
      case Op::negate: return turned(of(expr.children[0]));
      case Op::add: return together(of(expr.children[0]), of(expr.children[1]));
      case Op::subtract: return together(of(expr.children[0]), turned(of(expr.children[1])));
      case Op::multiply: return product(expr);
      case Op::divide: return of(expr.children[1]) == Sense::still && is_positive(expr.children[1]) ? of(expr.children[0]) : asked(expr);
      case Op::call: return call(expr);
      case Op::choose: return steps({&expr.children[0]}, {&expr.children[1], &expr.children[2]});
      case Op::rows: return rows(expr);
      default: return asked(expr);
    }
  }

 private:
  // Within a cell one of them is taken; from cell to cell another may be.
  Sense steps(const std::vector<const Expr*>& conditions, const std::vector<const Expr*>& results) const {
    Sense all = Sense::still;
    for (const Expr* condition : conditions)
      if (asked(*condition) != Sense::still && !model_.is_cut(*condition)) return Sense::unknown;
    for (const Expr* result : results) all = together(all, of(*result));
    return all;
  }

  Sense rows(const Expr& expr) const {
    std::vector<const Expr*> conditions, results;
    for (std::size_t i = 0; i + 1 < expr.children.size(); i += 2) {
      conditions.push_back(&expr.children[i]);
      results.push_back(&expr.children[i + 1]);
    }
    return steps(conditions, results);
  }

  Sense of_fact(const Expr& expr) const {
    const Field& field = model_.project().schema.at(expr.slot);
    if (is_lateness(field)) return Sense::grows;
    const Derivation* derivation = model_.project().derived.of(expr.slot);
    return derivation == nullptr ? Sense::still : of(derivation->expr);
  }

  // By what is not negative it keeps its sense: told facts are taken not to be below zero.
  bool is_positive(const Expr& expr) const {
    if (expr.op == Op::literal) return !expr.literal.ratio.is_negative();
    if (expr.op == Op::fact) return model_.project().derived.of(expr.slot) == nullptr;
    if (expr.op == Op::in_currency || expr.op == Op::add || expr.op == Op::multiply || expr.op == Op::divide)
      return std::all_of(expr.children.begin(), expr.children.end(), [&](const Expr& child) { return is_positive(child); });
    if (expr.op != Op::call) return false;
    const std::string_view name = functions()[expr.function].name;
    const auto positive = [&](const Expr& child) { return is_positive(child); };
    if (name == "max") return std::any_of(expr.children.begin(), expr.children.end(), positive);
    if (name == "floor" || name == "ceiling" || name == "min") return std::all_of(expr.children.begin(), expr.children.end(), positive);
    return name == "abs" || name == "count";
  }

  Sense product(const Expr& expr) const {
    const Sense a = of(expr.children[0]);
    const Sense b = of(expr.children[1]);
    if (a == Sense::still && b == Sense::still) return a;
    return is_positive(expr.children[0]) && is_positive(expr.children[1]) ? together(a, b) : Sense::unknown;
  }

  Sense call(const Expr& expr) const {
    const std::string_view name = functions()[expr.function].name;
    const bool keeps = name == "min" || name == "max" || name == "floor" || name == "ceiling";
    if (name == "round" && of(expr.children.back()) == Sense::still) return of(expr.children[0]);
    if (!keeps) return asked(expr);
    Sense all = Sense::still;
    for (const Expr& child : expr.children) all = together(all, of(child));
    return all;
  }

  // Of what is not followed: still where it does not speak of lateness at all.
  Sense asked(const Expr& expr) const {
    std::vector<Slot> slots;
    collect(expr, slots);
    for (const Slot slot : with_derived(std::move(slots), model_.project().derived))
      if (is_lateness(model_.project().schema.at(slot))) return Sense::unknown;
    return Sense::still;
  }

  const PolicyModel& model_;
};

}  // namespace

bool is_lateness(const Field& field) {
  const bool counts = field.type.base == Type::number || field.type.base == Type::duration;
  return counts && (field.name.starts_with("late") || field.name.ends_with("_late") || field.name.find("delay") != std::string::npos);
}

Sense together(Sense a, Sense b) {
  if (a == Sense::still) return b;
  return b == Sense::still || a == b ? a : Sense::unknown;
}

Sense sense_of(const Expr& expr, const PolicyModel& model) { return SenseReader(model).of(expr); }

}  // namespace amends
