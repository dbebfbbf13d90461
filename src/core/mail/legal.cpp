#include "core/mail/legal.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/time/locale.h"

namespace amends {

LegalSentences read_legal(const Node& node) {
  constexpr const char* example = "write legal = { en = [\"You may turn to the ombudsman at any time.\"] }";
  if (!node.is_table() || node.entries.empty()) fail(node, "legal tells its sentences by language", example);
  LegalSentences legal;
  for (const Entry& entry : node.entries) {
    if (!is_known_locale(entry.key)) throw Error{where_of_key(node, entry.key), fmt::format("{} is no language", quoted(entry.key)), example};
    std::vector<std::string>& sentences = legal[entry.key];
    sentences = strings_of(entry.value, "legal");
    if (sentences.empty() || std::any_of(sentences.begin(), sentences.end(), [](const std::string& s) { return trimmed(s).empty(); }))
      fail(entry.value, "a legal sentence is empty", example);
  }
  return legal;
}

void add_duty(const LegalSentences& legal, const std::string& locale, LegalDuty& duty) {
  if (legal.empty()) return;
  for (const std::string& name : fallback_chain(locale)) {
    const auto found = legal.find(name);
    if (found == legal.end()) continue;
    for (const std::string& sentence : found->second)
      if (std::find(duty.sentences.begin(), duty.sentences.end(), sentence) == duty.sentences.end()) duty.sentences.push_back(sentence);
    return;
  }
  duty.is_untranslated = true;
}

}  // namespace amends
