#include "core/time/ical.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/time/holidays.h"
#include "core/time/locale.h"
#include "core/time/recurrence.h"

namespace amends {
namespace {

constexpr std::int64_t longest = 400 * ms_per_day;  // an event that lasts longer is a mistake

// A day, or a wall time of one in a zone.
struct Point {
  Date date;
  std::int64_t ms = -1;  // of the day; -1: the day itself
  Zone zone;

  bool is_day() const { return ms < 0; }
  Instant instant() const { return zone.instant_at(date, is_day() ? 0 : ms); }
  friend auto operator<=>(const Point& a, const Point& b) { return a.is_day() || b.is_day() ? a.date <=> b.date : a.instant() <=> b.instant(); }
};

struct Event {
  IcalLine begin;
  std::vector<IcalLine> lines;

  const IcalLine* find(std::string_view name) const {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const IcalLine& line) { return line.name == name; });
    return found == lines.end() ? nullptr : &*found;
  }
  std::string text(std::string_view name) const {
    const IcalLine* line = find(name);
    return line == nullptr ? std::string{} : ical_text(line->value);
  }
};

int digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  for (std::size_t i = from; i < from + count; ++i) value = value * 10 + (text[i] - '0');
  return value;
}

bool are_digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

// Points are read in one file, whose floating times are of one zone.
class Events {
 public:
  Events(const Source& source, const Zone& zone) : zone_(zone) { collect(source); }

  std::vector<Closure> closures() {
    std::map<std::string, std::set<std::int64_t>> moved;  // by UID: the first days of those told again
    for (const Event& event : events_)
      if (const IcalLine* line = event.find("RECURRENCE-ID")) moved[event.text("UID")].insert(key_of(read_point(*line, line->value)));
    for (const Event& event : events_) {
      if (event.text("STATUS") == "CANCELLED") continue;
      add(event, event.find("RECURRENCE-ID") == nullptr ? moved[event.text("UID")] : std::set<std::int64_t>{});
    }
    std::stable_sort(closures_.begin(), closures_.end(), [](const Closure& a, const Closure& b) { return a.date < b.date; });
    return std::move(closures_);
  }

 private:
  void collect(const Source& source) {
    std::vector<std::string> open;
    std::string own_zone;
    const std::vector<IcalLine> lines = ical_lines(source);
    if (lines.empty() || lines[0].name != "BEGIN" || lines[0].value != "VCALENDAR")
      throw Error{{source.name, 1}, "this is no iCalendar file", "it begins with BEGIN:VCALENDAR; export it again as iCalendar (.ics)"};
    for (const IcalLine& line : lines) {
      if (line.name == "BEGIN") {
        open.push_back(line.value);
        if (line.value == "VEVENT") events_.push_back({line, {}});
      } else if (line.name == "END") {
        if (open.empty() || open.back() != line.value) fail(line, fmt::format("{} ends here without having begun", line.value), "export the file again");
        open.pop_back();
      } else if (!open.empty() && open.back() == "VEVENT") {
        events_.back().lines.push_back(line);
      } else if (!open.empty() && open.back() == "VTIMEZONE") {
        if (line.name == "TZID") own_zone = line.value;
        if (line.name == "X-LIC-LOCATION") locations_[own_zone] = line.value;
      }
    }
    if (!open.empty()) fail(lines.back(), fmt::format("the file ends inside {}", open.back()), "it was cut: export it again");
  }

