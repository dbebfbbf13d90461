// amends incidents: misses with one likely common cause, and who else they are about to hit.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/incident_cases.h"
#include "cmd/sentences.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/report/incident_people.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

struct IncidentsOptions : Options {
  std::string name, since;
  bool exit_code = false;
};

struct Listed {
  const Incident* incident = nullptr;
  IncidentPeople people;
};

std::string percent(double rate) { return fmt::format("{:.1f} %", rate * 100); }

// "18 to 24 Dec 2017", "12 Mar to 15 Apr 2018"
std::string days_words(const Incident& incident) {
  const YearMonthDay a = civil(incident.since), b = civil(incident.until);
  const auto day = [](const YearMonthDay& d) { return fmt::format("{} {} {}", d.day, month_name(d.month), d.year); };
  if (incident.since == incident.until) return day(a);
  if (a.year != b.year) return day(a) + " to " + day(b);
  return a.month != b.month ? fmt::format("{} {} to {}", a.day, month_name(a.month), day(b)) : fmt::format("{} to {}", a.day, day(b));
}

std::string value_of(const Miss& miss, const Project& project) {
  const Value value = miss.facts.at(project.schema.find("order_value"));
  return value.type == Type::money ? print(money_of(value.ratio, value.currency)) : "";
}

Sheet sheet_of(const std::vector<Listed>& listed) {
  Sheet sheet{"incident",
              {{"incident"}, {"promised"}, {"missed", "", true}, {"rate", "", true}, {"usual", "", true}, {"value", "", true}, {"people", "", true}, {"told", "", true},
               {"complained", "wrote", true}, {"ahead", "", true}, {"confidence", "sure"}},
              {}};
  for (const auto& [incident, people] : listed)
    sheet.rows.push_back({incident->name, days_words(*incident), fmt::format("{} of {}", incident->missed, incident->cases), percent(incident->rate()),
                          percent(incident->usual), people.value.empty() ? "" : sums_words(people.value), std::to_string(people.people), std::to_string(people.told),
                          std::to_string(people.complained), std::to_string(people.ahead.size()), std::string(confidence_words(*incident))});
  return sheet;
}

// The same for machines: one number a cell.
Sheet rows_of(const std::vector<Listed>& listed) {
  Sheet sheet{"incident", {}, {}};
  for (const char* name : {"incident", "group", "since", "until", "cases", "missed", "usual", "chance", "people", "told", "complained", "ahead"}) sheet.columns.push_back({std::string(name)});
  for (const auto& [incident, people] : listed)
    sheet.rows.push_back({incident->name, group_words(*incident), print(incident->since), print(incident->until), std::to_string(incident->cases),
                          std::to_string(incident->missed), fmt::format("{:.4f}", incident->usual), fmt::format("{:.2g}", incident->chance),
                          std::to_string(people.people), std::to_string(people.told), std::to_string(people.complained), std::to_string(people.ahead.size())});
  return sheet;
}

void write_parts(Json& json, const std::vector<Incident>& parts) {
  json.key("parts").open('[');
  for (const Incident& part : parts) {
    json.open('{').field("incident", part.name).key("group").open('{');
    for (const auto& [fact, value] : part.group) json.field(fact, value);
    json.close('}').field("since", print(part.since)).field("until", print(part.until));
    json.field("cases", static_cast<std::int64_t>(part.cases)).field("missed", static_cast<std::int64_t>(part.missed)).close('}');
  }
  json.close(']');
}

