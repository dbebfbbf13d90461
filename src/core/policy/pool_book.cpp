#include "core/policy/pool_book.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/ledger/settlement.h"

namespace amends {

std::string pool_label(std::string_view kind, std::string_view what, std::string_view manner, std::string_view basis, Currency currency) {
  return fmt::format("{} {} {} {}", remedy_label(kind, what), manner, basis, currency.name());
}

bool has_pool(const Policy& policy) {
  return std::any_of(policy.tables.begin(), policy.tables.end(), [](const PolicyTable& table) { return table.pool && !table.pool->per.empty(); });
}

PoolPast PoolBook::past(const PolicyTable& table, const std::string& key, const std::string& label, Instant due,
                        const FactSource& facts, const Zone& zone) const {
  PoolPast past;
  const auto found = entries_.find(table.name);
  if (found == entries_.end()) return past;
  for (const Dated& dated : found->second) {
    const bool is_ours = dated.entry.key == key && dated.entry.label == label && dated.due <= due;
    if (!is_ours || !lies_in(table.pool->within, dated.due, due, facts, zone)) continue;
    past.sum = past.sum + dated.entry.sum;
    past.granted = past.granted + dated.entry.granted;
    past.count += dated.entry.count;
  }
  return past;
}

}  // namespace amends