  // 20261225, 20261225T090000, 20261225T090000Z
  Point read_point(const IcalLine& line, std::string_view text) const {
    const bool has_time = text.size() >= 15 && text[8] == 'T';
    const bool is_utc = text.size() == 16 && text[15] == 'Z';
    const bool well_formed = text.size() >= 8 && are_digits(text.substr(0, 8)) &&
                             (text.size() == 8 || (has_time && are_digits(text.substr(9, 6)) && (text.size() == 15 || is_utc)));
    const std::optional<Date> date = well_formed ? date_of(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2)) : std::nullopt;
    if (!date) fail(line, fmt::format("{} is not a date", quoted(text)), "dates are 20261225, times 20261225T090000 or 20261225T090000Z");
    Point point{*date, -1, zone_};
    if (!has_time) return point;
    const int hour = digits(text, 9, 2), minute = digits(text, 11, 2), second = digits(text, 13, 2);
    if (hour > 23 || minute > 59 || second > 60) fail(line, fmt::format("{} is not a time", quoted(text)), "times are 20261225T090000");
    point.ms = hour * ms_per_hour + minute * ms_per_minute + std::min(second, 59) * ms_per_second;
    point.zone = is_utc ? Zone::utc() : zone_of(line);
    return point;
  }

  Zone zone_of(const IcalLine& line) const {
    std::string_view name = line.parameter("TZID");
    if (name.empty()) return zone_;
    const auto location = locations_.find(name);
    if (name.starts_with('/')) name.remove_prefix(1);
    std::optional<Zone> zone = Zone::named(name);
    if (!zone && location != locations_.end()) zone = Zone::named(location->second);
    if (!zone) zone = Zone::named(zone_of_windows(name));
    if (!zone)
      fail(line, fmt::format("{} is a time zone neither of the IANA list nor of Windows", quoted(name)), "write TZID=Europe/London and the like, or times in UTC");
    return *zone;
  }

  std::vector<Point> read_points(const IcalLine& line) const {
    if (line.parameter("VALUE") == "PERIOD") fail(line, "periods are not read", "list the days, as VALUE=DATE");
    std::vector<Point> points;
    for (const std::string_view one : split(line.value, ',')) points.push_back(read_point(line, trimmed(one)));
    return points;
  }

  static std::int64_t key_of(const Point& point) { return point.is_day() ? point.date.days * ms_per_day : point.instant().ms; }

  // P1D, P2W, PT4H30M
  static std::int64_t read_length(const IcalLine& line) {
    std::string_view text = line.value;
    if (text.starts_with('+')) text.remove_prefix(1);
    bool is_well_formed = text.starts_with('P') && text.size() > 2;
    std::int64_t ms = 0, number = -1;
    for (std::size_t i = 1; is_well_formed && i < text.size(); ++i) {
      const char c = text[i];
      if (c == 'T' && number < 0) continue;
      if (c >= '0' && c <= '9' && number < 100000) {
        number = std::max<std::int64_t>(number, 0) * 10 + (c - '0');
        continue;
      }
      const std::int64_t unit = c == 'W' ? 7 * ms_per_day : c == 'D' ? ms_per_day : c == 'H' ? ms_per_hour : c == 'M' ? ms_per_minute : c == 'S' ? ms_per_second : 0;
      is_well_formed = unit > 0 && number >= 0;
      ms += number * unit;
      number = -1;
    }
    if (!is_well_formed || number >= 0) fail(line, fmt::format("{} is not a length of time", quoted(line.value)), "lengths are P1D, PT4H30M and the like");
    return ms;
  }

  // In ms; of whole days a multiple of a day.
  std::int64_t length_of(const Event& event, const Point& start) const {
    const std::int64_t least = start.is_day() ? ms_per_day : 0;
    std::int64_t length = least;
    const IcalLine* line = event.find("DTEND");
    if (line != nullptr) {
      const Point end = read_point(*line, line->value);
      length = start.is_day() ? (std::int64_t{end.date.days} - start.date.days) * ms_per_day : end.instant().ms - start.instant().ms;
      if (length < 0 || end.is_day() != start.is_day()) fail(*line, "the event ends before it begins", "write a later DTEND, of the kind that DTSTART is");
    } else if ((line = event.find("DURATION")) != nullptr) {
      length = read_length(*line);
    }
    if (length > longest) fail(*line, "the event lasts longer than a year", "a holiday is a few days long");
    return std::max(least, length);
  }

  void add(const Event& event, const std::set<std::int64_t>& moved) {
    for (const IcalLine& line : event.lines)
      if (line.name == "EXRULE") fail(line, "a rule of exceptions is not read", "list them as EXDATE");
    const IcalLine* line = event.find("DTSTART");
    if (line == nullptr) fail(event.begin, "an event has no DTSTART", "write DTSTART;VALUE=DATE:20261225");
    const Point start = read_point(*line, line->value);
    const std::int64_t length = length_of(event, start);
    std::set<std::int64_t> left_out = moved;
    std::map<std::int64_t, Point> points;
    bool is_endless = false;
    const auto take = [&](const Point& point) { points.emplace(key_of(point), point); };
    take(start);
    for (const IcalLine& other : event.lines) {
      if (other.name == "RRULE") is_endless = add_repeats(other, start, take) || is_endless;
      if (other.name != "RDATE" && other.name != "EXDATE") continue;
      for (const Point& point : read_points(other))
        if (other.name == "RDATE") take(point);
        else left_out.insert(key_of(point));
    }
    for (const auto& [key, point] : points)
      if (!left_out.contains(key)) close(point, length, event.text("SUMMARY"), is_endless || event.find("RECURRENCE-ID") != nullptr);
  }

  // Whether there is no end to it.
  bool add_repeats(const IcalLine& line, const Point& start, const std::function<void(const Point&)>& take) const {
    const Recurrence rule = read_recurrence(line);
    std::optional<Point> until;
    if (!rule.until.empty()) until = read_point(line, rule.until);
    each_day(rule, start.date, date_of(last_rule_year, 12, 31).value_or(Date{}), [&](Date date) {
      const Point point{date, start.ms, start.zone};
      if (until && point > *until) return false;
      take(point);
      return true;
    });
    return rule.is_endless();
  }

  void close(const Point& from, std::int64_t length, const std::string& name, bool is_endless) {
    if (from.is_day()) {
      for (std::int32_t day = 0; day < length / ms_per_day; ++day) closures_.push_back({Date{from.date.days + day}, {0, ms_per_day}, name, is_endless});
      return;
    }
    const Instant begin = from.instant(), end{begin.ms + length};
    if (length == 0) return;
    const Date last = zone_.date_at(Instant{end.ms - 1});
    for (Date date = zone_.date_at(begin); date <= last; ++date.days) {
      const std::int64_t since = date == zone_.date_at(begin) ? zone_.ms_of_day(begin) : 0;
      const std::int64_t until = date == zone_.date_at(end) ? zone_.ms_of_day(end) : ms_per_day;
      if (since < until) closures_.push_back({date, {since, until}, name, is_endless});
    }
  }

  const Zone& zone_;
  std::map<std::string, std::string, std::less<>> locations_;  // by TZID, of the file's own zones: their names in the IANA list
  std::vector<Event> events_;
  std::vector<Closure> closures_;
};

}  // namespace

std::vector<Closure> closures_in(const Source& source, const Zone& zone) { return Events(source, zone).closures(); }

}  // namespace amends
