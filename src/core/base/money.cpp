#include "core/base/money.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace amends {
namespace {

// ISO 4217 active codes (list one), by the number of digits of their minor unit.
constexpr std::string_view without_minor = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view with_three = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view with_four = "CLF UYW";
constexpr std::string_view with_two =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
    "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
    "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR "
    "MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK "
    "SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD "
    "XCG YER ZAR ZMW ZWG";

std::size_t place_of(char a, char b, char c) { return static_cast<std::size_t>(((a - 'A') * 26 + (b - 'A')) * 26 + (c - 'A')); }

// By three letters: the digits of the minor unit; -1 where there is no such code.
std::array<std::int8_t, 26 * 26 * 26> read_codes() {
  std::array<std::int8_t, 26 * 26 * 26> digits;
  digits.fill(-1);
  const auto add = [&digits](std::string_view list, std::int8_t count) {
    for (std::size_t i = 0; i + 3 <= list.size(); i += 4) digits[place_of(list[i], list[i + 1], list[i + 2])] = count;
  };
  add(with_two, 2);
  add(without_minor, 0);
  add(with_three, 3);
  add(with_four, 4);
  return digits;
}

void same_currency(const Money& a, const Money& b) {
  if (!(a.currency == b.currency)) throw std::logic_error("two currencies met in one sum");
}

}  // namespace

std::optional<Currency> currency_named(std::string_view code) {
  static const std::array<std::int8_t, 26 * 26 * 26> known = read_codes();
  if (code.size() != 3) return std::nullopt;
  Currency currency;
  for (std::size_t i = 0; i < 3; ++i) {
    currency.code[i] = static_cast<char>(code[i] >= 'a' && code[i] <= 'z' ? code[i] - 'a' + 'A' : code[i]);
    if (currency.code[i] < 'A' || currency.code[i] > 'Z') return std::nullopt;
  }
  const std::int8_t digits = known[place_of(currency.code[0], currency.code[1], currency.code[2])];
  if (digits < 0) return std::nullopt;
  currency.digits = static_cast<std::uint8_t>(digits);
  return currency;
}

Money operator+(const Money& a, const Money& b) {
  same_currency(a, b);
  Money out = a;
  if (__builtin_add_overflow(a.minor, b.minor, &out.minor)) throw Overflow{};
  return out;
}

Money operator-(const Money& a, const Money& b) {
  same_currency(a, b);
  Money out = a;
  if (__builtin_sub_overflow(a.minor, b.minor, &out.minor)) throw Overflow{};
  return out;
}

Ratio minor_unit(Currency currency) {
  Int128 scale = 1;
  for (int i = 0; i < currency.digits; ++i) scale *= 10;
  return Ratio(1, scale);
}

Ratio units(const Money& money) { return Ratio(money.minor) * minor_unit(money.currency); }

Money money_of(const Ratio& units, Currency currency) {
  const Ratio minor = units / minor_unit(currency);
  if (!minor.is_whole()) throw std::logic_error("an amount is not whole minor units");
  if (minor > Ratio(most_minor) || minor < Ratio(-most_minor)) throw Overflow("an amount is too large");
  return {whole_of(minor), currency};
}

std::optional<std::int64_t> read_minor(std::string_view text, Currency currency) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view part = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && part.empty())) return std::nullopt;
  while (part.size() > currency.digits && part.back() == '0') part.remove_suffix(1);  // 5.000 is GBP 5.00
  if (part.size() > currency.digits) return std::nullopt;
  std::int64_t minor = 0;
  const auto add = [&minor](char c) {
    return c >= '0' && c <= '9' && !__builtin_mul_overflow(minor, std::int64_t{10}, &minor) &&
           !__builtin_add_overflow(minor, std::int64_t{c - '0'}, &minor);
  };
  if (!std::all_of(whole.begin(), whole.end(), add) || !std::all_of(part.begin(), part.end(), add)) return std::nullopt;
  for (std::size_t i = part.size(); i < currency.digits; ++i)
    if (!add('0')) return std::nullopt;
  if (minor > most_minor) return std::nullopt;
  return negative ? -minor : minor;
}

std::string amount(const Money& money) {
  const bool negative = money.minor < 0;
  const std::uint64_t magnitude =
      negative ? ~static_cast<std::uint64_t>(money.minor) + 1 : static_cast<std::uint64_t>(money.minor);
  std::string digits = std::to_string(magnitude);
  const std::size_t places = money.currency.digits;
  if (places > 0) {
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, ".");
  }
  return (negative ? "-" : "") + digits;
}

std::string amount(const Ratio& units, Currency currency) {
  if (units > Ratio(most_minor) || units < Ratio(-most_minor)) return print(units);
  const Ratio minor = units / minor_unit(currency);
  if (!minor.is_whole() || minor > Ratio(most_minor) || minor < Ratio(-most_minor)) return print(units);
  return amount(Money{whole_of(minor), currency});
}

std::string print(const Money& money) { return std::string(money.currency.name()) + " " + amount(money); }

}  // namespace amends
