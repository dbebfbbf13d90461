#include "core/guarantee.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "core/text.h"

namespace amends {
namespace {

constexpr std::int64_t most_days = 3650;
constexpr std::int64_t most_hours = 24 * most_days;

// Whether a fact can be known of records of this kind: their own, and those of their order.
bool is_known_of(const Field& field, RecordKind on) {
  return field.origin != Origin::record || field.record == RecordKind::order || field.record == on;
}

std::vector<std::string> moment_names(const Schema& schema, RecordKind on) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const Field& field = schema.at(static_cast<Slot>(i));
    const bool is_told = (field.origin == Origin::record || field.origin == Origin::own) && is_known_of(field, on);
    if (is_told && (field.type.base == Type::date || field.type.base == Type::instant)) names.push_back(field.name);
  }
  return names;
}

// The name of a date or instant that the records tell.
std::string read_moment_fact(const Node& node, std::string_view key, const Language& language, RecordKind on) {
  const std::string& name = string_of(node, key);
  const std::vector<std::string> names = moment_names(*language.schema, on);
  for (const std::string& known : names)
    if (known == name) return name;
  const Slot slot = language.schema->find(name);
  const bool is_known = slot != no_slot && is_known_of(language.schema->at(slot), on);
  for (const RecordKind other : promised_on)
    if (!is_known && other != on && canonical(other, name) != nullptr)
      fail(node, fmt::format("{} is told of {}, and this guarantee is about {}", quoted(name), source_name_of(other), source_name_of(on)),
           fmt::format("write on = \"{}\"", source_name_of(other)));
  fail(node, fmt::format("{} is not {}", quoted(name), is_known ? fmt::format("a date or time of {}", source_name_of(on)) : "a fact"),
       suggestion(name, names));
}

std::int64_t read_count(const Node& node) {
  const std::int64_t count = integer_of(node, "business_days");
  if (count < 0 || count > most_days)
    fail(node, fmt::format("{} business days is no deadline", count), fmt::format("write a number from 0 to {}", most_days));
  return count;
}

std::int64_t read_hours(const Node& node) {
  const std::optional<Ratio> hours = read_decimal(scalar_of(node, "hours"));
  const bool in_range = hours && *hours > Ratio(0) && *hours <= Ratio(most_hours);
  if (!in_range || !(*hours * Ratio(ms_per_hour)).is_whole())
    fail(node, fmt::format("{} hours is no deadline", node.text), "write a number above 0, such as 48 or 1.5");
  return whole_of(*hours * Ratio(ms_per_hour));
}

std::int64_t read_clock_time(const Node& node, std::string_view key) {
  const std::optional<std::int64_t> ms = read_time_of_day(string_of(node, key));
  if (!ms) fail(node, fmt::format("{} is not a time of day", quoted(node.text)), "write \"14:00\"");
  return *ms;
}

// 24:00 is the end of the day, which is what a promised day means anyway.
std::int64_t read_at(const Node& node) {
  const std::int64_t ms = read_clock_time(node, "at");
  return ms == ms_per_day ? -1 : ms;
}

std::shared_ptr<const Calendar> read_calendar_name(const Node& node, const std::map<std::string, Calendar>& calendars) {
  const auto found = calendars.find(string_of(node, "calendar"));
  if (found != calendars.end()) return std::make_shared<const Calendar>(found->second);
  std::vector<std::string> names;
  for (const auto& [name, calendar] : calendars) names.push_back(name);
  fail(node, fmt::format("there is no calendar {}", quoted(node.text)),
       names.empty() ? fmt::format("add [calendars.{}] with its hours", node.text) : suggestion(node.text, names));
}

Due::Kind read_kind(const Node& due) {
  only_keys(due, {"field", "business_days", "hours", "cutoff", "at", "calendar"}, "due");
  const bool field = due.find("field") != nullptr;
  const bool days = due.find("business_days") != nullptr;
  const bool hours = due.find("hours") != nullptr;
  if (field + days + hours != 1)
    fail(due, field + days + hours == 0 ? "due says no deadline" : "due says more than one deadline",
         "write one of { field = \"promised_at\" }, { business_days = 1 }, { hours = 48 }");
  return field ? Due::Kind::field : days ? Due::Kind::business_days : Due::Kind::hours;
}

Due read_due(const Node& node, const Language& language, RecordKind on, const std::map<std::string, Calendar>& calendars) {
  Due due;
  due.kind = read_kind(node);
  if (due.kind == Due::Kind::field) {
    only_keys(node, {"field"}, "due by a field");
    due.field = read_moment_fact(*node.find("field"), "field", language, on);
    return due;
  }
  if (const Node* calendar = node.find("calendar")) due.calendar = read_calendar_name(*calendar, calendars);
  if (due.kind == Due::Kind::hours) {
    only_keys(node, {"hours", "calendar"}, "due by hours");
    due.ms = read_hours(*node.find("hours"));
    return due;
  }
  due.count = read_count(*node.find("business_days"));
  if (const Node* cutoff = node.find("cutoff")) due.cutoff = read_clock_time(*cutoff, "cutoff");
  if (const Node* at = node.find("at")) due.at = read_at(*at);
  if (!due.calendar) due.calendar = std::make_shared<const Calendar>(weekdays(language.zone));
  return due;
}

