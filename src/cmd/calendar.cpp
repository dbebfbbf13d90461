// amends calendar: counts a deadline by any calendar of the project, without records; or shows what a calendar holds.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/own_files.h"
#include "core/base/text.h"
#include "core/guarantees/due_reader.h"

namespace amends {
namespace {

struct CalendarOptions {
  std::string config, as_of, name, start, length, cutoff, at, output;
};

constexpr std::int32_t days_shown = 366;

// An argument as a node, so that it is read and refused as the project file's would be.
Node argument(const std::string& text) {
  Node node;
  node.kind = Node::Kind::string;
  node.text = text;
  return node;
}

// An argument as a shell wants it.
std::string as_typed(const std::string& text) { return text.find_first_of(" \t+*?$&;()<>|#~\"\\`!") == std::string::npos ? text : fmt::format("'{}'", text); }

// "+2d" is said for "+2 days".
std::string length_of(const std::string& given) {
  std::string_view text = trimmed(given);
  if (text.starts_with('+')) text = trimmed(text.substr(1));
  const std::string_view count = trimmed(text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size())));
  const std::string_view unit = trimmed(text.substr(count.size()));
  return unit == "d" || unit == "day" || unit == "days" ? fmt::format("{} days", count) : std::string(text);
}

// By a calendar hours are opening time and days business days.
Due due_of(const CalendarOptions& options, const Project& project, std::shared_ptr<const Calendar> calendar) {
  const std::string length = length_of(options.length);
  Due due;
  try {
    due = read_length(argument(length), "the length", length.find("business") == std::string::npos ? nullptr : calendar, project.language(), project.calendars);
  } catch (const Error&) {
    throw Error{{}, fmt::format("{} is not a length of time", quoted(options.length)), "write +8h, +1.5h, \"+30 min\" or \"+2 days\""};
  }
  const bool is_days = due.kind != Due::Kind::hours;
  const std::size_t count_end = std::min(length.find_first_not_of("0123456789."), length.size());
  const std::string_view unit = trimmed(std::string_view(length).substr(count_end));
  const std::optional<Ratio> count = read_decimal(std::string_view(length).substr(0, count_end));
  if (!is_days && unit.starts_with('d') && count && Ratio(most_days) < *count)
    throw Error{{}, fmt::format("{} is more than can be counted", quoted(options.length)), fmt::format("{} days are the most", most_days)};
  if (!is_days && (unit.starts_with('d') || unit.starts_with('w')))
    throw Error{{}, fmt::format("{} is no whole number of business days", quoted(options.length)), "write \"+2 days\", or hours of opening time: +8h"};
  if (is_days) due.kind = Due::Kind::business_days;
  due.calendar = std::move(calendar);
  const auto time = [&](const std::string& name, const std::string& given) {
    const std::optional<std::int64_t> found = read_time_of_day(given);
    if (!found) throw Error{{}, fmt::format("{}: {} is not a time of day", name, quoted(given)), "write 14:00"};
    if (!is_days) throw Error{{}, fmt::format("{} is for a count in days", name), "take it out, or write \"+1 day\""};
    return *found == ms_per_day && name == "--at" ? -1 : *found;
  };
  if (!options.cutoff.empty()) due.cutoff = time("--cutoff", options.cutoff);
  if (!options.at.empty()) due.at = time("--at", options.at);
  return due;
}

Moment start_of(const std::string& text, const Zone& zone) {
  const Moment start = moment_of(read_iso(text), zone);
  if (start.is_none()) throw Error{{}, fmt::format("{} is not a time", quoted(text)), "write 2026-03-06T16:30, in the calendar's zone, or 2026-03-06"};
  return start;
}

// What the clock on the wall says of a start that has no zone.
std::string start_note(const std::string& text, const Zone& zone) {
  const Stamp stamp = read_iso(text);
  if (stamp.kind != Stamp::Kind::local) return {};
  switch (zone.wall(stamp.date, stamp.ms_of_day)) {
    case Zone::Wall::skipped: return "the clocks skip the start: read by the clock before the change\n";
    case Zone::Wall::repeated: return "the start comes twice: the first counts\n";
    case Zone::Wall::unique: break;
  }
  return {};
}

std::string count_words(const CalendarOptions& options, const Project& project, const std::shared_ptr<const Calendar>& calendar) {
  const Due due = due_of(options, project, calendar);
  const Moment start = start_of(options.start, calendar->zone);
  if (const std::string why = uncountable(due, "the start", start); !why.empty()) throw Error{{}, why, "write a time too: 2026-03-06T16:30"};
  const Count count = count_due(due, "from", start, calendar->zone, true);
  if (!count.beyond.empty()) throw Error{{}, count.beyond, fmt::format("give [calendars.{}] the holidays of that year too", calendar->name)};
  std::string text = start_note(options.start, calendar->zone);
  for (const std::string& step : count.steps) text += step + "\n";
  return text;
}

