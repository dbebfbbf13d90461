// Reads [calendars]: weekday ranges, intervals, dates, rules and iCalendar files as the user wrote them, each checked
// with its place. Rules are written out over the years they are read for, so that a calendar is one table of dates.
//
// Of several things that fall on one date the more definite stands: a dated opening before a dated holiday, before
// holidays by rule and from files, before openings by rule.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/time/calendar.h"
#include "core/time/holidays.h"
#include "core/time/ical.h"

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

Date first_of_year(std::int32_t year) { return date_of(year, 1, 1).value_or(Date{}); }
Date last_of_year(std::int32_t year) { return date_of(year, 12, 31).value_or(Date{}); }

Zone read_zone(const Node& node) {
  const std::optional<Zone> zone = Zone::named(string_of(node, "timezone"));
  if (!zone) fail(node, fmt::format("{} is not a time zone", quoted(node.text)), "write an IANA name, such as \"Europe/London\"");
  return *zone;
}

enum class Observed { as_it_falls, next_weekday, nearest_weekday };

Observed read_observed(const Node& node) {
  const std::string& text = string_of(node, "observed");
  if (text == "next weekday") return Observed::next_weekday;
  if (text == "nearest weekday") return Observed::nearest_weekday;
  fail(node, fmt::format("{} is no way to observe a holiday", quoted(text)), "write \"next weekday\" or \"nearest weekday\", or take observed out");
}

struct Holiday {
  std::optional<Date> date;    // one, or
  std::optional<DayRule> rule;  // one every year
  std::string name;
  Observed observed = Observed::as_it_falls;
  const Node* node = nullptr;
};

bool is_weekend(Date date) { return weekday(date) >= 5; }

// Reads one [calendars.NAME] beside those it includes.
class CalendarReader {
 public:
  CalendarReader(const Entry& entry, const CalendarTexts& texts) : node_(entry.value), texts_(texts) {
    calendar_.name = entry.key;
    calendar_.where = node_.where();
    only_keys(node_, {"timezone", "hours", "holidays", "observed", "open", "ics", "include", "known"}, "calendar " + entry.key);
  }

  Calendar read(const std::vector<const Calendar*>& included, const Zone& shop_zone) {
    read_timezone(included, shop_zone);
    read_hours(!included.empty());
    if (const Node* observed = node_.find("observed")) observed_ = read_observed(*observed);
    if (const Node* holidays = node_.find("holidays")) read_holidays(*holidays);
    if (const Node* open = node_.find("open")) read_openings_by_rule(*open);
    if (const Node* ics = node_.find("ics")) read_files(*ics);
    close_by_rule();
    close_by_date();
    if (const Node* open = node_.find("open")) read_openings_by_date(*open);
    find_known_years();
    const Calendar own = calendar_;
    for (const Calendar* other : included) include(*other);
    calendar_.name = own.name;
    if (!calendar_.is_ever_open()) fail(node_, fmt::format("calendar {} is never open", own.name), "write { mon-fri = [\"09:00-17:00\"] }");
    find_oddities(own);
    return std::move(calendar_);
  }

 private:
  void read_timezone(const std::vector<const Calendar*>& included, const Zone& shop_zone) {
    const Node* zone = node_.find("timezone");
    calendar_.zone = zone != nullptr ? read_zone(*zone) : included.empty() ? shop_zone : included[0]->zone;
  }

  // One that includes others may have none of its own.
  void read_hours(bool includes) {
    if (const Node* hours = node_.find("hours")) return read_week(*hours, calendar_);
    if (!includes)
      fail(node_, fmt::format("calendar {} has no hours", calendar_.name),
           "add hours = { mon-fri = [\"09:00-17:00\"] }; of one that only lists holidays for others, { mon-sun = [\"00:00-24:00\"] }");
    for (auto& day : calendar_.week) day = {{0, ms_per_day}};
  }

  void read_holidays(const Node& holidays) {
    if (!holidays.is_array()) fail(holidays, "holidays are a list of dates", "write [\"2026-12-25\", \"2026-12-26\"]");
    for (const Node& item : holidays.items) holidays_.push_back(read_holiday(item));
  }

