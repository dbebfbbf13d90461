// The sums of a table: what its remedies come to together in one case, and how they run on in the pool that the case
// shares with others.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "core/policy/table_judge.h"

namespace amends {
namespace {

std::string pool_label(const OwedRemedy& owed, Currency currency) {
  return pool_label(owed.kind, owed.what, owed.manner, owed.basis, currency);
}

}  // namespace

// Elements may belong to different pools: one a direction, one a day.
std::string TableJudge::pool_key() {
  if (!table_.pool || table_.pool->per.empty()) return {};
  if (table_.pool->fact == no_slot) return table_.pool->per == "person" ? judging_.person : judging_.order;
  const Value key = facts_->at(table_.pool->fact);
  if (key.is_missing()) fault_.add(table_.pool->fact, *facts_);
  return print(key, judging_.zone);
}

// Money of one kind, `what`, manner, basis and pool becomes one remedy, where its first part stood.
std::vector<TableJudge::Item> TableJudge::combined(std::vector<Item>& items, Outcome& told) {
  std::vector<Item> result;
  std::vector<std::vector<Amount>> parts;  // beside result; empty: no money
  const auto same_sum = [](const Item& i) { return std::tie(i.owed.kind, i.owed.what, i.owed.manner, i.owed.basis, i.owed.options, i.pool); };
  for (Item& item : items) {
    const auto same = std::find_if(result.begin(), result.end(),
                                   [&](const Item& other) { return item.amount && other.amount && same_sum(other) == same_sum(item); });
    if (same != result.end()) {
      same->owed.at_close = same->owed.at_close || item.owed.at_close;
      same->owed.offer = nullptr;
      parts[static_cast<std::size_t>(same - result.begin())].push_back(std::move(*item.amount));
      continue;
    }
    parts.emplace_back();
    if (item.amount) parts.back().push_back(*item.amount);
    result.push_back(std::move(item));
  }
  for (std::size_t i = 0; i < result.size(); ++i)
    if (result[i].amount) result[i].amount = pooled(std::move(parts[i]), result[i], told);
  return result;
}

PoolPast TableJudge::past(const std::string& key, const std::string& label) const {
  if (judging_.pools == nullptr || !table_.pool || table_.pool->per.empty()) return {};
  return judging_.pools->past(table_, key, label, judging_.due, judging_.facts, judging_.zone);
}

// The sum of the case, or the running sum of its pool less what others of the pool were granted before.
Amount TableJudge::pooled(std::vector<Amount> parts, const Item& item, Outcome& told) {
  if (!table_.pool || table_.pool->per.empty()) return sum_of(parts, table_.amounts, *facts_, fault_);
  PoolEntry entry{table_.name, item.pool, pool_label(item.owed, facts_->currency()), {}, {}, 0};
  for (const Amount& part : parts) entry.sum = entry.sum + part.units;
  const PoolPast before = past(item.pool, entry.label);
  const std::string others = print(Value::of_money(before.sum, facts_->currency()), judging_.zone);
  if (!before.sum.is_zero()) parts.push_back({before.sum, false, {"of other cases " + others}});
  Amount amount = sum_of(parts, table_.amounts, *facts_, fault_);
  if (!before.granted.is_zero()) {
    const Ratio rest = amount.units - before.granted;
    amount.units = rest.is_negative() ? Ratio() : rest;
    amount.steps.push_back(fmt::format("less {} granted to them = {}", print(Value::of_money(before.granted, facts_->currency()), judging_.zone),
                                       print(Value::of_money(amount.units, facts_->currency()), judging_.zone)));
  }
  entry.granted = amount.units;
  told.pooled.push_back(std::move(entry));
  return amount;
}

std::optional<Ratio> TableJudge::most() {
  if (!table_.pool || !table_.pool->max_count) return std::nullopt;
  const Value value = evaluate(*table_.pool->max_count, *facts_, fault_);
  return value.is_known() ? std::optional(value.ratio) : std::nullopt;
}

// Of each pool those of the first so many elements that get anything.
std::vector<TableJudge::Item> TableJudge::within_count(std::vector<Item>& items, Outcome& told) {
  const std::optional<Ratio> limit = most();
  if (!limit) return std::move(items);
  std::map<std::string, std::set<std::size_t>> counted;
  std::vector<Item> kept;
  for (Item& item : items) {
    const bool is_nothing = item.amount ? item.amount->units.is_zero() : item.owed.quantity && item.owed.quantity->is_zero();
    std::set<std::size_t>& elements = counted[item.pool];
    const auto count = static_cast<std::int64_t>(elements.size()) + past(item.pool, {}).count;
    const bool fits = is_nothing || elements.contains(item.element) || Ratio(count) < *limit;
    if (fits && !is_nothing) elements.insert(item.element);
    if (fits) kept.push_back(std::move(item));
    else note(told, item.owed.rule, fmt::format("{} is over the count of {}", item.owed.label, print(*limit)));
  }
  for (const auto& [key, elements] : counted)
    if (!elements.empty() && !table_.pool->per.empty()) told.pooled.push_back({table_.name, key, {}, {}, {}, static_cast<std::int64_t>(elements.size())});
  return kept;
}

}  // namespace amends
