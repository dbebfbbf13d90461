#include "core/language/moment_functions.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/typing.h"
#include "core/time/calendar.h"
#include "core/time/spans.h"

namespace amends {
namespace {

Date date_in(const Value& moment, const Zone& zone) {
  return moment.type == Type::date ? moment.date() : zone.date_at(moment.instant());
}

const Zone& zone_of(const Setting& setting) { return setting.calendar != nullptr ? setting.calendar->zone : setting.zone; }

// date, time, monthday

// The last argument is a zone's name, or the text that holds it.
void take_zone(Typing& typing, std::size_t i) {
  if (typing.count() <= i) return;
  if (typing.argument(i).op == Op::literal) typing.take_zone(i);
  else typing.adapt(i, {Type::string});
}

Type check_moment(Typing& typing) {
  take_zone(typing, 1);
  typing.adapt(0, {Type::instant, Type::date});
  return Type::instant;
}

// The zone that argument i names, else the call's own; UTC, with a reason, where there is none of that name.
Zone zone_named(std::span<const Value> a, std::size_t i, Setting& setting) {
  if (a.size() <= i || a[i].type != Type::string) return zone_of(setting);
  if (const std::optional<Zone> zone = Zone::named(a[i].text)) return *zone;
  setting.reason = fmt::format("{} is not a time zone", quoted(a[i].text));
  return Zone::utc();
}

// date("2026-03-31") is a literal; date(i, zone) the day of an instant.
Type check_date(Typing& typing) {
  Expr& first = typing.argument(0);
  if (first.op == Op::literal && first.type == Type::string) typing.adapt(0, {Type::date});
  else check_moment(typing);
  return Type::date;
}
Type check_time(Typing& typing) {
  check_moment(typing);
  return Type::time;
}
Type check_monthday(Typing& typing) {
  check_moment(typing);
  return Type::monthday;
}

Date day_of_moment(std::span<const Value> a, Setting& setting) { return date_in(a[0], zone_named(a, 1, setting)); }
Value date_of_moment(std::span<const Value> a, Setting& setting) { return Value::of_date(day_of_moment(a, setting)); }
Value time_of(std::span<const Value> a, Setting& setting) {
  const Zone zone = zone_named(a, 1, setting);
  return Value::of(Type::time, a[0].type == Type::date ? 0 : zone.ms_of_day(a[0].instant()));
}
Value monthday_of(std::span<const Value> a, Setting& setting) {
  const YearMonthDay c = civil(day_of_moment(a, setting));
  return Value::of(Type::monthday, c.month * 100 + c.day);
}

// minutes, hours, seconds, days, months

Type check_between(Typing& typing) {
  typing.adapt(0, {Type::instant, Type::date});
  typing.adapt(1, {Type::instant, Type::date});
  return Type::number;
}

// Of two moments the time between them, of a span or several the time they cover, of a length of time itself.
Type check_elapsed(Typing& typing) {
  if (typing.count() == 2) return check_between(typing);
  const Expr& whole = typing.argument(0);
  const bool is_spans = whole.type == Type::list && whole.shape->element->base == Type::span;
  if (!is_spans) typing.adapt(0, {Type::span, Type::duration});
  return Type::number;
}

Value elapsed(std::span<const Value> a, const Zone& zone, std::int64_t unit) {
  Ratio ms;
  if (a.size() == 2) ms = Ratio(instant_in(a[1], zone).ms) - Ratio(instant_in(a[0], zone).ms);
  else if (a[0].type == Type::duration) ms = Ratio(a[0].whole);
  else for (const Value& span : merged(spans_of(a[0]), 0)) ms = ms + Ratio(span.until) - Ratio(span.whole);
  return Value::of_number(ms / Ratio(unit));
}
Value seconds_between(std::span<const Value> a, Setting& setting) { return elapsed(a, setting.zone, ms_per_second); }
Value minutes_between(std::span<const Value> a, Setting& setting) { return elapsed(a, setting.zone, ms_per_minute); }
Value hours_between(std::span<const Value> a, Setting& setting) { return elapsed(a, setting.zone, ms_per_hour); }
Value days_between(std::span<const Value> a, Setting& setting) {
  return Value::of_number(std::int64_t{date_in(a[1], setting.zone).days} - date_in(a[0], setting.zone).days);
}

std::int64_t whole_months(Date from, Date until) {
  if (until < from) return -whole_months(until, from);
  const YearMonthDay a = civil(from);
  const YearMonthDay b = civil(until);
  const std::int64_t months = (std::int64_t{b.year} - a.year) * 12 + b.month - a.month;
  const bool is_month_end = civil(Date{until.days + 1}).day == 1;
  return b.day >= a.day || is_month_end ? months : months - 1;
}
Value months_between(std::span<const Value> a, Setting& setting) {
  return Value::of_number(whole_months(date_in(a[0], setting.zone), date_in(a[1], setting.zone)));
}

// add

// add(d, "3 months"), or add(d, n, "days").
Type check_add(Typing& typing) {
  const Type type = typing.adapt(0, {Type::date, Type::instant});
  const std::size_t at = typing.count() - 1;
  if (at == 2) typing.adapt(1, {Type::number});
  Expr& period = typing.argument(at);
  const bool is_length = period.op == Op::literal && period.type == Type::duration;
  const bool is_text = period.op == Op::literal && period.type == Type::string;
  const std::string one = at == 2 ? "1 " : "";
  const std::optional<Value> value = is_text ? read_period(one + std::string(period.literal.text)) : is_length ? std::optional(period.literal) : std::nullopt;
  if (!value)
    typing.fail(at, fmt::format("{} is not a period", period.text),
                at == 2 ? "write add(d, n, \"days\")" : "write \"3 months\", \"10 days\" or \"2 hours\"");
  if (type == Type::date && value->whole != 0)
    typing.fail(at, fmt::format("{} cannot be added to a date", period.text), "add days, weeks, months or years");
  period.literal = *value;
  period.type = Type::duration;
  return type;
}

Date moved(Date date, std::int64_t months, std::int64_t days) {
  YearMonthDay c = civil(date);
  const std::int64_t month = std::int64_t{c.year} * 12 + (c.month - 1) + months;
  const std::int64_t year = month >= 0 ? month / 12 : (month - 11) / 12;
  if (year < -9999 || year > 9999) throw Overflow{};
  std::optional<Date> found;
  for (int day = c.day; !found; --day)
    found = date_of(static_cast<std::int32_t>(year), static_cast<int>(month - year * 12) + 1, day);
  const std::int64_t total = found->days + days;
  if (total < -4'000'000 || total > 4'000'000) throw Overflow{};
  return Date{static_cast<std::int32_t>(total)};
}

Value added(std::span<const Value> a, Setting& setting) {
  const Zone& zone = setting.zone;
  const Value& period = a.back();
  const std::int64_t times = a.size() == 3 && a[1].ratio.is_whole() ? whole_of(a[1].ratio) : 1;
  if (a.size() == 3 && !a[1].ratio.is_whole() && period.whole == 0) {
    setting.reason = fmt::format("{} is no whole number", print(a[1].ratio));
    return {};
  }
  const Ratio count = a.size() == 3 ? a[1].ratio : Ratio(1);
  const std::int64_t months = whole_of(period.ratio * Ratio(times));
  const std::int64_t days = whole_of(Ratio(period.until) * Ratio(times));
  if (a[0].type == Type::date && period.whole == 0) return Value::of_date(moved(a[0].date(), months, days));
  const Instant start = instant_in(a[0], zone);
  const bool by_calendar = months != 0 || days != 0;
  const Instant at = by_calendar ? zone.instant_at(moved(zone.date_at(start), months, days), zone.ms_of_day(start)) : start;
  return Value::of_instant(Instant{whole_of(Ratio(at.ms) + rounded(Ratio(period.whole) * count, Rounding::down, Ratio(1)))});
}

// business_days, add_business_days

// The last argument is a calendar's name, or a list of the weekdays that are free.
void take_free_days(Typing& typing, std::size_t i) {
  if (typing.count() <= i) return;
  const Expr& days = typing.argument(i);
  const bool is_dates = days.type == Type::list && days.shape->element->base == Type::date;
  if (!is_dates) typing.take_calendar(i);
}
Type check_business_days(Typing& typing) {
  check_between(typing);
  take_free_days(typing, 2);
  return Type::number;
}
Type check_add_business_days(Typing& typing) {
  const Type type = typing.adapt(0, {Type::date, Type::instant});
  typing.adapt(1, {Type::number});
  take_free_days(typing, 2);
  return type;
}

bool is_free(const Value& days, Date date) {
  return std::any_of(days.list->begin(), days.list->end(), [&](const Value& day) { return day.date() == date; });
}

bool is_business_day(std::span<const Value> a, const Setting& setting, Date date) {
  if (setting.calendar != nullptr) return setting.calendar->is_business_day(date);
  return weekday(date) < 5 && !(a.size() == 3 && is_free(a[2], date));
}

constexpr std::int64_t most_days = 36525;  // a hundred years

Value business_days_between(std::span<const Value> a, Setting& setting) {
  const Date from = date_in(a[0], zone_of(setting));
  const Date until = date_in(a[1], zone_of(setting));
  const Date first = std::min(from, until);
  const Date last = std::max(from, until);
  if (std::int64_t{last.days} - first.days > most_days) throw Overflow{};
  std::int64_t count = 0;
  for (Date day{first.days + 1}; day <= last; ++day.days)
    if (is_business_day(a, setting, day)) ++count;
  return Value::of_number(from <= until ? count : -count);
}

Value business_days_added(std::span<const Value> a, Setting& setting) {
  if (!a[1].ratio.is_whole()) {
    setting.reason = fmt::format("{} is no whole number of days", print(a[1].ratio));
    return {};
  }
  const Zone& zone = zone_of(setting);
  const std::int64_t count = whole_of(a[1].ratio);
  Date day = date_in(a[0], zone);
  const int step = count < 0 ? -1 : 1;
  std::int64_t walked = 0;
  for (std::int64_t left = count < 0 ? -count : count; left > 0;) {
    day.days += step;
    if (++walked > most_days) throw Overflow{};
    if (is_business_day(a, setting, day)) --left;
  }
  if (a[0].type == Type::date) return Value::of_date(day);
  return Value::of_instant(zone.instant_at(day, zone.ms_of_day(a[0].instant())));
}

// weekday, year, month, day

Type check_day_part(Typing& typing) {
  check_moment(typing);
  return Type::number;
}
Type check_weekday(Typing& typing) {
  check_moment(typing);
  return Type::string;
}
Value weekday_of(std::span<const Value> a, Setting& setting) {
  static constexpr std::string_view names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return Value::of_string(names[weekday(day_of_moment(a, setting))]);
}
Value year_of(std::span<const Value> a, Setting& setting) { return Value::of_number(civil(day_of_moment(a, setting)).year); }
Value month_of(std::span<const Value> a, Setting& setting) { return Value::of_number(civil(day_of_moment(a, setting)).month); }
Value day_of(std::span<const Value> a, Setting& setting) { return Value::of_number(civil(day_of_moment(a, setting)).day); }

// at

Type check_at(Typing& typing) {
  typing.adapt(0, {Type::date, Type::instant});
  typing.adapt(1, {Type::time});
  if (typing.count() == 2) return Type::instant;
  const Expr& zone = typing.argument(2);
  const bool is_calendar = zone.op == Op::literal && !Zone::named(zone.literal.text);
  if (is_calendar) typing.take_calendar(2);
  else take_zone(typing, 2);
  return Type::instant;
}
// 24:00 is the end of the day: the next one's start.
Value at_time(std::span<const Value> a, Setting& setting) {
  const Zone zone = zone_named(a, 2, setting);
  return Value::of_instant(zone.instant_at(date_in(a[0], zone), a[1].whole));
}

// start_of, end_of

Type check_stretch(Typing& typing) {
  static constexpr std::string_view units[] = {"week", "month", "quarter", "year"};
  const Expr& unit = typing.argument(1);
  if (unit.op != Op::literal || std::find(std::begin(units), std::end(units), unit.literal.text) == std::end(units))
    typing.fail(1, fmt::format("{} is no stretch of the calendar", unit.text), "write \"week\", \"month\", \"quarter\" or \"year\"");
  typing.adapt(0, {Type::date, Type::instant});
  take_zone(typing, 2);
  return Type::date;
}

Date start_of_stretch(Date day, std::string_view unit) {
  if (unit == "week") return Date{day.days - weekday(day)};
  YearMonthDay c = civil(day);
  if (unit == "quarter") c.month = (c.month - 1) / 3 * 3 + 1;
  if (unit == "year") c.month = 1;
  return date_of(c.year, c.month, 1).value_or(day);
}
Value stretch_start(std::span<const Value> a, Setting& setting) {
  return Value::of_date(start_of_stretch(date_in(a[0], zone_named(a, 2, setting)), a[1].text));
}
Value stretch_end(std::span<const Value> a, Setting& setting) {
  const Date start = start_of_stretch(date_in(a[0], zone_named(a, 2, setting)), a[1].text);
  const int months = a[1].text == "month" ? 1 : a[1].text == "quarter" ? 3 : a[1].text == "year" ? 12 : 0;
  return Value::of_date(moved(start, months, months == 0 ? 6 : -1));
}

// business_day, business_hours, add_business_hours

// Where none is named, Monday to Friday but for the days that are free.
Calendar calendar_of(std::span<const Value> a, std::size_t i, const Setting& setting) {
  if (setting.calendar != nullptr) return *setting.calendar;
  Calendar calendar = weekdays(setting.zone);
  if (a.size() > i)
    for (const Value& day : *a[i].list) calendar.exceptions[day.date()] = {};
  return calendar;
}

Type check_business_day(Typing& typing) {
  typing.adapt(0, {Type::instant, Type::date});
  typing.adapt(1, {Type::time});
  take_free_days(typing, 2);
  return Type::date;
}
Value business_day(std::span<const Value> a, Setting& setting) {
  const Calendar calendar = calendar_of(a, 2, setting);
  const Date day = date_in(a[0], calendar.zone);
  const bool is_early = a[0].type == Type::date || calendar.zone.ms_of_day(a[0].instant()) < a[1].whole;
  return Value::of_date(calendar.is_business_day(day) && is_early ? day : calendar.next_business_day(day));
}

Value business_hours_between(std::span<const Value> a, Setting& setting) {
  const Calendar calendar = calendar_of(a, 2, setting);
  const Instant from = instant_in(a[0], calendar.zone);
  const Instant until = instant_in(a[1], calendar.zone);
  if (Int128{std::max(from, until).ms} - std::min(from, until).ms > Int128{most_days} * ms_per_day) throw Overflow{};
  const std::int64_t open = calendar.open_ms(std::min(from, until), std::max(from, until));
  return Value::of_number(Ratio(from <= until ? open : -open, ms_per_hour));
}

Type check_add_business_hours(Typing& typing) {
  check_add_business_days(typing);
  return Type::instant;
}
Value business_hours_added(std::span<const Value> a, Setting& setting) {
  const Ratio ms = a[1].ratio * Ratio(ms_per_hour);
  if (ms.is_negative() || ms > Ratio(most_days * ms_per_day)) {
    setting.reason = fmt::format("{} is no number of hours to add", print(a[1].ratio));
    return {};
  }
  const Calendar calendar = calendar_of(a, 2, setting);
  return Value::of_instant(calendar.add_hours(instant_in(a[0], calendar.zone), whole_of(rounded(ms, Rounding::up, Ratio(1)))));
}

// What a calendar without an open day stops at is a fault of the case.
template <Value (*apply)(std::span<const Value>, Setting&)>
Value with_open_days(std::span<const Value> a, Setting& setting) {
  try {
    return apply(a, setting);
  } catch (const Error& error) {
    setting.reason = error.message;
    return {};
  }
}

constexpr Function table[] = {
    {"date", 1, 2, check_date, date_of_moment},
    {"time", 1, 2, check_time, time_of},
    {"monthday", 1, 2, check_monthday, monthday_of},
    {"weekday", 1, 2, check_weekday, weekday_of},
    {"year", 1, 2, check_day_part, year_of},
    {"month", 1, 2, check_day_part, month_of},
    {"day", 1, 2, check_day_part, day_of},
    {"seconds", 1, 2, check_elapsed, seconds_between},
    {"minutes", 1, 2, check_elapsed, minutes_between},
    {"hours", 1, 2, check_elapsed, hours_between},
    {"days", 2, 2, check_between, days_between},
    {"months", 2, 2, check_between, months_between},
    {"add", 2, 3, check_add, added},
    {"business_days", 2, 3, check_business_days, business_days_between, false, 2},
    {"add_business_days", 2, 3, check_add_business_days, business_days_added, false, 2},
    {"at", 2, 3, check_at, at_time},
    {"start_of", 2, 3, check_stretch, stretch_start},
    {"end_of", 2, 3, check_stretch, stretch_end},
    {"business_day", 2, 3, check_business_day, with_open_days<business_day>, false, 2},
    {"business_hours", 2, 3, check_business_days, with_open_days<business_hours_between>, false, 2},
    {"add_business_hours", 2, 3, check_add_business_hours, with_open_days<business_hours_added>, false, 2},
};

struct Unit {
  std::string_view name;
  std::int64_t months, days, ms;
};
constexpr Unit units_of_time[] = {
    {"year", 12, 0, 0}, {"month", 1, 0, 0},           {"week", 0, 7, 0},           {"day", 0, 1, 0},
    {"hour", 0, 0, ms_per_hour}, {"h", 0, 0, ms_per_hour}, {"minute", 0, 0, ms_per_minute}, {"min", 0, 0, ms_per_minute},
    {"second", 0, 0, ms_per_second}, {"s", 0, 0, ms_per_second}};

}  // namespace

std::span<const Function> moment_functions() { return table; }

Instant instant_in(const Value& moment, const Zone& zone) {
  return moment.type == Type::instant ? moment.instant() : zone.start_of(moment.date());
}

std::optional<Value> read_period(std::string_view text) {
  text = trimmed(text);
  std::int32_t count = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (fault != std::errc{} || count > 1'000'000 || count < -1'000'000) return std::nullopt;
  const std::string_view name = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  for (const Unit& unit : units_of_time) {
    const bool plural = name.size() == unit.name.size() + 1 && name.starts_with(unit.name) && name.back() == 's' && unit.name.size() > 1;
    if (name != unit.name && !plural) continue;
    Value period = Value::of(Type::duration, unit.ms * count);
    period.until = unit.days * count;
    period.ratio = Ratio(unit.months * count);
    return period;
  }
  return std::nullopt;
}

}  // namespace amends
