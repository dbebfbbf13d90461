// Templates read as the letters they become, for invented cases their message rule takes.
#include <set>

#include <fmt/format.h>

#include "cmd/lint_letters.h"
#include "core/base/text.h"
#include "core/letters/draft_lint.h"
#include "core/letters/letter_facts.h"
#include "core/letters/letter_sample.h"
#include "core/lint/letter_lint.h"
#include "core/lint/lint_rules.h"
#include "core/mail/sms.h"
#include "core/time/locale.h"
#include "io/mail/letter_files.h"
#include "io/records/input_file.h"

namespace amends {
namespace {

class TemplateReading {
 public:
  TemplateReading(const Project& project, const MessageRule& rule) : project_(project), rule_(rule) {}

  Findings read(const LetterTemplate& letter, const std::string& locale) {
    const std::string language = language_of(letter.locale);
    const bool is_read = rule_.channel == Channel::email && lint_words(language) != nullptr;
    if (!is_read && rule_.channel != Channel::sms) return {};
    for (const SampleCase& kind : sample_cases(project_)) {
      if (!is_taken(kind)) continue;
      for (SampleCase& sample : told_before(kind, rule_.purpose)) {
        const auto words = written(letter, sample, locale);
        if (!words) continue;
        if (is_read) find_in(words->text, language, sample);
        else measure(words->text, sample);
      }
    }
    return std::move(findings_);
  }

 private:
  // The rule is not false of it, and its moment can come.
  bool is_taken(const SampleCase& sample) const {
    if (rule_.purpose == "resolved" && !sample.miss.closed) return false;
    const RuleChoice choice = message_rule({rule_}, rule_.purpose, sample.miss.facts, asked_for(rule_));
    return choice.rule != nullptr || !choice.missing.empty();
  }

  // Nullopt: this case gets no such letter, or other findings say what is wrong with the template.
  std::optional<Words> written(const LetterTemplate& letter, SampleCase& sample, const std::string& locale) const {
    try {
      LetterInput input{project_, {sample.letter_case()}, sample.as_of, sample.before};
      const SampleCase second = another_order(sample);
      if (rule_.several) {
        input.cases.push_back(second.letter_case());
        sample.decision.order.clear();
        const std::set<std::int64_t> each = *sample.decision.amounts;
        for (const std::int64_t amount : each) sample.decision.amounts->insert(2 * amount);
      }
      input.locale = locale;
      const LetterFacts facts = letter_facts(input);
      return write(letter, facts.record, LetterLocale{locale, sample.miss.zone});
    } catch (const Held&) {
      return std::nullopt;
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  // Each segment is paid for, and those of several may arrive apart.
  void measure(const std::string& text, const SampleCase& sample) {
    const SmsSize size = sms_size(as_sms(text));
    if (size.segments < 2 || !seen_.insert(std::to_string(size.segments)).second) return;
    const bool is_too_long = size.segments > most_segments;
    const std::string why = size.is_gsm ? "" : fmt::format(", since {} is not in the alphabet of text messages", quoted(size.beyond));
    findings_.push_back({rule_.where, is_too_long ? "error" : "note", "long-sms", fmt::format("the SMS {} of kind {} takes {}{}", rule_.template_name, name_of(sample.miss.kind), words_of(size), why),
                         fmt::format("160 characters of the GSM alphabet, or 70 others, are one segment; {} are the most", most_segments)});
  }

  void find_in(const std::string& text, const std::string& language, const SampleCase& sample) {
    for (const LetterFinding& found : lint_letter(text, language, sample.decision).findings) {
      if (!is_asked_of_purpose(rule_.purpose, found.code)) continue;
      const std::string words = text.substr(found.offset, found.length);
      if (!seen_.insert(found.code + "\n" + words).second) continue;
      const LintRule& rule = *lint_rule(found.code);
      findings_.push_back({place_of_words(words, language), rule.severity, rule.code,
                           fmt::format("the letter {} to a {} order: {}", rule_.template_name, spoken(sample), found.detail.empty() ? rule.message : found.detail), rule.hint});
    }
  }

  static std::string spoken(const SampleCase& sample) {
    std::string kind(name_of(sample.miss.kind));
    for (char& c : kind)
      if (c == '_') c = ' ';
    return kind;
  }

  // Where the template says so itself, there; where a fact or a part does, the rule.
  Where place_of_words(const std::string& words, const std::string& language) const {
    const auto file = template_files(project_)(language + "/" + rule_.file_name());
    const std::size_t at = file == nullptr ? std::string::npos : file->text.find(words);
    return at == std::string::npos ? rule_.where : where_at(file->name, file->text, at, words.size());
  }

  const Project& project_;
  const MessageRule& rule_;
  Findings findings_;
  std::set<std::string> seen_;  // a letter says it of several cases
};

}  // namespace

Findings found_in_words(const Project& project, const MessageRule& rule, const LetterTemplate& letter, const std::string& locale) {
  return TemplateReading(project, rule).read(letter, locale);
}

}  // namespace amends