std::string hours_words(const std::vector<Interval>& hours) {
  std::vector<std::string> parts;
  for (const Interval& open : hours) parts.push_back(fmt::format("{}-{}", print_time_of_day(open.from), print_time_of_day(open.until)));
  return parts.empty() ? "closed" : joined(parts, ", ");
}

// Days that are alike and as far from each other: many closed Tuesdays, a fortnight in summer.
struct AlikeDays {
  Date first, last;
  int step = 0;  // in days; 0: one day alone
};

bool is_alike(const SpecialDay& a, const SpecialDay& b) { return a.name == b.name && hours_words(a.hours) == hours_words(b.hours); }

AlikeDays alike_from(const std::map<Date, SpecialDay>& days, Date first, Date end) {
  AlikeDays longest{first, first, 0};
  int most = 2;  // two alike are as quickly read
  for (const int step : {1, 7}) {
    int count = 1;
    Date last = first;
    for (auto next = days.find(Date{first.days + step}); next != days.end() && next->first < end && is_alike(next->second, days.at(first)); ++count) {
      last = next->first;
      next = days.find(Date{last.days + step});
    }
    if (count > most) longest = {first, last, step}, most = count;
  }
  return longest;
}

std::string days_words(const AlikeDays& run) {
  const std::string first = print_day(run.first);
  return run.step == 0 ? first : fmt::format("{} to {}{}", first, print_day(run.last), run.step == 7 ? ", each week" : "");
}

// The special days until `end`, those alike in one line.
std::string special_days(const std::map<Date, SpecialDay>& days, Date from, Date end) {
  std::string text;
  std::set<Date> told;
  for (auto day = days.lower_bound(from); day != days.end() && day->first < end; ++day) {
    if (told.contains(day->first)) continue;
    const AlikeDays run = alike_from(days, day->first, end);
    for (Date d = run.first; run.step > 0 && d <= run.last; d.days += run.step) told.insert(d);
    text += fmt::format("  {}  {}", days_words(run), hours_words(day->second.hours));
    text += day->second.name.empty() ? "\n" : ", " + day->second.name + "\n";
  }
  return text;
}

// Its week, what it knows, and the special days of the year from `from` on.
std::string calendar_words(const Calendar& calendar, Date from) {
  std::string text = fmt::format("{}, {}\n", calendar.name, calendar.zone.name());
  for (int day = 0; day < 7; ++day) text += fmt::format("  {}  {}\n", weekday_name(day), hours_words(calendar.week[static_cast<std::size_t>(day)]));
  if (calendar.has_end()) text += fmt::format("  knows {}\n", calendar.known_words());
  return text + special_days(calendar.exceptions, from, Date{from.days + days_shown});
}

Exit run(const CalendarOptions& options, const Clock& clock) {
  const std::unique_ptr<Project> project = open_project(options.config);
  refuse_outputs({{"--output", options.output}}, own_files(*project));
  if (!options.start.empty() && options.length.empty())
    throw Error{{}, "how much is to be counted?", fmt::format("amends calendar {} {} +8h", as_typed(options.name), as_typed(options.start))};
  std::string text;
  if (options.name.empty()) {
    for (const auto& [name, calendar] : project->calendars) text += fmt::format("{}, {}\n", name, calendar.zone.name());
    if (text.empty()) text = "the project has no calendar: add [calendars.uk] with its hours\n";
  } else {
    const auto calendar = std::make_shared<const Calendar>(calendar_named(argument(options.name), options.name, project->calendars));
    text = options.start.empty() ? calendar_words(*calendar, calendar->zone.date_at(as_of_option(options.as_of, *project, clock)))
                                 : count_words(options, *project, calendar);
  }
  Output out(options.output);
  out.write(text);
  out.close();
  return Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<CalendarOptions>();
  arguments.positional("name", options->name, "A calendar, or several: \"uk + warehouse\"; default: list them", false);
  arguments.positional("start", options->start, "Where the count starts: 2026-03-06T16:30", false);
  arguments.positional("length", options->length, "What is counted: +8h of opening time, \"+2 days\" of business", false);
  arguments.option("-c,--config", options->config, "FILE", "The project file; default: amends.toml here or in a parent folder");
  arguments.option("--cutoff", options->cutoff, "TIME", "A start at or after it counts as made on the next business day");
  arguments.option("--at", options->at, "TIME", "The time of the last day it is due at; default: its end");
  arguments.option("--as-of", options->as_of, "TIME", "Show the special days of the year from then on; default: now");
  arguments.option("-o,--output", options->output, "FILE", "Write there instead of stdout");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command calendar_command{"calendar", "Project", "Count a deadline by a calendar, or show one", setup};

}  // namespace amends
