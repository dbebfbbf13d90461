#include "core/time/holidays.h"

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::array<std::string_view, 7> days = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 12> months = {"january", "february", "march",     "april",   "may",      "june",
                                                     "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 5> ordinals = {"first", "second", "third", "fourth", "fifth"};
constexpr std::array<std::string_view, 5> short_ordinals = {"1st", "2nd", "3rd", "4th", "5th"};

// The place of a name among others, whole or by its first three letters; -1: none.
template <std::size_t n>
int place_of(std::string_view word, const std::array<std::string_view, n>& names) {
  for (std::size_t i = 0; i < n; ++i)
    if (word == names[i] || word == names[i].substr(0, 3)) return static_cast<int>(i);
  return -1;
}

// 1 to 5, -1 for "last", 0 for none.
int ordinal_of(std::string_view word) {
  if (word == "last") return -1;
  for (std::size_t i = 0; i < ordinals.size(); ++i)
    if (word == ordinals[i] || word == short_ordinals[i]) return static_cast<int>(i) + 1;
  return 0;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' '))
    if (!trimmed(word).empty()) words.push_back(lower(trimmed(word)));
  return words;
}

std::optional<int> number_in(std::string_view text) {
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = fault == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

bool is_digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

// "12-25"
bool read_month_and_day(std::string_view text, DayRule& rule) {
  if (text.size() != 5 || text[2] != '-' || !is_digits(text.substr(0, 2)) || !is_digits(text.substr(3))) return false;
  rule.month = number_in(text.substr(0, 2)).value_or(0);
  rule.day = number_in(text.substr(3)).value_or(0);
  return date_of(2000, rule.month, rule.day).has_value();
}

// "easter", "easter +1", "easter -2", "easter + 39"
bool read_easter(const std::vector<std::string>& words, DayRule& rule) {
  std::string offset = words[0].substr(std::string_view("easter").size());
  for (std::size_t i = 1; i < words.size(); ++i) offset += words[i];
  rule.kind = DayRule::Kind::easter;
  if (offset.empty()) return true;
  const bool is_signed = offset[0] == '+' || offset[0] == '-';
  const std::optional<int> number = number_in(std::string_view(offset).substr(1));
  if (!is_signed || !number || *number < 0 || *number > 200) return false;
  rule.offset = offset[0] == '-' ? -*number : *number;
  return true;
}

// "last mon of aug"
bool read_nth(const std::vector<std::string>& words, DayRule& rule) {
  if (words.size() != 4 || words[2] != "of") return false;
  rule.kind = DayRule::Kind::nth;
  rule.nth = ordinal_of(words[0]);
  rule.weekday = place_of(words[1], days);
  rule.month = place_of(words[3], months) + 1;
  return rule.nth != 0 && rule.weekday >= 0 && rule.month > 0;
}

// "mon before 05-25", "sat on or after 06-20"
bool read_near(const std::vector<std::string>& words, DayRule& rule) {
  const bool before = words.size() == 3 && words[1] == "before";
  const bool after = words.size() == 5 && words[1] == "on" && words[2] == "or" && words[3] == "after";
  if (!before && !after) return false;
  rule.kind = DayRule::Kind::near;
  rule.nth = before ? -1 : 1;
  rule.weekday = place_of(words[0], days);
  return rule.weekday >= 0 && read_month_and_day(words.back(), rule);
}

Date weekday_near(Date date, int wanted, int nth) {
  if (nth > 0) return Date{date.days + (wanted - weekday(date) + 7) % 7};
  const int back = (weekday(date) - wanted + 7) % 7;
  return Date{date.days - (back == 0 ? 7 : back)};
}

}  // namespace

// The epact and the golden number, by the reformed rules of 1582 as C. F. Gauss and others put them into whole numbers.
Date easter(std::int32_t year) {
  const int century = year / 100, golden = year % 19;
  const int leap_centuries = century - century / 4, moon_shift = (8 * century + 13) / 25;
  int epact = (leap_centuries - moon_shift + 19 * golden + 15) % 30;
  epact -= epact / 28 * (1 - epact / 28 * (29 / (epact + 1)) * ((21 - golden) / 11));
  const int from_sunday = (year + year / 4 + epact + 2 - leap_centuries) % 7;
  const int days_from_march = epact - from_sunday;
  const int month = 3 + (days_from_march + 40) / 44;
  const int day = days_from_march + 28 - 31 * (month / 4);
  return date_of(year, month, day).value_or(Date{});
}

std::optional<Date> nth_weekday(std::int32_t year, int month, int wanted, int nth) {
  const std::optional<Date> first = date_of(year, month, 1);
  if (!first || nth == 0) return std::nullopt;
  Date date = weekday_near(*first, wanted, 1);
  if (nth < 0) {
    const Date next = month == 12 ? date_of(year + 1, 1, 1).value_or(Date{}) : date_of(year, month + 1, 1).value_or(Date{});
    date = weekday_near(next, wanted, -1);
    ++nth;
  } else {
    --nth;
  }
  date.days += 7 * nth;
  return civil(date).month == month && civil(date).year == year ? std::optional(date) : std::nullopt;
}

std::optional<Date> DayRule::in(std::int32_t year) const {
  switch (kind) {
    case Kind::day: return date_of(year, month, day);
    case Kind::nth: return nth_weekday(year, month, weekday, nth);
    case Kind::easter: return Date{easter(year).days + offset};
    case Kind::near: break;
  }
  const std::optional<Date> at = date_of(year, month, day);
  return at ? std::optional(weekday_near(*at, weekday, nth)) : std::nullopt;
}

std::optional<DayRule> read_day_rule(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  if (words.empty()) return std::nullopt;
  DayRule rule;
  const bool read = words[0].starts_with("easter") ? read_easter(words, rule)
                    : words.size() == 1            ? read_month_and_day(words[0], rule)
                                                   : read_nth(words, rule) || read_near(words, rule);
  return read ? std::optional(rule) : std::nullopt;
}

}  // namespace amends
