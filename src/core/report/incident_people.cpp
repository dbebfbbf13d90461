#include "core/report/incident_people.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/judging/contact_log.h"

namespace amends {
namespace {

bool is_before(const Miss* a, const Miss* b) { return std::tie(a->due_instant, a->key) < std::tie(b->due_instant, b->key); }

bool was_told(const Miss& miss, const SaidBefore& said) {
  const auto found = said.find(miss.key);
  return found != said.end() && last_said(found->second) != nullptr;
}

bool has_complained(const Miss& miss, const ContactLog* contacts) {
  if (contacts == nullptr) return false;
  const std::optional<Instant> last = contacts->last(miss.person);
  return last && *last >= miss.due_instant;
}

// Each order once, though several of its parcels were late.
std::vector<Money> value_of(const std::vector<IncidentCase>& cases, const Project& project) {
  const Slot slot = project.schema.find("order_value");
  std::set<std::string_view> orders;
  std::map<std::string, Money> sums;
  for (const IncidentCase& one : cases) {
    const Value value = one.miss->facts.at(slot);
    if (value.type != Type::money || !orders.insert(one.miss->record_id).second) continue;
    const Money money = money_of(value.ratio, value.currency);
    Money& sum = sums.try_emplace(std::string(money.currency.name()), Money{0, money.currency}).first->second;
    sum = sum + money;
  }
  std::vector<Money> all;
  for (const auto& [currency, sum] : sums) all.push_back(sum);
  return all;
}

}  // namespace

IncidentPeople people_of(const Incident& incident, const std::vector<Miss>& misses, const std::vector<Miss>& ahead, const ContactLog* contacts, const SaidBefore& said,
                         const Project& project) {
  IncidentPeople found;
  std::set<std::string_view> people, told, complained;
  for (const std::uint32_t number : incident.misses) {
    const Miss& miss = misses[number];
    const IncidentCase one{&miss, was_told(miss, said), has_complained(miss, contacts)};
    people.insert(miss.person);
    if (one.is_told) told.insert(miss.person);
    if (one.has_complained) complained.insert(miss.person);
    found.cases.push_back(one);
  }
  for (const std::uint32_t number : incident.ahead) found.ahead.push_back(&ahead[number]);
  std::sort(found.cases.begin(), found.cases.end(), [](const IncidentCase& a, const IncidentCase& b) { return is_before(a.miss, b.miss); });
  std::sort(found.ahead.begin(), found.ahead.end(), is_before);
  found.people = people.size();
  found.told = told.size();
  found.complained = complained.size();
  found.value = value_of(found.cases, project);
  return found;
}

}  // namespace amends
