#include "core/time/time.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>
#include <cstring>

#include <fmt/format.h>

namespace amends {
namespace {

// A reader of fixed-width digits and separators.
struct Reader {
  std::string_view text;
  std::size_t at = 0;

  bool done() const { return at == text.size(); }
  char peek() const { return done() ? '\0' : text[at]; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at;
    return true;
  }
  bool is_digit() const { return peek() >= '0' && peek() <= '9'; }
  // Exactly `count` digits, or -1.
  int digits(int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (!is_digit()) return -1;
      value = value * 10 + (text[at++] - '0');
    }
    return value;
  }
};

// Zone suffix: Z, UTC, GMT, +01, +0100, +01:00, with blanks before. Seconds east, or nullopt.
std::optional<int> read_offset(Reader& r) {
  while (r.take(' ')) {
  }
  const std::string_view rest = r.text.substr(r.at);
  if (rest == "Z" || rest == "z" || rest == "UTC" || rest == "GMT") {
    r.at = r.text.size();
    return 0;
  }
  const bool east = r.peek() == '+';
  if (!r.take('+') && !r.take('-')) return std::nullopt;
  const int hours = r.digits(2);
  if (hours < 0 || hours > 23) return std::nullopt;
  int minutes = 0;
  if (!r.done()) {
    r.take(':');
    minutes = r.digits(2);
    if (minutes < 0 || minutes > 59) return std::nullopt;
  }
  const int seconds = hours * 3600 + minutes * 60;
  return east ? seconds : -seconds;
}

// HH:MM[:SS[.fraction]] to ms of day, or -1.
std::int64_t read_clock(Reader& r) {
  const int hour = r.digits(2);
  if (hour < 0 || !r.take(':')) return -1;
  const int minute = r.digits(2);
  int second = 0;
  std::int64_t ms = 0;
  if (r.take(':')) {
    second = r.digits(2);
    if (r.take('.') || r.take(',')) {
      if (!r.is_digit()) return -1;
      std::int64_t scale = 100;
      for (int i = 0; i < 9 && r.is_digit(); ++i, scale /= 10) ms += scale * (r.text[r.at++] - '0');
    }
  }
  const bool end_of_day = hour == 24 && minute == 0 && second == 0 && ms == 0;
  if (hour > (end_of_day ? 24 : 23) || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
  return hour * ms_per_hour + minute * ms_per_minute + second * ms_per_second + ms;
}

std::uint64_t eight_bytes(const char* from) {
  std::uint64_t bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

// Eight bytes less those of a pattern, in which digits are '0': the digits' values, and zeros for the rest.
std::uint64_t less(std::uint64_t bytes, const char (&pattern)[9]) { return bytes ^ eight_bytes(pattern); }
bool are_digits(std::uint64_t values) { return ((values | (values + 0x7676767676767676u)) & 0x8080808080808080u) == 0; }
int digit(std::uint64_t values, int at) { return static_cast<int>(values >> (8 * at) & 0xffu); }
int two_digits(std::uint64_t values, int at) { return 10 * digit(values, at) + digit(values, at + 1); }

// Days from 1970 to the first of each month of the years 1970 to 2099, and one more.
constexpr int years_known = 130;
constexpr std::array<std::int32_t, years_known * 12 + 1> month_starts = [] {
  std::array<std::int32_t, years_known * 12 + 1> starts{};
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int month = 0; month < years_known * 12; ++month) {
    const bool leap_day = month % 12 == 1 && (1970 + month / 12) % 4 == 0;  // 2000 is one, 2100 lies beyond
    starts[static_cast<std::size_t>(month) + 1] = starts[static_cast<std::size_t>(month)] + lengths[month % 12] + (leap_day ? 1 : 0);
  }
  return starts;
}();

struct Usual {
  Date date;
  std::int64_t ms_of_day = 0;
  std::int64_t east = 0;  // ms
};

// From the numbers of a date and a wall time to both; false when there is none such.
inline bool take_wall_time(int year, int month, int day, int hour, int minute, int second, Usual& usual) {
  if (year < 1970 || year >= 1970 + years_known || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return false;
  const auto start = static_cast<std::size_t>((year - 1970) * 12 + month - 1);
  if (day < 1 || day > month_starts[start + 1] - month_starts[start]) return false;
  usual.date = Date{month_starts[start] + day - 1};
  usual.ms_of_day = ((hour * 60 + minute) * 60 + second) * ms_per_second;
  return true;
}

// 19 bytes: 2026-03-31T14:05:09.
inline bool read_wall_time(const char* text, Usual& usual) {
  const std::uint64_t month_part = less(eight_bytes(text), "0000-00-");
  const std::uint64_t day_part = text[10] == ' ' ? less(eight_bytes(text + 8), "00 00:00") : less(eight_bytes(text + 8), "00T00:00");
  const std::uint64_t second_part = less(eight_bytes(text + 11), "00:00:00");
  const std::uint64_t between = (month_part & 0xff0000ff00000000u) | (day_part & 0x0000ff0000ff0000u) | (second_part & 0x0000ff0000ff0000u);
  if (between != 0 || !are_digits(month_part) || !are_digits(day_part) || !are_digits(second_part)) return false;
  return take_wall_time(100 * two_digits(month_part, 0) + two_digits(month_part, 2), two_digits(month_part, 5), two_digits(day_part, 0),
                        two_digits(second_part, 0), two_digits(second_part, 3), two_digits(second_part, 6), usual);
}

#if defined(__x86_64__)

// The same with sixteen bytes at a time, -03-31T14:05:09 and the first digits behind: pairs of digits side by side, each
// pair to a number. 19 bytes; the last sixteen are looked at together.
__attribute__((target("ssse3"))) inline bool read_wall_time_ssse3(const char* text, Usual& usual) {
  const __m128i tail = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 3));  // "6-03-31T14:05:09"
  const __m128i marks = _mm_setr_epi8('0', '-', '0', '0', '-', '0', '0', 'T', '0', '0', ':', '0', '0', ':', '0', '0');
  __m128i rest = _mm_xor_si128(tail, marks);  // digits' values, zero for the marks
  const __m128i blank = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 'T' ^ ' ', 0, 0, 0, 0, 0, 0, 0, 0);
  if (text[10] == ' ') rest = _mm_xor_si128(rest, blank);
  const __m128i most = _mm_setr_epi8(9, 0, 9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9);
  if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(rest, most), most)) != 0xffff) return false;
  const __m128i pairs = _mm_shuffle_epi8(rest, _mm_setr_epi8(2, 3, 5, 6, 8, 9, 11, 12, 14, 15, -1, 0, -1, -1, -1, -1));
  const __m128i numbers = _mm_maddubs_epi16(pairs, _mm_set1_epi16(0x010a));  // ten times the first and once the second
  const auto low = static_cast<std::uint64_t>(_mm_cvtsi128_si64(numbers));
  const auto high = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(numbers, numbers)));
  const unsigned a = static_cast<unsigned char>(text[0]) ^ unsigned{'0'}, b = static_cast<unsigned char>(text[1]) ^ unsigned{'0'}, c = static_cast<unsigned char>(text[2]) ^ unsigned{'0'};
  if (a > 9 || b > 9 || c > 9) return false;
  const auto number = [](std::uint64_t four, int at) { return static_cast<int>(four >> (16 * at) & 0xffffu); };
  return take_wall_time(static_cast<int>(a * 1000 + b * 100 + c * 10) + number(high, 1), number(low, 0), number(low, 1), number(low, 2), number(low, 3), number(high, 0), usual);
}

