#include "core/report/silent.h"

#include <algorithm>
#include <tuple>

#include "core/judging/contact_log.h"
#include "core/records/case_table.h"

namespace amends {
namespace {

bool is_called_off(std::string_view status) { return status == "cancelled" || status == "unavailable" || status == "refunded" || status == "out_of_stock"; }

std::optional<std::int64_t> minor_at(const Column* column, Row row) {
  if (column == nullptr || column->is_text() || column->is_empty(row)) return std::nullopt;
  return column->whole[row];
}

class Silence {
 public:
  Silence(const Judgement& judgement, const SaidBefore& said, const PeopleSoFar& people, const Project& project, const SilentQuestion& question)
      : judgement_(judgement), said_(said), people_(people), question_(question), tier_(project.schema.find("tier")), before_(project.schema.find("misses_before")) {}

  bool is_about(const Miss& miss) const {
    if (miss.kind == Kind::at_risk || miss.person.empty()) return false;
    const std::optional<Instant> last = judgement_.contacts->last(miss.person);
    return !last || *last < miss.due_instant;
  }

  SilentCustomer customer(const Miss& miss) const {
    SilentCustomer customer;
    customer.miss = &miss;
    customer.let_down = 1 + misses_before(miss);
    if (const auto found = people_.find(miss.person); found != people_.end()) customer.so_far = found->second;
    if (const Value tier = miss.facts.at(tier_); tier.type == Type::string) customer.tier = tier.text;
    const auto said = said_.find(miss.key);
    customer.is_told = said != said_.end() && last_said(said->second) != nullptr;
    const std::int64_t left = miss.due_instant.ms + question_.word_counts - judgement_.as_of.ms;
    customer.days_left = std::max<std::int64_t>(0, floor_div(left + ms_per_day - 1, ms_per_day));
    return customer;
  }

  bool is_before(const SilentCustomer& a, const SilentCustomer& b) const {
    const auto rank = [&](const SilentCustomer& c) {
      return std::tuple(c.days_left == 0, place_of(c.tier), c.so_far.paid ? -c.so_far.paid->minor : 1, -static_cast<std::int64_t>(c.let_down), c.miss->due_instant);
    };
    const auto of_a = rank(a), of_b = rank(b);
    return of_a != of_b ? of_a < of_b : a.miss->key < b.miss->key;
  }

 private:
  std::size_t misses_before(const Miss& miss) const {
    const Value before = before_ == no_slot ? Value{} : miss.facts.at(before_);
    return before.is_known() ? static_cast<std::size_t>(whole_of(before.ratio)) : 0;
  }
  std::ptrdiff_t place_of(const std::string& tier) const { return std::find(question_.tiers.begin(), question_.tiers.end(), tier) - question_.tiers.begin(); }

  const Judgement& judgement_;
  const SaidBefore& said_;
  const PeopleSoFar& people_;
  const SilentQuestion& question_;
  Slot tier_, before_;
};

}  // namespace

void add_so_far(const Records& records, const Project& project, PeopleSoFar& people) {
  if (people.empty() || records.orders().rows() == 0) return;
  const CaseTable cases = case_table(RecordKind::order, records, project.schema, project.shop.zone, nullptr);
  const CasePersons persons(cases);
  const Table& orders = records.orders();
  const Column *const value = orders.find("order_value"), *const refunded = orders.find("refunded"), *const status = orders.find("status");
  for (Row row = 0; row < orders.rows(); ++row) {
    const auto found = people.find(persons.of(row));
    if (found == people.end() || is_called_off(text_at(status, row))) continue;
    ++found->second.orders;
    const std::optional<std::int64_t> paid = minor_at(value, row);
    const bool is_shops = row >= orders.currency.size() || orders.currency[row].is_none() || orders.currency[row] == project.shop.currency;
    if (!paid || !is_shops) continue;
    const Money more{*paid - minor_at(refunded, row).value_or(0), project.shop.currency};
    found->second.paid = found->second.paid ? *found->second.paid + more : more;
  }
}

std::optional<std::vector<SilentCustomer>> silent_customers(const Judgement& judgement, const SaidBefore& said, const PeopleSoFar& people, const Project& project,
                                                            const SilentQuestion& question) {
  if (!judgement.contacts) return std::nullopt;
  const Silence silence(judgement, said, people, project, question);
  std::unordered_map<std::string_view, SilentCustomer> by_person;
  for (const Miss& miss : judgement.misses) {
    if (!silence.is_about(miss)) continue;
    const auto [entry, is_first] = by_person.try_emplace(miss.person);
    const std::size_t about = is_first ? 1 : entry->second.silent_about + 1;
    const Miss* const known = entry->second.miss;
    if (is_first || std::tie(known->due_instant, known->key) < std::tie(miss.due_instant, miss.key)) entry->second = silence.customer(miss);
    entry->second.silent_about = about;
  }
  std::vector<SilentCustomer> customers;
  for (auto& [person, customer] : by_person) customers.push_back(std::move(customer));
  std::sort(customers.begin(), customers.end(), [&](const SilentCustomer& a, const SilentCustomer& b) { return silence.is_before(a, b); });
  return customers;
}

}  // namespace amends
