#include <map>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/base/hash.h"
#include "io/ledger/ledger_schema.h"
#include "io/ledger/outbox.h"
#include "ledger_file.h"

using namespace amends;
using namespace amends::test;

namespace {

// A ledger with a row in every table.
void fill(const std::string& path) {
  const auto ledger = Ledger::open_to_write(path, 0);
  for (int run = 0; run < 3; ++run) {
    ledger->begin(Instant{run * ms_per_day}, run == 0 ? std::optional<Instant>(Instant{7}) : std::nullopt);
    ledger->append_policy("abc", "[policy]");
    for (int order = 0; order < 4; ++order) {
      KnownCase c = late_case(fmt::format("{}-{}", run, order), fmt::format("email:zoe{}@example.org", order));
      c.policy_hash = "abc";
      ledger->append_case(c);
      ledger->append_case_ids({c.key, {{"tracking", "JD01"}}});
      ledger->append_pooled({c.key, c.due_instant, {{"delay", "S-77", "credit auto  GBP", Ratio(1, 3), Ratio(order), 0}}});
      ledger->append_grant(credit(c, 1, 500 + order));
      ledger->append_message(letter(c), "drafted");
      ledger->approve_message(letter(c).key, "Maya Chen");
      ledger->append_done_call({c.key + "/notice/call", c.key, "Maya Chen", order == 0 ? "" : "zoe was glad", {}, Instant{}});
      ledger->append_welcome({c.person, c.record_id, Date{20000}});
    }
    ledger->append_hand_credit({fmt::format("V-{}", run), "0-0", Money{250, *currency_named("GBP")}, "called in", {}});
    ledger->append_left_twice({"0-0", Money{250, *currency_named("GBP")}, "Maya Chen", "a good customer", {}});
    ledger->append_input({"orders", "orders.csv", run, sha256(std::to_string(run))});
    const std::string gone = fmt::format("email:gone{}@example.org", run);
    ledger->append_welcome({gone, "9-9", Date{20000}});
    ledger->forget(gone, "Maya Chen");
    ledger->issue({{late_case("0-0", "").key + "/delay/credit/1", "bank 7", {}}});
    ledger->commit({});
  }
}

// The tables of sending, too.
void send_one(const std::string& path) {
  Outbox outbox(path);
  outbox.begin(Instant{5}, Instant{6});
  const std::optional<Attempt> attempt = outbox.claim(letter(late_case("0-0", "")).key, Instant{8}, Zone::utc(), false);
  REQUIRE(attempt.has_value());
  outbox.record({*attempt, {Fate::later, "451", "451", "", false}, 75, Instant{9}, Instant{60009}});
}

std::string content_of(sqlite3_stmt* row, const std::string& table) {
  std::string content = fmt::format("t{}:{}", table.size(), table);
  for (int i = 0; i < sqlite3_column_count(row); ++i) {
    if (std::string(sqlite3_column_name(row, i)) == "hash") continue;
    const std::string bytes(static_cast<const char*>(sqlite3_column_blob(row, i)), sqlite3_column_bytes(row, i));
    switch (sqlite3_column_type(row, i)) {
      case SQLITE_INTEGER: content += fmt::format("{}i{};", i + 1, sqlite3_column_int64(row, i)); break;
      case SQLITE_TEXT: content += fmt::format("{}t{}:{}", i + 1, bytes.size(), bytes); break;
      case SQLITE_BLOB: content += fmt::format("{}b{}:{}", i + 1, bytes.size(), bytes); break;
      default: break;
    }
  }
  return content;
}

// As amends-ledger.5 tells it: the first row that does not follow from the one before it, 0 when all do.
std::int64_t first_broken_row(const std::string& path) {
  struct Row {
    std::string content, hash;
  };
  std::map<std::int64_t, Row> rows;
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  for (const std::string_view table : chained_tables()) {
    sqlite3_stmt* row = nullptr;
    sqlite3_prepare_v2(db, fmt::format("SELECT * FROM {}", table).c_str(), -1, &row, nullptr);
    while (sqlite3_step(row) == SQLITE_ROW) {
      const std::string hash(static_cast<const char*>(sqlite3_column_blob(row, 1)), sqlite3_column_bytes(row, 1));
      rows[sqlite3_column_int64(row, 0)] = {content_of(row, std::string(table)), hash};
    }
    sqlite3_finalize(row);
  }
  sqlite3_close(db);
  std::string before(32, '\0');
  std::int64_t expected = 0;
  for (const auto& [seq, row] : rows) {
    const Digest digest = sha256(before + row.content);
    if (seq != ++expected || row.hash != std::string(digest.begin(), digest.end())) return expected;
    before = row.hash;
  }
  return 0;
}

std::string without_triggers(const std::string& path) {
  std::string sql;
  for (const std::string& name : query(path, "SELECT name FROM sqlite_schema WHERE type = 'trigger'")) sql += "DROP TRIGGER " + name + ";";
  return sql;
}

}  // namespace