  Holiday read_holiday(const Node& item) {
    Holiday holiday;
    holiday.observed = observed_;
    holiday.node = &item;
    const Node* day = &item;
    if (item.is_table()) {
      only_keys(item, {"on", "name", "observed"}, "a holiday");
      day = item.find("on");
      if (day == nullptr) fail(item, "a holiday has no day", "write { on = \"12-25\", name = \"Christmas Day\" }");
      if (const Node* name = item.find("name")) holiday.name = string_of(*name, "name");
      if (const Node* observed = item.find("observed")) holiday.observed = read_observed(*observed);
    }
    const std::string& text = scalar_of(*day, "a holiday");
    holiday.date = date_in(text);
    if (!holiday.date) holiday.rule = read_day_rule(text);
    if (!holiday.date && !holiday.rule) fail(*day, fmt::format("{} is not a date", quoted(text)), std::string(day_rule_examples));
    const bool says_more = holiday.rule && holiday.rule->kind != DayRule::Kind::day;
    if (holiday.name.empty() && says_more) holiday.name = text;
    return holiday;
  }

  // Only days on which the week is open: what comes every year makes a day shorter, never a free one a working one.
  void read_openings_by_rule(const Node& open) {
    if (!open.is_table()) fail(open, "open is a table of dates", "write { \"2026-12-24\" = [\"09:00-12:00\"] }");
    for (const Entry& entry : open.entries) {
      if (date_in(entry.key)) continue;
      const std::optional<DayRule> rule = read_day_rule(entry.key);
      if (!rule) throw Error{where_of(open, entry), fmt::format("{} is not a date", quoted(entry.key)), "write \"2026-12-24\" = [...] or \"12-24\" = [...]"};
      const std::vector<Interval> hours = read_intervals(entry.value);
      for (std::int32_t year = first_rule_year; year <= last_rule_year; ++year)
        if (const std::optional<Date> date = rule->in(year); date && !calendar_.usual_hours(*date).empty()) calendar_.exceptions[*date] = {hours, {}};
      has_rules_ = true;
    }
  }

  void read_openings_by_date(const Node& open) {
    for (const Entry& entry : open.entries) {
      const std::optional<Date> date = date_in(entry.key);
      if (!date) continue;
      if (dated_.contains(*date))
        throw Error{where_of(open, entry), fmt::format("{} is also a holiday", quoted(entry.key)), "take it out of holidays"};
      calendar_.exceptions[*date] = {read_intervals(entry.value), {}};
      opened_.push_back(*date);
    }
  }

  void read_files(const Node& ics) {
    for (const std::string& path : strings_of(ics, "ics")) {
      const auto text = texts_.find(path);
      if (text == texts_.end()) fail(ics, fmt::format("{} was not read", path), "name a file beside amends.toml");
      std::vector<Closure> closures = closures_in(*text->second, calendar_.zone);
      if (closures.empty())
        calendar_.odd.push_back({ics.where(), fmt::format("{} closes no day: it has no events", path), "is it the right file? Each VEVENT in it would be a day, or a part of one, that is closed"});
      for (Closure& closure : closures) close(std::move(closure));
    }
  }

  void close(Closure&& closure) {
    if (!closure.is_endless) years_.insert(civil(closure.date).year);
    has_rules_ = true;
    const bool whole = closure.part == Interval{0, ms_per_day};
    std::vector<Interval> hours = whole ? std::vector<Interval>{} : less(calendar_.usual_hours(closure.date), closure.part);
    calendar_.exceptions[closure.date] = {std::move(hours), std::move(closure.name)};
  }

  void close_by_rule() {
    const bool any = std::any_of(holidays_.begin(), holidays_.end(), [](const Holiday& h) { return h.rule.has_value(); });
    has_rules_ = has_rules_ || any;
    for (std::int32_t year = first_rule_year; any && year <= last_rule_year; ++year) close_in(year);
  }

  // Those that are observed on another day come last, in the order of their dates: none may fall on another holiday.
  void close_in(std::int32_t year) {
    std::vector<std::pair<Date, const Holiday*>> moved;
    std::set<Date> taken;
    for (const Holiday& holiday : holidays_) {
      const std::optional<Date> date = holiday.date ? holiday.date : holiday.rule->in(year);
      if (!date || civil(*date).year != year) continue;
      taken.insert(*date);
      if (!holiday.rule) continue;
      calendar_.exceptions[*date] = {{}, holiday.name};
      if (holiday.observed != Observed::as_it_falls && is_weekend(*date)) moved.emplace_back(*date, &holiday);
    }
    std::sort(moved.begin(), moved.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [date, holiday] : moved) {
      const Date on = observed_on(date, holiday->observed, taken);
      taken.insert(on);
      const std::string day = fmt::format("{} {}", civil(date).day, month_name(civil(date).month));
      calendar_.exceptions[on] = {{}, fmt::format("for {}", holiday->name.empty() ? day : holiday->name)};
    }
  }

