// What the cases of a pool were owed before, so that a table's sums and counts run on from case to case: by due time,
// then case key. night.cpp writes every decision into it in that order and gives it to the next.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/policy/policy.h"

namespace amends {

// What one case added to a pool.
struct PoolEntry {
  std::string table;
  std::string key;      // whose pool
  std::string label;    // of the remedies that are summed, by pool_label; empty: the count
  Ratio sum;            // before min, max and pay_if: what is withheld stays in the sum
  Ratio granted;        // after them
  std::int64_t count = 0;
};

// Which sum of a pool a remedy belongs to: law and goodwill, and two currencies, are never added up.
std::string pool_label(std::string_view kind, std::string_view what, std::string_view manner, std::string_view basis, Currency currency);

// What the ledger keeps of a case that may leave the records: what it added when it was last among them.
struct PooledCase {
  std::string case_key;
  Instant due;
  std::vector<PoolEntry> entries;
};

// Whether a table adds up over several cases.
bool has_pool(const Policy& policy);

// What other cases added before.
struct PoolPast {
  Ratio sum, granted;
  std::int64_t count = 0;
};

class PoolBook {
 public:
  void add(PoolEntry entry, Instant due) { entries_[entry.table].push_back({std::move(entry), due}); }
  PoolPast past(const PolicyTable& table, const std::string& key, const std::string& label, Instant due, const FactSource& facts,
                const Zone& zone) const;

 private:
  struct Dated {
    PoolEntry entry;
    Instant due;
  };
  std::map<std::string, std::vector<Dated>> entries_;  // by table
};

}  // namespace amends
