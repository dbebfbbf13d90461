// amends lint: faults in configuration, calendars, policy and templates, without running anything.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/findings.h"
#include "cmd/lint_letters.h"
#include "cmd/own_files.h"
#include "cmd/sentences.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/judging/miss.h"
#include "core/letters/letter_facts.h"
#include "core/mail/header.h"
#include "io/mail/letter_files.h"
#include "io/records/preset.h"

namespace amends {
namespace {

bool has_source(const Project& project, RecordKind kind) {
  return std::any_of(project.sources.begin(), project.sources.end(), [&](const SourceSpec& s) { return s.kind == kind; });
}

bool can_be_scanned(const std::string& name) {
  return name == "delivered_at" || name == "shipped_at" || name == "first_attempt_at" || name == "status";
}

// Whether some source's preset or mapping can tell an order-level fact, or its events can.
bool can_be_told(const Project& project, const std::string& name) {
  return std::any_of(project.sources.begin(), project.sources.end(), [&](const SourceSpec& spec) {
    if (spec.columns.contains(name)) return true;
    const PresetPart& part = preset_named(spec.preset, spec.where).part(spec.kind);
    const bool has_events = spec.kind == RecordKind::event || part.fold == RecordKind::event;
    if (has_events && can_be_scanned(name)) return true;
    return std::any_of(part.columns.begin(), part.columns.end(), [&](const auto& column) { return column.first == name; });
  });
}

std::set<std::string> guaranteed_facts(const Project& project) {
  std::vector<Slot> slots;
  for (const Guarantee& guarantee : project.guarantees) collect(guarantee, slots, project.schema);
  std::set<std::string> names;
  for (const Slot slot : with_derived(slots, project.derived))
    if (slot != no_slot) names.insert(project.schema.at(slot).name);
  return names;
}

void find_lacking_facts(const Project& project, Findings& findings) {
  const std::set<std::string> needed = guaranteed_facts(project);
  for (const SourceSpec& spec : project.sources)
    for (const auto& [field, advice] : preset_named(spec.preset, spec.where).part(spec.kind).lacks)
      if (needed.contains(field) && !can_be_told(project, field))
        findings.push_back({spec.where, "warning", "lacks", fmt::format("the preset {} has no {}", spec.preset, field), advice});
}

// A policy alone judges plain facts: compensate --facts.
bool is_policy_alone(const Project& project) {
  return project.sources.empty() && project.guarantees.empty() && project.messages.empty() && !project.policy.tables.empty();
}

void find_missing_sources(const Project& project, Findings& findings) {
  if (is_policy_alone(project)) return;
  if (!project.sources.empty() && !can_be_told(project, "status"))
    findings.push_back({{project.file}, "warning", "no-status", "no source tells a status", "an order that was called off would look overdue: map status under [sources.orders] columns"});
  if (!has_source(project, RecordKind::order))
    findings.push_back({{project.file}, "error", "no-orders", "there is no source of orders", "write [sources.orders] path = \"exports/orders-*.csv\""});
  if (project.guarantees.empty())
    findings.push_back({{project.file}, "error", "no-guarantee", "there is no guarantee: nothing can be missed", "write [[guarantee]]; man amends.toml shows one"});
  if (project.policy.tables.empty())
    findings.push_back({{project.file}, "warning", "no-policy", "there is no policy: nothing is ever owed", "write [policy.delay]; man amends-policy shows one"});
  if (project.messages.empty())
    findings.push_back({{project.file}, "warning", "no-letter", "there is no [[message]]: nobody is written to", "write [[message]] purpose = \"notice\", template = \"late\""});
}

// A sum that grows with the days and has no end.
void find_endless_accrual(const Project& project, Findings& findings) {
  for (const PolicyTable& table : project.policy.tables)
    for (const Rule& rule : table.rules)
      for (const RemedyRule& remedy : rule.give)
        if (remedy.per && !remedy.amounts.max && !table.amounts.max)
          findings.push_back({remedy.where, "error", "endless", fmt::format("{} per {} grows without end", remedy.kind, *remedy.per),
                              "write max = \"50%\" or an amount; max = \"null\" says that no limit is meant"});
}

// Where none is near, those beside it are listed: of order.number all of order.
std::string names_like(const std::string& path, const Schema& schema, bool several) {
  const std::string_view beside = std::string_view(path).substr(0, path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1);
  std::vector<std::string> names;
  for (const LetterFactName& name : letter_fact_names(schema, several))
    if (name.path.starts_with(beside) && name.path.find('.', beside.size()) == std::string::npos && !name.path.ends_with(']'))
      names.push_back(name.path);
  return suggestion(path, names);
}

// Several letters share their parts.
bool is_same(const Finding& a, const Finding& b) {
  return a.where.file == b.where.file && a.where.line == b.where.line && a.where.column == b.where.column && a.message == b.message;
}

void find_in_letter(const Project& project, Letters& letters, const MessageRule& rule, const std::string& locale, Findings& findings) {
  try {
    const LetterTemplate* letter = letters.find(rule.template_name, locale, rule.channel);
    if (letter == nullptr) {
      findings.push_back({rule.where, "error", "no-template", fmt::format("there is no template {} for {}", rule.template_name, locale),
                          fmt::format("write templates/{}/{}", locale, rule.file_name())});
      return;
    }
    const auto add = [&](Finding finding) {
      if (std::find_if(findings.begin(), findings.end(), [&](const Finding& f) { return is_same(f, finding); }) == findings.end())
        findings.push_back(std::move(finding));
    };
    for (const TemplatePath& path : unknown_paths(*letter, project.schema, rule.several))
      add({path.where(), "error", "no-such-fact", fmt::format("a letter {}has no {}", rule.several ? "of several orders " : "", path.path), names_like(path.path, project.schema, rule.several)});
    for (const TemplatePath& path : doubtful_paths(*letter, rule, project))
      add({path.where(), "warning", "doubtful-fact", fmt::format("not every case has {}: a letter without it is put aside", path.path),
           fmt::format("test it with {{% if {0} %}} or give it a default; or let the rule ask for it", path.path)});
    for (Finding& finding : found_in_words(project, rule, *letter, locale)) add(std::move(finding));
    for (Finding& finding : found_for_law(project, rule, *letter, locale)) add(std::move(finding));
  } catch (const Error& fault) {
    findings.push_back({fault.where, "error", "letter", fault.message, fault.hint});
  }
}

// Every letter would be put aside for it.
void find_unfit(const Project& project, const std::string& name, Findings& findings) {
  try {
    require_fit("the name of the shop or of who signs", name);
  } catch (const Error& fault) {
    findings.push_back({{project.file}, "error", "bad-name", fault.message, fault.hint});
  }
}

void find_in_letters(const Project& project, Letters& letters, Findings& findings) {
  if (project.messages.empty()) return;
  if (project.shop.signatory.email.empty() && project.shop.email.empty())
    findings.push_back({{project.file}, "error", "no-sender", "letters have no sender", "write signatory = { name = \"Maya Chen\", email = \"maya@shop.example\" } under [shop]"});
  for (const std::string& name : {project.shop.name, project.shop.signatory.name}) find_unfit(project, name, findings);
  std::string why;
  for (const std::string& address : {project.shop.signatory.email, project.shop.email})
    if (!address.empty() && !usable_address(address, why))
      findings.push_back({{project.file}, "error", "bad-address", fmt::format("{} is no address letters can come from: {}", quoted(address), why), "write name@shop.example"});
  for (const MessageRule& rule : project.messages) find_in_letter(project, letters, rule, project.shop.locale, findings);
}

// What is odd in a calendar, and one whose holidays are soon not known any more.
void find_in_calendars(const Project& project, Instant as_of, Findings& findings) {
  constexpr std::int32_t soon = 60;
  for (const auto& [name, calendar] : project.calendars) {
    for (const Oddity& odd : calendar.odd) findings.push_back({odd.where, "warning", "calendar", odd.message, odd.hint});
    const Date today = calendar.zone.date_at(as_of);
    if (!calendar.has_end() || calendar.knows(today, Date{today.days + soon})) continue;
    findings.push_back({calendar.where, "warning", "horizon", fmt::format("calendar {} knows {}, and today is {}", name, calendar.known_words(), print_day(today)),
                        "give it the holidays of the next year: what falls on days it does not know cannot be judged"});
  }
}

// An exception whose last day has passed gives nothing any more; cases still to be decided may have been due before.
void find_expired(const Project& project, Instant as_of, Findings& findings) {
  const Date today = project.shop.zone.date_at(as_of);
  for (const StandFirm& exception : project.stand_firm)
    if (exception.until < today)
      findings.push_back({exception.where, "warning", "expired", fmt::format("stand_firm {} ended on {}: no case due later is withheld by it", quoted(exception.name), print(exception.until)),
                          "take it out, or write a later until"});
}

void sort_by_weight(Findings& findings) {
  const auto weight = [](const Finding& f) { return f.severity == "error" ? 0 : f.severity == "warning" ? 1 : 2; };
  std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) { return weight(a) < weight(b); });
}

