#include "core/liquid/liquid_dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/liquid/liquid_value.h"

namespace amends::liquid {
namespace {

constexpr std::array<std::string_view, 12> months = {"January", "February", "March",     "April",   "May",      "June",
                                                     "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> days = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// --- reading

template <std::size_t n>
std::optional<int> place_in(const std::array<std::string_view, n>& names, std::string_view word) {
  if (word.size() < 3) return std::nullopt;
  for (std::size_t i = 0; i < n; ++i)
    if (lower(names[i]).starts_with(lower(word))) return static_cast<int>(i);
  return std::nullopt;
}

// The free forms people write: words and numbers in any order that makes sense.
class DateReader {
 public:
  DateReader(std::string_view text, const Zone& zone) : text_(text), zone_(zone) {}

  std::optional<ClockTime> run() {
    while (at_ < text_.size())
      if (!step()) return std::nullopt;
    if (!month_ && numbers_ == 3) by_order();
    if (!month_ || !day_ || !year_) return std::nullopt;
    const auto date = date_of(*year_, *month_, *day_);
    if (!date || time_ms_ > ms_per_day) return std::nullopt;
    if (!offset_) return ClockTime{zone_.instant_at(*date, time_ms_), zone_.offset_seconds(zone_.instant_at(*date, time_ms_))};
    return ClockTime{{date->days * ms_per_day + time_ms_ - *offset_ * ms_per_second}, *offset_};
  }

 private:
  bool step() {
    const char c = text_[at_];
    if (is_letter(c)) return word();
    if (is_digit(c)) return number();
    if ((c == '+' || c == '-') && has_time_ && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) return offset();
    ++at_;
    return std::string_view(" ,/-.\t").find(c) != std::string_view::npos;
  }

  bool word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    const std::string name = lower(text_.substr(begin, at_ - begin));
    if (name == "am" || name == "pm") return half_of_day(name == "pm");
    if (name == "utc" || name == "gmt" || name == "z") return offset_ = 0, true;
    if (name == "t" || name == "st" || name == "nd" || name == "rd" || name == "th") return true;
    if (const auto month = place_in(months, name)) return month_ = *month + 1, true;
    return place_in(days, name).has_value();
  }

  bool half_of_day(bool afternoon) {
    if (!has_time_) {
      if (numbers_ == 0) return false;
      time_ms_ = read_[--numbers_] * ms_per_hour;
      if (day_ && order_ == 1) day_.reset(), order_ = 0;
      has_time_ = true;
    }
    const std::int64_t hour = time_ms_ / ms_per_hour;
    if (hour < 1 || hour > 12) return false;
    time_ms_ += ((afternoon ? 12 : 0) - (hour == 12 ? 12 : 0)) * ms_per_hour;
    return true;
  }

  std::int64_t digits(std::size_t& size) {
    std::int64_t n = 0;
    const std::size_t begin = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]) && at_ - begin < 12; ++at_) n = n * 10 + (text_[at_] - '0');
    size = at_ - begin;
    return n;
  }

  bool number() {
    std::size_t size = 0;
    const std::int64_t n = digits(size);
    if (at_ < text_.size() && text_[at_] == ':') return time(n);
    if (size > 4) return false;
    if (size == 4 && n >= 1000) return year_ ? false : (year_ = static_cast<int>(n), ++order_, note(n));
    if (month_ && !day_ && n >= 1 && n <= 31) return day_ = static_cast<int>(n), ++order_, note(n);
    if (!month_ && !year_) return note(n);
    if (month_ && day_ && !year_) return year_ = static_cast<int>(n < 69 ? 2000 + n : 1900 + n), note(n);
    return note(n);
  }

  bool note(std::int64_t n) {
    if (numbers_ == read_.size()) return false;
    read_[numbers_++] = n;
    // "4 July 2016": the day came before the month
    if (!day_ && !year_ && n >= 1 && n <= 31 && numbers_ == 1 && !month_) early_ = static_cast<int>(n);
    if (!day_ && month_ && early_) day_ = early_;
    return true;
  }

  // 2016/03/14, 14/03/2016
  void by_order() {
    const bool year_first = read_[0] > 31;
    month_ = static_cast<int>(read_[1]);
    day_ = static_cast<int>(read_[year_first ? 2 : 0]);
    year_ = static_cast<int>(read_[year_first ? 0 : 2]);
  }

  bool time(std::int64_t hour) {
    std::array<std::int64_t, 3> parts{hour, 0, 0};
    for (std::size_t i = 1; i < 3 && at_ < text_.size() && text_[at_] == ':'; ++i) {
      ++at_;
      std::size_t size = 0;
      parts[i] = digits(size);
      if (size == 0 || parts[i] > 59) return false;
    }
    if (hour > 24) return false;
    time_ms_ = parts[0] * ms_per_hour + parts[1] * ms_per_minute + parts[2] * ms_per_second;
    std::int64_t unit = 100;
    if (at_ < text_.size() && text_[at_] == '.')
      for (++at_; at_ < text_.size() && is_digit(text_[at_]); ++at_, unit /= 10) time_ms_ += (text_[at_] - '0') * unit;
    return has_time_ = true;
  }

  bool offset() {
    const bool west = text_[at_++] == '-';
    std::size_t size = 0;
    std::int64_t n = digits(size);
    if (size <= 2) n *= 100;
    if (at_ < text_.size() && text_[at_] == ':') {
      ++at_;
      std::size_t minutes = 0;
      n += digits(minutes);
    }
    const std::int64_t seconds = n / 100 * 3600 + n % 100 * 60;
    if (seconds > 86'400) return false;
    offset_ = static_cast<int>(west ? -seconds : seconds);
    return true;
  }

  std::string_view text_;
  const Zone& zone_;
  std::size_t at_ = 0;
  std::optional<int> year_, month_, day_, early_, offset_;
  std::array<std::int64_t, 4> read_{};
  std::size_t numbers_ = 0;
  int order_ = 0;
  std::int64_t time_ms_ = 0;
  bool has_time_ = false;
};

