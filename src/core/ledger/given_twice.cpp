#include "core/ledger/given_twice.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/ledger/open_offer.h"

namespace amends {
namespace {

// The number after the last one of this remedy, whose key differs from the other's by it alone.
void number_after(const std::vector<Grant>& grants, Grant& grant) {
  for (const Grant& other : grants)
    if (other.case_key == grant.case_key && other.table == grant.table && other.kind == grant.kind && other.what == grant.what)
      grant.sequence = std::max(grant.sequence, other.sequence + 1);
  grant.key = grant.key.substr(0, grant.key.rfind('/') + 1) + std::to_string(grant.sequence);
}

Grant rest_of(const std::vector<Grant>& grants, const Grant& held, const Money& given, Instant as_of) {
  Grant rest = held;
  rest.money = *held.money - given;
  rest.as_of = as_of;
  rest.steps.push_back(fmt::format("less {} given by hand = {}", print(given), print(*rest.money)));
  number_after(grants, rest);
  return rest;
}

// An open choice gives way by itself: what is chosen is settled against the credit.
bool is_standing(const Grant& grant) {
  if (is_offer(grant)) return false;
  return grant.state == GrantState::granted || grant.state == GrantState::issued || grant.state == GrantState::decided;
}

}  // namespace

std::string given_by_hand_reason(const std::string& credits) { return credits.empty() ? "given by hand" : "given by hand: " + credits; }

GivenWay give_way(const std::vector<Grant>& grants, const Money& late, Instant as_of, const std::vector<Money>& left_with_them) {
  GivenWay way;
  Money left = late;
  for (auto held = grants.rbegin(); held != grants.rend() && left.minor > 0; ++held) {
    if (held->state != GrantState::held || !held->money || !(held->money->currency == late.currency)) continue;
    const Money given{std::min(left.minor, held->money->minor), late.currency};
    way.gone.push_back(*held);
    if (given.minor < held->money->minor) way.rest.push_back(rest_of(grants, *held, given, as_of));
    left = left - given;
  }
  GivenTwice twice{{}, left, {}, Money{0, late.currency}};
  for (const Grant& grant : grants) {
    if (!is_standing(grant) || !grant.money || !(grant.money->currency == late.currency)) continue;
    twice.record_id = grant.record_id;
    twice.twice = twice.twice + *grant.money;
    twice.grants.push_back(grant);
  }
  twice.twice.minor = std::min(twice.twice.minor, left.minor);
  for (const Money& known : left_with_them)
    if (known.currency == late.currency) twice.twice.minor -= known.minor;
  if (twice.twice.minor > 0) way.twice = std::move(twice);
  return way;
}

}  // namespace amends