bool is_blemish(const Finding& finding) { return finding.severity != "note"; }

Findings all_findings(const Options& options, const Clock& clock, std::string& checked) {
  try {
    const std::unique_ptr<Project> project = open_project(options.config);
    refuse_outputs({{"--output", options.output}}, own_files(*project));
    checked = fmt::format("{}: {}, {}, {}", project->file, counted(project->guarantees.size(), "guarantee", "guarantees"),
                          counted(project->policy.tables.size(), "policy table", "policy tables"),
                          counted(project->messages.size(), "letter rule", "letter rules"));
    return findings_in(*project, as_of_option(options.as_of, *project, clock));
  } catch (const Error& fault) {
    if (fault.where.line == 0) throw;
    refuse_outputs({{"--output", options.output}}, {{config_file(options.config), "the project file"}, {fault.where.file, "a file of the project"}});
    return {{fault.where, "error", "project", fault.message, fault.hint}};
  }
}

struct LintCommand : Options {
  std::string letter, rule;
};

Findings findings_in_letters(const LintCommand& options, std::string& checked) {
  refuse_outputs({{"--output", options.output}}, {{options.letter, "the letter"}});
  LintedLetters linted = lint_letters(options.letter);
  checked = fmt::format("{}: {}", options.letter == "-" ? "stdin" : options.letter, counted(linted.letters, "letter", "letters"));
  return std::move(linted.findings);
}

