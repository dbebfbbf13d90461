// What is remembered of money, numbers, dates and plurals is what ICU would say.
#include "core/liquid/liquid_words.h"

#include <doctest/doctest.h>

#include <random>

namespace amends {

TEST_CASE("amounts, numbers, dates and plurals by remembered forms are those of ICU") {
  std::mt19937_64 random(5);
  const std::vector<std::string> locales = {"en-GB", "en-US", "de", "de-CH", "fr", "es", "pt-BR", "pt-PT", "pl", "ar-EG", "fa", "hi", "ja"};
  for (const std::string& locale : locales)
    for (const char* const code : {"GBP", "EUR", "USD", "JPY", "KWD", "PLN", "CHF", "INR", "HUF"})
      for (int round = 0; round < 40; ++round) {
        const auto digits = random() % 15 + 1;
        std::int64_t limit = 1;
        for (std::uint64_t i = 0; i < digits; ++i) limit *= 10;
        const auto size = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
        const Money money{round % 5 == 0 ? -size : size, *currency_named(code)};
        std::string out;
        liquid::append_money(out, money, locale);
        CHECK(out == format_money(money, locale));
        std::string number, date;
        liquid::append_number(number, Ratio(size), locale);
        CHECK(number == format_number(Ratio(size), locale));
        CHECK(liquid::plural_of(Ratio(size % 300), locale) == plural_form(Ratio(size % 300), locale));
        const Date day{static_cast<std::int32_t>(size % 40000)};
        for (int twice = 0; twice < 2; ++twice) {
          date.clear();
          liquid::append_date(date, day, DateStyle::long_, locale);
          CHECK(date == format_date(day, DateStyle::long_, locale));
        }
      }
}

TEST_CASE("an amount finer than its currency is rounded, a half up") {
  const Currency gbp = *currency_named("GBP");
  const auto text = [&](const Ratio& units) {
    std::string out;
    liquid::append_amount(out, units, gbp, "en-GB");
    return out;
  };
  CHECK(text(Ratio(Int128{12345}, Int128{1000})) == "£12.35");
  CHECK(text(Ratio(Int128{1}, Int128{3})) == "£0.33");
  CHECK(text(Ratio(Int128{5}, Int128{2})) == "£2.50");
  CHECK(text(Ratio(Int128{-5}, Int128{100})) == "-£0.05");
  CHECK(text(Ratio(9'999'999'999'999)) == "£9,999,999,999,999.00");
}

}  // namespace amends