  static Date observed_on(Date date, Observed how, const std::set<Date>& taken) {
    const Date before{date.days - 1};
    if (how == Observed::nearest_weekday && weekday(date) == 5 && !taken.contains(before)) return before;
    while (is_weekend(date) || taken.contains(date)) ++date.days;
    return date;
  }

  void close_by_date() {
    for (const Holiday& holiday : holidays_) {
      if (!holiday.date) continue;
      if (calendar_.week[static_cast<std::size_t>(weekday(*holiday.date))].empty())
        calendar_.odd.push_back({holiday.node->where(), fmt::format("{} is closed anyway", print_day(*holiday.date)), "is another day meant? Else take it out"});
      if (!dated_.insert(*holiday.date).second)
        calendar_.odd.push_back({holiday.node->where(), fmt::format("{} is listed twice", print_day(*holiday.date)), "take one of them out"});
      calendar_.exceptions[*holiday.date] = {{}, holiday.name};
    }
  }

  // What is not said: dated lists and files know the years they tell of, rules all they are read for; a calendar
  // without holidays has nothing to know.
  void find_known_years() {
    if (const Node* known = node_.find("known")) return read_known(*known);
    const bool has_rule = std::any_of(holidays_.begin(), holidays_.end(), [](const Holiday& h) { return h.rule.has_value(); });
    if (!has_rule)
      for (const Date date : dated_) years_.insert(civil(date).year);
    if (years_.empty() && !has_rules_) return;
    calendar_.first = first_of_year(years_.empty() ? first_rule_year : *years_.begin());
    calendar_.last = last_of_year(years_.empty() ? last_rule_year : *years_.rbegin());
  }

  static std::optional<std::int32_t> year_in(std::string_view text) {
    const std::optional<Date> first = text.size() == 4 ? date_in(std::string(text) + "-01-01") : std::nullopt;
    return first ? std::optional(civil(*first).year) : std::nullopt;
  }

  // "2024..2027", "2024-04-01..2027-03-31", "2026"
  void read_known(const Node& node) {
    const std::string& text = scalar_of(node, "known");
    const std::size_t dots = text.find("..");
    const std::string_view from = trimmed(std::string_view(text).substr(0, dots));
    const std::string_view until = dots == std::string::npos ? from : trimmed(std::string_view(text).substr(dots + 2));
    const std::optional<std::int32_t> from_year = year_in(from), until_year = year_in(until);
    const std::optional<Date> first = from_year ? std::optional(first_of_year(*from_year)) : date_in(from);
    const std::optional<Date> last = until_year ? std::optional(last_of_year(*until_year)) : date_in(until);
    if (!first || !last || *last < *first) fail(node, fmt::format("{} is no range of years", quoted(text)), "write \"2024..2027\" or \"2024-04-01..2027-03-31\"");
    if (has_rules_ && (*first < first_of_year(first_rule_year) || *last > last_of_year(last_rule_year)))
      fail(node, fmt::format("days that come every year are known from {} to {}", first_rule_year, last_rule_year), "write a range inside of these");
    calendar_.first = *first;
    calendar_.last = *last;
  }

  void include(const Calendar& other) {
    if (other.zone.name() != calendar_.zone.name())
      fail(*node_.find("include"), fmt::format("calendar {} is in {} and calendar {} in {}", other.name, other.zone.name(), calendar_.name, calendar_.zone.name()),
           "a day has to be the same day for both: give them one timezone");
    calendar_ = both(calendar_, other);
  }

  void find_oddities(const Calendar& own) {
    for (const Date date : opened_)
      if (calendar_.usual_hours(date).empty())
        calendar_.odd.push_back({node_.find("open")->where(), fmt::format("{} stays closed: a calendar it includes is closed then", print_day(date)), "take the opening out, or the holiday there"});
    if (!years_.empty()) find_poor_years(own);
  }

