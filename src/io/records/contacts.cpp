#include "io/records/contacts.h"

#include <algorithm>
#include <unordered_map>

#include "core/records/person.h"
#include "io/records/sources.h"

namespace amends {
namespace {

bool is_from_stdin(const SourceSpec& spec) { return std::find(spec.paths.begin(), spec.paths.end(), "-") != spec.paths.end(); }

bool has(const Project& project, RecordKind kind) {
  return std::any_of(project.sources.begin(), project.sources.end(), [&](const SourceSpec& spec) { return spec.kind == kind; });
}

// The same shop with no other sources than contacts and, for who they are, customers.
Project of_contacts(const Project& project) {
  Project apart = project;
  std::erase_if(apart.sources, [](const SourceSpec& spec) {
    const bool is_wanted = spec.kind == RecordKind::contact || spec.kind == RecordKind::customer;
    return !is_wanted || is_from_stdin(spec);
  });
  return apart;
}

Wanted wanted_of_contacts() {
  Wanted wanted;
  wanted.of(RecordKind::contact) = {"contact_id", "order_id", "customer_id", "at", "subject", "text", "first_reply_at"};
  wanted.of(RecordKind::customer) = {"customer_id", "person_id"};
  return wanted;
}

using People = std::unordered_map<std::string_view, std::string>;  // by customer

People people_in(const Table& customers) {
  People people;
  const Column* const ids = customers.find("customer_id");
  const Column* const persons = customers.find("person_id");
  if (ids == nullptr || persons == nullptr) return people;
  for (Row row = 0; row < customers.rows(); ++row)
    if (!persons->is_empty(row)) people[text_at(ids, row)] = person_named(text_at(persons, row), {}, {});
  return people;
}

std::string person_of(std::string_view customer, const People& people) {
  const auto found = people.find(customer);
  return found == people.end() ? person_named({}, customer, {}) : found->second;
}

std::int64_t time_of(const Contact& contact, const Zone& zone) {
  return contact.at.is_date() ? zone.start_of(contact.at.date()).ms : contact.at.instant().ms;
}

}  // namespace

std::vector<Contact> read_contacts(const Project& project, Instant as_of) {
  const Project apart = of_contacts(project);
  if (!has(apart, RecordKind::contact)) return {};
  const Records records = read_records(apart, as_of, wanted_of_contacts());
  const Table& table = records.table(RecordKind::contact);
  const People people = people_in(records.table(RecordKind::customer));
  const auto text = [&](const char* name, Row row) { return std::string(text_at(table.find(name), row)); };
  const Column* const replies = moment_column(table, "first_reply_at");
  std::vector<Contact> contacts;
  for (Row row = 0; row < table.rows(); ++row) {
    Contact contact{text("contact_id", row),
                    text("order_id", row),
                    text("customer_id", row),
                    {},
                    moment_at(table.find("at"), row),
                    text("subject", row),
                    text("text", row),
                    {},
                    false};
    contact.first_reply = moment_at(replies, row);
    contact.tells_reply = replies != nullptr;
    contact.person = person_of(contact.customer_id, people);
    if (!contact.at.is_none()) contacts.push_back(std::move(contact));
  }
  std::stable_sort(contacts.begin(), contacts.end(), [&](const Contact& a, const Contact& b) { return time_of(a, project.shop.zone) < time_of(b, project.shop.zone); });
  return contacts;
}

}  // namespace amends
