#include "core/guarantees/due_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::int64_t most_hours = 24 * most_days;

std::int64_t read_count(const Node& node, std::string_view key) {
  const std::int64_t count = integer_of(node, key);
  if (count < 0 || count > most_days)
    fail(node, fmt::format("{} {} is no deadline", count, key == "days" ? "days" : "business days"), fmt::format("write a number from 0 to {}", most_days));
  return count;
}

std::int64_t read_running(const Node& node, std::string_view key, std::int64_t unit) {
  const std::optional<Ratio> count = read_decimal(scalar_of(node, key));
  const bool in_range = count && *count > Ratio(0) && *count * Ratio(unit) <= Ratio(most_hours * ms_per_hour);
  if (!in_range || !(*count * Ratio(unit)).is_whole())
    fail(node, fmt::format("{} {} is no deadline", node.text, key), "write a number above 0, such as 48 or 1.5");
  return whole_of(*count * Ratio(unit));
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

std::shared_ptr<const Calendar> read_calendar_name(const Node& node, const Calendars& calendars) {
  return std::make_shared<const Calendar>(calendar_named(node, string_of(node, "calendar"), calendars));
}

Due::Kind read_kind(const Node& due) {
  only_keys(due, {"field", "fields", "business_days", "days", "hours", "minutes", "take", "from", "cutoff", "at", "calendar"}, "due");
  std::vector<Due::Kind> said;
  for (const auto& [key, kind] : {std::pair{"field", Due::Kind::field}, {"fields", Due::Kind::field}, {"business_days", Due::Kind::business_days},
                                  {"days", Due::Kind::days}, {"hours", Due::Kind::hours}, {"minutes", Due::Kind::hours}})
    if (due.find(key) != nullptr) said.push_back(kind);
  if (said.size() != 1)
    fail(due, said.empty() ? "due says no deadline" : "due says more than one deadline",
         "write one of { field = \"promised_at\" }, { business_days = 1 }, { days = 3 }, { hours = 48 }, { minutes = 90 }");
  return said.front();
}

bool read_take(const Node& due) {
  const Node* take = due.find("take");
  if (take == nullptr) fail(due, "due does not say which of its fields counts", "add take = \"earliest\" or take = \"latest\"");
  const std::string& text = string_of(*take, "take");
  if (text != "earliest" && text != "latest") fail(*take, fmt::format("{} is no way to take one", quoted(text)), "write \"earliest\" or \"latest\"");
  return text == "latest";
}

void read_fields(const Node& node, const Language& language, RecordKind on, Due& due) {
  if (const Node* field = node.find("field")) {
    only_keys(node, {"field", "from"}, "due by a field");
    due.field = read_moment_fact(*field, "field", language, on);
    if (const Node* from = node.find("from")) due.from = read_moment_fact(*from, "from", language, on);
    return;
  }
  only_keys(node, {"fields", "take"}, "due by one of several fields");
  const Node& fields = *node.find("fields");
  if (!fields.is_array() || fields.items.size() < 2) fail(fields, "fields are two or more", "write { field = \"promised_at\" } for one");
  for (const Node& item : fields.items) due.others.push_back(read_moment_fact(item, "a field", language, on));
  due.field = due.others.front();
  due.others.erase(due.others.begin());
  due.is_latest = read_take(node);
}

// No fact chooses anything in it any more.
Due read_plain_due(const Node& node, const Language& language, RecordKind on, const Calendars& calendars) {
  Due due;
  due.kind = read_kind(node);
  if (due.kind == Due::Kind::field) {
    read_fields(node, language, on, due);
    return due;
  }
  if (const Node* calendar = node.find("calendar")) due.calendar = read_calendar_name(*calendar, calendars);
  if (due.kind == Due::Kind::hours) {
    only_keys(node, {"hours", "minutes", "calendar"}, "due by hours");
    const Node* hours = node.find("hours");
    due.ms = hours != nullptr ? read_running(*hours, "hours", ms_per_hour) : read_running(*node.find("minutes"), "minutes", ms_per_minute);
    return due;
  }
  if (due.kind == Due::Kind::days) {
    only_keys(node, {"days", "cutoff", "at"}, "due by days");
    due.count = read_count(*node.find("days"), "days");
    due.calendar = std::make_shared<const Calendar>(all_days(language.zone));
  } else {
    only_keys(node, {"business_days", "cutoff", "at", "calendar"}, "due by business days");
    due.count = read_count(*node.find("business_days"), "business_days");
    if (!due.calendar) due.calendar = std::make_shared<const Calendar>(weekdays(language.zone));
  }
  if (const Node* cutoff = node.find("cutoff")) due.cutoff = read_clock_time(*cutoff, "cutoff");
  if (const Node* at = node.find("at")) due.at = read_at(*at);
  return due;
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

constexpr std::size_t most_ways = 256;

bool is_choice(const Node& node) { return node.is_table() && node.find("by") != nullptr; }

// The facts that a table in due can be looked up by: texts of the records.
std::string read_chooser(const Node& node, const Language& language) {
  const std::string& name = string_of(node, "by");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < language.schema->size(); ++i) {
    const Field& field = language.schema->at(static_cast<Slot>(i));
    const bool is_told = field.origin == Origin::record || field.origin == Origin::own;
    if (!is_told || field.type.base != Type::string) continue;
    if (field.name == name) return name;
    names.push_back(field.name);
  }
  fail(node, fmt::format("{} is not a fact that can choose", quoted(name)), suggestion(name, names));
}

ChosenPart read_choice(const std::string& key, const Node& node, const Language& language) {
  ChosenPart choice;
  choice.key = key;
  choice.fact = read_chooser(*node.find("by"), language);
  for (const Entry& entry : node.entries)
    if (entry.key == "else") choice.has_else = true;
    else if (entry.key != "by") choice.words.push_back(entry.key);
  if (choice.words.empty()) fail(node, fmt::format("{} by {} names nothing to choose", key, choice.fact), "write { by = \"warehouse\", north = \"14:00\", else = \"16:00\" }");
  return choice;
}

const Node& chosen(const ChosenPart& choice, const Node& node, std::size_t place) {
  return *node.find(place < choice.words.size() ? std::string_view(choice.words[place]) : "else");
}

// `due` with the nth way to choose in place of its choices.
Node with_chosen(const Node& due, const std::vector<ChosenPart>& choices, std::size_t way) {
  Node plain = due;
  for (auto choice = choices.rbegin(); choice != choices.rend(); ++choice) {
    for (Entry& entry : plain.entries) {
      if (entry.key != choice->key) continue;
      Node value = chosen(*choice, entry.value, way % choice->size());
      entry.value = std::move(value);
    }
    way /= choice->size();
  }
  return plain;
}

struct Words {
  std::int64_t count = 0;
  std::string unit;
};

// "2 business hours" to 2 and "business hour".
std::optional<Words> words_of(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const std::optional<Ratio> count = read_decimal(text.substr(0, blank));
  if (blank == std::string_view::npos || !count || !count->is_whole() || *count < Ratio(0) || *count > Ratio(most_days)) return std::nullopt;
  std::string unit(trimmed(text.substr(blank)));
  if (unit.ends_with('s')) unit.pop_back();
  return Words{whole_of(*count), std::move(unit)};
}

}  // namespace

