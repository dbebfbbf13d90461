#include "core/letters/draft_lint.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/lint/lint_rules.h"
#include "core/time/locale.h"

namespace amends {
namespace {

std::int64_t hundredths(const Ratio& units) {
  return whole_of(rounded(units * Ratio(100), Rounding::half_up, Ratio(1)));
}

SpokenDate spoken(Date date) {
  const YearMonthDay day = civil(date);
  return {day.year, day.month, day.day, 0, false};
}

std::string_view text_of(const Value& value) { return value.type == Type::string ? value.text : std::string_view{}; }

const Value& member(const Value& record, std::string_view name) {
  static const Value nothing = Value::null();
  if (record.type != Type::record) return nothing;
  for (const auto& [key, value] : *record.record)
    if (key == name) return value;
  return nothing;
}

// Every amount and date a letter may read, whatever they are of.
class CaseFigures {
 public:
  CaseFigures(const Zone& zone, DecisionFacts& facts) : zone_(zone), facts_(facts) {}

  void collect(const Value& value) {
    switch (value.type) {
      case Type::money: facts_.prices.insert(hundredths(value.ratio)); break;
      case Type::date: facts_.other_dates.push_back(spoken(value.date())); break;
      case Type::instant: facts_.other_dates.push_back(spoken(zone_.date_at(value.instant()))); break;
      case Type::list:
        for (const Value& item : *value.list) collect(item);
        break;
      case Type::record:
        for (const auto& [name, inner] : *value.record) collect(inner);
        break;
      default: break;
    }
  }

