// Exact numbers: a ratio of 128-bit integers, always in lowest terms with a positive denominator.
// Every operation throws Overflow instead of wrapping; a judge turns that into "cannot judge".
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace amends {

__extension__ typedef __int128 Int128;

struct Overflow : std::overflow_error {
  Overflow() : std::overflow_error("a number grew beyond 128 bits") {}
  using std::overflow_error::overflow_error;
};
struct DivisionByZero : std::domain_error {
  DivisionByZero() : std::domain_error("division by zero") {}
};

class Ratio {
 public:
  constexpr Ratio() = default;
  constexpr Ratio(std::int64_t whole) : num_(whole) {}  // NOLINT: whole numbers are ratios
  Ratio(Int128 numerator, Int128 denominator);

  Int128 numerator() const { return num_; }
  Int128 denominator() const { return den_; }
  bool is_zero() const { return num_ == 0; }
  bool is_negative() const { return num_ < 0; }
  bool is_whole() const { return den_ == 1; }

  friend Ratio operator+(const Ratio& a, const Ratio& b);
  friend Ratio operator-(const Ratio& a, const Ratio& b);
  friend Ratio operator*(const Ratio& a, const Ratio& b);
  friend Ratio operator/(const Ratio& a, const Ratio& b);
  Ratio operator-() const;
  friend bool operator==(const Ratio& a, const Ratio& b) = default;
  friend std::strong_ordering operator<=>(const Ratio& a, const Ratio& b);

 private:
  Int128 num_ = 0;
  Int128 den_ = 1;
};

Ratio floor(const Ratio& x);
Ratio ceiling(const Ratio& x);
std::int64_t whole_of(const Ratio& x);  // throws Overflow when it does not fit, or is not whole

enum class Rounding { half_up, half_even, half_down, up, down };  // up and down: away from and towards zero
std::optional<Rounding> rounding_named(std::string_view name);
std::string_view name_of(Rounding mode);
// The multiple of `step` (> 0) nearest to x by `mode`.
Ratio rounded(const Ratio& x, Rounding mode, const Ratio& step);

// "12", "-0.5", "1234.50": digits with at most one point; nullopt for anything else (no exponent, no comma).
std::optional<Ratio> read_decimal(std::string_view text);
// Shortest exact decimal, or "n/d" where no finite decimal exists.
std::string print(const Ratio& x);

}  // namespace amends