Exit print_rule(const LintCommand& options) {
  Output out(options.output);
  out.write(explained(options.rule));
  out.close();
  return Exit::ok;
}

Exit run(const LintCommand& options, const Clock& clock) {
  if (!options.rule.empty()) return print_rule(options);
  std::string checked;
  const bool is_project = options.letter.empty();
  Findings findings = is_project ? all_findings(options, clock, checked) : findings_in_letters(options, checked);
  if (is_project) sort_by_weight(findings);
  const bool is_clean = std::none_of(findings.begin(), findings.end(), is_blemish);
  const std::string format = options.format.empty() ? "text" : options.format;
  Output out(options.output);
  out.write(printed(findings, format));
  if (format == "text" && is_clean) out.write(fmt::format("{}, nothing {}\n", checked, findings.empty() ? "to say" : "wrong"));
  out.close();
  return is_clean ? Exit::ok : Exit::findings;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<LintCommand>();
  arguments.option("-c,--config", options->config, "FILE", "The project file; default: amends.toml here or in a parent folder");
  arguments.option("--as-of", options->as_of, "TIME", "Look at calendars as things stood then; default: now");
  arguments.choice("--format", options->format, {"text", "csv", "tsv", "json", "jsonl"}, "How to print");
  arguments.option("-o,--output", options->output, "FILE", "Write there instead of stdout");
  arguments.option("--letter", options->letter, "FILE", "Find faults in letters of any origin instead; -: stdin");
  arguments.option("--explain", options->rule, "CODE", "Say why a rule of lint exists, and nothing else");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

Findings findings_in(const Project& project, Instant as_of, LintPart wanted) {
  Findings findings;
  Letters letters(template_files(project));
  const auto look = [&](LintPart part, const auto& find) {
    if (wanted == LintPart::all || wanted == part) find();
  };
  look(LintPart::project, [&] { find_missing_sources(project, findings); });
  look(LintPart::sources, [&] { find_lacking_facts(project, findings); });
  look(LintPart::sources, [&] { find_in_headers(project, findings); });
  look(LintPart::policy, [&] { find_endless_accrual(project, findings); });
  look(LintPart::letters, [&] { find_in_letters(project, letters, findings); });
  look(LintPart::letters, [&] { find_in_languages(project, letters, findings); });
  look(LintPart::policy, [&] { find_in_policy(project, letters, findings); });
  look(LintPart::calendars, [&] { find_in_calendars(project, as_of, findings); });
  look(LintPart::project, [&] { find_in_carriers(project, findings); });
  look(LintPart::policy, [&] { find_expired(project, as_of, findings); });
  return findings;
}

const Command lint_command{"lint", "Project", "Find faults in configuration, calendars, policy and letters", setup};

}  // namespace amends
