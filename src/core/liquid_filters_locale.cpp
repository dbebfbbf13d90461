// Filters that speak the letter's language: money, number, date, list, plural. Beyond Shopify's Liquid.
#include <fmt/format.h>

#include <array>

#include "core/liquid_filters.h"
#include "core/liquid_value.h"
#include "core/locale.h"
#include "core/text.h"

namespace amends::liquid {
namespace {

Value money(const Value& input, const Arguments&, const FilterContext& c) {
  if (input.type != Type::money)
    throw FilterFault{fmt::format("money needs an amount of money, not a {}", name_of(input.type)), {}};
  return c.string(text_of(input, c.locale));
}

Value number(const Value& input, const Arguments&, const FilterContext& c) {
  if (input.type != Type::number)
    throw FilterFault{fmt::format("number needs a number, not a {}", name_of(input.type)), {}};
  return c.string(format_number(input.ratio, c.locale.name));
}

Value plural(const Value& input, const Arguments& a, const FilterContext& c) {
  if (input.type != Type::number)
    throw FilterFault{fmt::format("plural needs a number, not a {}", name_of(input.type)), {}};
  const std::string form = plural_form(input.ratio, c.locale.name);
  if (const Value* exact = a.find(form)) return *exact;
  if (const Value* other = a.find("other")) return *other;
  throw FilterFault{fmt::format("plural lacks {}:", form), "write | plural: one: \"day\", other: \"days\""};
}

Value list(const Value& input, const Arguments&, const FilterContext& c) {
  std::vector<std::string> items;
  if (!is_nothing(input))
    for (const Value& item : items_of(input)) items.push_back(text_of(item, c.locale));
  return c.string(format_list(items, c.locale.name));
}

// strftime in the C locale, for the lax mode only: the conformance suite asks for it.
std::string two(std::int64_t n) {
  return fmt::format("{:02}", n);
}

std::string strftime_part(char directive, Instant at, const Zone& zone) {
  const Date date = zone.date_at(at);
  const YearMonthDay day = civil(date);
  const std::int64_t seconds = zone.ms_of_day(at) / ms_per_second;
  switch (directive) {
    case 'Y':
      return std::to_string(day.year);
    case 'y':
      return two(day.year % 100);
    case 'm':
      return two(day.month);
    case 'd':
      return two(day.day);
    case 'e':
      return fmt::format("{:2}", day.day);
    case 'b':
      return std::string(month_name(day.month));
    case 'a':
      return std::string(weekday_name(weekday(date)));
    case 'H':
      return two(seconds / 3600);
    case 'M':
      return two(seconds / 60 % 60);
    case 'S':
      return two(seconds % 60);
    case 's':
      return std::to_string(at.ms / ms_per_second);
    case '%':
      return "%";
    default:
      throw FilterFault{fmt::format("%{} is not supported", directive), {}};
  }
}

std::string strftime(std::string_view format, Instant at, const Zone& zone) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size())
      out += format[i];
    else
      out += strftime_part(format[++i], at, zone);
  }
  return out;
}

// "March 14, 2016", ISO 8601 or seconds since 1970.
std::optional<Instant> lax_instant(const Value& input, const Zone& zone) {
  if (input.type == Type::number) return Instant{whole_part(input) * ms_per_second};
  if (input.type != Type::string) return std::nullopt;
  if (!input.text.empty() && input.text.find_first_not_of("0123456789") == std::string_view::npos)
    return Instant{whole_part(input) * ms_per_second};
  if (const Moment read = moment_of(read_iso(input.text), zone); !read.is_none())
    return read.is_date() ? zone.start_of(read.date()) : read.instant();
  const auto parts = split(input.text, ' ');
  if (parts.size() != 3 || parts[0].size() < 3) return std::nullopt;
  for (int month = 1; month <= 12; ++month) {
    if (month_name(month) != parts[0].substr(0, 3)) continue;
    const auto day = read_decimal(parts[1].substr(0, parts[1].find(',')));
    const auto year = read_decimal(parts[2]);
    if (!day || !year) return std::nullopt;
    const auto date =
        date_of(static_cast<std::int32_t>(whole_of(*year)), month, static_cast<int>(whole_of(*day)));
    return date ? std::optional(zone.start_of(*date)) : std::nullopt;
  }
  return std::nullopt;
}

Value date(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string style_name = a.plain.empty() ? "long" : text_of(a.plain[0], c.locale);
  const bool is_moment = input.type == Type::date || input.type == Type::instant;
  if (c.mode == Template::Mode::lax && !is_moment) {
    if (a.plain.empty()) throw FilterFault{"date needs a format", {}};
    const auto at = lax_instant(input, c.locale.zone);
    return at && !is_nothing(a.plain[0]) ? c.string(strftime(style_name, *at, c.locale.zone)) : input;
  }
  if (!is_moment)
    throw FilterFault{fmt::format("date needs a date or an instant, not a {}", name_of(input.type)), {}};
  const auto style = date_style_named(style_name);
  if (!style)
    throw FilterFault{fmt::format("there is no date style {}", quoted(style_name)),
                      suggestion(style_name, {"long", "short", "weekday", "full", "time"})};
  if (input.type == Type::date && *style == DateStyle::time)
    throw FilterFault{"a date has no time of day", {}};
  return c.string(input.type == Type::date
                      ? format_date(input.date(), *style, c.locale.name)
                      : format_instant(input.instant(), c.locale.zone, *style, c.locale.name));
}

constexpr std::array table{
    Filter{"date", 0, 1, date},     Filter{"list", 0, 0, list},           Filter{"money", 0, 0, money},
    Filter{"number", 0, 0, number}, Filter{"plural", 0, 0, plural, true},
};

}  // namespace

std::span<const Filter> locale_filters() {
  return table;
}

}  // namespace amends::liquid
