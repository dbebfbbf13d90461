// Digits, symbols and order by locale; white space is folded, since ICU changes its kind between versions.
#include "core/time/locale.h"

#include <doctest/doctest.h>

#include "core/base/code_points.h"

namespace amends {
namespace {

// No-break, narrow no-break and thin blanks as plain ones.
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += code_point_length(text, i)) {
    const std::uint32_t point = code_point_at(text, i);
    if (point == 0xA0 || point == 0x202F || point == 0x2009)
      out += ' ';
    else
      out += text.substr(i, code_point_length(text, i));
  }
  return out;
}

std::string money(std::int64_t minor, std::string_view code, std::string_view locale) {
  return folded(format_money(Money{minor, *currency_named(code)}, locale));
}

}  // namespace

TEST_CASE("half letters are put together, but for what no language writes") {
  std::string marks;
  for (int i = 0; i < 99; ++i) marks += i % 2 == 0 ? "\u0301" : "\u0323";
  CHECK(nfc("e" + marks).starts_with("\u1EB9"));
  CHECK(nfc("e" + marks + marks) == "e" + marks + marks);
  CHECK(nfc("o\u0308 " + marks + marks) == "o\u0308 " + marks + marks);
}

TEST_CASE("money by locale") {
  CHECK(money(123450, "GBP", "en-GB") == "£1,234.50");
  CHECK(money(123450, "EUR", "de-DE") == "1.234,50 €");
  CHECK(money(123450, "EUR", "pt") == money(123450, "EUR", "pt-PT"));
  CHECK(money(123450, "EUR", "pt") != money(123450, "EUR", "pt-BR"));
  CHECK(money(123450, "EUR", "es-ES") == "1234,50 €");
  CHECK(money(123450, "EUR", "fr") == "1 234,50 €");
  CHECK(money(1500, "JPY", "en") == "¥1,500");
  CHECK(money(-50, "GBP", "en-GB") == "-£0.50");
  CHECK(money(9223372036854775807, "GBP", "en-GB") == "£92,233,720,368,547,758.07");
}

TEST_CASE("dates by locale") {
  const Date day = *date_of(2026, 11, 22);
  CHECK(format_date(day, DateStyle::long_, "de") == "22. November 2026");
  CHECK(format_date(day, DateStyle::weekday, "de") == "Sonntag, 22. November");
  CHECK(format_date(day, DateStyle::weekday, "en-US") == "Sunday, November 22");
  CHECK(format_date(day, DateStyle::long_, "en-US") == "November 22, 2026");
  const Instant evening = Zone::named("Europe/Berlin")->instant_at(day, 23 * ms_per_hour);
  CHECK(format_instant(evening, *Zone::named("Europe/Berlin"), DateStyle::time, "de") == "23:00");
  CHECK(format_instant(evening, *Zone::named("Asia/Tokyo"), DateStyle::long_, "en-GB") == "23 November 2026");
}

TEST_CASE("lists, plurals and capitals by locale") {
  CHECK(format_list({"A", "B", "C"}, "en-GB") == "A, B and C");
  CHECK(format_list({"A", "B", "C"}, "de") == "A, B und C");
  CHECK(format_list({}, "de").empty());
  CHECK(plural_form(Ratio(1), "en") == "one");
  CHECK(plural_form(Ratio(2), "pl") == "few");
  CHECK(plural_form(Ratio(5), "pl") == "many");
  CHECK(plural_form(Ratio(0), "fr") == "one");
  CHECK(upper_case("istanbul", "tr") == "İSTANBUL");
  CHECK(upper_case("straße", "de") == "STRASSE");
}

TEST_CASE("fallback never leaves the language") {
  CHECK(fallback_chain("zh-Hant-TW") == std::vector<std::string>{"zh-Hant-TW", "zh-Hant", "zh"});
  CHECK(fallback_chain("en_GB") == std::vector<std::string>{"en-GB", "en"});
  CHECK(is_known_locale("de-AT"));
  CHECK_FALSE(is_known_locale("xx"));
}

TEST_CASE("domains and normal forms") {
  CHECK(ascii_domain("straße.example") == "xn--strae-oqa.example");
  CHECK(ascii_domain("Bücher.Example") == "xn--bcher-kva.example");
  CHECK_FALSE(ascii_domain("a b.example"));
  CHECK(nfc("Zoe\u0308") == "Zo\u00eb");
  CHECK(without_accents("Zo\u00eb \u0141uk\u00e1\u0161 A\u030a") == "Zoe \u0141ukas A");
  CHECK(without_accents("plain") == "plain");
}

}  // namespace amends
