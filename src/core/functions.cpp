#include "core/functions.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "core/calendar.h"
#include "core/spans.h"
#include "core/text.h"
#include "core/typing.h"

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

Type check_same(Typing& typing) {
  const Type type = typing.unify();
  for (std::size_t i = 0; i < typing.count(); ++i)
    if (typing.argument(i).type == Type::list || typing.argument(i).type == Type::record) typing.gives(typing.argument(i).shape);
  return type;
}

Type check_ordered(Typing& typing) {
  const Expr& first = typing.argument(0);
  const bool is_list = typing.count() == 1 && first.type == Type::list;
  const Type type = is_list ? first.shape->element->base : typing.unify();
  if (!has_order(type))
    typing.fail(0, fmt::format("a {} has no smallest or largest", name_of(type)), "");
  return type;
}

// The first of equals stays.
Value extreme(std::span<const Value> arguments, Setting& setting, bool largest) {
  if (arguments.size() == 1 && arguments[0].type == Type::list) arguments = *arguments[0].list;
  if (arguments.empty()) return Value::null();
  const Value* best = &arguments[0];
  for (const Value& value : arguments.subspan(1)) {
    const std::partial_ordering order = compare(value, *best, &setting.zone);
    if (order == std::partial_ordering::unordered) {
      setting.reason = fmt::format("{} and {} cannot be compared", print(*best, setting.zone), print(value, setting.zone));
      return {};
    }
    if (largest ? order > 0 : order < 0) best = &value;
  }
  return *best;
}
Value smallest(std::span<const Value> a, Setting& setting) { return extreme(a, setting, false); }
Value largest(std::span<const Value> a, Setting& setting) { return extreme(a, setting, true); }

// count, sum

Type check_count(Typing& typing) {
  typing.adapt(0, {Type::list});
  return Type::number;
}
Value count_of(std::span<const Value> a, Setting&) { return Value::of_number(static_cast<std::int64_t>(a[0].list->size())); }

Type check_sum(Typing& typing) {
  typing.adapt(0, {Type::list});
  const Type type = typing.argument(0).shape->element->base;
  if (type != Type::number && type != Type::money && type != Type::percent && type != Type::duration)
    typing.fail(0, fmt::format("a list of {} has no sum", print(*typing.argument(0).shape->element)), "add up one part of it, such as sum(items.price)");
  typing.gives(typing.argument(0).shape->element);  // of what type nothing sums to 0
  return type;
}

Value sum_of(std::span<const Value> a, Setting& setting) {
  const List& all = *a[0].list;
  if (all.empty()) return Value::of_number(0);  // made the right type by the caller
  Value sum = all[0];
  for (const Value& value : std::span(all).subspan(1)) {
    if (!(value.currency == sum.currency)) {
      setting.reason = fmt::format("{} and {} cannot be added", print(sum, setting.zone), print(value, setting.zone));
      return {};
    }
    sum.ratio = sum.ratio + value.ratio;
    sum.whole = whole_of(Ratio(sum.whole) + Ratio(value.whole));
  }
  return sum;
}

// floor, ceiling, abs, round

Type check_quantity(Typing& typing) { return typing.adapt(0, {Type::number, Type::money}); }
Type check_signed(Typing& typing) { return typing.adapt(0, {Type::number, Type::money, Type::percent, Type::duration}); }

