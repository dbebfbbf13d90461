#include "core/ledger/caps.h"

#include <algorithm>

#include <fmt/format.h>

namespace amends {
namespace {

const std::string& key_under(const CapRule& cap, const Grant& grant) {
  static const std::string everybody = "all";
  if (cap.per == "person") return grant.person;
  if (cap.per == "shop" || cap.per == "run") return everybody;
  return cap.per == "order" ? grant.record_id : grant.case_key;
}

std::string refund_key(const std::string& order, Currency currency) {
  return fmt::format("{} {}", currency.name(), order);
}

std::string reason_of(const CapRule& cap) {
  const std::string window = cap.within.empty() ? "" : " within " + cap.within;
  return fmt::format("cap per {}{}: {}", cap.per, window, print(cap.max));
}

bool is_paid_out(const Grant& grant) {
  return grant.state == GrantState::granted || grant.state == GrantState::issued;
}

bool is_refund(const Grant& grant) { return grant.kind == "refund" && grant.money; }

Int128 sum_at(const std::unordered_map<std::string, Int128>& sums, const std::string& key) {
  const auto found = sums.find(key);
  return found == sums.end() ? 0 : found->second;
}

// The money a fact holds, in whole minor units; nullopt when it is not known or of another currency.
std::optional<Int128> money_fact(const FactSource& facts, Slot slot, Currency currency) {
  if (slot == no_slot) return std::nullopt;
  const Value value = facts.at(slot);
  if (value.type != Type::money || !(value.currency == currency)) return std::nullopt;
  return floor(value.ratio / minor_unit(currency)).numerator();
}

}  // namespace

Caps::Caps(const Policy& policy, const Schema& schema, const Given& given, Instant as_of, const Holds& test)
    : policy_(policy),
      test_(test),
      paid_(schema.find("order_value")),
      refunded_(schema.find("refunded")),
      as_of_(as_of),
      used_(policy.caps.size()) {
  for (const auto& [key, grants] : given.by_case)
    for (const Grant& grant : grants) count(grant);
}

bool Caps::counts_under(const CapRule& cap, const Grant& grant) const {
  if (!grant.money || !is_paid_out(grant) || !(grant.money->currency == cap.max.currency)) return false;
  if (key_under(cap, grant).empty()) return false;
  if (cap.per == "run") return grant.as_of == as_of_;
  return cap.within.empty() || Int128{as_of_.ms} - grant.as_of.ms < cap.within_ms;
}

void Caps::count(const Grant& grant) {
  for (std::size_t i = 0; i < used_.size(); ++i) {
    const CapRule& cap = policy_.caps[i];
    if (counts_under(cap, grant)) used_[i][key_under(cap, grant)] += grant.money->minor;
  }
  if (!is_refund(grant)) return;
  const std::string key = refund_key(grant.record_id, grant.money->currency);
  if (grant.state == GrantState::issued) refunds_issued_[key] += grant.money->minor;
  if (grant.state == GrantState::granted || grant.state == GrantState::held) refunds_coming_[key] += grant.money->minor;
}

void Caps::tighten(Fit& fit, Int128 room, std::string reason) const {
  if (room >= fit.minor) return;
  fit.minor = room < 0 ? 0 : static_cast<std::int64_t>(room);
  fit.reason = std::move(reason);
}

void Caps::tighten_refund(Fit& fit, const Grant& grant, const Miss& miss) const {
  if (!is_refund(grant)) return;
  const Currency currency = grant.money->currency;
  const std::optional<Int128> paid = money_fact(miss.facts, paid_, currency);
  if (!paid) return;
  const std::string key = refund_key(grant.record_id, currency);
  // What was issued comes back in the shop's own records, as part of `refunded`.
  const Int128 back = std::max(money_fact(miss.facts, refunded_, currency).value_or(0), sum_at(refunds_issued_, key));
  tighten(fit, *paid - back - sum_at(refunds_coming_, key), "refunds reach what was paid");
}

Caps::Fit Caps::fit(const Grant& grant, const Miss& miss) const {
  Fit fit{grant.money->minor, {}};
  for (std::size_t i = 0; i < used_.size(); ++i) {
    const CapRule& cap = policy_.caps[i];
    if (!counts_under(cap, grant)) continue;
    // A condition that cannot be known caps: too little can be put right, too much cannot.
    if (test_(cap.when, miss.facts) == Truth::no) continue;
    tighten(fit, cap.max.minor - sum_at(used_[i], key_under(cap, grant)), reason_of(cap));
  }
  tighten_refund(fit, grant, miss);
  return fit;
}

}  // namespace amends
