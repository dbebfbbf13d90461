#include "core/mail/opening_hours.h"

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "core/base/text.h"
#include "core/time/locale.h"

namespace amends {
namespace {

constexpr std::array<std::string_view, 7> weekdays = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::size_t fewest_letters = 3;

struct Opening {
  int first_day = 0, last_day = 0;  // from Monday, 0
  int from = 0, to = 0;             // minutes of the day
};

std::optional<int> read_weekday(std::string_view text) {
  std::string word = lower(trimmed(text));
  if (word.ends_with('.')) word.pop_back();
  if (word.size() < fewest_letters) return std::nullopt;
  for (std::size_t i = 0; i < weekdays.size(); ++i)
    if (weekdays[i].starts_with(word)) return static_cast<int>(i);
  return std::nullopt;
}

std::optional<int> read_number(std::string_view text, std::size_t most_digits) {
  int number = 0;
  if (text.empty() || text.size() > most_digits) return std::nullopt;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

// "8", "08:30", "5pm". Nullopt: no such time, or midnight at the end of the day, which languages write in many ways.
std::optional<int> read_time(std::string_view text) {
  std::string word = lower(trimmed(text));
  const bool is_am = word.ends_with("am"), is_pm = word.ends_with("pm");
  if (is_am || is_pm) word = std::string(trimmed(std::string_view(word).substr(0, word.size() - 2)));
  const std::size_t colon = word.find(':');
  const std::optional<int> hour = read_number(std::string_view(word).substr(0, colon), 2);
  const std::optional<int> minute = colon == std::string::npos ? 0 : read_number(std::string_view(word).substr(colon + 1), 2);
  const bool is_half = is_am || is_pm;
  if (!hour || !minute || *minute > 59 || *hour > (is_half ? 12 : 23) || (is_half && *hour == 0)) return std::nullopt;
  return (is_half ? *hour % 12 + (is_pm ? 12 : 0) : *hour) * 60 + *minute;
}

struct Ends {
  std::string_view first, last;  // the same where there is one alone
};

Ends ends_of(std::string_view text) {
  for (const std::string_view dash : {"-", "\u2013"})
    if (const std::size_t at = text.find(dash); at != std::string_view::npos) return {text.substr(0, at), text.substr(at + dash.size())};
  return {text, text};
}

std::optional<Opening> read_opening(std::string_view text) {
  const std::size_t digit = text.find_first_of("0123456789");
  if (digit == std::string_view::npos) return std::nullopt;
  const Ends days = ends_of(text.substr(0, digit)), times = ends_of(text.substr(digit));
  const std::optional<int> first = read_weekday(days.first), last = read_weekday(days.last);
  const std::optional<int> from = read_time(times.first), to = read_time(times.last);
  if (!first || !last || !from || !to || *from >= *to) return std::nullopt;
  return Opening{*first, *last, *from, *to};
}

std::string words_of(const Opening& one, std::string_view locale) {
  const std::string first = weekday_name(one.first_day, locale);
  const std::string days = one.first_day == one.last_day ? first : first + "\u2013" + weekday_name(one.last_day, locale);
  return days + " " + format_hours(one.from, one.to, locale);
}

}  // namespace

std::string hours_in(std::string_view hours, std::string_view locale) {
  if (hours.empty() || language_of(locale) == "en") return std::string(hours);
  std::vector<std::string> parts;
  for (const std::string_view part : split(hours, ',')) {
    const std::optional<Opening> opening = read_opening(trimmed(part));
    if (!opening) return std::string(hours);
    parts.push_back(words_of(*opening, locale));
  }
  return joined(parts, ", ");
}

}  // namespace amends
