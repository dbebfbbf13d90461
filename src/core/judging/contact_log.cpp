#include "core/judging/contact_log.h"

#include <algorithm>
#include <iterator>

#include "core/records/case_table.h"

namespace amends {
namespace {

constexpr const char* facts_of_contacts[] = {"contacts_before", "days_since_contact"};

}  // namespace

void ContactLog::add(std::string person, Moment at, const Zone& zone) {
  if (!at.is_none()) times_[std::move(person)].push_back(at.is_date() ? zone.start_of(at.date()).ms : at.instant().ms);
}

void ContactLog::append(ContactLog&& more) {
  if (times_.empty()) return std::swap(times_, more.times_);
  for (auto& [person, times] : more.times_) {
    std::vector<std::int64_t>& known = times_[person];
    known.insert(known.end(), times.begin(), times.end());
  }
}

void ContactLog::sort() {
  for (auto& [person, times] : times_) std::sort(times.begin(), times.end());
}

const std::vector<std::int64_t>* ContactLog::of(std::string_view person) const {
  const auto found = times_.find(std::string(person));
  return found == times_.end() ? nullptr : &found->second;
}

std::size_t ContactLog::count(std::string_view person, Instant from, Instant until) const {
  const std::vector<std::int64_t>* const times = of(person);
  if (times == nullptr || until < from) return 0;
  const auto at = [&](Instant instant) { return std::lower_bound(times->begin(), times->end(), instant.ms); };
  return static_cast<std::size_t>(at(until) - at(from));
}

std::optional<Instant> ContactLog::last(std::string_view person) const {
  const std::vector<std::int64_t>* const times = of(person);
  if (times == nullptr) return std::nullopt;
  return Instant{times->back()};
}

bool is_told_by_contacts(const std::vector<Slot>& facts, const Schema& schema) {
  return std::any_of(std::begin(facts_of_contacts), std::end(facts_of_contacts), [&](const char* name) {
    return std::find(facts.begin(), facts.end(), schema.find(name)) != facts.end();
  });
}

ContactLog contact_log(const Records& records, const Project& project, const HeldGuarantees* held) {
  ContactLog log;
  if (records.table(RecordKind::contact).rows() == 0) return log;
  const CaseTable cases = case_table(RecordKind::contact, records, project.schema, project.shop.zone, held);
  const CasePersons persons(cases);
  const Column* const at = cases.table->find("at");
  for (Row row = 0; row < cases.table->rows(); ++row) log.add(persons.of(row), moment_at(at, row), project.shop.zone);
  return log;
}

void add_contacts(Judgement& judgement, const Project& project) {
  if (!judgement.contacts) return;
  const Slot before = project.schema.find("contacts_before"), since = project.schema.find("days_since_contact");
  const Zone& zone = project.shop.zone;
  const Date today = zone.date_at(judgement.as_of);
  for (Miss& miss : judgement.misses) {
    const Instant from{miss.due_instant.ms - project.history_ms};
    miss.facts.set(before, Value::of_number(static_cast<std::int64_t>(judgement.contacts->count(miss.person, from, miss.due_instant))));
    const std::optional<Instant> last = judgement.contacts->last(miss.person);
    miss.facts.set(since, last ? Value::of_number(today.days - zone.date_at(*last).days) : Value::null());
  }
}

}  // namespace amends