std::int64_t read_grace(const Node& node) {
  const std::optional<std::int64_t> ms = read_duration(string_of(node, "grace"));
  if (!ms) fail(node, fmt::format("{} is not a length of time", quoted(node.text)), "write \"30 min\", \"2 hours\" or \"1 day\"");
  return *ms;
}

bool read_count_from(const Node& node) {
  const std::string& text = string_of(node, "count_from");
  if (text != "due" && text != "grace") fail(node, fmt::format("{} is not a place to count from", quoted(text)), "write \"due\" or \"grace\"");
  return text == "grace";
}

// What is known only once the case is judged cannot choose the guarantee it is judged by.
void check_when(const Condition& when, const Schema& schema, RecordKind on) {
  for (const std::vector<Test>& all : when.any)
    for (const Test& test : all) {
      const bool known = test.slot != no_slot;
      const Origin origin = known ? schema.at(test.slot).origin : Origin::record;
      if (origin == Origin::judged || origin == Origin::history)
        throw Error{test.where, fmt::format("{} is not known before a guarantee is judged", quoted(test.fact)),
                    "test facts of the order, such as service or country; rules of [policy.*] can test " + test.fact};
      if (known && !is_known_of(schema.at(test.slot), on))
        throw Error{test.where, fmt::format("{} is told of {}, and this guarantee is about {}", quoted(test.fact), source_name_of(schema.at(test.slot).record), source_name_of(on)),
                    fmt::format("write on = \"{}\", or test a fact of the order", source_name_of(schema.at(test.slot).record))};
    }
}

void read_clock(const Node& node, Guarantee& guarantee, const Language& language, const std::map<std::string, Calendar>& calendars) {
  const Node* due = node.find("due");
  const Node* start = node.find("start");
  const Node* grace = node.find("grace");
  const Node* count_from = node.find("count_from");
  if (due == nullptr && (grace != nullptr || count_from != nullptr))
    fail(node, fmt::format("guarantee {} has grace but no due", guarantee.name), "add due, such as { field = \"promised_at\" }");
  if (due != nullptr) guarantee.due = read_due(*due, language, guarantee.on, calendars);
  if (start != nullptr) guarantee.start = read_moment_fact(*start, "start", language, guarantee.on);
  else if (guarantee.due.kind != Due::Kind::field) guarantee.start = guarantee.on == RecordKind::contact ? "at" : "placed_at";
  if (guarantee.on == RecordKind::contact) guarantee.met_by = "first_reply_at";
  if (const Node* met_by = node.find("met_by")) guarantee.met_by = read_moment_fact(*met_by, "met_by", language, guarantee.on);
  if (grace != nullptr) guarantee.grace = read_grace(*grace);
  if (count_from != nullptr) guarantee.count_from_grace = read_count_from(*count_from);
}

}  // namespace

RecordKind read_on(const Node& guarantee) {
  const Node* const on = guarantee.find("on");
  if (on == nullptr) return RecordKind::order;
  const std::optional<RecordKind> kind = record_kind_named(string_of(*on, "on"));
  if (kind && std::find(std::begin(promised_on), std::end(promised_on), *kind) != std::end(promised_on)) return *kind;
  std::vector<std::string> names;
  for (const RecordKind known : promised_on) names.emplace_back(source_name_of(known));
  fail(*on, fmt::format("nothing is promised on {}", quoted(on->text)), suggestion(on->text, names));
}

Guarantee read_guarantee(const Node& node, const Language& language, const std::map<std::string, Calendar>& calendars) {
  only_keys(node, {"name", "was", "on", "when", "start", "due", "met_by", "grace", "count_from", "also", "retired"}, "guarantee");
  Guarantee guarantee;
  guarantee.where = node.where();
  guarantee.on = read_on(node);
  const Node* name = node.find("name");
  if (name == nullptr) fail(node, "a guarantee has no name", "add name = \"stated-date\"");
  guarantee.name = string_of(*name, "name");
  if (guarantee.name.empty()) fail(*name, "a guarantee's name is empty", "write name = \"stated-date\"");
  if (const Node* was = node.find("was")) guarantee.was = strings_of(*was, "was");
  if (const Node* also = node.find("also")) guarantee.also = boolean_of(*also, "also");
  if (const Node* retired = node.find("retired")) guarantee.retired = boolean_of(*retired, "retired");
  if (const Node* when = node.find("when")) {
    guarantee.when = read_condition(*when, language);
    check_when(guarantee.when, *language.schema, guarantee.on);
  }
  read_clock(node, guarantee, language, calendars);
  if (guarantee.on == RecordKind::contact && guarantee.due.kind == Due::Kind::none)
    fail(node, fmt::format("guarantee {} is about contacts and has no due", guarantee.name), "add due, such as { hours = 4, calendar = \"uk\" }: a message has no goods");
  return guarantee;
}

void collect(const Guarantee& guarantee, std::vector<Slot>& slots, const Schema& schema) {
  collect(guarantee.when, slots);
  for (const std::string* name : {&guarantee.start, &guarantee.due.field, &guarantee.met_by})
    if (!name->empty() && schema.find(*name) != no_slot) slots.push_back(schema.find(*name));
}

}  // namespace amends
