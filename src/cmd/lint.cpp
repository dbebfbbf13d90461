// amends lint: faults in configuration, policy and templates, without running anything.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/findings.h"
#include "cmd/lint_letters.h"
#include "cmd/own_files.h"
#include "cmd/sentences.h"
#include "core/json.h"
#include "core/letter_facts.h"
#include "core/miss.h"
#include "core/text.h"
#include "io/letter_files.h"
#include "io/preset.h"

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
        findings.push_back({spec.where, "warning", fmt::format("the preset {} has no {}", spec.preset, field), advice});
}

void find_missing_sources(const Project& project, Findings& findings) {
  if (!project.sources.empty() && !can_be_told(project, "status"))
    findings.push_back({{project.file}, "warning", "no source tells a status", "an order that was called off would look overdue: map status under [sources.orders] columns"});
  if (!has_source(project, RecordKind::order))
    findings.push_back({{project.file}, "error", "there is no source of orders", "write [sources.orders] path = \"exports/orders-*.csv\""});
  if (project.guarantees.empty())
    findings.push_back({{project.file}, "error", "there is no guarantee: nothing can be missed", "write [[guarantee]]; man amends.toml shows one"});
  if (project.policy.tables.empty())
    findings.push_back({{project.file}, "warning", "there is no policy: nothing is ever owed", "write [policy.delay]; man amends-policy shows one"});
  if (project.messages.empty())
    findings.push_back({{project.file}, "warning", "there is no [[message]]: nobody is written to", "write [[message]] purpose = \"notice\", template = \"late\""});
}

// A sum that grows with the days and has no end.
void find_endless_accrual(const Project& project, Findings& findings) {
  for (const PolicyTable& table : project.policy.tables)
    for (const Rule& rule : table.rules)
      for (const RemedyRule& remedy : rule.give)
        if (remedy.per && !remedy.amounts.max && !table.amounts.max)
          findings.push_back({remedy.where, "error", fmt::format("{} per {} grows without end", remedy.kind, *remedy.per),
                              "write max = \"50%\" or an amount; max = \"null\" says that no limit is meant"});
}

void find_in_letter(const Project& project, Letters& letters, const MessageRule& rule, const std::string& locale, Findings& findings) {
  try {
    const LetterTemplate* letter = letters.find(rule.template_name, locale);
    if (letter == nullptr) {
      findings.push_back({rule.where, "error", fmt::format("there is no template {} for {}", rule.template_name, locale),
                          fmt::format("write templates/{}/{}.liquid", locale, rule.template_name)});
      return;
    }
    for (const TemplatePath& path : unknown_paths(*letter, project.schema))
      findings.push_back({path.where, "error", fmt::format("a letter has no {}", path.path),
                          suggestion(path.path, letter_fact_names(project.schema))});
    find_in_words(project, rule, *letter, locale, findings);
  } catch (const Error& fault) {
    findings.push_back({fault.where, "error", fault.message, fault.hint});
  }
}

void find_in_letters(const Project& project, Findings& findings) {
  if (project.messages.empty()) return;
  if (project.shop.signatory.email.empty() && project.shop.email.empty())
    findings.push_back({{project.file}, "error", "letters have no sender", "write signatory = { name = \"Maya Chen\", email = \"maya@shop.example\" } under [shop]"});
  std::string why;
  for (const std::string& address : {project.shop.signatory.email, project.shop.email})
    if (!address.empty() && !usable_address(address, why))
      findings.push_back({{project.file}, "error", fmt::format("{} is no address letters can come from: {}", quoted(address), why), "write name@shop.example"});
  Letters letters(template_files(project));
  for (const MessageRule& rule : project.messages) find_in_letter(project, letters, rule, project.shop.locale, findings);
}

Findings findings_in(const Project& project) {
  Findings findings;
  find_missing_sources(project, findings);
  find_lacking_facts(project, findings);
  find_in_headers(project, findings);
  find_endless_accrual(project, findings);
  find_in_letters(project, findings);
  return findings;
}

std::string printed(const Findings& findings, const std::string& format) {
  if (format != "text") {
    Sheet sheet{"finding", {{"file"}, {"line", "", true, true}, {"column", "", true, true}, {"severity"}, {"message"}, {"hint"}, {"code"}, {"letter"}}, {}};
    for (const Finding& f : findings)
      sheet.rows.push_back({f.where.file, std::to_string(f.where.line), std::to_string(f.where.column), f.severity, f.message, f.hint, f.code, f.letter});
    return print(sheet, format);
  }
  std::string out;
  for (const Finding& f : findings) out += describe(f.where, f.severity, f.message, f.hint);
  return out;
}

Findings all_findings(const Options& options, std::string& checked) {
  try {
    const std::unique_ptr<Project> project = open_project(options.config);
    refuse_outputs({{"--output", options.output}}, own_files(*project));
    checked = fmt::format("{}: {}, {}, {}", project->file, counted(project->guarantees.size(), "guarantee", "guarantees"),
                          counted(project->policy.tables.size(), "policy table", "policy tables"),
                          counted(project->messages.size(), "letter rule", "letter rules"));
    return findings_in(*project);
  } catch (const Error& fault) {
    if (fault.where.line == 0) throw;
    refuse_outputs({{"--output", options.output}}, {{config_file(options.config), "the project file"}, {fault.where.file, "a file of the project"}});
    return {{fault.where, "error", fault.message, fault.hint}};
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
  out.write(explained_rule(options.rule));
  out.close();
  return Exit::ok;
}

Exit run(const LintCommand& options) {
  if (!options.rule.empty()) return print_rule(options);
  std::string checked;
  const Findings findings = options.letter.empty() ? all_findings(options, checked) : findings_in_letters(options, checked);
  const std::string format = options.format.empty() ? "text" : options.format;
  Output out(options.output);
  out.write(printed(findings, format));
  const bool is_clean = std::all_of(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == "note"; });
  if (format == "text" && is_clean) out.write(checked + ", nothing to say\n");
  out.close();
  return is_clean ? Exit::ok : Exit::findings;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<LintCommand>();
  arguments.option("-c,--config", options->config, "FILE", "The project file; default: amends.toml here or in a parent folder");
  arguments.choice("--format", options->format, {"text", "csv", "tsv", "json", "jsonl"}, "How to print");
  arguments.option("-o,--output", options->output, "FILE", "Write there instead of stdout");
  arguments.option("--letter", options->letter, "FILE", "Find faults in letters of any origin instead; -: stdin");
  arguments.option("--explain", options->rule, "CODE", "Say what a rule of letters finds, why, and what to do");
  return [options](const Clock&) { return run(*options); };
}

}  // namespace

const Command lint_command{"lint", "Project", "Find faults in configuration, policy, templates and letters", setup};

}  // namespace amends
