// Letters that would be put aside for want of a sentence that the law asks for, found on invented cases.
#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "cmd/lint_letters.h"
#include "core/base/text.h"
#include "core/language/derived.h"
#include "core/letters/draft_lint.h"
#include "core/letters/letter_sample.h"

namespace amends {
namespace {

using IsGiven = std::function<bool(const FactSource&)>;

class LegalReading {
 public:
  LegalReading(const Project& project, const MessageRule& rule, const LetterTemplate& letter, const std::string& locale)
      : project_(project), rule_(rule), letter_(letter), locale_(locale) {}

  Findings read() {
    look_for(rule_.legal, "", [](const FactSource&) { return true; });
    for (const PolicyTable& table : project_.policy.tables) {
      look_for(table.legal, fmt::format(" where policy.{} gives something", table.name), [&](const FactSource& facts) {
        return std::any_of(table.rules.begin(), table.rules.end(), [&](const Rule& rule) { return !rule.give.empty() && may_hold(table, rule, facts); });
      });
      for (const Rule& rule : table.rules)
        for (const RemedyRule& remedy : rule.give)
          look_for(remedy.legal, fmt::format(" where policy.{}/{} gives something", table.name, rule.name), [&](const FactSource& facts) { return may_hold(table, rule, facts); });
    }
    return std::move(findings_);
  }

 private:
  static bool may_hold(const PolicyTable& table, const Rule& rule, const FactSource& facts) {
    return holds(table.when, facts) != Truth::no && holds(rule.when, facts) != Truth::no;
  }

  // `where`: what gives the remedies whose letters must say it.
  void look_for(const LegalSentences& legal, const std::string& where, const IsGiven& is_given) {
    LegalDuty duty;
    add_duty(legal, locale_, duty);
    if (duty.is_untranslated) add(fmt::format("the letter {} has no legal sentences in {}{}", rule_.template_name, locale_, where), "add them to legal by this language");
    if (duty.sentences.empty()) return;
    for (const SampleCase& sample : sample_cases(project_)) {
      if (!is_taken(sample) || !is_given(DerivedFacts(sample.miss.facts, project_.derived))) continue;
      const std::optional<std::string> text = written(sample, duty.sentences);
      for (const std::string& sentence : duty.sentences)
        if (text && !place_of(*text, sentence))
          add(fmt::format("the letter {} does not say {}{}", rule_.template_name, quoted(sentence), where),
              "copy the sentence in as it stands, or {% for sentence in legal %}{{ sentence }} {% endfor %}");
    }
  }

  bool is_taken(const SampleCase& sample) const {
    const RuleChoice choice = message_rule({rule_}, rule_.purpose, sample.miss.facts, asked_for(rule_));
    return choice.rule != nullptr || !choice.missing.empty();
  }

  // Nullopt: this case gets no such letter, or other findings say what is wrong with the template.
  std::optional<std::string> written(const SampleCase& sample, const std::vector<std::string>& legal) const {
    try {
      LetterInput input{project_, {sample.letter_case()}, sample.as_of, sample.before, legal};
      if (rule_.several) input.cases.push_back(sample.letter_case());
      return write(letter_, letter_facts(input).record, LetterLocale{locale_, sample.miss.zone}).text;
    } catch (const Held&) {
      return std::nullopt;
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  void add(const std::string& message, const std::string& hint) {
    if (seen_.insert(message).second) findings_.push_back({rule_.where, "error", "missing_legal", message, hint});
  }

  const Project& project_;
  const MessageRule& rule_;
  const LetterTemplate& letter_;
  const std::string& locale_;
  Findings findings_;
  std::set<std::string> seen_;  // a letter lacks it in several cases
};

}  // namespace

Findings found_for_law(const Project& project, const MessageRule& rule, const LetterTemplate& letter, const std::string& locale) {
  return is_written(rule.channel) ? LegalReading(project, rule, letter, locale).read() : Findings{};
}

}  // namespace amends
