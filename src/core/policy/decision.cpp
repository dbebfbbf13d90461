#include "core/policy/decision.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/policy/table_judge.h"

namespace amends {
namespace {

// Arithmetic on the way to an amount may grow beyond 128 bits like any other.
Outcome judged(const PolicyTable& table, const Judging& judging, Fault& fault) {
  Fault inner;
  Outcome outcome;
  try {
    outcome = TableJudge(table, judging, inner).result();
  } catch (const Overflow& e) {
    inner.reason = e.what();
  } catch (const DivisionByZero& e) {
    inner.reason = e.what();
  }
  if (!inner.reason.empty()) inner.reason = fmt::format("policy.{}: {}", table.name, inner.reason);
  fault.add(inner);
  return outcome;
}

void trace(const PolicyTable& table, const Judging& judging, std::vector<RuleTrace>& traces) {
  Fault ignored;
  TableJudge(table, judging, ignored).trace(traces);
}

template <class T>
void append(std::vector<T>& all, std::vector<T>& more) {
  if (all.empty()) all.swap(more);
  else std::move(more.begin(), more.end(), std::back_inserter(all));
}


std::string sentence(const std::vector<std::string>& missing) {
  if (missing.size() == 1) return missing[0] + " is missing";
  const std::vector<std::string> most(missing.begin(), missing.end() - 1);
  return fmt::format("{} and {} are missing", joined(most, ", "), missing.back());
}

// What the case is owed in all stays as small as one amount, so that no sum over cases overflows.
void check_sum(const Decision& decision, Fault& fault) {
  Int128 sum = 0;
  for (const OwedRemedy& remedy : decision.owed) {
    if (remedy.money) sum += remedy.money->minor;
    if (sum > most_minor && fault.reason.empty()) fault.reason = beyond_reason(remedy);
  }
}

void withhold(Decision& decision, const Fault& fault, const Schema& schema) {
  decision.judged = false;
  decision.owed.clear();
  decision.why.clear();
  decision.waits.clear();
  decision.pooled.clear();
  for (const Slot slot : fault.missing) decision.missing.push_back(schema.at(slot).name);
  for (const std::string& part : fault.elements) decision.missing.push_back(part);
  if (!decision.missing.empty()) decision.reason = sentence(decision.missing);
  if (fault.reason.empty()) return;
  decision.reason += (decision.reason.empty() ? "" : "; ") + fault.reason;
}

}  // namespace

Decision decide(const Policy& policy, const Judging& judging, bool with_traces) {
  Decision decision;
  Fault fault;
  for (const PolicyTable& table : policy.tables) {
    Outcome outcome = judged(table, judging, fault);
    append(decision.owed, outcome.owed);
    append(decision.why, outcome.why);
    append(decision.fired, outcome.fired);
    append(decision.waits, outcome.waits);
    append(decision.pooled, outcome.pooled);
    if (with_traces) trace(table, judging, decision.traces);
  }
  check_sum(decision, fault);
  if (fault.any()) withhold(decision, fault, judging.schema);
  return decision;
}

}  // namespace amends