  // A list that was never finished, or whose last year has only begun.
  void find_poor_years(const Calendar& own) {
    std::map<std::int32_t, std::size_t> holidays;
    for (const auto& [date, special] : own.exceptions)
      if (special.hours.empty()) ++holidays[civil(date).year];
    std::size_t most = 0;
    for (const auto& [year, count] : holidays) most = std::max(most, count);
    std::vector<std::string> poor;
    for (std::int32_t year = civil(own.first).year; own.has_end() && year <= civil(own.last).year && poor.size() < most_years; ++year)
      if (2 * holidays[year] < most) poor.push_back(fmt::format("{} in {}", holidays[year] == 0 ? "no holiday" : in_words(holidays[year]), year));
    if (!poor.empty())
      calendar_.odd.push_back({node_.where(), fmt::format("calendar {} has {}, and {} in another year", own.name, joined(poor, ", "), in_words(most)),
                               "list those of that year too, or say with known = \"2024..2027\" which years it knows"});
  }

  static std::string in_words(std::size_t holidays) { return fmt::format("{} {}", holidays, holidays == 1 ? "holiday" : "holidays"); }

  static constexpr std::size_t most_years = 5;  // named

  const Node& node_;
  const CalendarTexts& texts_;
  Calendar calendar_;
  Observed observed_ = Observed::as_it_falls;
  std::vector<Holiday> holidays_;
  std::set<Date> dated_;            // holidays of one date
  std::vector<Date> opened_;        // openings of one date
  std::set<std::int32_t> years_;    // that dated holidays and events lie in
  bool has_rules_ = false;          // something comes every year, or from a file
};

// Calendars by name, those that others include first.
class CalendarsReader {
 public:
  CalendarsReader(const Node& table, const Zone& shop_zone, const CalendarTexts& texts) : table_(table), shop_zone_(shop_zone), texts_(texts) {}

  Calendars read() {
    for (const Entry& entry : table_.entries) read(entry);
    return std::move(done_);
  }

 private:
  const Calendar& read(const Entry& entry) {
    if (const auto known = done_.find(entry.key); known != done_.end()) return known->second;
    if (!begun_.insert(entry.key).second)
      throw Error{where_of_key(table_, entry.key), fmt::format("calendar {} includes itself", entry.key), "take one include of the circle out"};
    std::vector<const Calendar*> included;
    CalendarReader reader(entry, texts_);
    if (const Node* include = entry.value.find("include"))
      for (const std::string& names : strings_of(*include, "include"))
        for (const std::string_view name : split(names, '+')) included.push_back(&read(entry_named(trimmed(name), *include)));
    return done_[entry.key] = reader.read(included, shop_zone_);
  }

  const Entry& entry_named(std::string_view name, const Node& node) const {
    std::vector<std::string> names;
    for (const Entry& entry : table_.entries) {
      if (entry.key == name) return entry;
      names.push_back(entry.key);
    }
    fail(node, fmt::format("there is no calendar {}", quoted(name)), suggestion(name, names));
  }

  const Node& table_;
  const Zone& shop_zone_;
  const CalendarTexts& texts_;
  Calendars done_;
  std::set<std::string> begun_;
};

}  // namespace

Calendars read_calendars(const Node& table, const Zone& shop_zone, const CalendarTexts& texts) { return CalendarsReader(table, shop_zone, texts).read(); }

Calendar calendar_named(const Node& node, std::string_view name, const Calendars& calendars) {
  if (const auto known = calendars.find(std::string(name)); known != calendars.end()) return known->second;
  std::optional<Calendar> found;
  for (const std::string_view part : split(name, '+')) {
    const auto known = calendars.find(std::string(trimmed(part)));
    if (known == calendars.end()) {
      std::vector<std::string> names;
      for (const auto& [other, calendar] : calendars) names.push_back(other);
      fail(node, fmt::format("there is no calendar {}", quoted(trimmed(part))),
           names.empty() ? fmt::format("add [calendars.{}] with its hours", trimmed(part)) : suggestion(trimmed(part), names));
    }
    if (found && found->zone.name() != known->second.zone.name())
      fail(node, fmt::format("calendar {} is in {} and calendar {} in {}", found->name, found->zone.name(), known->first, known->second.zone.name()),
           "a day has to be the same day for both: give them one timezone");
    found = found ? both(*found, known->second) : known->second;
  }
  if (!found->is_ever_open()) fail(node, fmt::format("{} are never open at the same time", found->name), "look at their hours");
  return *found;
}

std::vector<const Node*> calendar_files(const Node& table) {
  std::vector<const Node*> files;
  for (const Entry& entry : table.entries) {
    const Node* ics = entry.value.is_table() ? entry.value.find("ics") : nullptr;
    if (ics == nullptr) continue;
    if (!ics->is_array()) files.push_back(ics);
    else for (const Node& item : ics->items) files.push_back(&item);
  }
  return files;
}

}  // namespace amends
