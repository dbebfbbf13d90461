// Money: whole minor units of one ISO 4217 currency. Two currencies never meet in one sum.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/number.h"

namespace amends {

struct Currency {
  std::array<char, 3> code{};   // "GBP"; zeros: none
  std::uint8_t digits = 2;      // of the minor unit: JPY 0, GBP 2, KWD 3

  bool is_none() const { return code[0] == '\0'; }
  std::string_view name() const { return is_none() ? std::string_view{} : std::string_view(code.data(), 3); }
  friend bool operator==(const Currency& a, const Currency& b) {
    return a.code[0] == b.code[0] && a.code[1] == b.code[1] && a.code[2] == b.code[2];  // no call in the readers' inner loops
  }
};

// ISO 4217 alphabetic codes in any case; nullopt for a code that is not in the list.
std::optional<Currency> currency_named(std::string_view code);

// No amount is larger, in minor units: a slip of the keyboard must not make sums overflow.
inline constexpr std::int64_t most_minor = 1'000'000'000'000'000;

struct Money {
  std::int64_t minor = 0;  // 12.34 GBP is 1234
  Currency currency;

  friend bool operator==(const Money&, const Money&) = default;
};

Money operator+(const Money& a, const Money& b);  // throws Overflow; std::logic_error on two currencies
Money operator-(const Money& a, const Money& b);

Ratio units(const Money& money);                           // 1234 minor GBP is 12.34
// Must be whole minor units, else std::logic_error; throws Overflow beyond most_minor.
Money money_of(const Ratio& units, Currency currency);
Ratio minor_unit(Currency currency);                       // GBP: 1/100

// "12.34", "12", "12.3" in the currency's units; nullopt if not a number, finer than the minor unit or
// beyond most_minor.
std::optional<std::int64_t> read_minor(std::string_view text, Currency currency);

std::string amount(const Money& money);  // "12.34", "-0.50", "1500" (JPY)
// The same of an exact amount; one that is no whole minor units, or too large for money: "0.125", "1/3".
std::string amount(const Ratio& units, Currency currency);
std::string print(const Money& money);   // "GBP 12.34"

}  // namespace amends
