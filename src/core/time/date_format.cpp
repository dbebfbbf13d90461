#include "core/time/date_format.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::array<std::string_view, 12> months = {"january", "february", "march",     "april",   "may",      "june",
                                                     "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> days = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

struct Parts {
  std::int32_t year = 1970;
  int month = 1, day = 1;
  std::int64_t hour = 0, minute = 0, second = 0, ms = 0;
  bool timed = false, twelve = false, afternoon = false;
  std::optional<std::int64_t> offset;  // seconds east
};

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool done() const { return at_ == text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (peek() != c || done()) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  bool digit() const { return peek() >= '0' && peek() <= '9'; }

  template <typename Int>
  bool number(Int& value, int least, int most, std::int64_t low, std::int64_t high) {
    std::int64_t n = 0;
    int taken = 0;
    for (; taken < most && digit(); ++taken) n = n * 10 + (text_[at_++] - '0');
    if (taken < least || n < low || n > high) return false;
    value = static_cast<Int>(n);
    return true;
  }

  // The whole name, or its first three letters (also with a full stop).
  template <std::size_t N>
  std::optional<int> name(const std::array<std::string_view, N>& names) {
    const std::string rest = lower(text_.substr(at_));
    for (std::size_t i = 0; i < N; ++i)
      for (const std::size_t length : {names[i].size(), std::size_t{3}})
        if (rest.compare(0, length, names[i].substr(0, length)) == 0) {
          at_ += length;
          take('.');
          return static_cast<int>(i);
        }
    return std::nullopt;
  }

  bool decimals(std::int64_t& ms) {
    if (!digit()) return false;
    ms = 0;
    std::int64_t weight = 100;
    for (; digit(); ++at_, weight /= 10) ms += (text_[at_] - '0') * weight;
    return true;
  }

  bool half(bool& afternoon) {
    const char c = static_cast<char>(peek() | 0x20);
    if (c != 'a' && c != 'p') return false;
    afternoon = c == 'p';
    ++at_;
    take('.');
    if ((peek() | 0x20) != 'm') return false;
    ++at_;
    take('.');
    return true;
  }

  bool offset(std::optional<std::int64_t>& seconds) {
    if (take('Z') || take('z')) {
      seconds = 0;
      return true;
    }
    for (const std::string_view word : {"UTC", "GMT"})
      if (text_.substr(at_, 3) == word) {
        at_ += 3;
        seconds = 0;
        return true;
      }
    const bool west = peek() == '-';
    if (!take('+') && !take('-')) return false;
    std::int64_t hours = 0, minutes = 0;
    if (!number(hours, 2, 2, 0, 23)) return false;
    const bool colon = take(':');
    if ((colon || digit()) && !number(minutes, 2, 2, 0, 59)) return false;
    seconds = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool read_directive(char directive, Cursor& in, Parts& p) {
  switch (directive) {
    case 'Y': return in.number(p.year, 4, 4, 0, 9999);
    case 'y':
      if (!in.number(p.year, 2, 2, 0, 99)) return false;
      p.year += p.year < 69 ? 2000 : 1900;  // as POSIX has it
      return true;
    case 'm': return in.number(p.month, 1, 2, 1, 12);
    case 'e': in.skip_blanks(); [[fallthrough]];
    case 'd': return in.number(p.day, 1, 2, 1, 31);
    case 'H': p.timed = true; return in.number(p.hour, 1, 2, 0, 23);
    case 'I': p.timed = p.twelve = true; return in.number(p.hour, 1, 2, 1, 12);
    case 'M': p.timed = true; return in.number(p.minute, 1, 2, 0, 59);
    case 'S': p.timed = true; return in.number(p.second, 1, 2, 0, 60);
    case 'f': return in.decimals(p.ms);
    case 'p': return in.half(p.afternoon);
    case 'z': return in.offset(p.offset);
    case 'a':
    case 'A': return in.name(days).has_value();
    default: break;  // b, B
  }
  const std::optional<int> month = in.name(months);
  if (month) p.month = *month + 1;
  return month.has_value();
}

Stamp stamp_of(const Parts& p) {
  Stamp stamp;
  const std::optional<Date> date = date_of(p.year, p.month, p.day);
  if (!date) return stamp;
  stamp.date = *date;
  stamp.kind = Stamp::Kind::date;
  if (!p.timed) return stamp;

  const std::int64_t hour = p.twelve ? p.hour % 12 + (p.afternoon ? 12 : 0) : p.hour;
  const std::int64_t second = p.second == 60 ? 59 : p.second;  // a leap second
  stamp.ms_of_day = hour * ms_per_hour + p.minute * ms_per_minute + second * ms_per_second + p.ms;
  stamp.kind = Stamp::Kind::local;
  if (!p.offset) return stamp;

  stamp.instant.ms = std::int64_t{date->days} * ms_per_day + stamp.ms_of_day - *p.offset * ms_per_second;
  stamp.kind = Stamp::Kind::instant;
  return stamp;
}

std::string expanded(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view two = pattern.substr(i, 2);
    const std::string_view full = two == "%T"   ? "%H:%M:%S"
                                  : two == "%R" ? "%H:%M"
                                  : two == "%F" ? "%Y-%m-%d"
                                  : two == "%D" ? "%m/%d/%y"
                                                : std::string_view{};
    if (!full.empty()) {
      out += full;
      ++i;
    } else if (two == "%%") {
      out += two;
      ++i;
    } else {
      out += pattern[i];
    }
  }
  return out;
}

}  // namespace

DateFormat::DateFormat(std::string_view pattern, const Where& where) : pattern_(pattern) {
  const std::string full = expanded(pattern);
  for (std::size_t i = 0; i < full.size(); ++i) {
    if (full[i] != '%') {
      steps_ += {' ', full[i]};
      continue;
    }
    const char directive = ++i < full.size() ? full[i] : '\0';
    if (directive == '%') {
      steps_ += " %";
    } else if (directive != '\0' && std::string_view("YymdeHIMSfpbBaAz").find(directive) != std::string_view::npos) {
      steps_ += {'%', directive};
    } else {
      throw Error{where, fmt::format("{} has %{}, which is not a part of a date", quoted(pattern), directive),
                  "write for example \"%d/%m/%Y %H:%M\""};
    }
  }
}

Stamp DateFormat::read(std::string_view text) const {
  Cursor in(text);
  Parts parts;
  for (std::size_t i = 0; i < steps_.size(); i += 2) {
    const char c = steps_[i + 1];
    if (steps_[i] == '%') {
      if (!read_directive(c, in, parts)) return {};
    } else if (c == ' ') {
      in.skip_blanks();
    } else if (!in.take(c)) {
      return {};
    }
  }
  return in.done() ? stamp_of(parts) : Stamp{};
}

}  // namespace amends
