// An amount as a function of one fact: straight pieces between kinks. What an expression of the policy language
// computes from a number or money that varies, all other facts held, is such a curve wherever it adds, multiplies by
// what does not vary, and takes min, max or an absolute value. amount_proofs.cpp finds extremes at the kinks.
#pragma once
#include <optional>
#include <vector>

#include "core/language/derived.h"

namespace amends {

struct Line {
  Ratio slope, offset;
  Ratio at(const Ratio& x) const { return slope * x + offset; }
};

struct Curve {
  std::vector<Ratio> kinks;  // in order
  std::vector<Line> pieces;  // one more than kinks

  static Curve constant(const Ratio& y) { return {{}, {{Ratio(0), y}}}; }
  static Curve identity() { return {{}, {{Ratio(1), Ratio(0)}}}; }
  Ratio at(const Ratio& x) const;
  bool is_constant() const { return kinks.empty() && pieces[0].slope.is_zero(); }
};

Curve sum(const Curve& a, const Curve& b);
Curve scaled(const Curve& a, const Ratio& factor);
Curve largest(const Curve& a, const Curve& b);
Curve smallest(const Curve& a, const Curve& b);
// With kinks where they cross, so that what changes there is looked at.
Curve with_crossings(const Curve& a, const Curve& b);

// None where the expression is not of that kind: it divides by what varies, rounds, or looks up.
std::optional<Curve> curve_of(const Expr& expr, Slot varies, const FactSource& facts, const Derivations& derivations);

}  // namespace amends
