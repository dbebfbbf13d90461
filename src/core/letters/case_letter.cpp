#include "core/letters/case_letter.h"

#include <fmt/format.h>

#include "core/base/telephone.h"
#include "core/base/text.h"
#include "core/ledger/forgotten.h"
#include "core/letters/draft_lint.h"
#include "core/letters/reach.h"
#include "core/mail/header.h"
#include "core/mail/sms.h"
#include "core/time/locale.h"

namespace amends {
namespace {

std::string_view fact_text(const Miss& miss, const Project& project, std::string_view name) {
  const Slot slot = project.schema.find(name);
  if (slot == no_slot) return {};
  const Value value = miss.facts.at(slot);
  return value.type == Type::string ? value.text : std::string_view{};
}

Unwritten unwritten(const LetterInput& input, const LetterOrder& order, std::string reason, bool call) {
  const Miss& first = input.cases.front().miss;
  return {first.key, first.record_id, order.rule.purpose, std::move(reason), call};
}

// The address as it goes on the wire; nullopt, with `why` told: nobody can be reached there.
std::optional<std::string> usable(std::string_view address, Channel channel, std::string& why) {
  if (channel == Channel::sms) return usable_telephone(address, why);
  why = "no e-mail address is known";
  return address.empty() ? std::nullopt : usable_address(address, why);
}

// A person's name with the shop's beside it: "Maya Chen (Northwind Tea)".
Mailbox sender(const Shop& shop) {
  const Person& person = shop.signatory;
  std::string name = person.name.empty() ? shop.name : fmt::format("{} ({})", person.name, shop.name);
  return {std::move(name), person.email.empty() ? shop.email : person.email};
}

// Reply-To is the person who signs.
Mailbox answers_to(const Shop& shop) {
  const Person& person = shop.signatory;
  return {person.name.empty() ? shop.name : person.name, person.email.empty() ? shop.email : person.email};
}

// The domain as it goes on the wire; a bad name or address of the shop itself is a fault of the project file.
void require_usable(Mailbox& mailbox) {
  require_fit("the name of the shop or of who signs", mailbox.name);
  std::string why;
  const auto address = usable_address(mailbox.address, why);
  if (!address)
    throw Error{Where{}, fmt::format("letters have no sender: {}", why), "set signatory.email in [shop]"};
  mailbox.address = *address;
}

void tell_of(const LetterCase& one, Message& m) {
  for (const Grant& grant : one.told)
    if (grant.state == GrantState::granted || grant.state == GrantState::issued) m.grants.push_back(grant.key);
}

Message addressed(const LetterInput& input, const LetterOrder& order, std::string to) {
  const Miss& miss = input.cases.front().miss;
  Message m;
  m.key = fmt::format("{}/{}/{}", miss.key, order.rule.purpose, order.revision);
  m.case_key = miss.key;
  m.record_id = miss.record_id;
  m.purpose = order.rule.purpose;
  m.channel = order.rule.channel;
  m.revision = order.revision;
  m.person = miss.person;
  m.automatic = order.automatic;
  m.open = !miss.closed;
  m.from = sender(input.project.shop);
  m.reply_to = answers_to(input.project.shop);
  require_usable(m.from);
  require_usable(m.reply_to);
  m.to = {nfc(fact_text(miss, input.project, "customer_name")), std::move(to)};
  m.message_id = message_id(order.key, miss.key, m.purpose, m.revision, m.from.address);
  for (const LetterCase& one : input.cases) tell_of(one, m);
  for (std::size_t i = 1; i < input.cases.size(); ++i) {
    const Miss& further = input.cases[i].miss;
    m.also.push_back({further.key, further.record_id, !further.closed});
  }
  return m;
}

// A text of more segments arrives in pieces, out of order, and is no text message any more.
std::optional<std::string> fault_of_length(std::string_view text) {
  const SmsSize size = sms_size(text);
  if (size.segments <= most_segments) return std::nullopt;
  const std::string why = size.is_gsm ? "" : fmt::format(", since {} is not in the alphabet of text messages", quoted(size.beyond));
  return fmt::format("the text is too long for an SMS: {}{}; {} segments are the most", words_of(size), why, most_segments);
}

std::string told(const Error& fault) {
  if (fault.where.file.empty()) return fault.message;
  return fmt::format("{}:{}:{}: {}", fault.where.file, fault.where.line, fault.where.column, fault.message);
}

std::optional<std::string> fault_in(const Words& words, const LetterInput& input, Channel channel) {
  const Miss& miss = input.cases.front().miss;
  const auto names = {fact_text(miss, input.project, "first_name"), fact_text(miss, input.project, "customer_name")};
  if (auto fault = fault_of(words, names, channel)) return fault;
  return channel == Channel::sms ? fault_of_length(as_sms(words.text)) : std::nullopt;
}

// What is over for so long is not written of as if it had happened yesterday: a person decides what to say. A letter of
// the user's own has its own time.
std::string staleness(const LetterInput& input, const std::string& purpose) {
  const Miss& miss = input.cases.front().miss;
  const std::int64_t most = input.project.stale_ms;
  const bool is_news = purpose == purpose::notice || purpose == purpose::resolved;
  if (most == 0 || !is_news || !miss.closed || miss.met.is_none()) return {};
  const Instant met = miss.met.is_instant() ? miss.met.instant() : miss.zone.start_of(miss.met.date());
  const std::int64_t age = input.as_of.ms - std::max(met.ms, miss.due_instant.ms);
  if (age <= most) return {};
  return fmt::format("{}{} days, and [run] stale leaves what is older than {} to a person", stale_reason, age / ms_per_day, most / ms_per_day);
}

}  // namespace

std::string_view address_of(const Miss& miss, const Project& project, Channel channel) {
  return fact_text(miss, project, channel == Channel::email ? "email" : "phone");
}

std::string locale_of(const Miss& miss, const Project& project) {
  return letter_locale(fact_text(miss, project, "locale"), project.shop.locale);
}

CaseLetter case_letter(const LetterInput& input, const LetterOrder& order, const FindLetter& find) {
  const Miss& first = input.cases.front().miss;
  const MessageRule& rule = order.rule;
  if (is_forgotten_name(first.person))
    return {std::nullopt, unwritten(input, order, "the customer asked to be forgotten; amends ledger forget --undo, if they are one again", false)};
  std::string why;
  auto to = usable(address_of(first, input.project, rule.channel), rule.channel, why);
  if (!to) return {std::nullopt, unwritten(input, order, why, true)};
  static const std::set<std::string> none;
  if (std::string closed = no_letter_reason(first, input.project, rule.channel, order.refused == nullptr ? none : *order.refused); !closed.empty())
    return {std::nullopt, unwritten(input, order, std::move(closed), true)};
  if (std::string old = staleness(input, order.rule.purpose); !old.empty()) return {std::nullopt, unwritten(input, order, std::move(old), true)};
  const std::string locale = locale_of(first, input.project);
  const LetterTemplate* letter = find(rule.template_name, locale, rule.channel);
  if (!letter) {
    const std::string_view kind = rule.channel == Channel::email ? "" : "for SMS ";
    return {std::nullopt, unwritten(input, order, fmt::format("there is no template {} {}for locale {}", rule.template_name, kind, locale), false)};
  }
  LetterInput lawful = input;
  lawful.legal = legal_duty(input, &rule, locale).sentences;
  lawful.locale = locale;
  const LetterFacts facts = letter_facts(lawful);
  Message m = addressed(input, order, std::move(*to));
  try {
    require_fit("the customer's name", m.to.name);
    const Words words = write(*letter, facts.record, LetterLocale{locale, first.zone});
    if (auto fault = fault_in(words, input, rule.channel)) return {std::nullopt, unwritten(input, order, *fault, false)};
    m.locale = locale;
    m.subject = nfc(words.subject);
    m.text = nfc(rule.channel == Channel::sms ? as_sms(words.text) : words.text);
    if (rule.channel == Channel::email) m.html = words.html.empty() ? html_of(m.text, locale, m.subject) : nfc(words.html);
    return {std::move(m), std::nullopt};
  } catch (const Held& held) {
    return {std::nullopt, unwritten(input, order, held.reason, false)};
  } catch (const Error& fault) {
    return {std::nullopt, unwritten(input, order, told(fault), false)};
  }
}

SpokenText spoken_words(const LetterInput& input, const LetterTemplate& letter, const std::string& locale) {
  LetterInput spoken = input;
  spoken.locale = locale;
  const LetterFacts facts = letter_facts(spoken);
  try {
    const Words words = write(letter, facts.record, LetterLocale{locale, input.cases.front().miss.zone});
    if (auto fault = fault_in(words, input, Channel::call)) return {{}, *fault};
    return {nfc(words.text), {}};
  } catch (const Held& held) {
    return {{}, held.reason};
  } catch (const Error& fault) {
    return {{}, told(fault)};
  }
}

}  // namespace amends
