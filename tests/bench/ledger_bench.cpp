// The ledger's append against SQLite's own: the same grants in one transaction, by LedgerWriter (chain, views' indexes
// and all) and by a prepared INSERT into a table with the same columns, indexes and journal. Prints both and the ratio.
//   ledger_bench [GRANTS] [ROUNDS]
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "io/ledger/ledger.h"

using namespace amends;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

KnownCase case_of(int number) {
  KnownCase c;
  c.record_id = fmt::format("N{}", number);
  c.key = "shop/order/" + c.record_id + "/stated-date";
  c.guarantee = "stated-date";
  c.person = fmt::format("customer:{}", number % 50'000);
  c.due = Date{20000};
  c.due_instant = Instant{20001 * ms_per_day};
  c.standing = standing::decided;
  return c;
}

Grant grant_of(const KnownCase& c, int minor) {
  Grant g;
  g.case_key = c.key;
  g.key = c.key + "/delay/credit/1";
  g.record_id = c.record_id;
  g.person = c.person;
  g.table = "delay";
  g.rule = "a-day-or-two";
  g.kind = "credit";
  g.money = Money{minor, *currency_named("GBP")};
  g.manner = "auto";
  g.due = c.due_instant;
  g.as_of = Instant{20010 * ms_per_day};
  g.steps = {"7.5% of order_value GBP 40.00 = GBP 3.00"};
  return g;
}

// Seconds that the grants alone took; their cases are there before.
double by_ledger(const std::string& path, int count) {
  const auto ledger = Ledger::open_to_write(path, 0);
  ledger->begin(Instant{});
  for (int n = 0; n < count; ++n) ledger->append_case(case_of(n));
  ledger->commit({});
  std::vector<Grant> grants;
  for (int n = 0; n < count; ++n) grants.push_back(grant_of(case_of(n), n + 1));
  const Clock::time_point start = Clock::now();
  ledger->begin(Instant{});
  for (const Grant& grant : grants) ledger->append_grant(grant);
  ledger->commit({});
  return seconds_since(start);
}

void run(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
}

// The ledger's own table without the chain: its columns, its constraints, its indexes, its rows.
double by_sqlite(const std::string& path, const std::string& ledger) {
  sqlite3* db = nullptr;
  if (sqlite3_open(path.c_str(), &db) != SQLITE_OK) std::abort();
  run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
          "CREATE TABLE grants (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, case_seq INTEGER NOT NULL,"
          "person_seq INTEGER, table_name TEXT NOT NULL, rule TEXT NOT NULL, kind TEXT NOT NULL, what TEXT, sequence INTEGER NOT NULL, minor INTEGER,"
          "currency TEXT, quantity TEXT, duration TEXT, valid TEXT, within TEXT, manner TEXT, pay_by TEXT, state TEXT NOT NULL, reason TEXT,"
          "due INTEGER NOT NULL, as_of INTEGER NOT NULL, steps TEXT NOT NULL, basis TEXT, CHECK ((minor IS NULL) = (currency IS NULL))) STRICT;"
          "CREATE INDEX grants_by_case ON grants(case_seq); CREATE INDEX grants_by_person ON grants(person_seq, as_of);");
  run(db, fmt::format("ATTACH '{}' AS l; CREATE TEMP TABLE wanted AS SELECT * FROM l.grants; DETACH l", ledger).c_str());
  sqlite3_stmt *read = nullptr, *write = nullptr;
  if (sqlite3_prepare_v2(db, "SELECT * FROM wanted", -1, &read, nullptr) != SQLITE_OK) std::abort();
  std::vector<std::vector<sqlite3_value*>> rows;
  while (sqlite3_step(read) == SQLITE_ROW) {
    std::vector<sqlite3_value*>& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(read); ++i) row.push_back(sqlite3_value_dup(sqlite3_column_value(read, i)));
  }
  sqlite3_finalize(read);
  if (sqlite3_prepare_v2(db, "INSERT INTO grants VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1, &write, nullptr) != SQLITE_OK) std::abort();
  const Clock::time_point start = Clock::now();
  run(db, "BEGIN IMMEDIATE");
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) sqlite3_bind_value(write, static_cast<int>(i) + 1, row[i]);
    if (sqlite3_step(write) != SQLITE_DONE) std::abort();
    sqlite3_reset(write);
  }
  run(db, "COMMIT");
  const double seconds = seconds_since(start);
  sqlite3_finalize(write);
  for (const auto& row : rows)
    for (sqlite3_value* value : row) sqlite3_value_free(value);
  sqlite3_close(db);
  return seconds;
}

double median(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 1'000'000, rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  std::vector<double> ours, theirs;
  for (int round = 0; round < rounds; ++round) {
    std::string name = (std::filesystem::temp_directory_path() / "amends-ledger-bench-XXXXXX").string();
    const std::string folder = mkdtemp(name.data());
    ours.push_back(by_ledger(folder + "/amends.db", count));
    theirs.push_back(by_sqlite(folder + "/plain.db", folder + "/amends.db"));
    std::filesystem::remove_all(folder);
  }
  fmt::print("{} grants in one transaction, median of {}: ledger {:.2f} s, SQLite's own {:.2f} s, {:.2f} times\n", count, rounds, median(ours), median(theirs),
             median(ours) / median(theirs));
}
