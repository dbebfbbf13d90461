// amends lint --letter, and templates read as letters.
#pragma once
#include <string>

#include "cmd/findings.h"

namespace amends {

// What was found in the letters of one file ("-": stdin), and how many there were.
struct LintedLetters {
  Findings findings;
  std::size_t letters = 0;
};
// A file is one letter, or several, each below a header between two +++ lines that tells what was decided (TOML), or
// the lines amends draft prints into a pipe. Throws Error for a header or a language that cannot be read.
LintedLetters lint_letters(const std::string& path);

// What the letters of a template say that they should not, or do not say that they should, of invented cases.
Findings found_in_words(const Project& project, const MessageRule& rule, const LetterTemplate& letter, const std::string& locale);

// The sentences that `legal` asks for and a letter of the template would not say, in any language.
Findings found_for_law(const Project& project, const MessageRule& rule, const LetterTemplate& letter, const std::string& locale);

// Letters that have no template in a language of the shop's customers, and forms of the plural that a language needs and a
// template lacks.
void find_in_languages(const Project& project, Letters& letters, Findings& findings);

}  // namespace amends
