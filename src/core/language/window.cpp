#include "core/language/window.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::string_view wanted = "write \"90 days\", \"calendar year\", \"year from 04-01\", \"ever\" or a fact that is a span";

// The last day of that month and day at or before the date; 29 February is the 28th where there is none.
Date year_start(Date date, int month, int day) {
  const YearMonthDay c = civil(date);
  const auto start = [&](std::int32_t year) {
    std::optional<Date> found;
    for (int d = day; !found; --d) found = date_of(year, month, d);
    return *found;
  };
  return start(c.year) <= date ? start(c.year) : start(c.year - 1);
}

}  // namespace

Window read_window(const Node& node, const Language& language) {
  const std::string& text = string_of(node, "within");
  Window window;
  if (text == "ever") return window;
  window.text = text;
  if (text == "calendar year") {
    window.month = window.day = 1;
  } else if (text.starts_with("year from ")) {
    FieldType type;
    type.base = Type::monthday;
    const std::optional<Value> start = read_literal(trimmed(std::string_view(text).substr(10)), type, language.zone);
    if (!start) fail(node, fmt::format("{} is no day of the year", quoted(std::string_view(text).substr(10))), "write \"year from 04-01\"");
    window.month = static_cast<int>(start->whole / 100);
    window.day = static_cast<int>(start->whole % 100);
  } else if (const std::optional<std::int64_t> ms = read_duration(text); ms && *ms >= ms_per_day && *ms % ms_per_day == 0) {
    window.days = *ms / ms_per_day;
  } else {
    window.span = language.schema->find(text);
    if (window.span == no_slot || language.schema->at(window.span).type.base != Type::span)
      fail(node, fmt::format("{} is no length of time", quoted(text)), std::string(wanted));
  }
  return window;
}

bool lies_in(const Window& window, Instant other, Instant due, const FactSource& facts, const Zone& zone) {
  if (window.days > 0) return other.ms >= due.ms - window.days * ms_per_day;
  if (window.month > 0) return year_start(zone.date_at(other), window.month, window.day) == year_start(zone.date_at(due), window.month, window.day);
  if (window.span == no_slot) return true;
  const Value span = facts.at(window.span);
  return span.type == Type::span && span.whole <= other.ms && other.ms <= span.until;
}

}  // namespace amends
