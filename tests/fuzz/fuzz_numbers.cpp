// Decimals and money: what is read prints, and reads back the same; arithmetic overflows by saying so.
#include "core/base/money.h"
#include "fuzz.h"

using namespace amends;

namespace {

void check_arithmetic(const Ratio& a, const Ratio& b) {
  try {
    fuzz::require((a + b) - b == a, "adding and taking away");
    if (!b.is_zero()) fuzz::require((a / b) * b == a, "dividing and multiplying");
    fuzz::require(floor(a) <= a && a <= ceiling(a), "floor and ceiling enclose");
    for (const Rounding mode : {Rounding::half_up, Rounding::half_even, Rounding::half_down, Rounding::up, Rounding::down})
      if (!b.is_zero() && !b.is_negative()) fuzz::require((rounded(a, mode, b) / b).is_whole(), "rounded to whole steps");
  } catch (const Overflow&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::string_view first = text.substr(0, text.find('\n'));
  const auto number = read_decimal(first);
  if (number) fuzz::require(read_decimal(print(*number)) == number, "a decimal reads back", first);
  for (const std::string_view code : {"JPY", "GBP", "KWD"}) {
    const Currency currency = *currency_named(code);
    const auto minor = read_minor(first, currency);
    if (!minor) continue;
    const Money money{*minor, currency};
    fuzz::require(read_minor(amount(money), currency) == minor, "an amount reads back", first);
    fuzz::require(money_of(units(money), currency) == money, "units make the money again", first);
  }
  if (first.size() == text.size()) return 0;
  const auto other = read_decimal(text.substr(first.size() + 1));
  if (number && other) check_arithmetic(*number, *other);
  return 0;
}