 private:
  const Zone& zone_;
  DecisionFacts& facts_;
};

bool is_told(const Grant& grant) { return grant.state == GrantState::granted || grant.state == GrantState::issued; }

bool is_amount_alone(const Grant& grant) { return grant.money && grant.what.empty(); }

// Each amount, the sum of each case, and the sum of all.
void add_amounts(const LetterInput& input, DecisionFacts& facts) {
  facts.amounts = {0};
  facts.gives_nothing = true;
  std::int64_t all = 0;
  for (const LetterCase& one : input.cases) {
    std::int64_t sum = 0;
    for (const Grant& grant : one.told) {
      if (!is_told(grant)) continue;
      facts.gives_only_money = is_amount_alone(grant) && (facts.gives_nothing || facts.gives_only_money);
      facts.gives_nothing = false;
      facts.gives_voucher = facts.gives_voucher || grant.kind == "voucher" || grant.kind == "credit" || grant.kind == "gift" || grant.kind == "points";
      if (!grant.money) continue;
      const std::int64_t amount = hundredths(units(*grant.money));
      facts.amounts->insert(amount);
      sum += amount;
    }
    facts.amounts->insert(sum);
    all += sum;
  }
  facts.amounts->insert(all);
}

// What several orders get as one sum.
void add_together(const Value& letter_facts, DecisionFacts& facts) {
  const Value& together = member(letter_facts, "together");
  if (together.type != Type::list) return;
  for (const Value& one : *together.list) {
    facts.amounts->insert(hundredths(member(one, "amount").ratio));
    for (const Value& part : *member(one, "parts").list) facts.amounts->insert(hundredths(member(part, "amount").ratio));
  }
}

void add_clock(const Miss& miss, DecisionFacts& facts) {
  if (!miss.due.is_none()) facts.promised = spoken(miss.due_date);
  if (!miss.met.is_none()) facts.met = spoken(miss.met.is_date() ? miss.met.date() : miss.zone.date_at(miss.met.instant()));
}

// What the customer may choose is promised like what is given, and may be a thing.
void add_choice(const Value& of_case, DecisionFacts& facts) {
  const Value& options = member(member(of_case, "choice"), "options");
  if (options.type != Type::list) return;
  for (const Value& option : *options.list)
    if (const Value& amount = member(option, "amount"); amount.type == Type::money) facts.amounts->insert(hundredths(amount.ratio));
  facts.gives_nothing = false;
  facts.gives_only_money = false;
}

// Of a letter about several orders the reasons of each, and whether it is the second time for one.
void add_history(const Value& letter_facts, DecisionFacts& facts) {
  if (const std::string_view told = text_of(member(member(letter_facts, "cause"), "told")); !told.empty()) facts.told.emplace_back(told);
  const Value& before = member(member(letter_facts, "miss"), "misses_before");
  if (before.type == Type::number) facts.second = facts.second.value_or(false) || before.ratio > Ratio(0);
}

void add_shop(const Shop& shop, DecisionFacts& facts) {
  facts.signatory = shop.signatory.name;
  if (!shop.phone.empty()) facts.phones = {shop.phone};
  for (const std::string& email : {shop.signatory.email, shop.email})
    if (!email.empty()) facts.emails.push_back(email);
  if (!shop.hours.empty()) facts.hours = {shop.hours};
}

std::vector<DraftFinding> missing_sentences(const Message& message, const LegalDuty& duty) {
  std::vector<DraftFinding> findings;
  for (const std::string& sentence : duty.sentences)
    if (!place_of(message.text, sentence))
      findings.push_back({{"missing_legal", 0, message.text.find('\n'), fmt::format("the letter does not say \"{}\"", sentence)}});
  return findings;
}

// A text message has no room to sign and tell.
bool is_asked_of(const Message& message, const DraftFinding& finding) {
  if (puts_aside(finding)) return true;
  const std::string& code = finding.found.code;
  return message.channel == Channel::email && is_asked_of_purpose(message.purpose, code);
}

}  // namespace

bool is_asked_of_purpose(std::string_view purpose, std::string_view code) {
  const bool is_apology = purpose == purpose::notice || purpose == purpose::resolved || purpose == purpose::incident;
  return is_apology || (code != "no_responsibility" && code != "no_account" && code != "no_repair");
}

DecisionFacts facts_of_draft(const LetterInput& input, const Value& letter_facts) {
  DecisionFacts facts;
  const Miss& miss = input.cases.front().miss;
  const Value& customer = member(letter_facts, "customer");
  facts.customer = std::string(text_of(member(customer, "name")));
  const std::string_view first = text_of(member(customer, "first_name"));
  if (facts.customer.find(first) == std::string::npos) facts.customer = fmt::format("{}{}{}", first, facts.customer.empty() ? "" : " ", facts.customer);
  add_shop(input.project.shop, facts);
  if (const std::string_view hours = text_of(member(member(letter_facts, "shop"), "hours")); !hours.empty()) facts.hours.emplace_back(hours);
  if (const std::string_view email = text_of(member(customer, "email")); !email.empty() && !facts.emails.empty()) facts.emails.emplace_back(email);
  add_amounts(input, facts);
  add_together(letter_facts, facts);
  // Of several orders each date may be that of any: what belongs to which is not told apart.
  if (!input.is_of_several()) {
    facts.order = miss.record_id;
    add_clock(miss, facts);
  }
  add_history(letter_facts, facts);
  add_choice(letter_facts, facts);
  if (const Value& orders = member(letter_facts, "orders"); input.is_of_several() && orders.type == Type::list)
    for (const Value& order : *orders.list) {
      add_history(order, facts);
      add_choice(order, facts);
    }
  CaseFigures(miss.zone, facts).collect(letter_facts);
  return facts;
}

LegalDuty legal_duty(const LetterInput& input, const MessageRule* rule, const std::string& locale) {
  LegalDuty duty;
  if (rule != nullptr) add_duty(rule->legal, locale, duty);
  const auto add = [&](const Grant& grant) {
    for (const PolicyTable& table : input.project.policy.tables) {
      if (table.name != grant.table) continue;
      add_duty(table.legal, locale, duty);
      for (const Rule& given : table.rules)
        if (given.name == grant.rule) add_duty(legal_of(given, grant.kind, grant.what), locale, duty);
    }
  };
  for (const LetterCase& one : input.cases)
    for (const Grant& grant : one.told)
      if (is_told(grant)) add(grant);
  return duty;
}

std::vector<DraftFinding> lint_draft(const Message& message, const DecisionFacts& case_facts, const LegalDuty& duty) {
  std::vector<DraftFinding> findings;
  if (duty.is_untranslated)
    findings.push_back({{"missing_legal", 0, message.text.find('\n'), fmt::format("the sentences that the law asks for are not given in {}", message.locale)}});
  const std::string language = language_of(message.locale);
  if (lint_words(language) == nullptr) {
    const std::vector<DraftFinding> missing = missing_sentences(message, duty);
    findings.insert(findings.end(), missing.begin(), missing.end());
    return findings;
  }
  DecisionFacts facts = case_facts;
  facts.legal = duty.sentences;
  // A subject is no letter: only what it tells must be true.
  for (LetterFinding& found : lint_letter(message.subject, language, facts).findings)
    if (found.code == "wrong_fact") findings.push_back({std::move(found), true});
  for (LetterFinding& found : lint_letter(message.text, language, facts).findings) findings.push_back({std::move(found)});
  std::erase_if(findings, [&](const DraftFinding& f) { return !is_asked_of(message, f); });
  return findings;
}

bool puts_aside(const DraftFinding& finding) {
  const std::string& code = finding.found.code;
  return code == "wrong_fact" || code == "missing_legal";
}

std::string finding_words(const DraftFinding& finding) {
  const LetterFinding& found = finding.found;
  return (finding.is_in_subject ? "in the subject, " : "") + (found.detail.empty() ? lint_rule(found.code)->message : found.detail);
}

std::string reason_words(const Unwritten& unwritten) {
  return unwritten.code.empty() ? unwritten.reason : fmt::format("{} [{}]", unwritten.reason, unwritten.code);
}

}  // namespace amends
