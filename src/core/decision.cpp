#include "core/decision.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include <fmt/format.h>

#include "core/amount.h"
#include "core/text.h"

namespace amends {
namespace {

// What some rules of a table give together.
struct Outcome {
  std::vector<OwedRemedy> owed;
  std::vector<std::string> why;  // what came to nothing
  Ratio total;                   // money
};

// A remedy before the table's sums.
struct Item {
  OwedRemedy owed;
  std::optional<Amount> amount;
};

bool is_same(const OwedRemedy& a, const OwedRemedy& b) {
  const auto told = [](const OwedRemedy& r) {
    return std::tie(r.kind, r.what, r.duration, r.valid, r.within, r.manner, r.pay_by);
  };
  return told(a) == told(b) && a.money == b.money && a.quantity == b.quantity;
}

std::string beyond_reason(const OwedRemedy& remedy) {
  return fmt::format("the amount of {}/{} is beyond all reason", remedy.table, remedy.rule);
}

class TableJudge {
 public:
  TableJudge(const PolicyTable& table, const FactSource& facts, Fault& fault)
      : table_(table), facts_(facts), fault_(fault) {}

  // The rules that count, by the hit policy. What they give is told in result().
  std::vector<const Rule*> hits() {
    std::vector<const Rule*> matching;
    bool is_open = false;
    for (const Rule& rule : table_.rules) {
      const Truth truth = truth_of(rule);
      if (truth == Truth::no) continue;
      if (truth == Truth::yes) matching.push_back(&rule);
      else add_fault(rule);
      is_open = is_open || truth == Truth::unknown;
      if (table_.hit == HitPolicy::first) break;
    }
    if (is_open) matching.clear();
    if (table_.hit == HitPolicy::unique && matching.size() > 1)
      give_up(fmt::format("two rules match, {} and {}, but hit is unique", quoted(matching[0]->name), quoted(matching[1]->name)));
    return matching;
  }

  Outcome result() {
    const std::vector<const Rule*> rules = hits();
    if (rules.empty() || fault_.any()) return {};
    switch (table_.hit) {
      case HitPolicy::best: return best(rules);
      case HitPolicy::any: return agreed(rules);
      default: return gives(rules);
    }
  }

  Truth truth_of(const Rule& rule) const {
    const Truth guard = holds(table_.when, facts_);
    return guard == Truth::no ? guard : both(guard, holds(rule.when, facts_));
  }

 private:
  void give_up(std::string reason) {
    if (fault_.reason.empty()) fault_.reason = std::move(reason);
  }

  void add_fault(const Rule& rule) {
    fault_.add(fault_of(table_.when, facts_));
    fault_.add(fault_of(rule.when, facts_));
  }

  Outcome best(const std::vector<const Rule*>& rules) {
    Outcome best = gives({rules[0]});
    for (const Rule* rule : rules) {
      Outcome other = gives({rule});
      if (other.total > best.total) best = std::move(other);
    }
    return best;
  }

  Outcome agreed(const std::vector<const Rule*>& rules) {
    Outcome first = gives({rules[0]});
    for (const Rule* rule : rules) {
      const Outcome other = gives({rule});
      if (!std::equal(first.owed.begin(), first.owed.end(), other.owed.begin(), other.owed.end(), is_same))
        give_up(fmt::format("{} and {} match and give different things, but hit is any", quoted(rules[0]->name), quoted(rule->name)));
    }
    return first;
  }

  Outcome gives(const std::vector<const Rule*>& rules) {
    Outcome outcome;
    std::vector<Item> items;
    for (const Rule* rule : rules) {
      if (rule->give.empty()) note(outcome, *rule, rule->why.empty() ? "nothing is given" : rule->why);
      for (const RemedyRule& remedy : rule->give) items.push_back(item_of(*rule, remedy));
    }
    if (table_.combine) items = combined(items);
    for (Item& item : items) add(outcome, std::move(item));
    return outcome;
  }

  void note(Outcome& outcome, const Rule& rule, std::string_view why) const {
    outcome.why.push_back(fmt::format("{}/{}: {}", table_.name, rule.name, why));
  }

  Item item_of(const Rule& rule, const RemedyRule& remedy) {
    Item item;
    OwedRemedy& owed = item.owed;
    owed.table = table_.name;
    owed.rule = rule.name;
    owed.kind = remedy.kind;
    owed.what = remedy.what;
    owed.duration = remedy.duration;
    owed.valid = remedy.valid;
    owed.within = remedy.within;
    owed.pay_by = remedy.pay_by;
    owed.manner = remedy.manner.empty() ? table_.manner : remedy.manner;
    owed.at_close = remedy.per && !remedy.pay_nightly;
    if (remedy.quantity) owed.quantity = quantity_of(*remedy.quantity);
    if (remedy.amount) item.amount = reckoned(remedy, owed);
    return item;
  }

  std::optional<Amount> reckoned(const RemedyRule& remedy, const OwedRemedy& owed) {
    try {
      return amount_of(remedy, facts_, !table_.combine, fault_);
    } catch (const Overflow& e) {
      give_up(fmt::format("{}: {}", beyond_reason(owed), e.what()));
      return std::nullopt;
    }
  }

