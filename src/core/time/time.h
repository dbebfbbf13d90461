// Dates, instants and zones. A date and an instant are different types (a day promised is not a moment
// promised). Zones are IANA names through cctz, which honours TZDIR; zone.cpp alone includes it.
#pragma once
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace amends {

struct Instant {
  std::int64_t ms = 0;  // milliseconds since 1970-01-01T00:00:00Z
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

struct Date {
  std::int32_t days = 0;  // since 1970-01-01, proleptic Gregorian
  friend auto operator<=>(const Date&, const Date&) = default;
};

inline constexpr std::int64_t ms_per_second = 1000;
inline constexpr std::int64_t ms_per_minute = 60 * ms_per_second;
inline constexpr std::int64_t ms_per_hour = 60 * ms_per_minute;
inline constexpr std::int64_t ms_per_day = 24 * ms_per_hour;

// floor(a / b) and the rest, for b > 0.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
constexpr std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return a - floor_div(a, b) * b; }

// A date, an instant or nothing, in one integer, for columns. Copy freely.
class Moment {
 public:
  constexpr Moment() = default;
  constexpr Moment(Instant at) : raw_(at.ms * 2) {}                   // NOLINT
  constexpr Moment(Date on) : raw_(std::int64_t{on.days} * 2 + 1) {}  // NOLINT
  static constexpr Moment from_raw(std::int64_t raw) {
    Moment m;
    m.raw_ = raw;
    return m;
  }
  constexpr std::int64_t raw() const { return raw_; }
  constexpr bool is_none() const { return raw_ == none; }
  constexpr bool is_date() const { return !is_none() && (raw_ & 1) != 0; }
  constexpr bool is_instant() const { return !is_none() && (raw_ & 1) == 0; }
  constexpr Date date() const { return Date{static_cast<std::int32_t>(raw_ >> 1)}; }
  constexpr Instant instant() const { return Instant{raw_ / 2}; }
  friend bool operator==(const Moment&, const Moment&) = default;

  static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min();

 private:
  std::int64_t raw_ = none;
};

struct YearMonthDay {
  std::int32_t year;
  int month;  // 1-12
  int day;    // 1-31
};

YearMonthDay civil(Date date);
std::optional<Date> date_of(std::int32_t year, int month, int day);  // nullopt for 30 February
int weekday(Date date);                                              // 0 Monday ... 6 Sunday

class Zone {
 public:
  static Zone utc();
  static std::optional<Zone> named(std::string_view iana_name);

  const std::string& name() const { return name_; }
  Date date_at(Instant at) const;
  std::int64_t ms_of_day(Instant at) const;  // by the wall clock there, 0 to 86,399,999
  int offset_seconds(Instant at) const;      // east of UTC
  // The instant of a wall time; ms may be 86,400,000 (the end of the day is the start of the next). A time
  // the clocks skip is read with the offset before the change (so it lands after it); of a time that comes
  // twice the first is taken.
  Instant instant_at(Date date, std::int64_t ms_of_day) const;
  // Whether its clocks showed each of these dates (Pacific/Apia had no 2011-12-30).
  bool had_all(Date first, Date last) const;
  Instant start_of(Date date) const { return instant_at(date, 0); }
  // Whether instant_at had to apply the rule above.
  enum class Wall { unique, skipped, repeated };
  Wall wall(Date date, std::int64_t ms_of_day) const;

 private:
  std::string name_;
  const void* zone_ = nullptr;  // a cctz::time_zone that lives for ever
};

// A time as a file wrote it.
struct Stamp {
  enum class Kind { bad, date, local, instant };  // local: date and wall time without a zone
  Kind kind = Kind::bad;
  Date date;                   // date, local
  std::int64_t ms_of_day = 0;  // local
  Instant instant;             // instant
};

// ISO 8601 and RFC 3339 as exports write them: 2026-03-31, 2026-03-31T14:05, 2026-03-31 14:05:09,
// with up to nine decimals of a second (cut to ms), then Z, +01:00, +0100, +01, " -0500", " UTC" or no zone.
Stamp read_iso(std::string_view text);
// The same for what nearly every cell is, 2026-03-31T14:05:09Z or 2026-03-31 14:05:09+01:00; false for any other text.
bool read_usual_instant(std::string_view text, Instant& at);
// The moment a stamp means where times without zone are those of `zone`.
Moment moment_of(const Stamp& stamp, const Zone& zone);

// "14:00", "9:30", "24:00", "14:00:30" to ms of day.
std::optional<std::int64_t> read_time_of_day(std::string_view text);
// "30 min", "10m", "2 hours", "26 h", "90 days", "1 week", "45 s" to ms of real time (a day is 24 hours).
std::optional<std::int64_t> read_duration(std::string_view text);

std::string print(Date date);                         // 2026-03-31
std::string print(Instant at, const Zone& zone);      // 2026-03-31T14:05:09+01:00 (decimals only if not zero)
std::string print(Moment moment, const Zone& zone);   // either, or "" for none
void append(std::string& out, Moment moment, const Zone& zone);  // the same at the end of `out`
std::string print_time_of_day(std::int64_t ms);       // 14:00, 14:00:30, 14:00:30.250
std::string_view weekday_name(int weekday);           // Mon ... Sun
std::string_view month_name(int month);               // Jan ... Dec
std::string print_day(Date date);                     // Tue 31 Mar 2026
std::string print_moment(Moment moment, const Zone& zone);  // Tue 31 Mar 2026, or Tue 31 Mar 2026 14:05

}  // namespace amends
