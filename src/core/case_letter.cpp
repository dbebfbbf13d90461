#include "core/case_letter.h"

#include <fmt/format.h>

#include "core/header.h"
#include "core/locale.h"
#include "core/text.h"

namespace amends {
namespace {

std::string_view fact_text(const LetterInput& input, std::string_view name) {
  const Slot slot = input.project.schema.find(name);
  if (slot == no_slot) return {};
  const Value value = input.miss.facts.at(slot);
  return value.type == Type::string ? value.text : std::string_view{};
}

Unwritten unwritten(const LetterInput& input, const LetterOrder& order, std::string reason, bool call) {
  return {input.miss.key, input.miss.record_id, order.rule.purpose, std::move(reason), call};
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

Message addressed(const LetterInput& input, const LetterOrder& order, std::string to) {
  const Miss& miss = input.miss;
  Message m;
  m.key = fmt::format("{}/{}/{}", miss.key, order.rule.purpose, order.revision);
  m.case_key = miss.key;
  m.record_id = miss.record_id;
  m.purpose = order.rule.purpose;
  m.revision = order.revision;
  m.person = miss.person;
  m.automatic = order.automatic;
  m.open = !miss.closed;
  m.from = sender(input.project.shop);
  m.reply_to = answers_to(input.project.shop);
  require_usable(m.from);
  require_usable(m.reply_to);
  m.to = {nfc(fact_text(input, "customer_name")), std::move(to)};
  m.message_id = message_id(order.key, miss.key, m.purpose, m.revision, m.from.address);
  for (const Grant& grant : input.told)
    if (grant.state == GrantState::granted || grant.state == GrantState::issued)
      m.grants.push_back(grant.key);
  return m;
}

}  // namespace

CaseLetter case_letter(const LetterInput& input, const LetterOrder& order, const FindLetter& find) {
  std::string why = "no e-mail address is known";
  const std::string_view email = fact_text(input, "email");
  auto to = email.empty() ? std::nullopt : usable_address(email, why);
  if (!to) return {std::nullopt, unwritten(input, order, why, true)};
  const std::string locale = letter_locale(fact_text(input, "locale"), input.project.shop.locale);
  const LetterTemplate* letter = find(order.rule.template_name, locale);
  if (!letter)
    return {std::nullopt,
            unwritten(input, order,
                      fmt::format("there is no template {} for locale {}", order.rule.template_name, locale),
                      false)};
  const LetterFacts facts = letter_facts(input);
  Message m = addressed(input, order, std::move(*to));
  try {
    require_fit("the customer's name", m.to.name);
    const Words words = write(*letter, facts.record, LetterLocale{locale, input.miss.zone});
    const auto names = {fact_text(input, "first_name"), fact_text(input, "customer_name")};
    if (auto fault = fault_of(words, names)) return {std::nullopt, unwritten(input, order, *fault, false)};
    m.locale = locale;
    m.subject = nfc(words.subject);
    m.text = nfc(words.text);
    m.html = words.html.empty() ? html_of(m.text, locale) : nfc(words.html);
    return {std::move(m), std::nullopt};
  } catch (const Held& held) {
    return {std::nullopt, unwritten(input, order, held.reason, false)};
  } catch (const Error& fault) {
    const std::string place = fault.where.file.empty() ? ""
                                                       : fmt::format("{}:{}:{}: ", fault.where.file,
                                                                     fault.where.line, fault.where.column);
    return {std::nullopt, unwritten(input, order, place + fault.message, false)};
  }
}

}  // namespace amends
