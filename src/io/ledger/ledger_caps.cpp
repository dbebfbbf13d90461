// What runs granted against the caps of the policies they ran under: each grant is counted again, in the order of the rows,
// with what was granted and not void before it. A person may approve more, so only what a run granted itself is held against
// a cap. Caps with a condition ask for facts that the ledger does not hold: of these nothing is said.
#include <map>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "io/ledger/ledger_policies.h"
#include "io/ledger/ledger_replay.h"

namespace amends {
namespace {

struct Row {                // a grant of money
  std::int64_t of_case = 0, person = 0, minor = 0, as_of = 0;
  std::string record_id, currency;
  bool is_counted = false;  // granted or issued, as of the row that is looked at
};

std::string key_under(const CapRule& cap, const Row& row) {
  if (cap.per == "person") return row.person == 0 ? std::string() : std::to_string(row.person);
  if (cap.per == "shop" || cap.per == "run") return "all";
  return cap.per == "order" ? row.record_id : std::to_string(row.of_case);
}

// What counts under one cap, by whose it is and when it was granted.
class Count {
 public:
  explicit Count(const CapRule& cap) : cap_(cap) {}
  const CapRule& cap() const { return cap_; }

  void change(const Row& row, int sign) {
    const std::string key = key_under(cap_, row);
    if (row.currency == cap_.max.currency.name() && !key.empty()) used_[key][row.as_of] += Int128{row.minor} * sign;
  }

  // As the run of `row` saw it, the row itself among it.
  Int128 used(const Row& row) const {
    const auto found = used_.find(key_under(cap_, row));
    if (found == used_.end() || !(row.currency == cap_.max.currency.name())) return 0;
    Int128 sum = 0;
    for (const auto& [as_of, minor] : found->second) {
      const bool counts = cap_.per == "run" ? as_of == row.as_of : cap_.within.empty() || Int128{row.as_of} - as_of < cap_.within_ms;
      if (counts) sum += minor;
    }
    return sum;
  }

 private:
  CapRule cap_;
  std::unordered_map<std::string, std::map<std::int64_t, Int128>> used_;
};

bool is_same_cap(const CapRule& a, const CapRule& b) {
  return a.per == b.per && a.within_ms == b.within_ms && a.within.empty() == b.within.empty() && a.max.currency == b.max.currency;
}

// A cap by whom and how long it counts, with the amount that each policy gives it.
class Caps {
 public:
  explicit Caps(const std::vector<KeptPolicy>& policies) : policies_(policies) {
    for (const KeptPolicy& policy : policies)
      if (policy.project)
        for (const CapRule& cap : policy.project->policy.caps) add(cap);
  }

  void change(const Row& row, int sign) {
    for (Count& count : counts_) count.change(row, sign);
  }

  // Empty: it holds. `policy`: under which the run was; null: not known, so that the widest of those before `seq` counts.
  std::string fault(const Row& row, const KeptPolicy* policy, std::int64_t seq) const {
    for (const Count& count : counts_) {
      const std::optional<std::int64_t> max = policy != nullptr ? max_under(*policy, count.cap()) : widest_before(seq, count.cap());
      if (!max) continue;
      const Int128 used = count.used(row);
      const CapRule& cap = count.cap();
      const Currency currency = cap.max.currency;
      if (used > *max)
        return fmt::format("with it, {} were granted under the cap per {}{}: {}", print(Money{static_cast<std::int64_t>(used), currency}), cap.per,
                           cap.within.empty() ? "" : " within " + cap.within, print(Money{*max, currency}));
    }
    return {};
  }

 private:
  void add(const CapRule& cap) {
    for (const Count& count : counts_)
      if (is_same_cap(count.cap(), cap)) return;
    counts_.emplace_back(cap);
  }

  // The narrowest that holds always; none where the policy has no such cap.
  static std::optional<std::int64_t> max_under(const KeptPolicy& policy, const CapRule& like) {
    std::optional<std::int64_t> max;
    if (!policy.project) return max;
    for (const CapRule& cap : policy.project->policy.caps)
      if (is_same_cap(cap, like) && cap.when.any.empty() && (!max || cap.max.minor < *max)) max = cap.max.minor;
    return max;
  }

  std::optional<std::int64_t> widest_before(std::int64_t seq, const CapRule& like) const {
    std::optional<std::int64_t> widest;
    for (const KeptPolicy& policy : policies_) {
      if (policy.seq > seq) break;
      const std::optional<std::int64_t> max = max_under(policy, like);
      if (!max) return std::nullopt;
      if (!widest || *max > *widest) widest = max;
    }
    return widest;
  }

  const std::vector<KeptPolicy>& policies_;
  std::vector<Count> counts_;
};

// By run: the policy it brought, or that it decided its new cases under. Nightly runs alone.
std::unordered_map<std::int64_t, const KeptPolicy*> policies_of_runs(const Database& database, const std::vector<KeptPolicy>& policies) {
  std::unordered_map<std::int64_t, const KeptPolicy*> of_run;
  std::unordered_map<std::string, const KeptPolicy*> by_hash;
  for (const KeptPolicy& policy : policies) by_hash[policy.hash] = &policy;
  Statement rows(database,
                 "SELECT r.number, coalesce((SELECT p.policy FROM policies p WHERE p.run = r.number), "
                 "(SELECT d.policy FROM cases c JOIN case_changes d ON d.case_seq = c.seq AND d.run = c.run WHERE c.run = r.number LIMIT 1)) "
                 "FROM runs r WHERE r.command = 'run'");
  while (rows.step()) {
    const auto found = by_hash.find(rows.text(1));
    of_run[rows.integer(0)] = found == by_hash.end() ? nullptr : found->second;
  }
  return of_run;
}

constexpr const char* steps_of_grants =
    "SELECT g.seq, g.seq, g.run, g.state, g.case_seq, coalesce(g.person_seq, 0), c.record_id, g.minor, g.currency, g.as_of "
    "FROM grants g JOIN cases c ON c.seq = g.case_seq WHERE g.minor IS NOT NULL "
    "UNION ALL SELECT seq, grant_seq, run, state, 0, 0, '', 0, '', 0 FROM grant_changes ORDER BY 1";

}  // namespace

void check_caps(const Database& database, LedgerCheck& check) {
  const std::vector<KeptPolicy> policies = kept_policies(database);
  const auto of_run = policies_of_runs(database, policies);
  Caps caps(policies);
  std::unordered_map<std::int64_t, Row> grants;
  Statement steps(database, steps_of_grants);
  while (steps.step()) {
    const std::int64_t seq = steps.integer(0), grant = steps.integer(1);
    const std::string state = steps.text(3);
    if (seq == grant) grants[grant] = Row{steps.integer(4), steps.integer(5), steps.integer(7), steps.integer(9), steps.text(6), steps.text(8), false};
    const auto found = grants.find(grant);
    if (found == grants.end()) continue;  // without money
    Row& row = found->second;
    const bool counts = state == "granted" || state == "issued";
    if (counts != row.is_counted) caps.change(row, counts ? 1 : -1);
    row.is_counted = counts;
    const auto run = of_run.find(steps.integer(2));
    if (seq != grant || !counts || run == of_run.end()) continue;
    const std::string fault = caps.fault(row, run->second, seq);
    if (!fault.empty()) check.findings.push_back({"sums", "grants", seq, fault});
  }
}

}  // namespace amends