// --- writing

struct Directive {
  char letter = 0;
  char padding = 0;  // '-', '_', '0' or as usual
  bool upper = false, swap = false;
  std::size_t width = 0;
  int colons = 0;
};

class Clock {
 public:
  explicit Clock(ClockTime time) : time_(time) {
    const std::int64_t local = time.at.ms + time.offset_seconds * ms_per_second;
    const std::int64_t day = local >= 0 ? local / ms_per_day : -((-local + ms_per_day - 1) / ms_per_day);
    date_ = Date{static_cast<std::int32_t>(day)};
    ms_ = local - day * ms_per_day;
    civil_ = civil(date_);
  }

  // Empty: no such directive.
  std::optional<std::string> write(const Directive& d) const {
    switch (d.letter) {
      case 'Y': return number(d, civil_.year, civil_.year < 0 ? 5 : 1);
      case 'C': return number(d, civil_.year / 100, 2);
      case 'y': return number(d, civil_.year % 100, 2);
      case 'm': return number(d, civil_.month, 2);
      case 'd': return number(d, civil_.day, 2);
      case 'e': return number(d, civil_.day, 2, ' ');
      case 'j': return number(d, day_of_year(), 3);
      case 'H': return number(d, hour(), 2);
      case 'k': return number(d, hour(), 2, ' ');
      case 'I': return number(d, hour12(), 2);
      case 'l': return number(d, hour12(), 2, ' ');
      case 'M': return number(d, ms_ / ms_per_minute % 60, 2);
      case 'S': return number(d, ms_ / ms_per_second % 60, 2);
      case 's': return number(d, seconds(), 1);
      case 'u': return number(d, weekday(date_) + 1, 1);
      case 'w': return number(d, (weekday(date_) + 1) % 7, 1);
      case 'U': return number(d, (day_of_year() + 6 - (weekday(date_) + 1) % 7) / 7, 2);
      case 'W': return number(d, (day_of_year() + 6 - weekday(date_)) / 7, 2);
      case 'V': return number(d, iso_week().second, 2);
      case 'G': return number(d, iso_week().first, 1);
      case 'g': return number(d, iso_week().first % 100, 2);
      case 'L': return fraction(d.width == 0 ? 3 : d.width);
      case 'N': return fraction(d.width == 0 ? 9 : d.width);
      case 'A': return word(d, days[static_cast<std::size_t>(weekday(date_))]);
      case 'a': return word(d, days[static_cast<std::size_t>(weekday(date_))].substr(0, 3));
      case 'B': return word(d, months[static_cast<std::size_t>(civil_.month - 1)]);
      case 'b':
      case 'h': return word(d, months[static_cast<std::size_t>(civil_.month - 1)].substr(0, 3));
      case 'p': return word(d, d.swap ? (hour() < 12 ? "am" : "pm") : (hour() < 12 ? "AM" : "PM"));
      case 'P': return word(d, hour() < 12 ? "am" : "pm");
      case 'Z': return word(d, time_.offset_seconds == 0 ? "UTC" : "");
      case 'z': return offset(d);
      case 'c': return word(d, strftime("%a %b %e %H:%M:%S %Y", time_));
      case 'D':
      case 'x': return word(d, strftime("%m/%d/%y", time_));
      case 'F': return word(d, strftime("%Y-%m-%d", time_));
      case 'T':
      case 'X': return word(d, strftime("%H:%M:%S", time_));
      case 'R': return word(d, strftime("%H:%M", time_));
      case 'r': return word(d, strftime("%I:%M:%S %p", time_));
      case 'v': return word(d, strftime("%e-%^b-%Y", time_));
      case '+': return word(d, strftime("%a %b %e %H:%M:%S %Z %Y", time_));
      case 'n': return word(d, "\n");
      case 't': return word(d, "\t");
      case '%': return word(d, "%");
      default: return std::nullopt;
    }
  }