  Ratio quantity_of(const Expr& expr) {
    const Value value = evaluate(expr, facts_, fault_);
    if (value.is_null()) give_up(fmt::format("quantity is null: {}", expr.text));
    if (value.ratio.is_negative()) give_up(fmt::format("the quantity is negative: {} = {}", expr.text, print(value.ratio)));
    return value.ratio;
  }

  // Money of one kind, `what` and manner becomes one remedy, where its first part stood.
  std::vector<Item> combined(std::vector<Item>& items) {
    std::vector<Item> result;
    std::vector<std::vector<Amount>> parts;  // beside result; empty: no money
    for (Item& item : items) {
      const auto same = std::find_if(result.begin(), result.end(), [&](const Item& other) {
        return item.amount && other.amount && other.owed.kind == item.owed.kind && other.owed.what == item.owed.what &&
               other.owed.manner == item.owed.manner;
      });
      if (same != result.end()) {
        same->owed.at_close = same->owed.at_close || item.owed.at_close;
        parts[static_cast<std::size_t>(same - result.begin())].push_back(std::move(*item.amount));
        continue;
      }
      parts.emplace_back();
      if (item.amount) parts.back().push_back(*item.amount);
      result.push_back(std::move(item));
    }
    for (std::size_t i = 0; i < result.size(); ++i)
      if (result[i].amount) result[i].amount = sum_of(parts[i], table_.amounts, facts_, fault_);
    return result;
  }

  // An amount or a quantity of zero is no remedy; it is noted, so that nobody wonders.
  void add(Outcome& outcome, Item item) {
    if (fault_.any()) return;
    OwedRemedy& owed = item.owed;
    const std::string at = fmt::format("{}/{}: {}", owed.table, owed.rule, owed.kind);
    if (item.amount) {
      if (item.amount->units > units(Money{most_minor, facts_.currency()})) return give_up(beyond_reason(owed));
      const Money money = money_of(item.amount->units, facts_.currency());
      if (item.amount->withheld) outcome.why.push_back(fmt::format("{}: {}", at, item.amount->steps.back()));
      else if (money.minor == 0) outcome.why.push_back(fmt::format("{} comes to {}", at, print(money)));
      if (money.minor == 0) return;
      owed.money = money;
      owed.steps = std::move(item.amount->steps);
      outcome.total = outcome.total + item.amount->units;
    } else if (owed.quantity && owed.quantity->is_zero()) {
      outcome.why.push_back(fmt::format("{} comes to 0", at));
      return;
    }
    outcome.owed.push_back(std::move(owed));
  }

  const PolicyTable& table_;
  const FactSource& facts_;
  Fault& fault_;
};

// Arithmetic on the way to an amount may grow beyond 128 bits like any other.
Outcome judged(const PolicyTable& table, const FactSource& facts, Fault& fault) {
  Fault inner;
  Outcome outcome;
  try {
    outcome = TableJudge(table, facts, inner).result();
  } catch (const Overflow& e) {
    inner.reason = e.what();
  } catch (const DivisionByZero& e) {
    inner.reason = e.what();
  }
  if (!inner.reason.empty()) inner.reason = fmt::format("policy.{}: {}", table.name, inner.reason);
  fault.add(inner);
  return outcome;
}

std::string failed_test(const PolicyTable& table, const Rule& rule, const FactSource& facts, const Zone& zone, Truth truth) {
  const Truth guard = holds(table.when, facts);
  const bool is_guards = guard == truth;
  return is_guards ? "the table's when: " + why_not(table.when, facts, zone) : why_not(rule.when, facts, zone);
}

void trace(const PolicyTable& table, const FactSource& facts, const Zone& zone, std::vector<RuleTrace>& traces) {
  Fault ignored;
  const TableJudge judge(table, facts, ignored);
  bool decided = false;
  for (const Rule& rule : table.rules) {
    RuleTrace one{table.name, rule.name, Truth::no, !decided, {}};
    if (!decided) {
      one.truth = judge.truth_of(rule);
      if (one.truth != Truth::yes) one.failed = failed_test(table, rule, facts, zone, one.truth);
      decided = table.hit == HitPolicy::first && one.truth != Truth::no;
    }
    traces.push_back(std::move(one));
  }
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
  for (const Slot slot : fault.missing) decision.missing.push_back(schema.at(slot).name);
  if (!decision.missing.empty()) decision.reason = sentence(decision.missing);
  if (fault.reason.empty()) return;
  decision.reason += (decision.reason.empty() ? "" : "; ") + fault.reason;
}

}  // namespace

Decision decide(const Policy& policy, const Schema& schema, const FactSource& facts, const Zone& zone, bool with_traces) {
  Decision decision;
  Fault fault;
  for (const PolicyTable& table : policy.tables) {
    Outcome outcome = judged(table, facts, fault);
    std::move(outcome.owed.begin(), outcome.owed.end(), std::back_inserter(decision.owed));
    std::move(outcome.why.begin(), outcome.why.end(), std::back_inserter(decision.why));
    if (with_traces) trace(table, facts, zone, decision.traces);
  }
  check_sum(decision, fault);
  if (fault.any()) withhold(decision, fault, schema);
  return decision;
}

}  // namespace amends
