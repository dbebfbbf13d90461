#include "cmd/letter_reading.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/language/derived.h"
#include "core/ledger/open_offer.h"
#include "core/lint/lint_rules.h"

namespace amends {
namespace {

// "order.items[0].name" by the path that templates read it by, "order.items[].name".
struct NamedFact {
  std::string path, name;
  Value value;
};

void flatten(const Value& value, const std::string& path, const std::string& name, std::vector<NamedFact>& facts) {
  if (value.type == Type::record) {
    for (const auto& [key, inner] : *value.record) flatten(inner, path.empty() ? key : path + "." + key, name.empty() ? key : name + "." + key, facts);
  } else if (value.type == Type::list) {
    for (std::size_t i = 0; i < value.list->size(); ++i) flatten((*value.list)[i], path + "[]", fmt::format("{}[{}]", name, i), facts);
  } else {
    facts.push_back({path, name, value});
  }
}

// Where the words stand in the letter, as a compiler would show them.
Where place_of(const Message& message, const DraftFinding& finding) {
  const std::string& text = finding.is_in_subject ? message.subject : message.text;
  const std::size_t offset = std::min(finding.found.offset, text.size());
  Where where;
  where.file = fmt::format("{} {}", record_words(message.case_key), message.purpose);
  where.line = 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  const std::size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
  where.text = text.substr(begin, std::min(text.find('\n', offset), text.size()) - begin);
  where.column = offset - begin + 1;
  where.length = std::max<std::size_t>(1, finding.found.length);
  return where;
}

}  // namespace

LetterReader::LetterReader(const Desk& desk, const Books& books, const Project& project, Letters& letters)
    : desk_(desk), books_(books), project_(project), letters_(letters), history_(desk.said, project.shop.zone) {
  for (const NightCase& c : desk.night.cases) cases_[c.miss->key] = &c;
}

std::vector<Grant> LetterReader::told_in(const Message& message, const NightCase& c) const {
  std::vector<Grant> told;
  const auto add = [&](const std::vector<Grant>& grants) {
    for (const Grant& g : grants)
      if (std::find(message.grants.begin(), message.grants.end(), g.key) != message.grants.end()) told.push_back(g);
  };
  add(given_before(c));
  add(c.grants);
  return told;
}

const std::vector<Grant>& LetterReader::given_before(const NightCase& c) const {
  static const std::vector<Grant> nothing;
  const auto found = books_.standing.given.by_case.find(c.miss->key);
  return found == books_.standing.given.by_case.end() ? nothing : found->second;
}

LetterReading LetterReader::read(const Message& message) const {
  std::vector<const NightCase*> of;
  std::vector<std::string> keys = {message.case_key};
  for (const FurtherCase& further : message.also) keys.push_back(further.case_key);
  for (const std::string& key : keys) {
    const auto found = cases_.find(key);
    if (found == cases_.end()) return {};
    of.push_back(found->second);
  }
  std::vector<std::vector<Grant>> told;
  for (const NightCase* c : of) told.push_back(told_in(message, *c));
  LetterInput input{project_, {}, desk_.judged.judgement.as_of, history_.apologies_to(message.person), {}};
  for (std::size_t i = 0; i < of.size(); ++i) {
    const NightCase& c = *of[i];
    input.cases.push_back({*c.miss, told[i], !c.accruing.empty(), open_offer(c.decision, given_before(c), c.grants),
                           history_.first_told(c.miss->key), history_.gravest_told(c.miss->key), is_something_held(given_before(c)) || is_something_held(c.grants)});
  }
  const Miss& first = *of.front()->miss;
  const RuleFacts rule_facts(first, project_, history_.gravest_told(first.key));
  const MessageRule* rule = message_rule(project_.messages, message.purpose, rule_facts.facts(), message.also.empty() ? RuleFor::message : RuleFor::several).rule;
  const LegalDuty duty = legal_duty(input, rule, message.locale);
  input.legal = duty.sentences;
  input.locale = message.locale;
  const LetterFacts facts = letter_facts(input);
  return {facts_read(message, rule, facts.record, first.zone), lint_draft(message, facts_of_draft(input, facts.record), duty)};
}

// Of a template that is not known all there are.
std::vector<std::pair<std::string, std::string>> LetterReader::facts_read(const Message& message, const MessageRule* rule, const Value& record, const Zone& zone) const {
  std::set<std::string> paths;
  if (const LetterTemplate* letter = rule == nullptr ? nullptr : letters_.find(rule->template_name, message.locale, message.channel))
    for (const Template* part : letter->parts())
      for (const TemplatePath& path : part->paths()) paths.insert(path.path);
  std::vector<NamedFact> all;
  flatten(record, "", "", all);
  std::vector<std::pair<std::string, std::string>> facts;
  for (const NamedFact& fact : all)
    if (fact.value.is_known() && (paths.empty() || paths.contains(fact.path))) facts.emplace_back(fact.name, print(fact.value, zone));
  return facts;
}

Findings findings_in(const Message& message, const std::vector<DraftFinding>& findings) {
  Findings found;
  for (const DraftFinding& f : findings) {
    const LintRule& rule = *lint_rule(f.found.code);
    found.push_back({place_of(message, f), rule.severity, rule.code, finding_words(f), rule.hint, {}, message.record_id});
  }
  return found;
}

}  // namespace amends