#endif

// "09+01:00", the last eight of 25 bytes.
inline bool read_usual_offset(const char* text, std::int64_t& east) {
  const std::uint64_t offset = less(eight_bytes(text), "00+00:00");
  const int sign = digit(offset, 2);
  if (digit(offset, 5) != 0 || (sign != 0 && sign != ('+' ^ '-')) || !are_digits(offset & 0xffff00ffff00ffffu)) return false;
  if (two_digits(offset, 3) > 23 || two_digits(offset, 6) > 59) return false;
  const std::int64_t ms = (two_digits(offset, 3) * 60 + two_digits(offset, 6)) * ms_per_minute;
  east = sign == 0 ? ms : -ms;
  return true;
}

// What nearly every cell is, eight bytes at a time; any other text is read with more care.
inline bool read_usual(std::string_view text, Usual& usual) {
  if constexpr (std::endian::native != std::endian::little) return false;
  if (text.size() == 25) return read_wall_time(text.data(), usual) && read_usual_offset(text.data() + 17, usual.east);
  return (text.size() == 19 || (text.size() == 20 && text[19] == 'Z')) && read_wall_time(text.data(), usual);
}

inline Instant instant_of(const Usual& usual) { return Instant{std::int64_t{usual.date.days} * ms_per_day + usual.ms_of_day - usual.east}; }

}  // namespace

// Howard Hinnant's civil_from_days and days_from_civil, public domain algorithms.
YearMonthDay civil(Date date) {
  const std::int64_t z = std::int64_t{date.days} + 719468;
  const std::int64_t era = floor_div(z, 146097);
  const std::int64_t day_of_era = z - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1);
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {static_cast<std::int32_t>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), month, day};
}

