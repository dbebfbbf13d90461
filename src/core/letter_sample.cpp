#include "core/letter_sample.h"

#include "core/letter.h"

namespace amends {
namespace {

constexpr std::string_view order_id = "447193";
constexpr std::string_view customer = "Robin Hartwig";
constexpr std::int64_t days_late = 2;

class Sample {
 public:
  Sample(const Project& project, Kind kind, bool second) : project_(project) {
    miss().kind = kind;
    miss().record_id = order_id;
    miss().guarantee = project.guarantees.empty() ? "promise" : project.guarantees.front().name;
    miss().due_date = *date_of(2026, 3, 3);
    miss().due = miss().due_date;
    miss().zone = project.shop.zone;
    miss().lateness = {days_late * 1440, days_late * 24, days_late, days_late, days_late * ms_per_day};
    miss().facts.money = project.shop.currency;
    sample_.as_of = miss().zone.instant_at(*date_of(2026, 3, 5), 20 * ms_per_hour);
    if (kind != Kind::overdue && kind != Kind::lost && kind != Kind::out_of_stock) arrive();
    miss().closed = kind != Kind::overdue;
    tell(second);
    decide(second);
  }

  SampleCase take() { return std::move(sample_); }

 private:
  Miss& miss() { return sample_.miss; }

  void arrive() { miss().met = miss().zone.instant_at(*date_of(2026, 3, 5), 11 * ms_per_hour); }

  void set(std::string_view name, Value value) {
    if (const Slot slot = project_.schema.find(name); slot != no_slot) miss().facts.set(slot, value);
  }
  void set(std::string_view name, std::string_view text) { set(name, Value::of_string(miss().facts.keep(text))); }

  void tell(bool second) {
    set("kind", name_of(miss().kind));
    set("email", "robin@example.com");
    set("customer_name", customer);
    set("first_name", customer.substr(0, customer.find(' ')));
    set("misses_before", Value::of_number(second ? 1 : 0));
    set("late_days", Value::of_number(days_late));
    set("late_hours", Value::of_number(days_late * 24));
    set("late_minutes", Value::of_number(days_late * 1440));
    set("late_business_days", Value::of_number(days_late));
  }

  // A refund and what follows for the letter.
  void decide(bool second) {
    Grant grant;
    grant.kind = "refund";
    grant.money = Money{735, project_.shop.currency};
    sample_.told.push_back(std::move(grant));
    DecisionFacts& facts = sample_.decision;
    const Shop& shop = project_.shop;
    facts.customer = customer;
    facts.order = order_id;
    facts.signatory = shop.signatory.name;
    if (!shop.phone.empty()) facts.phones = {shop.phone};
    for (const std::string& email : {shop.signatory.email, shop.email})
      if (!email.empty()) facts.emails.push_back(email);
    if (!shop.hours.empty()) facts.hours = {shop.hours};
    std::int64_t hundredths = 735;
    for (int digits = project_.shop.currency.digits; digits < 2; ++digits) hundredths *= 10;
    for (int digits = project_.shop.currency.digits; digits > 2; --digits) hundredths /= 10;
    facts.amounts = {{0, hundredths}};
    facts.promised = SpokenDate{2026, 3, 3, 0, false};
    facts.met = SpokenDate{2026, 3, 5, 0, false};
    facts.second = second;
    facts.legal.emplace();
  }

  const Project& project_;
  SampleCase sample_;
};

}  // namespace

std::vector<SampleCase> sample_cases(const Project& project) {
  std::vector<SampleCase> samples;
  for (const Kind kind : {Kind::late, Kind::overdue, Kind::lost, Kind::damaged, Kind::misdelivered, Kind::short_, Kind::out_of_stock})
    for (const bool second : {false, true}) samples.push_back(Sample(project, kind, second).take());
  return samples;
}

}  // namespace amends
