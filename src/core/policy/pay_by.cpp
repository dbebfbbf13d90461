#include "core/policy/pay_by.h"

#include <array>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/typing.h"
#include "core/time/calendar.h"

namespace amends {
namespace {

// What stands for the decision in the text of an expression: its day or, for a cut-off, its moment.
constexpr std::string_view decision_day = "date(\"1970-01-01\")";
constexpr std::string_view decision_moment = "at(date(\"1970-01-01\"), \"00:00\")";

// "7 business days": how long after its start.
struct Term {
  std::string_view unit;
  const Node* count = nullptr;
  bool is_in_days() const { return unit == "business_days" || unit == "days"; }
};

Term term_of(const Node& node) {
  Term term;
  for (const std::string_view unit : {"business_days", "days", "weeks", "months", "hours", "minutes"}) {
    const Node* count = node.find(unit);
    if (count == nullptr) continue;
    if (term.count != nullptr) fail(*count, "pay_by says more than one deadline");
    term = {unit, count};
  }
  if (term.count == nullptr) fail(node, "pay_by says no deadline", "write pay_by = { business_days = 7 }");
  return term;
}

// A time of day as the text of an expression.
std::string clock_time(const Node& node, std::string_view key) {
  const std::string& text = string_of(node, key);
  if (!read_time_of_day(text)) fail(node, fmt::format("{} is not a time of day", quoted(text)), "write \"17:00\"");
  return quoted(text);
}

// The name of a project's calendar is a word, a list of holidays an expression.
std::string calendar_text(const Node* calendar) { return calendar == nullptr ? "" : ", " + string_of(*calendar, "calendar"); }

// Times of day are those of the calendar's zone.
std::string zone_text(const Node* calendar, const Language& language) {
  const bool is_named = calendar != nullptr && language.calendars != nullptr && language.calendars->contains(calendar->text);
  return is_named ? fmt::format(", \"{}\"", calendar->text) : "";
}

// The day the start counts as: a later one from the cut-off on.
std::string day_counted(const Node& cutoff, const std::string& start, std::string_view unit, const Node* calendar) {
  const std::string time = clock_time(cutoff, "cutoff");
  if (unit == "business_days") return fmt::format("business_day({}, {}{})", start, time, calendar_text(calendar));
  return fmt::format("if time({0}) >= {1} then add(date({0}), \"1 day\") else date({0})", start, time);
}

void check_start(const Node& node, const std::string& start, const Language& language) {
  Node text = node;
  text.text = start;
  const Expr expr = read_expression(text, language, Type::missing);
  if (expr.type != Type::instant)
    fail(node, fmt::format("{} is {}, which has no time of day for a cut-off", start, phrase(expr.type)), "leave cutoff out, or start from an instant");
}

// { business_days = 7, start = "refused_at" } as the expression that computes it.
std::string text_of(const Node& node, const std::string& start, const Language& language) {
  const Term term = term_of(node);
  const std::string& number = scalar_of(*term.count, term.unit);
  const Node* calendar = node.find("calendar");
  const Node* cutoff = node.find("cutoff");
  const Node* at = node.find("at");
  const bool is_by_clock = term.unit == "hours" || term.unit == "minutes";
  if (calendar != nullptr && term.unit != "business_days" && !is_by_clock)
    fail(*calendar, "a calendar counts business days or opening hours", "write business_days, or leave calendar out");
  if (cutoff != nullptr && !term.is_in_days()) fail(*cutoff, "a cut-off belongs to days", "write days or business_days, or leave cutoff out");
  if (at != nullptr && is_by_clock) fail(*at, fmt::format("{} end at a time of day of their own", term.unit), "write days or business_days, or leave at out");
  const std::string from = cutoff == nullptr ? start : "(" + day_counted(*cutoff, start, term.unit, calendar) + ")";
  std::string until;
  if (term.unit == "business_days") until = fmt::format("add_business_days({}, {}{})", from, number, calendar_text(calendar));
  else if (is_by_clock && calendar != nullptr)
    until = fmt::format("add_business_hours({}, {}{}{})", from, number, term.unit == "minutes" ? " / 60" : "", calendar_text(calendar));
  else until = fmt::format("add({}, {}, \"{}\")", from, number, term.unit);
  if (at == nullptr || at->text == "24:00") return until;
  return fmt::format("at({}, {}{})", until, clock_time(*at, "at"), zone_text(calendar, language));
}

void replace(Expr& expr, std::string_view text, const Value& value) {
  if (expr.text != text) {
    for (Expr& child : expr.children) replace(child, text, value);
    return;
  }
  expr = Expr();
  expr.type = value.type;
  expr.literal = value;
}

}  // namespace

PayBy read_pay_by(const Node& node, const Language& language) {
  if (!node.is_table()) fail(node, "pay_by is a table", "write pay_by = { business_days = 7 }");
  only_keys(node, {"field", "start", "business_days", "days", "weeks", "months", "hours", "minutes", "calendar", "cutoff", "at"}, "pay_by");
  PayBy pay_by;
  Node text = node;
  text.kind = Node::Kind::string;
  text.entries.clear();
  if (const Node* field = node.find("field")) {
    only_keys(node, {"field"}, "pay_by of a field");
    pay_by.when = read_expression(*field, language, Type::missing);
  } else if (const Node* start = node.find("start")) {
    const std::string& from = string_of(*start, "start");
    if (node.find("cutoff") != nullptr) check_start(*start, from, language);
    text.text = fmt::format("if ({}) = null then null else {}", from, text_of(node, from, language));
    pay_by.when = read_expression(text, language, Type::missing);
  } else {
    pay_by.from_decision = true;
    text.text = text_of(node, std::string(node.find("cutoff") != nullptr || node.find("hours") != nullptr || node.find("minutes") != nullptr ? decision_moment : decision_day), language);
    pay_by.when = read_expression(text, language, Type::missing);
  }
  pay_by.has_time = node.find("at") != nullptr && node.find("at")->text != "24:00";
  if (pay_by.when.type != Type::date && pay_by.when.type != Type::instant)
    fail(node, fmt::format("{} is {}, but pay_by is a date", pay_by.when.text, phrase(pay_by.when.type)));
  return pay_by;
}

Expr counted_from(const PayBy& pay_by, Instant decision, const Zone& zone) {
  Expr when = pay_by.when;
  replace(when, decision_moment, Value::of_instant(decision));
  replace(when, decision_day, Value::of_date(zone.date_at(decision)));
  return when;
}

}  // namespace amends
