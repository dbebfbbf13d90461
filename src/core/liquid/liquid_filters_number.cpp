// Filters on numbers, exact. Letters choose words and never compute money, so money is refused here.
#include <array>

#include "core/liquid/liquid_filters.h"
#include "core/liquid/liquid_value.h"

namespace amends::liquid {
namespace {

Value number(const Value& value) {
  if (value.type == Type::money)
    throw FilterFault{"letters do not compute money", "the policy decides amounts; print it with | money"};
  return number_of(value);
}

// A decimal in gives a decimal out: 10 | times: 1.0 is 10.0.
Value result(const Ratio& ratio, const Value& a, const Value& b) {
  return is_decimal(a) || is_decimal(b) ? decimal_of(ratio) : Value::of_number(ratio);
}

Value plus(const Value& input, const Arguments& a, const FilterContext&) {
  const Value x = number(input), y = number(a[0]);
  return result(x.ratio + y.ratio, x, y);
}
Value minus(const Value& input, const Arguments& a, const FilterContext&) {
  const Value x = number(input), y = number(a[0]);
  return result(x.ratio - y.ratio, x, y);
}
Value times(const Value& input, const Arguments& a, const FilterContext&) {
  const Value x = number(input), y = number(a[0]);
  return result(x.ratio * y.ratio, x, y);
}

Value divisor(const Value& value) {
  Value y = number(value);
  if (y.ratio.is_zero()) throw FilterFault{"division by zero", {}};
  return y;
}

Value divided_by(const Value& input, const Arguments& a, const FilterContext&) {
  const Value x = number(input), y = divisor(a[0]);
  const Ratio quotient = x.ratio / y.ratio;
  return is_decimal(x) || is_decimal(y) ? decimal_of(quotient) : Value::of_number(floor(quotient));
}
Value modulo(const Value& input, const Arguments& a, const FilterContext&) {
  const Value x = number(input), y = divisor(a[0]);
  return result(x.ratio - floor(x.ratio / y.ratio) * y.ratio, x, y);
}

Value abs(const Value& input, const Arguments&, const FilterContext&) {
  Value x = number(input);
  if (x.ratio.is_negative()) x.ratio = -x.ratio;
  return x;
}
Value ceil(const Value& input, const Arguments&, const FilterContext&) {
  return Value::of_number(ceiling(number(input).ratio));
}
Value floor_(const Value& input, const Arguments&, const FilterContext&) {
  return Value::of_number(floor(number(input).ratio));
}

Value round(const Value& input, const Arguments& a, const FilterContext&) {
  const Value x = number(input);
  const std::int64_t digits = a.empty() ? 0 : whole_part(a[0]);
  if (digits > 18 || digits < -18) throw FilterFault{"at most 18 decimals", {}};
  Ratio step(1);
  for (std::int64_t i = 0; i < digits; ++i) step = step / Ratio(10);
  for (std::int64_t i = digits; i < 0; ++i) step = step * Ratio(10);
  const Ratio rounded_value = rounded(x.ratio, Rounding::half_up, step);
  return digits > 0 && is_decimal(x) ? decimal_of(rounded_value) : Value::of_number(rounded_value);
}

Value at_least(const Value& input, const Arguments& a, const FilterContext&) {
  const Value x = number(input), y = number(a[0]);
  return x.ratio < y.ratio ? y : x;
}
Value at_most(const Value& input, const Arguments& a, const FilterContext&) {
  const Value x = number(input), y = number(a[0]);
  return x.ratio > y.ratio ? y : x;
}

constexpr std::array table{
    Filter{"abs", 0, 0, abs},     Filter{"at_least", 1, 1, at_least},     Filter{"at_most", 1, 1, at_most},
    Filter{"ceil", 0, 0, ceil},   Filter{"divided_by", 1, 1, divided_by}, Filter{"floor", 0, 0, floor_},
    Filter{"minus", 1, 1, minus}, Filter{"modulo", 1, 1, modulo},         Filter{"plus", 1, 1, plus},
    Filter{"round", 0, 1, round}, Filter{"times", 1, 1, times},
};

}  // namespace

std::span<const Filter> number_filters() {
  return table;
}

}  // namespace amends::liquid
