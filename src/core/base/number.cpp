#include "core/base/number.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace amends {
namespace {

bool is_short(Int128 n) { return n == static_cast<std::int64_t>(n); }

// Nearly all numbers are short, and divisions of 64 bits are several times quicker.
Int128 quotient(Int128 a, Int128 b) {
  if (b == 1) return a;
  return a >= 0 && b > 0 && is_short(a) && is_short(b) ? static_cast<std::int64_t>(a) / static_cast<std::int64_t>(b) : a / b;
}

Int128 gcd(Int128 a, Int128 b) {
  while (b != 0) {
    if (a >= 0 && b > 0 && is_short(a) && is_short(b)) return std::gcd(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b));
    const Int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

Int128 product(Int128 a, Int128 b) {
  Int128 out;
  if (__builtin_mul_overflow(a, b, &out)) throw Overflow{};
  return out;
}

Int128 sum(Int128 a, Int128 b) {
  Int128 out;
  if (__builtin_add_overflow(a, b, &out)) throw Overflow{};
  return out;
}

std::string digits_of(Int128 n) {
  std::string out;
  const bool negative = n < 0;
  do {
    const int digit = static_cast<int>(n % 10);
    out += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    n /= 10;
  } while (n != 0);
  if (negative) out += '-';
  std::reverse(out.begin(), out.end());
  return out;
}

// Quotient towards minus infinity.
Int128 floored(Int128 a, Int128 b) {
  const Int128 q = quotient(a, b);
  return q * b != a && (a < 0) != (b < 0) ? q - 1 : q;
}

}  // namespace

Ratio::Ratio(Int128 numerator, Int128 denominator) {
  if (denominator == 0) throw DivisionByZero{};
  const Int128 common = denominator == 1 ? 1 : gcd(numerator, denominator);
  num_ = common == 0 ? 0 : quotient(numerator, common);
  den_ = common == 0 ? 1 : quotient(denominator, common);
  if (den_ < 0) {
    num_ = product(num_, -1);
    den_ = product(den_, -1);
  }
}

Ratio operator+(const Ratio& a, const Ratio& b) {
  if (a.den_ == 1 && b.den_ == 1) return Ratio(sum(a.num_, b.num_), 1);
  const Int128 common = gcd(a.den_, b.den_);
  const Int128 scale = b.den_ / common;
  return Ratio(sum(product(a.num_, scale), product(b.num_, a.den_ / common)), product(a.den_, scale));
}

Ratio operator-(const Ratio& a, const Ratio& b) { return a + -b; }

Ratio operator*(const Ratio& a, const Ratio& b) {
  const Int128 left = std::max<Int128>(1, gcd(a.num_, b.den_));
  const Int128 right = std::max<Int128>(1, gcd(b.num_, a.den_));
  return Ratio(product(quotient(a.num_, left), quotient(b.num_, right)), product(quotient(a.den_, right), quotient(b.den_, left)));
}

Ratio operator/(const Ratio& a, const Ratio& b) {
  if (b.num_ == 0) throw DivisionByZero{};
  return a * Ratio(b.den_, b.num_);
}

Ratio Ratio::operator-() const {
  Ratio out = *this;
  out.num_ = product(num_, -1);
  return out;
}

std::strong_ordering operator<=>(const Ratio& a, const Ratio& b) {
  if (a.den_ == b.den_) return a.num_ <=> b.num_;
  if (is_short(a.num_) && is_short(b.num_) && is_short(a.den_) && is_short(b.den_))
    return a.num_ * b.den_ <=> b.num_ * a.den_;  // a condition of every row: far quicker than the divisions below
  const Int128 left = floored(a.num_, a.den_);
  const Int128 right = floored(b.num_, b.den_);
  if (left != right) return left <=> right;  // spares the products, which may overflow
  return product(a.num_ - left * a.den_, b.den_) <=> product(b.num_ - right * b.den_, a.den_);
}

Ratio floor(const Ratio& x) { return Ratio(floored(x.numerator(), x.denominator()), 1); }
Ratio ceiling(const Ratio& x) { return -floor(-x); }

std::int64_t whole_of(const Ratio& x) {
  if (!x.is_whole() || x.numerator() > std::numeric_limits<std::int64_t>::max() ||
      x.numerator() < std::numeric_limits<std::int64_t>::min())
    throw Overflow{};
  return static_cast<std::int64_t>(x.numerator());
}

std::optional<Rounding> rounding_named(std::string_view name) {
  for (const Rounding mode : {Rounding::half_up, Rounding::half_even, Rounding::half_down, Rounding::up, Rounding::down})
    if (name_of(mode) == name) return mode;
  return std::nullopt;
}

std::string_view name_of(Rounding mode) {
  switch (mode) {
    case Rounding::half_up: return "half_up";
    case Rounding::half_even: return "half_even";
    case Rounding::half_down: return "half_down";
    case Rounding::up: return "up";
    case Rounding::down: return "down";
  }
  return "";
}

// Modes are by magnitude: half_up takes -2.5 to -3, up takes it away from zero.
Ratio rounded(const Ratio& x, Rounding mode, const Ratio& step) {
  if (x.is_negative()) return -rounded(-x, mode, step);
  const Ratio steps = x / step;
  if (steps.is_whole()) return x;
  const Ratio below = floor(steps);
  const Ratio rest = steps - below;
  const Ratio half(1, 2);
  bool raise = false;
  switch (mode) {
    case Rounding::half_up: raise = rest >= half; break;
    case Rounding::half_down: raise = rest > half; break;
    case Rounding::half_even: raise = rest > half || (rest == half && below.numerator() % 2 != 0); break;
    case Rounding::up: raise = !rest.is_zero(); break;
    case Rounding::down: break;
  }
  return (raise ? below + 1 : below) * step;
}

std::optional<Ratio> read_decimal(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  Int128 digits = 0;
  Int128 scale = 1;
  std::size_t seen = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point && seen > 0) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++seen > 36) return std::nullopt;
    digits = digits * 10 + (c - '0');
    if (point) scale *= 10;
  }
  if (seen == 0 || text.back() == '.') return std::nullopt;
  return Ratio(negative ? -digits : digits, scale);
}

std::string print(const Ratio& x) {
  Int128 den = x.denominator();
  int twos = 0;
  int fives = 0;
  while (den % 2 == 0) den /= 2, ++twos;
  while (den % 5 == 0) den /= 5, ++fives;
  const int places = std::max(twos, fives);
  if (den != 1 || places > 36) return digits_of(x.numerator()) + "/" + digits_of(x.denominator());
  if (places == 0) return digits_of(x.numerator());
  Int128 scale = 1;
  for (int i = 0; i < places; ++i) scale *= 10;
  const Int128 magnitude = x.is_negative() ? -x.numerator() : x.numerator();
  std::string digits = digits_of(product(magnitude, scale / x.denominator()));
  if (digits.size() <= static_cast<std::size_t>(places)) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, ".");
  return (x.is_negative() ? "-" : "") + digits;
}

}  // namespace amends
