#include "core/guarantees/guarantee.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/guarantees/due_reader.h"

namespace amends {
namespace {

// A day of running time is 24 hours; business days end with the day.
void read_grace(const Node& node, Guarantee& guarantee, const Language& language, const Calendars& calendars) {
  if (node.is_string())
    if (const std::optional<std::int64_t> ms = read_duration(node.text)) {
      guarantee.grace = *ms;
      return;
    }
  const bool by_choice = std::any_of(guarantee.choices.begin(), guarantee.choices.end(), [](const ChosenPart& c) { return c.key == "calendar"; });
  if (by_choice && node.is_string()) fail(node, "grace does not say by which calendar, and due has several", "write { business_days = 1, calendar = \"uk\" }");
  const bool is_own = guarantee.due.kind == Due::Kind::business_days || guarantee.due.kind == Due::Kind::hours;
  Due grace = read_length(node, "grace", is_own ? guarantee.due.calendar : nullptr, language, calendars);
  if (grace.kind == Due::Kind::hours && !grace.calendar) guarantee.grace = grace.ms;
  else guarantee.business_grace = std::move(grace);
}

std::string read_word(const Node& node, std::string_view key, std::initializer_list<std::string_view> words, std::string_view what) {
  const std::string& text = string_of(node, key);
  for (const std::string_view word : words)
    if (word == text) return text;
  std::vector<std::string> known;
  for (const std::string_view word : words) known.push_back(quoted(word));
  fail(node, fmt::format("{} is not {}", quoted(text), what), fmt::format("write {}", joined(known, " or ")));
}

void read_lateness(const Node& node, Guarantee& guarantee, const Calendars& calendars) {
  only_keys(node, {"calendar", "first_day"}, "lateness");
  if (const Node* calendar = node.find("calendar"))
    guarantee.lateness_calendar = std::make_shared<const Calendar>(calendar_named(*calendar, string_of(*calendar, "calendar"), calendars));
  if (const Node* first = node.find("first_day"))
    guarantee.first_day_counts = read_word(*first, "first_day", {"in", "out"}, "a way to count the first day") == "in";
}

std::vector<std::string> read_statuses(const Node& node, std::string_view key) {
  std::vector<std::string> known;
  for (const Word& word : vocabulary().statuses) known.push_back(word.name);
  std::vector<std::string> statuses = strings_of(node, key);
  for (const std::string& status : statuses)
    if (std::find(known.begin(), known.end(), status) == known.end()) fail(node, fmt::format("{} is not a status", quoted(status)), suggestion(status, known));
  return statuses;
}

Pause read_pause_by_status(const Node& node, RecordKind on) {
  const Node* const stops = node.find("stops");
  if (on == RecordKind::contact) fail(node, "a message has no status that could stop the clock", "write { from = \"hold_from\", until = \"hold_until\" }");
  if (stops == nullptr || node.find("from") != nullptr || node.find("until") != nullptr)
    fail(node, "a pause lies between two facts, or begins with statuses that stop the clock", "write { stops = [\"available_for_pickup\"], reason = \"waiting to be fetched\" }");
  Pause pause;
  pause.stops = read_statuses(*stops, "stops");
  if (const Node* resumes = node.find("resumes")) pause.resumes = read_statuses(*resumes, "resumes");
  const Node* const reason = node.find("reason");
  pause.reason = reason == nullptr ? "its status is " + joined(pause.stops, " or ") : string_of(*reason, "reason");
  return pause;
}

Pause read_pause(const Node& node, const Language& language, RecordKind on) {
  only_keys(node, {"from", "until", "stops", "resumes", "reason"}, "pause");
  if (node.find("stops") != nullptr || node.find("resumes") != nullptr) return read_pause_by_status(node, on);
  Pause pause;
  const Node* from = node.find("from");
  const Node* until = node.find("until");
  if (from == nullptr || until == nullptr) fail(node, "a pause has no bounds", "write { from = \"hold_from\", until = \"hold_until\", reason = \"waiting for the customer\" }");
  pause.from = read_moment_fact(*from, "from", language, on);
  pause.until = read_moment_fact(*until, "until", language, on);
  if (const Node* reason = node.find("reason")) pause.reason = string_of(*reason, "reason");
  return pause;
}

void read_pauses(const Node& node, Guarantee& guarantee, const Language& language) {
  if (!node.is_array()) {
    guarantee.pauses.push_back(read_pause(node, language, guarantee.on));
    return;
  }
  for (const Node& item : node.items) guarantee.pauses.push_back(read_pause(item, language, guarantee.on));
}

void read_clock(const Node& node, Guarantee& guarantee, const Language& language, const Calendars& calendars) {
  const Node* due = node.find("due");
  for (const char* key : {"grace", "count_from", "lateness", "pause"})
    if (due == nullptr && node.find(key) != nullptr)
      fail(node, fmt::format("guarantee {} has {} but no due", guarantee.name, key), "add due, such as { field = \"promised_at\" }");
  if (due != nullptr) read_due(*due, guarantee, language, calendars);
  if (const Node* start = node.find("start")) guarantee.start = read_moment_fact(*start, "start", language, guarantee.on);
  else if (guarantee.due.kind != Due::Kind::field) guarantee.start = guarantee.on == RecordKind::contact ? "at" : "placed_at";
  if (guarantee.on == RecordKind::contact) guarantee.met_by = "first_reply_at";
  if (const Node* met_by = node.find("met_by")) guarantee.met_by = read_moment_fact(*met_by, "met_by", language, guarantee.on);
  if (const Node* grace = node.find("grace")) read_grace(*grace, guarantee, language, calendars);
  if (const Node* from = node.find("count_from")) guarantee.count_from_grace = read_word(*from, "count_from", {"due", "grace"}, "a place to count from") == "grace";
  if (const Node* lateness = node.find("lateness")) read_lateness(*lateness, guarantee, calendars);
  if (const Node* pause = node.find("pause")) read_pauses(*pause, guarantee, language);
}

void read_told_words(const Node& node, Guarantee& guarantee) {
  if (!node.is_table()) {
    guarantee.words[""] = string_of(node, "words");
  } else {
    if (node.entries.empty()) fail(node, "words says nothing", "write words = { en = \"delivered by the next working day\" }");
    for (const Entry& entry : node.entries) guarantee.words[lower(entry.key)] = string_of(entry.value, entry.key);
  }
  for (const auto& [locale, words] : guarantee.words)
    if (trimmed(words).empty()) fail(node, "these words say nothing", "write words = \"delivered by the next working day\", or take it out");
}

}  // namespace

std::string_view words_told(const Guarantee& guarantee, std::string_view locale) {
  const std::string wanted = lower(locale);
  for (const std::string& known : {wanted, wanted.substr(0, wanted.find('-')), std::string()})
    if (const auto found = guarantee.words.find(known); found != guarantee.words.end()) return found->second;
  return {};
}

RecordKind read_on(const Node& guarantee) {
  const Node* const on = guarantee.find("on");
  if (on == nullptr) return RecordKind::order;
  const std::optional<RecordKind> kind = record_kind_named(string_of(*on, "on"));
  if (kind && std::find(std::begin(promised_on), std::end(promised_on), *kind) != std::end(promised_on)) return *kind;
  std::vector<std::string> names;
  for (const RecordKind known : promised_on) names.emplace_back(source_name_of(known));
  fail(*on, fmt::format("nothing is promised on {}", quoted(on->text)), suggestion(on->text, names));
}

Guarantee read_guarantee(const Node& node, const Language& language, const Calendars& calendars) {
  only_keys(node, {"name", "was", "on", "when", "start", "due", "met_by", "grace", "count_from", "lateness", "pause", "also", "retired", "words"}, "guarantee");
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
  if (const Node* words = node.find("words")) read_told_words(*words, guarantee);
  if (const Node* when = node.find("when")) guarantee.when = read_condition_before_judging(*when, language, guarantee.on);
  read_clock(node, guarantee, language, calendars);
  if (guarantee.on == RecordKind::contact && guarantee.promises_goods())
    fail(node, fmt::format("guarantee {} is about contacts and has no due", guarantee.name), "add due, such as { hours = 4, calendar = \"uk\" }: a message has no goods");
  return guarantee;
}

namespace {

// What is known only once the case is judged cannot choose the guarantee it is judged by.
void check_known_before(const Condition& when, const Schema& schema) {
  for (const std::vector<Test>& all : when.any)
    for (const Test& test : all) {
      const Origin origin = test.slot == no_slot ? Origin::record : schema.at(test.slot).origin;
      if (origin == Origin::judged || origin == Origin::history)
        throw Error{test.where, fmt::format("{} is not known before a guarantee is judged", quoted(test.fact)),
                    "test facts of the order, such as service or country; rules of [policy.*] can test " + test.fact};
    }
}

// The first test of what such records cannot tell; null: none.
const Test* untold_test(const Condition& when, const Schema& schema, RecordKind on) {
  for (const std::vector<Test>& all : when.any)
    for (const Test& test : all)
      if (test.slot != no_slot && !is_known_of(schema.at(test.slot), on)) return &test;
  return nullptr;
}

std::string_view told_of(const Test& test, const Schema& schema) { return source_name_of(schema.at(test.slot).record); }

}  // namespace

Condition read_condition_before_judging(const Node& node, const Language& language, RecordKind on) {
  Condition when = read_condition(node, language);
  check_known_before(when, *language.schema);
  if (const Test* const test = untold_test(when, *language.schema, on))
    throw Error{test->where, fmt::format("{} is told of {}, and this guarantee is about {}", quoted(test->fact), told_of(*test, *language.schema), source_name_of(on)),
                fmt::format("write on = \"{}\", or test a fact of the order", told_of(*test, *language.schema))};
  return when;
}

Condition read_condition_before_judging(const Node& node, const Language& language) {
  Condition when = read_condition(node, language);
  check_known_before(when, *language.schema);
  return when;
}

namespace {

// One that names no guarantee is of the goods' way: what delays a parcel delays no answer and no refund.
bool is_about(const PromiseException& exception, const Guarantee& guarantee, bool is_named) {
  if (guarantee.promises_goods()) return false;
  return exception.guarantees.empty() ? guarantee.awaits_arrival() || guarantee.awaits_dispatch() : is_named;
}

void check_fits(const PromiseException& exception, const Guarantee& guarantee, const Schema& schema) {
  if (exception.is_dated && !exception.by_due && guarantee.start.empty())
    throw Error{exception.where, fmt::format("guarantee {} has no start whose days could be meant", guarantee.name),
                "give that guarantee a start, such as \"placed_at\", or write due = instead of start ="};
  if (const Test* const test = untold_test(exception.when, schema, guarantee.on))
    throw Error{test->where, fmt::format("{} is told of {}, and guarantee {} is about {}", quoted(test->fact), told_of(*test, schema), guarantee.name, source_name_of(guarantee.on)),
                fmt::format("write guarantee = with the names of those that are about {}, or test a fact of the order", told_of(*test, schema))};
}

}  // namespace

void attach(const std::vector<PromiseException>& exceptions, std::vector<Guarantee>& guarantees, const Schema& schema) {
  for (const PromiseException& exception : exceptions) {
    const auto shared = std::make_shared<const PromiseException>(exception);
    std::vector<std::string> left = exception.guarantees, names;
    for (Guarantee& guarantee : guarantees) {
      names.push_back(guarantee.name);
      const bool is_named = std::erase(left, guarantee.name) > 0;
      if (!is_about(exception, guarantee, is_named)) continue;
      check_fits(exception, guarantee, schema);
      guarantee.exceptions.push_back(shared);
    }
    if (!left.empty()) throw Error{exception.where, fmt::format("there is no guarantee {}", quoted(left.front())), suggestion(left.front(), names)};
  }
}

void collect(const Guarantee& guarantee, std::vector<Slot>& slots, const Schema& schema) {
  collect(guarantee.when, slots);
  std::vector<std::string> names = {guarantee.start, guarantee.due.field, guarantee.due.from, guarantee.met_by};
  names.insert(names.end(), guarantee.due.others.begin(), guarantee.due.others.end());
  for (const ChosenPart& choice : guarantee.choices) names.push_back(choice.fact);
  for (const Pause& pause : guarantee.pauses) names.insert(names.end(), {pause.from, pause.until});
  for (const auto& exception : guarantee.exceptions) collect(exception->when, slots);
  for (const std::string& name : names)
    if (!name.empty() && schema.find(name) != no_slot) slots.push_back(schema.find(name));
}

}  // namespace amends
