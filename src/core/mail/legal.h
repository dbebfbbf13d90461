// Sentences that a letter must hold by law, by language: legal = { en = "...", de = ["...", "..."] } of a [[message]],
// a policy table or a remedy. Whoever is given something under a table is told its sentences.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/base/node.h"

namespace amends {

using LegalSentences = std::map<std::string, std::vector<std::string>>;  // by language, or locale
LegalSentences read_legal(const Node& node);

struct LegalDuty {
  std::vector<std::string> sentences;  // each once
  bool is_untranslated = false;        // some are given, but not in this language
};
// Adds those of the locale, "de-AT" before "de".
void add_duty(const LegalSentences& legal, const std::string& locale, LegalDuty& duty);

}  // namespace amends