std::string incident_line(const Listed& listed, const Incidents& incidents, const Context& context) {
  const Incident& incident = *listed.incident;
  const auto n = [](std::size_t count) { return static_cast<std::int64_t>(count); };
  Json json;
  json.open('{').field("type", "incident").field("v", 1).field("incident", incident.name);
  json.field("as_of", print(context.as_of, context.project->shop.zone)).key("group").open('{');
  for (const auto& [fact, value] : incident.group) json.field(fact, value);
  json.close('}').field("since", print(incident.since)).field("until", print(incident.until));
  json.field("cases", n(incident.cases)).field("missed", n(incident.missed));
  json.key("rate").raw(fmt::format("{:.4f}", incident.rate())).key("usual").raw(fmt::format("{:.4f}", incident.usual));
  json.key("chance").raw(fmt::format("{:.2g}", incident.chance)).field("confidence", confidence_words(incident)).field("tried", n(incidents.tried));
  json.field("hit", n(listed.people.cases.size())).field("people", n(listed.people.people)).field("told", n(listed.people.told));
  json.field("complained", n(listed.people.complained)).field("ahead", n(listed.people.ahead.size())).key("value").open('{');
  for (const Money& sum : listed.people.value) json.field(sum.currency.name(), amount(sum));
  json.close('}');
  write_parts(json, incident.parts);
  return json.close('}').str() + "\n";
}

std::string case_line(const Miss& miss, const IncidentCase* hit, const Incident& incident, const Project& project) {
  Json json;
  json.open('{').field("type", "incident_case").field("v", 1).field("incident", incident.name).field("state", hit == nullptr ? "ahead" : "hit");
  json.field("case", miss.key).field("order", miss.record_id).field("person", miss.person).field("guarantee", miss.guarantee);
  json.field("due", print(miss.due, miss.zone));
  if (hit != nullptr) json.field("kind", name_of(miss.kind)).field("late_days", miss.lateness.days).flag("told", hit->is_told).flag("complained", hit->has_complained);
  const Value value = miss.facts.at(project.schema.find("order_value"));
  if (value.type == Type::money)
    json.key("value").open('{').field("amount", amount(money_of(value.ratio, value.currency))).field("currency", value.currency.name()).close('}');
  return json.close('}').str() + "\n";
}

Sheet cases_sheet(const Listed& listed, const Project& project) {
  Sheet sheet{"incident_case", {{"order"}, {"kind"}, {"late"}, {"due"}, {"value", "", true}, {"told"}, {"complained", "wrote"}}, {}};
  for (const IncidentCase& one : listed.people.cases)
    sheet.rows.push_back({record_words(one.miss->key), std::string(name_of(one.miss->kind)), lateness_words(*one.miss),
                          print_moment(one.miss->due, one.miss->zone), value_of(*one.miss, project), one.is_told ? "yes" : "no", one.has_complained ? "yes" : "no"});
  for (const Miss* miss : listed.people.ahead)
    sheet.rows.push_back({record_words(miss->key), "ahead", "", print_moment(miss->due, miss->zone), value_of(*miss, project), "", ""});
  return sheet;
}

std::string story_of(const Listed& listed, const Context& context) {
  const Incident& incident = *listed.incident;
  const IncidentPeople& people = listed.people;
  const auto line = [](std::string_view name, const std::string& text) { return fmt::format("  {:<9} {}\n", name, text); };
  std::string out = fmt::format("{}: {}, promised {}\n", context.bold(incident.name), group_words(incident), days_words(incident));
  out += line("missed", fmt::format("{} of {}, {}; usual {}", incident.missed, incident.cases, percent(incident.rate()), percent(incident.usual)));
  out += line("sure", fmt::format("{}; it would be told if {:.2g} of all told could be chance", confidence_words(incident), incident.chance));
  if (!people.value.empty()) out += line("value", sums_words(people.value));
  out += line("people", fmt::format("{}: {} told, {} wrote themselves", people.people, people.told, people.complained));
  if (people.cases.size() < incident.missed) out += line("hit", fmt::format("{} of them; the others are of an incident within this one", people.cases.size()));
  out += line("ahead", people.ahead.empty() ? "none" : counted(people.ahead.size(), "order is", "orders are") + " not due yet");
  for (const Incident& part : incident.parts)
    out += line("within", fmt::format("{}: {} of {}, {}, promised {}", group_words(part), part.missed, part.cases, percent(part.rate()), days_words(part)));
  const std::string command = fmt::format("amends run --incident {}", incident.name);
  return out + line("letters", command + " writes one text to those not told yet");
}