Value floor_of(std::span<const Value> a, Setting&) { return with_ratio(a[0], floor(a[0].ratio)); }
Value ceiling_of(std::span<const Value> a, Setting&) { return with_ratio(a[0], ceiling(a[0].ratio)); }
Value abs_of(std::span<const Value> a, Setting&) {
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

Value rounded_of(std::span<const Value> a, Setting& setting) {
  if (a[2].ratio.is_zero() || a[2].ratio.is_negative()) {
    setting.reason = fmt::format("cannot round to steps of {}", print(a[2], setting.zone));
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

Value date_of_moment(std::span<const Value> a, Setting& setting) { return Value::of_date(date_in(a[0], setting.zone)); }
Value time_of(std::span<const Value> a, Setting& setting) {
  return Value::of(Type::time, a[0].type == Type::date ? 0 : setting.zone.ms_of_day(a[0].instant()));
}
Value monthday_of(std::span<const Value> a, Setting& setting) {
  const YearMonthDay c = civil(date_in(a[0], setting.zone));
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

const Zone& zone_of(const Setting& setting) { return setting.calendar != nullptr ? setting.calendar->zone : setting.zone; }

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
  return Value::of_string(names[weekday(date_in(a[0], setting.zone))]);
}
Value year_of(std::span<const Value> a, Setting& setting) { return Value::of_number(civil(date_in(a[0], setting.zone)).year); }
Value month_of(std::span<const Value> a, Setting& setting) { return Value::of_number(civil(date_in(a[0], setting.zone)).month); }
Value day_of(std::span<const Value> a, Setting& setting) { return Value::of_number(civil(date_in(a[0], setting.zone)).day); }

// span, merge, without, buckets

void need_spans(Typing& typing, std::size_t i) {
  const Expr& spans = typing.argument(i);
  const bool is_list = spans.type == Type::list && spans.shape->element->base == Type::span;
  if (!is_list && spans.type != Type::span)
    typing.fail(i, fmt::format("{} is no list of spans", spans.text), "make them with: for x in list return span(x.from, x.until)");
}

Type check_span(Typing& typing) {
  typing.adapt(0, {Type::instant});
  typing.adapt(1, {Type::instant});
  return Type::span;
}
Value span_of(std::span<const Value> a, Setting& setting) {
  const Value span = Value::of_span(instant_in(a[0], setting.zone).ms, instant_in(a[1], setting.zone).ms);
  if (span.until >= span.whole) return span;
  setting.reason = "it ends before it starts";
  return {};
}

Type check_merge(Typing& typing) {
  need_spans(typing, 0);
  if (typing.count() == 2) typing.adapt(1, {Type::duration});
  typing.gives(list_of(plain_type(Type::span)));
  return Type::list;
}
Value merge(std::span<const Value> a, Setting&) {
  return Value::of_list(merged(spans_of(a[0]), a.size() == 2 ? a[1].whole : 0));
}

Type check_without(Typing& typing) {
  need_spans(typing, 0);
  need_spans(typing, 1);
  typing.gives(list_of(plain_type(Type::span)));
  return Type::list;
}
Value rest_of(std::span<const Value> a, Setting&) { return Value::of_list(without(spans_of(a[0]), spans_of(a[1]))); }

// One record for each hour (day, month) of the clock that the spans touch.
Type check_buckets(Typing& typing) {
  need_spans(typing, 0);
  const Expr& unit = typing.argument(1);
  const bool is_unit = unit.op == Op::literal && unit.type == Type::string &&
                       (unit.literal.text == "hour" || unit.literal.text == "day" || unit.literal.text == "month");
  if (!is_unit) typing.fail(1, fmt::format("{} is no hour of the clock, day or month", unit.text), "write \"hour\", \"day\" or \"month\"");
  auto bucket = std::make_shared<FieldType>();
  bucket->base = Type::record;
  bucket->members = {{"start", *plain_type(Type::instant)}, {"end", *plain_type(Type::instant)}, {"minutes", *plain_type(Type::number)}};
  typing.gives(list_of(std::move(bucket)));
  return Type::list;
}

Value buckets(std::span<const Value> a, Setting& setting) {
  List all;
  for (const Bucket& bucket : buckets_of(spans_of(a[0]), a[1].text, setting.zone))
    all.push_back(Value::of_record({{"start", Value::of_instant(bucket.start)},
                                    {"end", Value::of_instant(bucket.end)},
                                    {"minutes", Value::of_number(Ratio(bucket.covered, ms_per_minute))}}));
  return Value::of_list(std::move(all));
}

constexpr Function table[] = {
    {"coalesce", 1, any_number, check_same, nullptr, true},
    {"min", 1, any_number, check_ordered, smallest, true},
    {"max", 1, any_number, check_ordered, largest, true},
    {"count", 1, 1, check_count, count_of},
    {"sum", 1, 1, check_sum, sum_of},
    {"floor", 1, 1, check_quantity, floor_of, true},
    {"ceiling", 1, 1, check_quantity, ceiling_of, true},
    {"abs", 1, 1, check_signed, abs_of, true},
    {"round", 3, 3, check_round, rounded_of, true, 1},
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
    {"span", 2, 2, check_span, span_of},
    {"merge", 1, 2, check_merge, merge},
    {"without", 2, 2, check_without, rest_of},
    {"buckets", 2, 2, check_buckets, buckets},
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
