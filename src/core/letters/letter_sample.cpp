#include "core/letters/letter_sample.h"

#include <algorithm>

#include "core/mail/letter.h"

namespace amends {
namespace {

constexpr std::string_view order_id = "447193", other_order_id = "447218";
constexpr std::string_view customer = "Robin Hartwig";
constexpr std::int64_t days_late = 2;

// One with a clock, if there is any: what is late is late by it.
std::string guarantee_of(const Project& project) {
  const auto& all = project.guarantees;
  const auto found = std::find_if(all.begin(), all.end(), [](const Guarantee& guarantee) { return !guarantee.promises_goods(); });
  if (found != all.end()) return found->name;
  return all.empty() ? "promise" : all.front().name;
}

class Sample {
 public:
  Sample(const Project& project, Kind kind, bool second) : project_(project) {
    miss().kind = kind;
    miss().record_id = order_id;
    miss().guarantee = guarantee_of(project);
    miss().due_date = *date_of(2026, 3, 3);
    miss().due = miss().due_date;
    miss().zone = project.shop.zone;
    miss().lateness = {days_late * 1440, days_late * 24, days_late, days_late, days_late * ms_per_day};
    miss().facts.money = project.shop.currency;
    sample_.as_of = miss().zone.instant_at(*date_of(2026, 3, 5), 20 * ms_per_hour);
    if (kind == Kind::at_risk) be_ahead();
    if (kind != Kind::overdue && kind != Kind::at_risk && kind != Kind::lost && kind != Kind::out_of_stock) arrive();
    miss().closed = kind != Kind::overdue && kind != Kind::at_risk;
    tell(second);
    tell_lines(kind);
    decide(second);
    if (kind == Kind::out_of_stock) offer();
    if (second) sample_.before = Apologies{*date_of(2026, 1, 20), Kind::late, 1};
  }

  SampleCase take() { return std::move(sample_); }

 private:
  Miss& miss() { return sample_.miss; }

  void arrive() { miss().met = miss().zone.instant_at(*date_of(2026, 3, 5), 11 * ms_per_hour); }

  void be_ahead() {
    sample_.as_of = miss().zone.instant_at(*date_of(2026, 3, 2), 20 * ms_per_hour);
    miss().lateness = {};
  }

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
    set("late_days", Value::of_number(miss().lateness.days));
    set("late_hours", Value::of_number(miss().lateness.hours));
    set("late_minutes", Value::of_number(miss().lateness.minutes));
    set("late_business_days", Value::of_number(miss().lateness.business_days));
    set("phone", "+447700900118");
  }

  // One line that came and one that did not, or not sound.
  void tell_lines(Kind kind) {
    const auto line = [](std::string_view id, std::string_view name, std::int64_t quantity) {
      return Value::of_record({{"item_id", Value::of_string(id)}, {"name", Value::of_string(name)}, {"quantity", Value::of_number(quantity)}});
    };
    set("items", Value::of_list({line("1", "Assam", 2), line("2", "Teapot", 1)}));
    if (!is_about_time(kind)) miss().evidence.push_back({kind, RecordKind::item, "2", "its status is " + std::string(name_of(kind)), {}, {}});
  }

  void offer() {
    Offer open;
    open.options = {{"wait", "credit", {}, Money{500, project_.shop.currency}, {}}, {"swap", "replacement", {}, {}, {}}, {"refund", "refund", {}, Money{735, project_.shop.currency}, {}}};
    open.standard = "refund";
    open.by = *date_of(2026, 3, 19);
    sample_.offer = std::move(open);
    sample_.decision.amounts->insert(in_hundredths(500));
  }

  // What a letter says of an amount in minor units.
  std::int64_t in_hundredths(std::int64_t minor) const {
    for (int digits = project_.shop.currency.digits; digits < 2; ++digits) minor *= 10;
    for (int digits = project_.shop.currency.digits; digits > 2; --digits) minor /= 10;
    return minor;
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
    facts.amounts = {{0, in_hundredths(735)}};
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
  for (const Kind kind : {Kind::late, Kind::overdue, Kind::lost, Kind::damaged, Kind::misdelivered, Kind::short_, Kind::out_of_stock, Kind::at_risk}) {
    if (kind == Kind::at_risk && project.transit.empty()) continue;  // without a fastest transit nothing is certain ahead
    for (const bool second : {false, true}) samples.push_back(Sample(project, kind, second).take());
  }
  return samples;
}

LetterCase SampleCase::letter_case() const { return {miss, told, false, offer, told_before, was}; }

std::vector<SampleCase> told_before(const SampleCase& sample, std::string_view purpose) {
  if (purpose == purpose::notice || purpose == purpose::incident) return {sample};
  std::vector<SampleCase> told;
  for (const Kind was : {Kind::overdue, Kind::lost}) {
    told.push_back(sample);
    told.back().was = was;
    told.back().told_before = *date_of(2026, 3, 4);
    told.back().before = Apologies{*date_of(2026, 3, 4), was, 1};
    told.back().decision.other_dates.push_back(SpokenDate{2026, 3, 4, 0, false});
  }
  return told;
}

SampleCase another_order(SampleCase sample) {
  sample.miss.record_id = other_order_id;
  return sample;
}

}  // namespace amends
