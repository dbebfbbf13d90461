// Reads [calendars.NAME]: weekday ranges, intervals and dates as the user wrote them, each checked with its place.
#include <algorithm>

#include <fmt/format.h>

#include "core/calendar.h"
#include "core/text.h"

namespace amends {
namespace {

constexpr std::string_view interval_example = "write \"09:00-17:30\"";

std::vector<std::string> day_words() {
  std::vector<std::string> words;
  for (int day = 0; day < 7; ++day) words.push_back(lower(weekday_name(day)));
  return words;
}

Where where_of(const Node& hours, const Entry& entry) { return where_of_key(hours, entry.key); }

std::size_t read_day(std::string_view word, const Where& where) {
  const std::vector<std::string> words = day_words();
  const auto found = std::find(words.begin(), words.end(), lower(trimmed(word)));
  if (found == words.end())
    throw Error{where, fmt::format("{} is not a day of the week", quoted(word)), suggestion(lower(trimmed(word)), words)};
  return static_cast<std::size_t>(found - words.begin());
}

// "mon", "mon-fri", "sat-mon" (wraps).
std::vector<std::size_t> read_days(std::string_view text, const Where& where) {
  const std::size_t dash = text.find('-');
  const std::size_t first = read_day(text.substr(0, dash), where);
  const std::size_t last = dash == std::string_view::npos ? first : read_day(text.substr(dash + 1), where);
  std::vector<std::size_t> days;
  for (std::size_t day = first;; day = (day + 1) % 7) {
    days.push_back(day);
    if (day == last) return days;
  }
}

std::int64_t read_bound(const Node& node, std::string_view text) {
  const std::optional<std::int64_t> ms = read_time_of_day(trimmed(text));
  if (!ms) fail(node, fmt::format("{} is not a time of day", quoted(trimmed(text))), "write a time from 00:00 to 24:00");
  return *ms;
}

Interval read_interval(const Node& node) {
  const std::string& text = string_of(node, "an opening");
  const std::size_t dash = text.find('-');
  if (dash == std::string::npos) fail(node, fmt::format("{} is not an opening", quoted(text)), std::string(interval_example));
  const Interval interval{read_bound(node, std::string_view(text).substr(0, dash)),
                          read_bound(node, std::string_view(text).substr(dash + 1))};
  if (interval.until <= interval.from)
    fail(node, fmt::format("{} ends before it begins", quoted(text)),
         "an opening over midnight is two: \"22:00-24:00\" and, on the next day, \"00:00-06:00\"");
  return interval;
}

std::vector<Interval> read_intervals(const Node& node) {
  if (node.is_string()) return {read_interval(node)};
  if (!node.is_array()) fail(node, "openings are a list", "write [\"09:00-12:30\", \"13:30-17:30\"]");
  std::vector<Interval> intervals;
  for (const Node& item : node.items) {
    const Interval next = read_interval(item);
    for (const Interval& known : intervals)
      if (next.from < known.until && known.from < next.until)
        fail(item, fmt::format("{} overlaps {}-{}", quoted(item.text), print_time_of_day(known.from), print_time_of_day(known.until)),
             "write openings that do not overlap, or join them into one");
    intervals.push_back(next);
  }
  std::sort(intervals.begin(), intervals.end(), [](const Interval& a, const Interval& b) { return a.from < b.from; });
  return intervals;
}

void read_week(const Node& hours, Calendar& calendar) {
  if (!hours.is_table()) fail(hours, "hours are a table of days", "write { mon-fri = [\"09:00-17:00\"] }");
  std::array<bool, 7> told{};
  for (const Entry& entry : hours.entries) {
    const std::vector<Interval> intervals = read_intervals(entry.value);
    for (const std::size_t day : read_days(entry.key, where_of(hours, entry))) {
      if (told[day])
        throw Error{where_of(hours, entry), fmt::format("{} has its hours already", weekday_name(static_cast<int>(day))),
                    "name each day of the week once"};
      told[day] = true;
      calendar.week[day] = intervals;
    }
  }
}

std::optional<Date> date_in(std::string_view text) {
  const Stamp stamp = read_iso(trimmed(text));
  return stamp.kind == Stamp::Kind::date ? std::optional(stamp.date) : std::nullopt;
}

void read_holidays(const Node& holidays, Calendar& calendar) {
  if (!holidays.is_array()) fail(holidays, "holidays are a list of dates", "write [\"2026-12-25\", \"2026-12-26\"]");
  for (const Node& item : holidays.items) {
    const std::optional<Date> date = date_in(scalar_of(item, "a holiday"));
    if (!date) fail(item, fmt::format("{} is not a date", quoted(item.text)), "write \"2026-12-25\"");
    calendar.exceptions[*date] = {};
  }
}

void read_one_offs(const Node& open, Calendar& calendar) {
  if (!open.is_table()) fail(open, "open is a table of dates", "write { \"2026-12-24\" = [\"09:00-12:00\"] }");
  for (const Entry& entry : open.entries) {
    const std::optional<Date> date = date_in(entry.key);
    if (!date)
      throw Error{where_of(open, entry), fmt::format("{} is not a date", quoted(entry.key)), "write \"2026-12-24\" = [...]"};
    if (calendar.exceptions.contains(*date))
      throw Error{where_of(open, entry), fmt::format("{} is also a holiday", quoted(entry.key)), "take it out of holidays"};
    calendar.exceptions[*date] = read_intervals(entry.value);
  }
}

Zone read_zone(const Node& node) {
  const std::optional<Zone> zone = Zone::named(string_of(node, "timezone"));
  if (!zone) fail(node, fmt::format("{} is not a time zone", quoted(node.text)), "write an IANA name, such as \"Europe/London\"");
  return *zone;
}

}  // namespace

Calendar read_calendar(const Entry& entry, const Zone& shop_zone) {
  const Node& node = entry.value;
  if (node.is_table() && node.find("ics") != nullptr)
    throw Error{where_of_key(node, "ics"), "iCalendar files are not read", "list the days: holidays = [\"2026-12-25\"]"};
  only_keys(node, {"timezone", "hours", "holidays", "open"}, "calendar " + entry.key);
  Calendar calendar;
  calendar.name = entry.key;
  const Node* zone = node.find("timezone");
  calendar.zone = zone != nullptr ? read_zone(*zone) : shop_zone;
  const Node* hours = node.find("hours");
  if (hours == nullptr) fail(node, fmt::format("calendar {} has no hours", entry.key), "add hours = { mon-fri = [\"09:00-17:00\"] }");
  read_week(*hours, calendar);
  if (const Node* holidays = node.find("holidays")) read_holidays(*holidays, calendar);
  if (const Node* open = node.find("open")) read_one_offs(*open, calendar);
  if (std::all_of(calendar.week.begin(), calendar.week.end(), [](const auto& day) { return day.empty(); }))
    fail(*hours, fmt::format("calendar {} is never open", entry.key), "write { mon-fri = [\"09:00-17:00\"] }");
  return calendar;
}

}  // namespace amends
