// Filters that speak the letter's language: money, number, date, list, plural. Beyond Shopify's Liquid.
#include <fmt/format.h>

#include <array>

#include "core/base/text.h"
#include "core/liquid/liquid_dates.h"
#include "core/liquid/liquid_filters.h"
#include "core/liquid/liquid_value.h"
#include "core/liquid/liquid_words.h"
#include "core/time/locale.h"

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
  std::string out;
  append_number(out, input.ratio, c.locale.name);
  return c.string(out);
}

Value plural(const Value& input, const Arguments& a, const FilterContext& c) {
  if (input.type != Type::number)
    throw FilterFault{fmt::format("plural needs a number, not a {}", name_of(input.type)), {}};
  const std::string_view form = plural_of(input.ratio, c.locale.name);
  if (const Value* exact = a.find(form)) return *exact;
  if (const Value* other = a.find("other")) return *other;
  throw FilterFault{fmt::format("plural lacks {}:", form), "write | plural: one: \"day\", other: \"days\""};
}

Value list(const Value& input, const Arguments&, const FilterContext& c) {
  std::vector<std::string> items;
  std::size_t bytes = 0;
  if (!is_nothing(input))
    for (const Value& item : items_of(input)) {
      items.push_back(text_of(item, c.locale));
      Work::require_size(bytes += items.back().size());
    }
  c.work.spend(16 * items.size());
  return c.string(format_list(items, c.locale.name));
}

std::string day_text(const Value& input, DateStyle style, const FilterContext& c) {
  if (input.type == Type::instant && style == DateStyle::time)
    return format_instant(input.instant(), c.locale.zone, style, c.locale.name);
  std::string out;
  append_date(out, input.type == Type::date ? input.date() : c.locale.zone.date_at(input.instant()), style,
              c.locale.name);
  return out;
}

Value date(const Value& input, const Arguments& a, const FilterContext& c) {
  const bool is_moment = input.type == Type::date || input.type == Type::instant;
  if (!c.is_strict() && !is_moment) return lax_date(input, a, c);
  const std::string style_name = a.empty() ? "long" : text_of(a[0], c.locale);
  if (!is_moment)
    throw FilterFault{fmt::format("date needs a date or an instant, not a {}", name_of(input.type)), {}};
  const auto style = date_style_named(style_name);
  if (!style)
    throw FilterFault{fmt::format("there is no date style {}", quoted(style_name)),
                      suggestion(style_name, {"long", "short", "weekday", "full", "time"})};
  if (input.type == Type::date && *style == DateStyle::time)
    throw FilterFault{"a date has no time of day", {}};
  return c.string(day_text(input, *style, c));
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
