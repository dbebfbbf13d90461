#include "core/liquid/liquid_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace amends::liquid {
namespace {

constexpr std::size_t most_digits = 20;
constexpr std::size_t most_dates = 20'000;
constexpr std::size_t most_languages = 64;
constexpr std::int64_t counted_forms = 200;

// A number as ICU wrote it, with the places of its digits. Not usable: digits of another script, or another
// number of them; ICU is asked each time.
struct Shape {
  std::string text;
  std::array<std::uint8_t, most_digits> places{};
  bool usable = false;
};

Shape shape_of(std::string text, std::size_t digits) {
  Shape shape;
  std::size_t found = 0;
  for (std::size_t i = 0; i < text.size() && i < 256; ++i)
    if (text[i] == '1' && found++ < digits) shape.places[found - 1] = static_cast<std::uint8_t>(i);
  shape.usable = found == digits && text.size() < 256;
  shape.text = std::move(text);
  return shape;
}

void append_filled(std::string& out, const Shape& shape, std::string_view digits) {
  const std::size_t at = out.size();
  out += shape.text;
  for (std::size_t i = 0; i < digits.size(); ++i) out[at + shape.places[i]] = digits[i];
}

struct AmountShapes {
  Currency currency;
  std::array<std::optional<Shape>, most_digits> owed, negative;
};

std::string_view known_form(std::string_view form) {
  for (const std::string_view name : {"zero", "one", "two", "few", "many"})
    if (form == name) return name;
  return "other";
}

struct Language {
  explicit Language(std::string_view name) : locale(name) {}

  AmountShapes& amounts_in(Currency currency) {
    for (AmountShapes& shapes : amounts)
      if (shapes.currency == currency) return shapes;
    return amounts.emplace_back(AmountShapes{currency, {}, {}});
  }

  std::string locale;
  std::vector<AmountShapes> amounts;
  std::array<std::optional<Shape>, most_digits> whole;
  std::unordered_map<std::int64_t, std::string> dates;
  std::array<std::string_view, counted_forms> forms{};
};

Language& language_named(std::string_view locale) {
  thread_local std::vector<std::unique_ptr<Language>> known;
  thread_local Language* last = nullptr;
  if (last && last->locale == locale) return *last;
  for (const auto& language : known)
    if (language->locale == locale) return *(last = language.get());
  if (known.size() == most_languages) known.clear();
  return *(last = known.emplace_back(std::make_unique<Language>(locale)).get());
}

// At least `least` digits: 5 minor of GBP is 005.
std::string_view digits_of(std::uint64_t number, std::size_t least, std::array<char, most_digits + 1>& buffer) {
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  const auto size = static_cast<std::size_t>(end - buffer.data());
  if (size >= least) return {buffer.data(), size};
  std::memmove(buffer.data() + (least - size), buffer.data(), size);
  std::fill_n(buffer.data(), least - size, '0');
  return {buffer.data(), least};
}

std::int64_t ones(std::size_t digits) {
  std::int64_t n = 0;
  for (std::size_t i = 0; i < digits; ++i) n = n * 10 + 1;
  return n;
}

// Whole minor units need no rounding: nearly all amounts are.
std::optional<std::int64_t> minor_of(const Ratio& units, Currency currency) {
  constexpr std::array<std::int64_t, 5> scales = {1, 10, 100, 1000, 10000};
  constexpr std::int64_t limit = most_minor / 10000;
  if (currency.digits >= scales.size() || units.denominator() > scales.back()) return std::nullopt;
  if (units.numerator() > limit || units.numerator() < -limit) return std::nullopt;
  const std::int64_t scale = scales[currency.digits];
  const auto parts = static_cast<std::int64_t>(units.denominator());
  if (scale % parts != 0) return std::nullopt;
  return static_cast<std::int64_t>(units.numerator()) * (scale / parts);
}

}  // namespace

void append_amount(std::string& out, const Ratio& units, Currency currency, std::string_view locale) {
  if (const auto minor = minor_of(units, currency)) return append_money(out, Money{*minor, currency}, locale);
  append_money(out, money_of(rounded(units, Rounding::half_up, minor_unit(currency)), currency), locale);
}

void append_money(std::string& out, const Money& money, std::string_view locale) {
  std::array<char, most_digits + 1> buffer;
  const bool negative = money.minor < 0;
  const auto size = negative ? 0 - static_cast<std::uint64_t>(money.minor) : static_cast<std::uint64_t>(money.minor);
  const std::string_view digits = digits_of(size, money.currency.digits + 1U, buffer);
  if (money.minor > most_minor || money.minor < -most_minor) {
    out += format_money(money, locale);
    return;
  }
  AmountShapes& shapes = language_named(locale).amounts_in(money.currency);
  std::optional<Shape>& shape = (negative ? shapes.negative : shapes.owed)[digits.size()];
  if (!shape) {
    const std::int64_t probe = std::min(ones(digits.size()), most_minor);
    shape = shape_of(format_money(Money{negative ? -probe : probe, money.currency}, locale), digits.size());
  }
  if (shape->usable)
    append_filled(out, *shape, digits);
  else
    out += format_money(money, locale);
}

void append_date(std::string& out, Date date, DateStyle style, std::string_view locale) {
  auto& dates = language_named(locale).dates;
  const std::int64_t key = static_cast<std::int64_t>(date.days) * 8 + static_cast<int>(style);
  if (const auto found = dates.find(key); found != dates.end()) {
    out += found->second;
    return;
  }
  if (dates.size() >= most_dates) dates.clear();
  out += dates.emplace(key, format_date(date, style, locale)).first->second;
}

void append_number(std::string& out, const Ratio& number, std::string_view locale) {
  constexpr std::int64_t limit = 1'000'000'000'000'000;
  const bool plain = number.is_whole() && number.numerator() >= 0 && number.numerator() < limit;
  if (!plain) {
    out += format_number(number, locale);
    return;
  }
  std::array<char, most_digits + 1> buffer;
  const std::string_view digits = digits_of(static_cast<std::uint64_t>(number.numerator()), 1, buffer);
  std::optional<Shape>& shape = language_named(locale).whole[digits.size()];
  if (!shape) shape = shape_of(format_number(Ratio(ones(digits.size())), locale), digits.size());
  if (shape->usable)
    append_filled(out, *shape, digits);
  else
    out += format_number(number, locale);
}

std::string_view plural_of(const Ratio& number, std::string_view locale) {
  const bool counted = number.is_whole() && number.numerator() >= 0 && number.numerator() < counted_forms;
  if (!counted) return known_form(plural_form(number, locale));
  std::string_view& form = language_named(locale).forms[static_cast<std::size_t>(number.numerator())];
  if (form.empty()) form = known_form(plural_form(number, locale));
  return form;
}

}  // namespace amends::liquid
