#include "core/functions.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "core/text.h"

namespace amends {
namespace {

constexpr std::size_t any_number = 99;

Date date_in(const Value& moment, const Zone& zone) {
  return moment.type == Type::date ? moment.date() : zone.date_at(moment.instant());
}

Instant instant_in(const Value& moment, const Zone& zone) {
  return moment.type == Type::instant ? moment.instant() : zone.start_of(moment.date());
}

Value with_ratio(Value value, const Ratio& ratio) {
  value.ratio = ratio;
  return value;
}

// coalesce, min, max

Type check_same(Typing& typing) { return typing.unify(); }

Type check_ordered(Typing& typing) {
  const Type type = typing.unify();
  if (!has_order(type))
    typing.fail(0, fmt::format("a {} has no smallest or largest", name_of(type)), "");
  return type;
}

// The first of equals stays.
Value extreme(std::span<const Value> arguments, const Zone& zone, std::string& reason, bool largest) {
  const Value* best = &arguments[0];
  for (const Value& value : arguments.subspan(1)) {
    const std::partial_ordering order = compare(value, *best, &zone);
    if (order == std::partial_ordering::unordered) {
      reason = fmt::format("{} and {} cannot be compared", print(*best, zone), print(value, zone));
      return {};
    }
    if (largest ? order > 0 : order < 0) best = &value;
  }
  return *best;
}
Value smallest(std::span<const Value> a, const Zone& zone, std::string& reason) { return extreme(a, zone, reason, false); }
Value largest(std::span<const Value> a, const Zone& zone, std::string& reason) { return extreme(a, zone, reason, true); }

// floor, ceiling, abs, round

Type check_quantity(Typing& typing) { return typing.adapt(0, {Type::number, Type::money}); }
Type check_signed(Typing& typing) { return typing.adapt(0, {Type::number, Type::money, Type::percent, Type::duration}); }

Value floor_of(std::span<const Value> a, const Zone&, std::string&) { return with_ratio(a[0], floor(a[0].ratio)); }
Value ceiling_of(std::span<const Value> a, const Zone&, std::string&) { return with_ratio(a[0], ceiling(a[0].ratio)); }
Value abs_of(std::span<const Value> a, const Zone&, std::string&) {
  Value v = a[0];
  if (v.ratio.is_negative()) v.ratio = -v.ratio;
  if (v.whole == std::numeric_limits<std::int64_t>::min()) throw Overflow{};
  if (v.whole < 0) v.whole = -v.whole;
  return v;
}

Type check_round(Typing& typing) {
  const Type type = typing.adapt(0, {Type::number, Type::money, Type::percent});
  const Expr& mode = typing.argument(1);
  if (mode.op != Op::literal || mode.type != Type::string || !rounding_named(mode.literal.text))
    typing.fail(1, fmt::format("{} is not a rounding", mode.text), "write half_up, half_even, half_down, up or down");
  typing.adapt(2, {type});
  return type;
}

Value rounded_of(std::span<const Value> a, const Zone& zone, std::string& reason) {
  if (a[2].ratio.is_zero() || a[2].ratio.is_negative()) {
    reason = fmt::format("cannot round to steps of {}", print(a[2], zone));
    return {};
  }
  return with_ratio(a[0], rounded(a[0].ratio, rounding_named(a[1].text).value_or(Rounding::half_up), a[2].ratio));
}

// date, time, monthday

Type check_moment(Typing& typing) {
  if (typing.count() == 2) typing.take_zone(1);
  typing.adapt(0, {Type::instant, Type::date});
  return Type::instant;
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

Value date_of_moment(std::span<const Value> a, const Zone& zone, std::string&) { return Value::of_date(date_in(a[0], zone)); }
Value time_of(std::span<const Value> a, const Zone& zone, std::string&) {
  return Value::of(Type::time, a[0].type == Type::date ? 0 : zone.ms_of_day(a[0].instant()));
}
Value monthday_of(std::span<const Value> a, const Zone& zone, std::string&) {
  const YearMonthDay c = civil(date_in(a[0], zone));
  return Value::of(Type::monthday, c.month * 100 + c.day);
}

// minutes, hours, days, months

Type check_between(Typing& typing) {
  typing.adapt(0, {Type::instant, Type::date});
  typing.adapt(1, {Type::instant, Type::date});
  return Type::number;
}

Value elapsed(std::span<const Value> a, const Zone& zone, std::int64_t unit) {
  const Ratio ms = Ratio(instant_in(a[1], zone).ms) - Ratio(instant_in(a[0], zone).ms);
  return Value::of_number(ms / Ratio(unit));
}
Value minutes_between(std::span<const Value> a, const Zone& zone, std::string&) { return elapsed(a, zone, ms_per_minute); }
Value hours_between(std::span<const Value> a, const Zone& zone, std::string&) { return elapsed(a, zone, ms_per_hour); }
Value days_between(std::span<const Value> a, const Zone& zone, std::string&) {
  return Value::of_number(std::int64_t{date_in(a[1], zone).days} - date_in(a[0], zone).days);
}

std::int64_t whole_months(Date from, Date until) {
  if (until < from) return -whole_months(until, from);
  const YearMonthDay a = civil(from);
  const YearMonthDay b = civil(until);
  const std::int64_t months = (std::int64_t{b.year} - a.year) * 12 + b.month - a.month;
  const bool is_month_end = civil(Date{until.days + 1}).day == 1;
  return b.day >= a.day || is_month_end ? months : months - 1;
}
Value months_between(std::span<const Value> a, const Zone& zone, std::string&) {
  return Value::of_number(whole_months(date_in(a[0], zone), date_in(a[1], zone)));
}

// add

Type check_add(Typing& typing) {
  const Type type = typing.adapt(0, {Type::date, Type::instant});
  Expr& period = typing.argument(1);
  const bool is_text = period.op == Op::literal && period.type == Type::string;
  const std::optional<Value> value = is_text ? read_period(period.literal.text) : std::nullopt;
  if (!value) typing.fail(1, fmt::format("{} is not a period", period.text), "write \"3 months\", \"10 days\" or \"2 hours\"");
  if (type == Type::date && value->whole != 0)
    typing.fail(1, fmt::format("{} cannot be added to a date", period.text), "add days, weeks, months or years");
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

Value added(std::span<const Value> a, const Zone& zone, std::string&) {
  const std::int64_t months = whole_of(a[1].ratio);
  if (a[0].type == Type::date && a[1].whole == 0) return Value::of_date(moved(a[0].date(), months, a[1].until));
  const Instant start = instant_in(a[0], zone);
  const bool by_calendar = months != 0 || a[1].until != 0;
  const Date day = moved(zone.date_at(start), months, a[1].until);
  const Instant at = by_calendar ? zone.instant_at(day, zone.ms_of_day(start)) : start;
  return Value::of_instant(Instant{at.ms + a[1].whole});
}

constexpr Function table[] = {
    {"coalesce", 1, any_number, check_same, nullptr},
    {"min", 1, any_number, check_ordered, smallest},
    {"max", 1, any_number, check_ordered, largest},
    {"floor", 1, 1, check_quantity, floor_of},
    {"ceiling", 1, 1, check_quantity, ceiling_of},
    {"abs", 1, 1, check_signed, abs_of},
    {"round", 3, 3, check_round, rounded_of},
    {"date", 1, 2, check_date, date_of_moment},
    {"time", 1, 2, check_time, time_of},
    {"monthday", 1, 2, check_monthday, monthday_of},
    {"minutes", 2, 2, check_between, minutes_between},
    {"hours", 2, 2, check_between, hours_between},
    {"days", 2, 2, check_between, days_between},
    {"months", 2, 2, check_between, months_between},
    {"add", 2, 2, check_add, added},
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

std::span<const Function> functions() { return table; }

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