bool is_known_of(const Field& field, RecordKind on) {
  return field.origin != Origin::record || field.record == RecordKind::order || field.record == on;
}

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

void read_due(const Node& due, Guarantee& guarantee, const Language& language, const Calendars& calendars) {
  std::size_t ways = 1;
  if (due.is_table())
    for (const Entry& entry : due.entries)
      if (is_choice(entry.value)) {
        guarantee.choices.push_back(read_choice(entry.key, entry.value, language));
        ways *= guarantee.choices.back().size();
        if (ways > most_ways) fail(due, fmt::format("there are more than {} ways to choose this due", most_ways), "write several guarantees with a `when` each");
      }
  if (guarantee.choices.empty()) {
    guarantee.due = read_plain_due(due, language, guarantee.on, calendars);
    return;
  }
  for (std::size_t way = 0; way < ways; ++way) guarantee.dues.push_back(read_plain_due(with_chosen(due, guarantee.choices, way), language, guarantee.on, calendars));
  guarantee.due = guarantee.dues.front();
}

Due read_length(const Node& node, std::string_view key, const std::shared_ptr<const Calendar>& calendar, const Language& language,
                const Calendars& calendars) {
  if (node.is_table()) {
    only_keys(node, {"business_days", "days", "hours", "minutes", "calendar"}, key);
    return read_plain_due(node, language, RecordKind::order, calendars);
  }
  const std::string& text = string_of(node, key);
  Due due;
  due.kind = Due::Kind::hours;
  const std::optional<Words> words = words_of(text);
  const bool is_days = words && (words->unit == "day" || words->unit == "business day");
  if (words && words->unit.starts_with("business ")) {
    due.calendar = calendar ? calendar : std::make_shared<const Calendar>(weekdays(language.zone));
    if (!calendar && !is_days) fail(node, fmt::format("{} has no calendar to count business time by", key), "write { hours = 2, calendar = \"uk\" }");
  }
  if (is_days) {
    due.kind = due.calendar ? Due::Kind::business_days : Due::Kind::days;
    due.count = words->count;
    if (!due.calendar) due.calendar = std::make_shared<const Calendar>(all_days(language.zone));
    return due;
  }
  if (words && words->unit == "business hour") due.ms = words->count * ms_per_hour;
  else if (words && words->unit == "business minute") due.ms = words->count * ms_per_minute;
  else if (const std::optional<std::int64_t> ms = read_duration(text); ms && !due.calendar) due.ms = *ms;
  else fail(node, fmt::format("{} is not a length of time", quoted(text)), "write \"30 min\", \"2 hours\", \"1 day\", \"2 business hours\" or \"1 business day\"");
  return due;
}

}  // namespace amends