std::optional<Date> date_of(std::int32_t year, int month, int day) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const std::int64_t y = std::int64_t{year} - (month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  const Date date{static_cast<std::int32_t>(era * 146097 + day_of_era - 719468)};
  if (civil(date).day != day) return std::nullopt;  // 30 February rolled over
  return date;
}

int weekday(Date date) { return static_cast<int>(floor_mod(std::int64_t{date.days} + 3, 7)); }

namespace {

bool read_instant_plainly(std::string_view text, Instant& at) {
  Usual usual;
  if (text.size() == 19 || !read_usual(text, usual)) return false;
  at = instant_of(usual);
  return true;
}

#if defined(__x86_64__)

__attribute__((target("ssse3"))) bool read_instant_ssse3(std::string_view text, Instant& at) {
  if (text.size() < 20) return false;
  // Which of the two it is changes from cell to cell, so that a guess at it would often fail: it is an index, where a
  // condition became a jump and cost three of eleven nanoseconds.
  const std::size_t is_utc = text[19] == 'Z' ? 1 : 0;
  if (text.size() != 25 - 5 * is_utc) return false;
  const char* const offsets[] = {text.data() + 17, "00+00:00"};
  const char* const offset = offsets[is_utc];
  Usual usual;
  if (!read_wall_time_ssse3(text.data(), usual) || !read_usual_offset(offset, usual.east)) return false;
  at = instant_of(usual);
  return true;
}

const auto read_instant = __builtin_cpu_supports("ssse3") != 0 ? read_instant_ssse3 : read_instant_plainly;

#else
constexpr auto read_instant = read_instant_plainly;
#endif

}  // namespace

bool read_usual_instant(std::string_view text, Instant& at) { return read_instant(text, at); }

Stamp read_iso(std::string_view text) {
  if (Usual usual; read_usual(text, usual)) {
    if (text.size() == 19) return {Stamp::Kind::local, usual.date, usual.ms_of_day, {}};
    return {Stamp::Kind::instant, usual.date, usual.ms_of_day, instant_of(usual)};
  }
  Reader r{text};
  const int year = r.digits(4);
  if (year < 0 || !r.take('-')) return {};
  const int month = r.digits(2);
  if (month < 0 || !r.take('-')) return {};
  const int day = r.digits(2);
  const std::optional<Date> date = date_of(year, month, day);
  if (!date) return {};
  Stamp stamp;
  stamp.date = *date;
  stamp.kind = Stamp::Kind::date;
  if (r.done()) return stamp;
  if (!r.take('T') && !r.take('t') && !r.take(' ')) return {};
  stamp.ms_of_day = read_clock(r);
  if (stamp.ms_of_day < 0) return {};
  stamp.kind = Stamp::Kind::local;
  if (r.done()) return stamp;
  const std::optional<int> offset = read_offset(r);
  if (!offset || !r.done()) return {};
  stamp.kind = Stamp::Kind::instant;
  stamp.instant = Instant{std::int64_t{date->days} * ms_per_day + stamp.ms_of_day - *offset * ms_per_second};
  return stamp;
}

Moment moment_of(const Stamp& stamp, const Zone& zone) {
  switch (stamp.kind) {
    case Stamp::Kind::bad: return {};
    case Stamp::Kind::date: return stamp.date;
    case Stamp::Kind::local: return zone.instant_at(stamp.date, stamp.ms_of_day);
    case Stamp::Kind::instant: return stamp.instant;
  }
  return {};
}

std::optional<std::int64_t> read_time_of_day(std::string_view text) {
  const std::string padded = text.size() > 1 && text[1] == ':' ? "0" + std::string(text) : std::string(text);
  Reader r{padded};
  const std::int64_t ms = read_clock(r);
  if (ms < 0 || !r.done()) return std::nullopt;
  return ms;
}

std::optional<std::int64_t> read_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t ms;
  };
  static constexpr Unit units[] = {
      {"s", ms_per_second},      {"sec", ms_per_second},  {"second", ms_per_second}, {"min", ms_per_minute},
      {"m", ms_per_minute},
      {"minute", ms_per_minute}, {"h", ms_per_hour},      {"hour", ms_per_hour},     {"d", ms_per_day},
      {"day", ms_per_day},       {"week", 7 * ms_per_day}, {"w", 7 * ms_per_day}};
  std::size_t digits = 0;
  std::int64_t count = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits < 9)
    count = count * 10 + (text[digits++] - '0');
  if (digits == 0) return std::nullopt;
  std::int64_t part = 0, of = 1;  // "1.5 h"
  if (digits + 1 < text.size() && text[digits] == '.') {
    const std::size_t point = digits++;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits - point < 7) part = part * 10 + (text[digits++] - '0'), of *= 10;
    if (of == 1) return std::nullopt;
  }
  std::string_view unit = text.substr(digits);
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  if (unit.size() > 1 && unit.back() == 's') unit.remove_suffix(1);
  for (const Unit& known : units)
    if (known.name == unit && part * known.ms % of == 0) return count * known.ms + part * known.ms / of;
  return std::nullopt;
}