TEST_CASE("every row's hash follows from the row before it, and a changed one is seen") {
  const LedgerFile file;
  fill(file.path);
  CHECK(query(file.path, "SELECT count(*) FROM grants") == std::vector<std::string>{"12"});
  CHECK(first_broken_row(file.path) == 0);
  query(file.path, without_triggers(file.path) + "UPDATE grants SET minor = 50000 WHERE minor = 501");
  CHECK(first_broken_row(file.path) > 0);
}

TEST_CASE("the first row's hash is the one amends-ledger(5) works out") {
  const LedgerFile file;
  {
    const auto ledger = Ledger::open_to_write(file.path, 0);
    ledger->begin(Instant{1774915200000});
    ledger->commit({});
  }
  const std::string content = "t4:runs1i1;3i1;4t3:run5i1774915200000;";
  CHECK(query(file.path, "SELECT lower(hex(hash)) FROM runs").front() == hex(sha256(std::string(32, '\0') + content)));
}

TEST_CASE("chained rows can neither be changed nor deleted") {
  const LedgerFile file;
  fill(file.path);
  send_one(file.path);
  CHECK(first_broken_row(file.path) == 0);
  for (const std::string_view table : chained_tables()) {
    const std::vector<std::string> refusal = {fmt::format("{}: rows are appended, never changed", table)};
    CHECK(query(file.path, fmt::format("SELECT count(*) > 0 FROM {}", table)) == std::vector<std::string>{"1"});
    CHECK(query(file.path, fmt::format("UPDATE {} SET hash = x'00'", table)) == refusal);
    CHECK(query(file.path, fmt::format("DELETE FROM {}", table)) == refusal);
  }
  CHECK(query(file.path, "UPDATE person_values SET value = 'x'").front() == "person_values: rows are appended, never changed");
  CHECK(query(file.path, "DELETE FROM meta").front() == "meta: rows are appended, never changed");
  CHECK(first_broken_row(file.path) == 0);
}

TEST_CASE("a person can be forgotten: nothing personal is chained, and the chain stays whole") {
  const LedgerFile file;
  fill(file.path);
  for (const std::string_view table : chained_tables())
    for (const std::string& column : query(file.path, fmt::format("SELECT name FROM pragma_table_info('{}')", table)))
      CHECK(query(file.path, fmt::format("SELECT count(*) FROM {} WHERE instr(CAST({} AS TEXT), 'zoe') > 0", table, column)) ==
            std::vector<std::string>{"0"});
  CHECK(query(file.path, "DELETE FROM letters; DELETE FROM call_notes; DELETE FROM person_values").empty());
  CHECK(first_broken_row(file.path) == 0);
  const auto ledger = Ledger::open_to_read(file.path);
  CHECK(ledger->grants().size() == 12);
  CHECK(is_forgotten_name(ledger->grants()[0].person));
  CHECK(ledger->messages()[0].message.subject.empty());
}

TEST_CASE("the chain's salted hashes are those of the values beside it") {
  const LedgerFile file;
  fill(file.path);
  const std::vector<std::string> rows = query(
      file.path, "SELECT hex(salt), value, lower(hex(digest)) FROM people JOIN person_values ON person_seq = seq");
  CHECK(rows.size() == 4);
  for (const std::string& row : rows) {
    const std::string salt_hex = row.substr(0, 32);
    std::string salt;
    for (std::size_t i = 0; i < 32; i += 2) salt += static_cast<char>(std::stoi(salt_hex.substr(i, 2), nullptr, 16));
    const std::size_t bar = row.rfind('|');
    CHECK(hex(sha256(salt + row.substr(33, bar - 33))) == row.substr(bar + 1));
  }
}