 private:
  std::int64_t hour() const { return ms_ / ms_per_hour; }
  std::int64_t hour12() const { return hour() % 12 == 0 ? 12 : hour() % 12; }
  std::int64_t seconds() const { return (time_.at.ms - ((time_.at.ms % 1000 + 1000) % 1000)) / 1000; }
  int day_of_year() const { return date_.days - date_of(civil_.year, 1, 1)->days + 1; }

  std::pair<int, int> iso_week() const {
    const Date thursday{date_.days - weekday(date_) + 3};
    const int year = civil(thursday).year;
    return {year, (thursday.days - date_of(year, 1, 1)->days) / 7 + 1};
  }

  static std::string number(const Directive& d, std::int64_t n, std::size_t width, char usual = '0') {
    const char fill = d.padding == '_' ? ' ' : d.padding == '0' ? '0' : usual;
    const std::string digits = std::to_string(n < 0 ? -n : n);
    const std::size_t wanted = d.padding == '-' ? 0 : std::max(width, d.width);
    const std::size_t sign = n < 0 ? 1 : 0;
    std::string out = n < 0 ? "-" : "";
    if (wanted > digits.size() + sign) out += std::string(wanted - digits.size() - sign, fill);
    return out + digits;
  }

  static std::string word(const Directive& d, std::string_view text) {
    std::string out(text);
    if (d.upper || (d.swap && d.letter != 'p'))
      std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    if (out.size() < d.width) out.insert(0, d.width - out.size(), d.padding == '0' ? '0' : ' ');
    return out;
  }

  std::string fraction(std::size_t digits) const {
    std::string out = fmt::format("{:03}", ms_ % 1000);
    out.resize(digits, '0');
    return out;
  }

  std::string offset(const Directive& d) const {
    const int size = time_.offset_seconds < 0 ? -time_.offset_seconds : time_.offset_seconds;
    const char sign = time_.offset_seconds < 0 ? '-' : '+';
    if (d.colons == 2) return fmt::format("{}{:02}:{:02}:{:02}", sign, size / 3600, size / 60 % 60, size % 60);
    return fmt::format("{}{:02}{}{:02}", sign, size / 3600, d.colons == 1 ? ":" : "", size / 60 % 60);
  }

  ClockTime time_;
  Date date_;
  std::int64_t ms_ = 0;
  YearMonthDay civil_{};
};

// Flags, width, colons, then the letter; `at` stands behind the percent sign and moves behind the letter.
Directive directive_at(std::string_view format, std::size_t& at) {
  Directive d;
  for (; at < format.size() && std::string_view("-0^#_").find(format[at]) != std::string_view::npos; ++at) {
    if (format[at] == '^')
      d.upper = true;
    else if (format[at] == '#')
      d.swap = true;
    else
      d.padding = format[at];
  }
  for (; at < format.size() && is_digit(format[at]); ++at) {
    d.width = d.width * 10 + static_cast<std::size_t>(format[at] - '0');
    if (d.width > 100) throw FilterFault{"a date of more than 100 columns", {}};
  }
  for (; at < format.size() && format[at] == ':'; ++at) ++d.colons;
  if (at < format.size()) d.letter = format[at++];
  return d;
}

}  // namespace

std::optional<ClockTime> read_date(std::string_view text, const Zone& zone) {
  if (const Moment read = moment_of(read_iso(text), zone); !read.is_none()) {
    const Instant at = read.is_date() ? zone.start_of(read.date()) : read.instant();
    const auto written = DateReader(text, zone).run();
    return ClockTime{at, written && written->at == at ? written->offset_seconds : zone.offset_seconds(at)};
  }
  return DateReader(text, zone).run();
}

std::string strftime(std::string_view format, ClockTime time) {
  const Clock clock(time);
  std::string out;
  for (std::size_t at = 0; at < format.size();) {
    if (format[at] != '%') {
      out += format[at++];
      continue;
    }
    const std::size_t begin = at++;
    const auto written = clock.write(directive_at(format, at));
    out += written ? *written : std::string(format.substr(begin, at - begin));
    Work::require_size(out.size());
  }
  return out;
}

Value lax_date(const Value& input, const Arguments& a, const FilterContext& c) {
  if (a.empty()) throw FilterFault{"date needs a format", {}};
  const std::string format = text_of(a[0], c.locale);
  if (format.empty() || is_nothing(input)) return input;
  const Zone& zone = c.locale.zone;
  const auto since_1970 = [&](const Value& seconds) {
    const Instant at{whole_part(seconds) * ms_per_second};
    return ClockTime{at, zone.offset_seconds(at)};
  };
  std::optional<ClockTime> time;
  if (input.type == Type::number) {
    if (input.ratio > Ratio(4'000'000'000'000) || input.ratio < Ratio(-60'000'000'000)) return input;
    if (!is_decimal(input)) time = since_1970(input);
  }
  if (input.type == Type::string) {
    const bool digits = !input.text.empty() && input.text.size() < 13 &&
                        input.text.find_first_not_of("0123456789") == std::string_view::npos;
    time = digits ? since_1970(input) : read_date(trimmed(input.text), zone);
  }
  return time ? c.string(strftime(format, *time)) : input;
}

}  // namespace amends::liquid
