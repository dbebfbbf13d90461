#include "core/ledger/standing.h"

#include <map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {

void require_same_shop(const Standing& standing, const Project& project) {
  const std::string own = case_key(project.shop.id, "order", "", "");
  const std::string prefix = own.substr(0, own.find('/') + 1);
  for (const KnownCase& c : standing.cases) {
    if (c.key.starts_with(prefix)) continue;
    const std::string known = c.key.substr(0, c.key.find('/'));
    throw Error{{project.file}, fmt::format("the ledger is that of the shop {}, not {}", quoted(known), quoted(project.shop.id)),
                fmt::format("renamed: write id = \"{}\" under [shop]; another shop: give it a ledger of its own", known)};
  }
}

void require_guarantees(const Standing& standing, const Project& project) {
  for (const KnownCase& c : standing.cases) {
    if (project.guarantee_named(c.guarantee) != nullptr) continue;
    throw Error{{project.file}, fmt::format("the ledger has cases under the guarantee {}, which is gone", c.guarantee),
                fmt::format("renamed: was = [\"{0}\"]; ended: keep [[guarantee]] name = \"{0}\" with retired = true", c.guarantee)};
  }
}

namespace {

void add_imported(Judgement& judgement, const std::vector<HandCredit>& credits) {
  std::map<std::pair<std::string_view, std::string_view>, Money> sums;  // by order and currency
  for (const HandCredit& credit : credits) {
    Money& sum = sums.try_emplace({credit.record_id, credit.money.currency.name()}, Money{0, credit.money.currency}).first->second;
    sum = sum + credit.money;
  }
  for (Miss& miss : judgement.misses) {
    const auto found = sums.find({miss.record_id, miss.facts.money.name()});
    if (found != sums.end()) miss.by_hand = miss.by_hand ? *miss.by_hand + found->second : found->second;
  }
}

// The ledger's numbers back to the names of tonight's records, so that history goes by person as ever.
Standing with_names(const Standing& standing, const Judgement& judgement) {
  std::map<std::string, std::string> names;
  for (const Miss& miss : judgement.misses)
    if (const std::int64_t number = standing.forgotten.number_of(miss.person); number != 0) names.emplace(forgotten_name(number), miss.person);
  Standing named = standing;
  const auto restore = [&](std::string& person) {
    if (const auto found = names.find(person); found != names.end()) person = found->second;
  };
  for (KnownCase& c : named.cases) restore(c.person);
  for (auto& [key, grants] : named.given.by_case)
    for (Grant& grant : grants) restore(grant.person);
  return named;
}

}  // namespace

void hide_forgotten(Judgement& judgement, const Forgotten& forgotten) {
  if (forgotten.empty()) return;
  for (Miss& miss : judgement.misses) miss.person = forgotten.name_of(miss.person);
}

void tell_standing(Judgement& judgement, const Standing& standing, const Project& project) {
  add_imported(judgement, standing.by_hand);
  if (standing.forgotten.empty()) return add_history(judgement, standing, project);
  add_history(judgement, with_names(standing, judgement), project);
  hide_forgotten(judgement, standing.forgotten);
}

KnownCase known_case(const NightCase& c, Instant as_of) {
  const Miss& m = *c.miss;
  KnownCase known;
  known.key = m.key;
  known.record_id = m.record_id;
  known.guarantee = m.guarantee;
  known.person = m.person;
  known.due = m.due;
  known.due_instant = m.due_instant;
  known.kind = m.kind;
  known.closed = m.closed;
  known.policy_hash = c.policy_hash;
  known.standing = c.standing;
  known.first_seen = c.known == nullptr ? as_of : c.known->first_seen;
  known.last_seen = as_of;
  return known;
}

bool says_the_same(const KnownCase& a, const KnownCase& b) {
  return a.person == b.person && a.due == b.due && a.due_instant == b.due_instant && a.kind == b.kind && a.closed == b.closed &&
         a.policy_hash == b.policy_hash && a.standing == b.standing && a.facts_hash == b.facts_hash;
}

std::vector<PooledCase> pooled_cases(const Night& night) {
  std::vector<PooledCase> cases;
  for (const NightCase& c : night.cases)
    if (c.standing == standing::decided && c.decision.judged && has_pool(c.deciding->policy))
      cases.push_back({c.miss->key, c.miss->due_instant, c.decision.pooled});
  return cases;
}

std::vector<KnownCase> cleared_cases(const Standing& standing, const Judgement& judgement, Instant as_of) {
  std::unordered_set<std::string_view> seen(judgement.seen.begin(), judgement.seen.end());
  for (const Miss& miss : judgement.misses) seen.erase(miss.key);
  std::vector<KnownCase> cleared;
  for (KnownCase c : standing.cases) {
    if (c.standing == standing::cleared || !seen.contains(c.key)) continue;
    c.closed = true;
    c.standing = standing::cleared;
    c.last_seen = as_of;
    cleared.push_back(std::move(c));
  }
  return cleared;
}

}  // namespace amends
