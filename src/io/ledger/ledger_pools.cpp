#include "io/ledger/ledger_pools.h"

#include <cstddef>
#include <string>

#include "core/base/hash.h"
#include "io/ledger/salt.h"
#include "io/mail/message_json.h"

namespace amends {

// Part of the ledger format (amends-ledger.5). Add, never rename.
const char* const pool_tables = R"(
CREATE TABLE pools (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  case_seq INTEGER NOT NULL REFERENCES cases(seq), digest BLOB NOT NULL) STRICT;
CREATE INDEX pools_by_case ON pools(case_seq);
CREATE TABLE pool_values (
  pool_seq INTEGER PRIMARY KEY REFERENCES pools(seq), salt BLOB NOT NULL, value TEXT NOT NULL) STRICT;
)";

namespace {

constexpr std::size_t salt_bytes = 16;

constexpr const char* entries_that_count = R"(
  SELECT c.key, c.due, e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, e.value ->> 5
  FROM pools p JOIN pool_values v ON v.pool_seq = p.seq JOIN case_states c ON c.seq = p.case_seq JOIN json_each(v.value) e
  WHERE p.seq = (SELECT max(seq) FROM pools WHERE case_seq = p.case_seq) AND c.standing <> 'cleared'
    AND (c.key, e.value ->> 0) NOT IN (SELECT case_key, table_name FROM grant_states GROUP BY case_key, table_name HAVING min(state = 'void') = 1)
  ORDER BY p.seq, e.key)";

// A list of entries, each the list of its six parts.
std::string entries_json(const std::vector<PoolEntry>& entries) {
  std::string json = "[";
  for (const PoolEntry& e : entries) {
    if (json.size() > 1) json += ",";
    json += strings_json({e.table, e.key, e.label, print(e.sum), print(e.granted), std::to_string(e.count)});
  }
  return json + "]";
}

// As print() writes it: "12.5", "1/3".
Ratio ratio_of(const std::string& text) {
  const std::size_t slash = text.find('/');
  const Ratio above = read_decimal(text.substr(0, slash)).value_or(Ratio());
  return slash == std::string::npos ? above : above / read_decimal(text.substr(slash + 1)).value_or(Ratio(1));
}

}  // namespace

bool has_pools(const Database& database) {
  Statement table(database, "SELECT 1 FROM sqlite_schema WHERE name = 'pools'");
  return table.step();
}

std::vector<PooledCase> read_pools(const Database& database) {
  std::vector<PooledCase> cases;
  if (!has_pools(database)) return cases;
  Statement rows(database, entries_that_count);
  while (rows.step()) {
    const std::string key = rows.text(0);
    if (cases.empty() || cases.back().case_key != key) cases.push_back({key, Instant{rows.integer(1)}, {}});
    cases.back().entries.push_back({rows.text(2), rows.text(3), rows.text(4), ratio_of(rows.text(5)), ratio_of(rows.text(6)), std::stoll(rows.text(7))});
  }
  return cases;
}

PoolTables::PoolTables(const Database& database, Chain& chain)
    : pools_(database, chain, "pools", {"run", "case_seq", "digest"}),
      value_(database, "INSERT INTO pool_values (pool_seq, salt, value) VALUES (?, ?, ?)"),
      last_(database, "SELECT v.value FROM pools p LEFT JOIN pool_values v ON v.pool_seq = p.seq WHERE p.case_seq = ? ORDER BY p.seq DESC LIMIT 1"),
      is_forgotten_(database, "SELECT f.undone = 0 FROM forgettings f JOIN case_changes c ON c.person_seq = f.person_seq WHERE c.case_seq = ? "
                              "ORDER BY f.seq DESC LIMIT 1") {}

void PoolTables::append(const std::vector<PoolEntry>& entries, std::int64_t run, std::int64_t case_seq) {
  const bool forgotten = is_forgotten_.bind(case_seq).step() && is_forgotten_.integer(0) != 0;
  is_forgotten_.reset();
  if (forgotten) return;
  const std::string value = entries_json(entries);
  const bool is_known = last_.bind(case_seq).step();
  const bool is_same = is_known ? last_.text(0) == value : entries.empty();
  last_.reset();
  if (is_same) return;
  const std::string salt = random_bytes(salt_bytes);
  const Digest digest = sha256(salt + value);
  const std::string bytes(digest.begin(), digest.end());
  const std::int64_t seq = pools_.add(run).add(case_seq).add_blob(bytes).append();
  value_.bind(seq).bind_blob(salt).bind(value).run();
}

}  // namespace amends
