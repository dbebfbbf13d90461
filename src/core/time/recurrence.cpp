#include "core/time/recurrence.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/time/holidays.h"

namespace amends {
namespace {

constexpr std::string_view weekday_codes[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

int read_number(const IcalLine& line, std::string_view part, std::string_view text, int least, int most) {
  int value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    fail(line, fmt::format("{} cannot be {}", part, quoted(text)), fmt::format("{} is a number from {} to {}", part, least, most));
  return value;
}

// Never 0, which is no place in a list.
std::vector<int> read_numbers(const IcalLine& line, std::string_view part, std::string_view text, int least, int most) {
  std::vector<int> numbers;
  for (const std::string_view one : split(text, ',')) {
    numbers.push_back(read_number(line, part, one, least, most));
    if (numbers.back() == 0) fail(line, fmt::format("{} cannot be 0", part), "count from 1, or from the end with -1");
  }
  return numbers;
}

int read_weekday(const IcalLine& line, std::string_view code) {
  for (int day = 0; day < 7; ++day)
    if (weekday_codes[day] == code) return day;
  fail(line, fmt::format("{} is not a day of the week", quoted(code)), "the days are MO, TU, WE, TH, FR, SA and SU");
}

std::vector<Recurrence::Weekday> read_weekdays(const IcalLine& line, std::string_view text) {
  std::vector<Recurrence::Weekday> days;
  for (const std::string_view one : split(text, ',')) {
    const std::size_t letters = one.size() < 2 ? 0 : one.size() - 2;
    const int nth = letters == 0 ? 0 : read_number(line, "BYDAY", one.substr(0, letters), -53, 53);
    days.push_back({read_weekday(line, one.substr(letters)), nth});
  }
  return days;
}

Recurrence::Frequency read_frequency(const IcalLine& line, std::string_view word) {
  if (word == "DAILY") return Recurrence::Frequency::daily;
  if (word == "WEEKLY") return Recurrence::Frequency::weekly;
  if (word == "MONTHLY") return Recurrence::Frequency::monthly;
  if (word == "YEARLY") return Recurrence::Frequency::yearly;
  fail(line, fmt::format("FREQ={} is not read", word), "days come DAILY, WEEKLY, MONTHLY or YEARLY");
}

void read_part(const IcalLine& line, std::string_view key, std::string_view value, Recurrence& rule) {
  if (key == "FREQ") rule.frequency = read_frequency(line, value);
  else if (key == "INTERVAL") rule.interval = read_number(line, key, value, 1, 10000);
  else if (key == "COUNT") rule.count = read_number(line, key, value, 1, 1000000);
  else if (key == "UNTIL") rule.until = value;
  else if (key == "BYDAY") rule.weekdays = read_weekdays(line, value);
  else if (key == "BYMONTH") rule.months = read_numbers(line, key, value, 1, 12);
  else if (key == "BYMONTHDAY") rule.month_days = read_numbers(line, key, value, -31, 31);
  else if (key == "BYSETPOS") rule.positions = read_numbers(line, key, value, -366, 366);
  else if (key == "WKST") rule.week_start = read_weekday(line, value);
  else fail(line, fmt::format("a rule by {} is not read", key), "amends reads BYDAY, BYMONTH, BYMONTHDAY, BYSETPOS, INTERVAL, COUNT and UNTIL; list the days as RDATE instead");
}

bool contains(const std::vector<int>& list, int wanted) { return list.empty() || std::find(list.begin(), list.end(), wanted) != list.end(); }

bool is_on_weekday(const Recurrence& rule, Date date) {
  return rule.weekdays.empty() || std::any_of(rule.weekdays.begin(), rule.weekdays.end(), [&](const auto& w) { return w.day == weekday(date); });
}

std::int32_t days_in(std::int32_t year, int month) {
  const Date first = date_of(year, month, 1).value_or(Date{});
  const Date next = month == 12 ? date_of(year + 1, 1, 1).value_or(Date{}) : date_of(year, month + 1, 1).value_or(Date{});
  return next.days - first.days;
}

bool is_month_day(const Recurrence& rule, Date date) {
  if (rule.month_days.empty()) return true;
  const YearMonthDay c = civil(date);
  return contains(rule.month_days, c.day) || contains(rule.month_days, c.day - 1 - days_in(c.year, c.month));
}

// Whether a date is the nth such weekday of the days from `first` on, `length` many.
bool is_nth(const Recurrence& rule, Date date, Date first, std::int32_t length) {
  if (rule.weekdays.empty()) return true;
  const int from_start = (date.days - first.days) / 7 + 1, from_end = -((first.days + length - 1 - date.days) / 7 + 1);
  return std::any_of(rule.weekdays.begin(), rule.weekdays.end(), [&](const Recurrence::Weekday& w) {
    return w.day == weekday(date) && (w.nth == 0 || w.nth == from_start || w.nth == from_end);
  });
}

void add_month(const Recurrence& rule, Date start, std::int32_t year, int month, std::vector<Date>& days) {
  const Date first = date_of(year, month, 1).value_or(Date{});
  const std::int32_t length = days_in(year, month);
  const bool by_start = rule.month_days.empty() && rule.weekdays.empty();
  for (Date date = first; date.days < first.days + length; ++date.days) {
    const bool wanted = by_start ? civil(date).day == civil(start).day : is_month_day(rule, date) && is_nth(rule, date, first, length);
    if (wanted) days.push_back(date);
  }
}

void add_year(const Recurrence& rule, Date start, std::int32_t year, std::vector<Date>& days) {
  const bool by_month = !rule.months.empty() || !rule.month_days.empty();
  if (!by_month && !rule.weekdays.empty()) {
    const Date first = date_of(year, 1, 1).value_or(Date{});
    const std::int32_t length = date_of(year + 1, 1, 1).value_or(Date{}).days - first.days;
    for (Date date = first; date.days < first.days + length; ++date.days)
      if (is_nth(rule, date, first, length)) days.push_back(date);
    return;
  }
  for (int month = 1; month <= 12; ++month)
    if (by_month ? contains(rule.months, month) : civil(start).month == month) add_month(rule, start, year, month, days);
}

// The days of the nth period, in order; `begin`: the period's first day.
std::vector<Date> days_of_period(const Recurrence& rule, Date start, std::int64_t n, Date& begin) {
  std::vector<Date> days;
  const YearMonthDay c = civil(start);
  switch (rule.frequency) {
    case Recurrence::Frequency::daily:
      begin = Date{static_cast<std::int32_t>(start.days + n)};
      if (contains(rule.months, civil(begin).month) && is_month_day(rule, begin) && is_on_weekday(rule, begin)) days.push_back(begin);
      break;
    case Recurrence::Frequency::weekly:
      begin = Date{static_cast<std::int32_t>(start.days - (weekday(start) - rule.week_start + 7) % 7 + 7 * n)};
      for (Date date = begin; date.days < begin.days + 7; ++date.days) {
        const bool on = rule.weekdays.empty() ? weekday(date) == weekday(start) : is_on_weekday(rule, date);
        if (on && contains(rule.months, civil(date).month) && is_month_day(rule, date)) days.push_back(date);
      }
      break;
    case Recurrence::Frequency::monthly: {
      const std::int64_t month = c.year * std::int64_t{12} + c.month - 1 + n;
      const auto year = static_cast<std::int32_t>(month / 12);
      begin = date_of(year, static_cast<int>(month % 12) + 1, 1).value_or(Date{});
      if (contains(rule.months, static_cast<int>(month % 12) + 1)) add_month(rule, start, year, static_cast<int>(month % 12) + 1, days);
      break;
    }
    case Recurrence::Frequency::yearly:
      begin = date_of(static_cast<std::int32_t>(c.year + n), 1, 1).value_or(Date{});
      add_year(rule, start, static_cast<std::int32_t>(c.year + n), days);
      break;
  }
  return days;
}

std::vector<Date> at_positions(const std::vector<Date>& days, const std::vector<int>& positions) {
  if (positions.empty()) return days;
  std::vector<Date> chosen;
  const int size = static_cast<int>(days.size());
  for (int i = 0; i < size; ++i)
    if (contains(positions, i + 1) || contains(positions, i - size)) chosen.push_back(days[static_cast<std::size_t>(i)]);
  return chosen;
}

}  // namespace

Recurrence read_recurrence(const IcalLine& line) {
  Recurrence rule;
  bool has_frequency = false;
  for (const std::string_view part : split(line.value, ';')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) fail(line, fmt::format("{} is no part of a rule", quoted(part)), "a rule is FREQ=YEARLY;BYMONTH=12 and the like");
    has_frequency = has_frequency || part.substr(0, equals) == "FREQ";
    read_part(line, part.substr(0, equals), part.substr(equals + 1), rule);
  }
  if (!has_frequency) fail(line, "a rule has no FREQ", "a rule begins with FREQ=YEARLY, FREQ=WEEKLY and the like");
  return rule;
}

void each_day(const Recurrence& rule, Date start, Date last, const std::function<bool(Date)>& visit) {
  std::int64_t left = rule.count.value_or(std::numeric_limits<std::int64_t>::max());
  if (start > last || !visit(start) || --left == 0) return;  // the first is one, whatever the rule says
  Date begin = start;
  for (std::int64_t n = 0; begin <= last; n += rule.interval) {
    for (const Date date : at_positions(days_of_period(rule, start, n, begin), rule.positions)) {
      if (date <= start) continue;
      if (date > last || !visit(date) || --left == 0) return;
    }
  }
}

}  // namespace amends
