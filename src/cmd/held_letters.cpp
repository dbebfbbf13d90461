#include "cmd/held_letters.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "cmd/sentences.h"
#include "core/records/person.h"
#include "io/mail/letter_files.h"
#include "io/records/contacts.h"

namespace amends {
namespace {

// A message of a bare day may have come after a letter of that day.
bool is_after(const Contact& contact, Instant drafted, const Zone& zone) {
  return contact.at.is_date() ? contact.at.date() >= zone.date_at(drafted) : contact.at.instant() >= drafted;
}

using CaseAndPurpose = std::pair<std::string_view, std::string_view>;

struct UnsentLetter {
  OutboxMessage letter;
  Instant since;  // when the first of its case and purpose was drafted, of those that none left after: a new draft reads no message
};

std::vector<UnsentLetter> waiting(const Ledger& ledger, const std::vector<std::string>& stale) {
  const std::set<std::string_view> going(stale.begin(), stale.end());
  const std::vector<OutboxMessage> letters = ledger.outlines();
  std::vector<const OutboxMessage*> by_run;
  for (const OutboxMessage& m : letters) by_run.push_back(&m);
  std::stable_sort(by_run.begin(), by_run.end(), [](const OutboxMessage* a, const OutboxMessage* b) { return a->run < b->run; });
  std::map<CaseAndPurpose, Instant> since;  // by case and purpose
  for (const OutboxMessage* m : by_run) {
    if (is_waiting(*m) || m->state == "withdrawn") since.emplace(CaseAndPurpose(m->message.case_key, m->message.purpose), m->as_of);
    else since.erase(CaseAndPurpose(m->message.case_key, m->message.purpose));
  }
  std::vector<UnsentLetter> waiting;
  for (const OutboxMessage& m : letters)
    if (is_waiting(m) && !going.contains(m.message.key)) {
      const auto first = since.find(CaseAndPurpose(m.message.case_key, m.message.purpose));
      waiting.push_back({m, first == since.end() ? m.as_of : first->second});
    }
  return waiting;
}

using People = std::unordered_map<std::string, std::string>;  // by order

// Whose orders these are, in time or not.
People people_of(const std::set<std::string>& orders, const Context& context, const Books& books) {
  People people;
  if (orders.empty() || reads_stdin(*context.project)) return people;
  Keep keep;
  keep.only_these = true;
  keep.orders.insert(orders.begin(), orders.end());
  BatchUse use;
  use.take = [&](Batch& batch) {
    const Table& table = batch.records.orders();
    const auto text = [&](const char* name, Row row) { return text_at(table.find(name), row); };
    for (Row row = 0; row < table.rows(); ++row)
      people[std::string(text("order_id", row))] = person_named(text("person_id", row), text("customer_id", row), text("email", row));
  };
  read_cases(context, keep, {&books.held, {}, false}, asked_of(*context.project, books.kept), use);
  return people;
}

class Listener {
 public:
  Listener(const Context& context, const Books& books, const std::vector<UnsentLetter>& letters) : zone_(context.project->shop.zone) {
    Instant first = letters.front().since;
    for (const UnsentLetter& one : letters) first = std::min(first, one.since);
    contacts_ = read_contacts(*context.project, context.as_of);
    std::erase_if(contacts_, [&](const Contact& c) { return !is_after(c, first, zone_); });
    tell_people(context, books);
  }

  // The first message that nobody has read; null: there is none.
  const Contact* heard(const UnsentLetter& one) const {
    const auto found = std::find_if(contacts_.begin(), contacts_.end(), [&](const Contact& c) { return is_of(c, one.letter) && is_after(c, one.since, zone_); });
    return found == contacts_.end() ? nullptr : &*found;
  }

 private:
  static bool is_of(const Contact& contact, const OutboxMessage& m) {
    const bool is_about_it = !contact.order_id.empty() && m.message.is_about(contact.order_id);
    return is_about_it || (!contact.person.empty() && contact.person == m.message.person);
  }

  void tell_people(const Context& context, const Books& books) {
    std::set<std::string> orders;
    for (const Contact& contact : contacts_)
      if (contact.person.empty() && !contact.order_id.empty()) orders.insert(contact.order_id);
    const People people = people_of(orders, context, books);
    for (Contact& contact : contacts_)
      if (const auto found = people.find(contact.order_id); contact.person.empty() && found != people.end()) contact.person = found->second;
  }

  const Zone& zone_;
  std::vector<Contact> contacts_;
};

std::string words_of(const Contact& contact, const OutboxMessage& m, const std::string& name, const Zone& zone) {
  const Date day = contact.at.is_date() ? contact.at.date() : zone.date_at(contact.at.instant());
  const std::string about = contact.order_id.empty() ? "" : " about " + contact.order_id;
  return fmt::format("{} wrote on {}{}, after the letter of {} was drafted: read it first, then amends draft --hand-over {}", name.empty() ? "Somebody" : name, print_day(day), about,
                     m.message.record_id, m.message.record_id);
}

}  // namespace

std::vector<HeldLetter> held_letters(const Context& context, const Books& books, const std::vector<std::string>& stale) {
  const auto tells = [](const SourceSpec& source) { return source.kind == RecordKind::contact; };
  const std::vector<SourceSpec>& sources = context.project->sources;
  if (books.ledger == nullptr || std::none_of(sources.begin(), sources.end(), tells)) return {};
  const std::vector<UnsentLetter> letters = waiting(*books.ledger, stale);
  if (letters.empty()) return {};
  const Listener listener(context, books, letters);
  std::unordered_map<std::string, const Contact*> heard;
  for (const UnsentLetter& one : letters)
    if (const Contact* contact = listener.heard(one)) heard[one.letter.message.key] = contact;
  std::vector<HeldLetter> held;
  if (heard.empty()) return held;
  for (const OutboxMessage& m : books.ledger->messages())  // with names, which outlines do not have
    if (const auto found = heard.find(m.message.key); found != heard.end())
      held.push_back({m.message.key, words_of(*found->second, m, m.message.to.name.empty() ? m.message.to.address : m.message.to.name, context.project->shop.zone)});
  return held;
}

}  // namespace amends