namespace {

constexpr auto digit_pairs = [] {
  std::array<char, 200> digits{};
  for (std::size_t i = 0; i < 100; ++i) digits[2 * i] = static_cast<char>('0' + i / 10), digits[2 * i + 1] = static_cast<char>('0' + i % 10);
  return digits;
}();

// 0 to 99.
char* put_two(char* to, std::int64_t value) {
  std::memcpy(to, digit_pairs.data() + 2 * value, 2);
  return to + 2;
}

char* put_clock(char* to, std::int64_t seconds) {
  to = put_two(to, seconds / 3600);
  *to++ = ':';
  return put_two(to, seconds / 60 % 60);
}

// Of the years 0 to 9999, ten characters.
char* put_date(char* to, const YearMonthDay& date) {
  to = put_two(to, date.year / 100);
  to = put_two(to, date.year % 100);
  *to++ = '-';
  to = put_two(to, date.month);
  *to++ = '-';
  return put_two(to, date.day);
}

void append(std::string& out, Date date) {
  const YearMonthDay c = civil(date);
  char buffer[10];
  if (c.year < 0 || c.year > 9999) out += fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
  else out.append(buffer, put_date(buffer, c));
}

void append(std::string& out, Instant at, const Zone& zone) {
  const int offset = zone.offset_seconds(at);
  const std::int64_t local = at.ms + offset * ms_per_second, ms = floor_mod(local, ms_per_day);
  append(out, Date{static_cast<std::int32_t>(floor_div(local, ms_per_day))});
  char buffer[24];
  char* to = buffer;
  *to++ = 'T';
  to = put_clock(to, ms / ms_per_second);
  *to++ = ':';
  to = put_two(to, ms / ms_per_second % 60);
  if (const std::int64_t decimals = ms % ms_per_second; decimals != 0) {
    *to++ = '.';
    *to++ = static_cast<char>('0' + decimals / 100);
    to = put_two(to, decimals % 100);
  }
  if (offset == 0) {
    *to++ = 'Z';
  } else {
    *to++ = offset < 0 ? '-' : '+';
    to = put_clock(to, offset < 0 ? -offset : offset);
  }
  out.append(buffer, to);
}

}  // namespace

void append(std::string& out, Moment moment, const Zone& zone) {
  if (moment.is_date()) append(out, moment.date());
  else if (moment.is_instant()) append(out, moment.instant(), zone);
}

std::string print(Date date) {
  std::string out;
  append(out, date);
  return out;
}

std::string print(Instant at, const Zone& zone) {
  std::string out;
  append(out, at, zone);
  return out;
}

std::string print(Moment moment, const Zone& zone) {
  std::string out;
  append(out, moment, zone);
  return out;
}

std::string print_time_of_day(std::int64_t ms) {
  std::string out = fmt::format("{:02}:{:02}", ms / ms_per_hour, ms / ms_per_minute % 60);
  if (ms % ms_per_minute != 0) out += fmt::format(":{:02}", ms / ms_per_second % 60);
  if (ms % ms_per_second != 0) out += fmt::format(".{:03}", ms % ms_per_second);
  return out;
}

std::string_view weekday_name(int weekday) {
  static constexpr std::array<std::string_view, 7> names = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return names[static_cast<std::size_t>(weekday)];
}

std::string_view month_name(int month) {
  static constexpr std::array<std::string_view, 12> names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return names[static_cast<std::size_t>(month - 1)];
}

std::string print_day(Date date) {
  const YearMonthDay c = civil(date);
  return fmt::format("{} {} {} {}", weekday_name(weekday(date)), c.day, month_name(c.month), c.year);
}

std::string print_moment(Moment moment, const Zone& zone) {
  if (moment.is_none()) return "nothing";
  if (moment.is_date()) return print_day(moment.date());
  const std::int64_t ms = zone.ms_of_day(moment.instant());
  return print_day(zone.date_at(moment.instant())) + " " + print_time_of_day(ms - ms % ms_per_second);
}

}  // namespace amends
