// What doctor says about the project file and what stands in it: lint in few words, and how far calendars reach.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/checkup.h"
#include "cmd/findings.h"
#include "cmd/sentences.h"

namespace amends {
namespace {

constexpr std::int32_t days_ahead = 90;  // holidays have to be known for: promises are made so far ahead

Verdict verdict_of(const Findings& findings) {
  const auto has = [&](const char* severity) { return std::any_of(findings.begin(), findings.end(), [&](const Finding& f) { return f.severity == severity; }); };
  return has("error") ? Verdict::wrong : has("warning") ? Verdict::look : Verdict::ok;
}

const Finding& gravest(const Findings& findings) {
  for (const char* severity : {"error", "warning"})
    for (const Finding& finding : findings)
      if (finding.severity == severity) return finding;
  return findings.front();
}

// The gravest in full, the others by their number.
void check_findings(const std::string& subject, const std::string& what, Findings findings, Checkups& checkups) {
  std::erase_if(findings, [](const Finding& f) { return f.severity == "note"; });
  if (findings.empty()) return checkups.push_back({subject, Verdict::ok, what});
  const Finding& first = gravest(findings);
  Checkup checkup = wrong(subject, Error(first.where, first.message, first.hint));
  checkup.verdict = verdict_of(findings);
  if (findings.size() > 1) checkup.message += fmt::format(" ({} more: amends lint)", findings.size() - 1);
  checkups.push_back(std::move(checkup));
}

std::string rules_words(const Policy& policy) {
  std::size_t rules = 0;
  for (const PolicyTable& table : policy.tables) rules += table.rules.size();
  return fmt::format("{}, {}", counted(policy.tables.size(), "table", "tables"), counted(rules, "rule", "rules"));
}

}  // namespace

void check_configuration(const Context& context, Checkups& checkups) {
  const Project& project = *context.project;
  const auto find = [&](LintPart part) { return findings_in(project, context.as_of, part); };
  check_findings("configuration", fmt::format("{}: {}", project.file, counted(project.guarantees.size(), "guarantee", "guarantees")), find(LintPart::project), checkups);
  check_findings("columns", counted(project.sources.size(), "source", "sources"), find(LintPart::sources), checkups);
  check_findings("policy", rules_words(project.policy), find(LintPart::policy), checkups);
  check_findings("letters", counted(project.messages.size(), "letter rule", "letter rules"), find(LintPart::letters), checkups);
}

void check_calendars(const Context& context, Checkups& checkups) {
  for (const auto& [name, calendar] : context.project->calendars) {
    if (!calendar.has_end()) {
      checkups.push_back({"calendars", Verdict::ok, fmt::format("{}: every year", name)});
      continue;
    }
    const std::int32_t left = calendar.last.days - calendar.zone.date_at(context.as_of).days;
    const std::string knows = fmt::format("{} knows {}", name, calendar.known_words());
    const std::string hint = left < days_ahead ? "give it the holidays of the next year: what falls on days it does not know cannot be judged" : "";
    const std::string reach = left < 0 ? ", which is over" : fmt::format(", {} more", counted(static_cast<std::size_t>(left), "day", "days"));
    checkups.push_back({"calendars", left < 0 ? Verdict::wrong : left < days_ahead ? Verdict::look : Verdict::ok, knows + reach, hint});
  }
}

}  // namespace amends
