#include "core/language/curve.h"

#include <algorithm>

#include "core/language/functions.h"

namespace amends {
namespace {

const Line& piece_at(const Curve& curve, const Ratio& x) {
  const auto next = std::upper_bound(curve.kinks.begin(), curve.kinks.end(), x);
  return curve.pieces[static_cast<std::size_t>(next - curve.kinks.begin())];
}

// A point of each piece that the kinks leave.
std::vector<Ratio> inner_points(const std::vector<Ratio>& kinks) {
  if (kinks.empty()) return {Ratio(0)};
  std::vector<Ratio> points = {kinks.front() - Ratio(1)};
  for (std::size_t i = 1; i < kinks.size(); ++i) points.push_back((kinks[i - 1] + kinks[i]) / Ratio(2));
  points.push_back(kinks.back() + Ratio(1));
  return points;
}

std::vector<Ratio> all_kinks(const Curve& a, const Curve& b) {
  std::vector<Ratio> kinks = a.kinks;
  kinks.insert(kinks.end(), b.kinks.begin(), b.kinks.end());
  std::sort(kinks.begin(), kinks.end());
  kinks.erase(std::unique(kinks.begin(), kinks.end()), kinks.end());
  return kinks;
}

std::vector<Ratio> crossings(const Curve& a, const Curve& b) {
  std::vector<Ratio> kinks = all_kinks(a, b);
  const std::vector<Ratio> points = inner_points(kinks);
  const std::vector<Ratio> ends = kinks;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Line& one = piece_at(a, points[i]);
    const Line& other = piece_at(b, points[i]);
    if (one.slope == other.slope) continue;
    const Ratio x = (other.offset - one.offset) / (one.slope - other.slope);
    const bool is_inside = (i == 0 || x > ends[i - 1]) && (i == ends.size() || x < ends[i]);
    if (is_inside) kinks.push_back(x);
  }
  std::sort(kinks.begin(), kinks.end());
  return kinks;
}

template <class Choose>
Curve merged(const Curve& a, const Curve& b, std::vector<Ratio> kinks, Choose choose) {
  Curve curve;
  for (const Ratio& x : inner_points(kinks)) curve.pieces.push_back(choose(piece_at(a, x), piece_at(b, x), x));
  curve.kinks = std::move(kinks);
  return curve;
}

bool asks_for(const Expr& expr, Slot fact, const Derivations& derivations) {
  std::vector<Slot> slots;
  collect(expr, slots);
  slots = with_derived(std::move(slots), derivations);
  return std::find(slots.begin(), slots.end(), fact) != slots.end();
}

class CurveReader {
 public:
  CurveReader(Slot varies, const FactSource& facts, const Derivations& derivations) : varies_(varies), facts_(facts), derivations_(derivations) {}

  std::optional<Curve> of(const Expr& expr) const {
    if (!asks_for(expr, varies_, derivations_)) return constant(expr);
    switch (expr.op) {
      case Op::fact: return fact(expr);
      case Op::in_currency: return of(expr.children[0]);
      case Op::negate: {
        const auto inner = of(expr.children[0]);
        return inner ? std::optional(scaled(*inner, Ratio(-1))) : std::nullopt;
      }
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide: return arithmetic(expr);
      case Op::choose: return chosen(expr);
      case Op::call: return call(expr);
      default: return std::nullopt;
    }
  }

 private:
  std::optional<Curve> constant(const Expr& expr) const {
    Fault fault;
    const Value value = evaluate(expr, facts_, fault);
    const bool is_number = value.type == Type::number || value.type == Type::percent || value.type == Type::money;
    return !fault.any() && is_number ? std::optional(Curve::constant(value.ratio)) : std::nullopt;
  }

  std::optional<Curve> fact(const Expr& expr) const {
    if (expr.slot == varies_) return Curve::identity();
    const Derivation* derivation = derivations_.of(expr.slot);
    return derivation == nullptr ? std::nullopt : of(derivation->expr);
  }

  std::optional<Curve> arithmetic(const Expr& expr) const {
    const auto a = of(expr.children[0]);
    const auto b = of(expr.children[1]);
    if (!a || !b) return std::nullopt;
    switch (expr.op) {
      case Op::add: return sum(*a, *b);
      case Op::subtract: return sum(*a, scaled(*b, Ratio(-1)));
      case Op::multiply:
        if (a->is_constant()) return scaled(*b, a->pieces[0].offset);
        return b->is_constant() ? std::optional(scaled(*a, b->pieces[0].offset)) : std::nullopt;
      default:
        if (!b->is_constant() || b->pieces[0].offset.is_zero()) return std::nullopt;
        return scaled(*a, Ratio(1) / b->pieces[0].offset);
    }
  }

  // Where the fact that varies does not decide.
  std::optional<Curve> chosen(const Expr& expr) const {
    if (asks_for(expr.children[0], varies_, derivations_)) return std::nullopt;
    Fault fault;
    const Value value = evaluate(expr.children[0], facts_, fault);
    if (value.is_missing()) return std::nullopt;
    return of(expr.children[value.type == Type::boolean && value.whole != 0 ? 1 : 2]);
  }

  std::optional<Curve> call(const Expr& expr) const {
    const std::string_view name = functions()[expr.function].name;
    if (name != "min" && name != "max" && name != "abs" && name != "coalesce") return std::nullopt;
    std::optional<Curve> all = of(expr.children[0]);
    if (name == "coalesce") return all;
    if (name == "abs" && all) return largest(*all, scaled(*all, Ratio(-1)));
    for (std::size_t i = 1; i < expr.children.size() && all; ++i) {
      const auto next = of(expr.children[i]);
      if (!next) return std::nullopt;
      all = name == "max" ? largest(*all, *next) : smallest(*all, *next);
    }
    return all;
  }

  Slot varies_;
  const FactSource& facts_;
  const Derivations& derivations_;
};

}  // namespace

Ratio Curve::at(const Ratio& x) const { return piece_at(*this, x).at(x); }

Curve sum(const Curve& a, const Curve& b) {
  return merged(a, b, all_kinks(a, b), [](const Line& x, const Line& y, const Ratio&) { return Line{x.slope + y.slope, x.offset + y.offset}; });
}

Curve scaled(const Curve& a, const Ratio& factor) {
  Curve curve = a;
  for (Line& line : curve.pieces) line = {line.slope * factor, line.offset * factor};
  return curve;
}

Curve largest(const Curve& a, const Curve& b) {
  return merged(a, b, crossings(a, b), [](const Line& x, const Line& y, const Ratio& at) { return x.at(at) >= y.at(at) ? x : y; });
}

Curve smallest(const Curve& a, const Curve& b) {
  return merged(a, b, crossings(a, b), [](const Line& x, const Line& y, const Ratio& at) { return x.at(at) <= y.at(at) ? x : y; });
}

Curve with_crossings(const Curve& a, const Curve& b) {
  return merged(a, b, crossings(a, b), [](const Line& x, const Line&, const Ratio&) { return x; });
}

std::optional<Curve> curve_of(const Expr& expr, Slot varies, const FactSource& facts, const Derivations& derivations) {
  try {
    return CurveReader(varies, facts, derivations).of(expr);
  } catch (const Overflow&) {
    return std::nullopt;
  }
}

}  // namespace amends