void write_one(Output& out, const Listed& listed, const Incidents& incidents, const Context& context, const std::string& format) {
  const Project& project = *context.project;
  if (format == "json" || format == "jsonl") {
    JsonLines lines(out, format);
    lines.write(incident_line(listed, incidents, context));
    for (const IncidentCase& one : listed.people.cases) lines.write(case_line(*one.miss, &one, *listed.incident, project));
    for (const Miss* miss : listed.people.ahead) lines.write(case_line(*miss, nullptr, *listed.incident, project));
    return lines.close();
  }
  if (format == "table") out.write(story_of(listed, context) + "\n");
  out.write(print(cases_sheet(listed, project), format));
}

void write_all(Output& out, const std::vector<Listed>& listed, const Incidents& incidents, const Context& context, const std::string& format) {
  if (format != "json" && format != "jsonl") return out.write(print(format == "table" ? sheet_of(listed) : rows_of(listed), format));
  JsonLines lines(out, format);
  for (const Listed& one : listed) lines.write(incident_line(one, incidents, context));
  lines.close();
}

std::string tried_sentence(const Incidents& incidents, std::size_t listed, const IncidentRules& rules) {
  const Ratio percents = rules.chance * Ratio(100);
  return fmt::format("{}; {} tried, and at most {} % of the incidents told may be chance", counted(listed, "incident", "incidents"),
                     counted(incidents.tried, rules.per_day ? "run of days" : "run of weeks", rules.per_day ? "runs of days" : "runs of weeks"), print(percents));
}

Exit run(const IncidentsOptions& options, const Clock& clock) {
  const Context context(options, clock);
  const Project& project = *context.project;
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), project);
  const std::string format = context.format("table");
  Output out(options.output);
  IncidentReading reading = read_incidents(context, books);
  tell(context, reading.judged);
  const SaidBefore said = said_before(ledger ? ledger->outlines() : std::vector<OutboxMessage>{}, {});
  const auto listed_of = [&](const Incident& incident) {
    return Listed{&incident, people_of(incident, reading.judged.judgement.misses, reading.ahead, reading.judged.judgement.contacts.get(), said, project)};
  };
  std::vector<Listed> listed;
  if (!options.name.empty()) listed.push_back(listed_of(incident_named(reading, options.name)));
  const Instant since = options.since.empty() ? Instant{Moment::none} : moment_option("--since", options.since, context.as_of, project.shop.zone);
  for (const Incident& incident : reading.incidents.found)
    if (options.name.empty() && project.shop.zone.start_of(Date{incident.until.days + 1}) > since) listed.push_back(listed_of(incident));
  if (options.name.empty()) write_all(out, listed, reading.incidents, context, format);
  else write_one(out, listed.front(), reading.incidents, context, format);
  out.close();
  for (const std::string& remark : reading.incidents.remarks) context.say(remark);
  if (options.name.empty()) context.say(tried_sentence(reading.incidents, listed.size(), project.incidents));
  context.say(counts_sentence(reading.judged));
  if (options.exit_code && !listed.empty()) return Exit::findings;
  return reading.judged.partial ? Exit::partial : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<IncidentsOptions>();
  arguments.positional("name", options->name, "Only this one, with its cases", false);
  declare(arguments, *options, {"table", "csv", "tsv", "json", "jsonl"});
  declare_reading(arguments, *options);
  arguments.option("--since", options->since, "WHEN", "Only those of promises since then: a time, or a length of time");
  arguments.flag("--exit-code", options->exit_code, "Exit with 1 when there is one");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command incidents_command{"incidents", "Project", "List misses with one likely common cause", setup};

}  // namespace amends
