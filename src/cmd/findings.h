// What lint has to say, from every part that looks for faults.
#pragma once
#include "core/base/finding.h"
#include "core/project.h"
#include "io/mail/letter_files.h"

namespace amends {

// Carriers that [lost] and [[transit]] name and nobody knows.
void find_in_carriers(const Project& project, Findings& findings);

// Whether the files of the sources can be opened and have the columns that reading needs, whether those a preset
// needs stand in their headers, and whether a file without a preset looks like one. Reads the beginning of each file alone.
void find_in_headers(const Project& project, Findings& findings);

// What can be proved of the policy, each with a case that shows it. `letters`: of the shop's locale, to see which
// speak of remedies.
void find_in_policy(const Project& project, Letters& letters, Findings& findings);

// All of it, or of one part of the project, in the order lint looks.
enum class LintPart { all, project, sources, calendars, policy, letters };
Findings findings_in(const Project& project, Instant as_of, LintPart part = LintPart::all);

// For people, or as CSV, TSV, JSON by its schema.
std::string printed(const Findings& findings, const std::string& format);

// Why the rule of this code exists (templates/lint/rules.tsv). An unknown code is an Error that names the nearest.
std::string explained(const std::string& code);

}  // namespace amends
