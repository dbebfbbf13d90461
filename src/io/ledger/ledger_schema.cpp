#include "io/ledger/ledger_schema.h"

#include <string>

#include <fmt/format.h>

#include "core/base/error.h"
#include "io/ledger/ledger_calls.h"
#include "io/ledger/ledger_case_ids.h"
#include "io/ledger/ledger_hand.h"
#include "io/ledger/ledger_inputs.h"
#include "io/ledger/ledger_pools.h"
#include "io/ledger/ledger_quiet.h"
#include "io/ledger/outbox_tables.h"
#include "io/ledger/salt.h"

namespace amends {
namespace {

constexpr std::string_view chained[] = {"runs",          "run_ends",     "policies", "people",   "cases",
                                        "case_changes",  "grants",       "grant_changes",        "messages",
                                        "message_changes", "calls",          "welcomes",     "case_ids",
                                        "approvals",     "claims",       "outcomes", "credits",  "forgettings", "inputs", "pools",
                                        "accepted"};
constexpr std::string_view personal[] = {"person_values", "letters", "call_notes", "frozen", "pool_values"};

// Part of the ledger format (amends-ledger.5). Add, never rename.
constexpr const char* tables = R"(
CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT;

CREATE TABLE runs (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL,
  number INTEGER NOT NULL UNIQUE, command TEXT NOT NULL, as_of INTEGER NOT NULL, started INTEGER) STRICT;
CREATE TABLE run_ends (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL,
  run INTEGER NOT NULL UNIQUE REFERENCES runs(number), new_misses INTEGER NOT NULL, summary TEXT NOT NULL) STRICT;

CREATE TABLE policies (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  policy TEXT NOT NULL UNIQUE, text TEXT NOT NULL) STRICT;

CREATE TABLE people (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  digest BLOB NOT NULL) STRICT;
CREATE TABLE person_values (
  person_seq INTEGER PRIMARY KEY REFERENCES people(seq), salt BLOB NOT NULL, value TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE cases (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  key TEXT NOT NULL UNIQUE, record_id TEXT NOT NULL, guarantee TEXT NOT NULL) STRICT;
CREATE INDEX cases_by_record ON cases(record_id);
CREATE TABLE case_changes (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  case_seq INTEGER NOT NULL REFERENCES cases(seq), person_seq INTEGER REFERENCES people(seq),
  due INTEGER NOT NULL, due_at INTEGER, due_date TEXT, kind TEXT NOT NULL, closed INTEGER NOT NULL,
  policy TEXT REFERENCES policies(policy), standing TEXT NOT NULL, facts TEXT) STRICT;
CREATE INDEX case_changes_by_case ON case_changes(case_seq);

CREATE TABLE grants (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  key TEXT NOT NULL UNIQUE, case_seq INTEGER NOT NULL REFERENCES cases(seq),
  person_seq INTEGER REFERENCES people(seq),
  table_name TEXT NOT NULL, rule TEXT NOT NULL, kind TEXT NOT NULL, what TEXT, sequence INTEGER NOT NULL,
  minor INTEGER, currency TEXT, quantity TEXT, duration TEXT, valid TEXT, within TEXT, manner TEXT, pay_by TEXT,
  state TEXT NOT NULL, reason TEXT, due INTEGER NOT NULL, as_of INTEGER NOT NULL, steps TEXT NOT NULL,
  basis TEXT,
  CHECK ((minor IS NULL) = (currency IS NULL))) STRICT;
CREATE INDEX grants_by_case ON grants(case_seq);
CREATE INDEX grants_by_person ON grants(person_seq, as_of);
CREATE TABLE grant_changes (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  grant_seq INTEGER NOT NULL REFERENCES grants(seq),
  state TEXT NOT NULL, reference TEXT, reason TEXT) STRICT;
CREATE INDEX grant_changes_by_grant ON grant_changes(grant_seq);

CREATE TABLE messages (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  key TEXT NOT NULL UNIQUE, case_seq INTEGER NOT NULL REFERENCES cases(seq),
  person_seq INTEGER REFERENCES people(seq), purpose TEXT NOT NULL, revision INTEGER NOT NULL,
  locale TEXT NOT NULL, message_id TEXT NOT NULL, automatic INTEGER NOT NULL, open INTEGER NOT NULL,
  grants TEXT NOT NULL,
  state TEXT NOT NULL, digest BLOB NOT NULL,
  channel TEXT, cases TEXT, open_cases TEXT) STRICT;
CREATE INDEX messages_by_case ON messages(case_seq);
CREATE INDEX messages_by_person ON messages(person_seq);
CREATE TABLE letters (
  message_seq INTEGER PRIMARY KEY REFERENCES messages(seq), salt BLOB NOT NULL, letter TEXT NOT NULL) STRICT;
CREATE TABLE message_changes (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  message_seq INTEGER NOT NULL REFERENCES messages(seq), state TEXT NOT NULL, reason TEXT) STRICT;
CREATE INDEX message_changes_by_message ON message_changes(message_seq);
)";

// What stands now: the appended rows with the last change of each. The columns are the ledger's face to people
// who ask it with SQL.
constexpr const char* grant_view = R"(
CREATE VIEW grant_states AS
  SELECT g.key, c.key AS case_key, c.record_id, p.value AS person, g.table_name, g.rule, g.kind, g.what,
         g.sequence, g.minor, g.currency, g.quantity, g.duration, g.valid, g.within, g.manner, g.pay_by,
         coalesce(s.state, g.state) AS state, CASE WHEN s.seq IS NULL THEN g.reason ELSE s.reason END AS reason,
         (SELECT r.reference FROM grant_changes r WHERE r.grant_seq = g.seq AND r.reference IS NOT NULL
          ORDER BY r.seq DESC LIMIT 1) AS reference,
         g.due, g.as_of, g.steps, g.seq, g.person_seq, g.basis
  FROM grants g
  JOIN cases c ON c.seq = g.case_seq
  LEFT JOIN grant_changes s ON s.seq = (SELECT max(seq) FROM grant_changes WHERE grant_seq = g.seq)
  LEFT JOIN person_values p ON p.person_seq = g.person_seq;
)";
constexpr const char* case_view = R"(
CREATE VIEW case_states AS
  SELECT c.key, c.record_id, c.guarantee, p.value AS person, s.due, s.due_at, s.due_date, s.kind, s.closed,
         s.policy, s.standing, s.facts, first.as_of AS first_seen, last.as_of AS last_seen, c.seq, s.person_seq
  FROM cases c
  JOIN case_changes s ON s.seq = (SELECT max(seq) FROM case_changes WHERE case_seq = c.seq)
  JOIN runs first ON first.number = c.run
  JOIN runs last ON last.number = s.run
  LEFT JOIN person_values p ON p.person_seq = s.person_seq;
)";
// `kind`: of the case when the letter was written. `cases`, `open_cases`: the further cases of a letter of several
// orders, and those of them that were open. `changed`: as of the run that last changed its state.
constexpr const char* message_view = R"(
CREATE VIEW message_states AS
  SELECT m.key, c.key AS case_key, c.record_id, p.value AS person, m.purpose, m.revision, m.locale, m.message_id,
         m.automatic, m.open, m.grants, coalesce(s.state, m.state) AS state, s.reason,
         (SELECT max(d.seq) FROM case_changes d WHERE d.case_seq = c.seq) AS case_change_seq,
         r.as_of, l.letter, m.seq, m.person_seq, coalesce(m.channel, 'email') AS channel, m.cases, m.open_cases,
         (SELECT d.kind FROM case_changes d WHERE d.case_seq = c.seq AND d.seq < m.seq ORDER BY d.seq DESC LIMIT 1) AS kind,
         (SELECT x.as_of FROM runs x WHERE x.number = s.run) AS changed
  FROM messages m
  JOIN cases c ON c.seq = m.case_seq
  JOIN runs r ON r.number = m.run
  LEFT JOIN message_changes s ON s.seq = (SELECT max(seq) FROM message_changes WHERE message_seq = m.seq)
  LEFT JOIN letters l ON l.message_seq = m.seq
  LEFT JOIN person_values p ON p.person_seq = m.person_seq;
)";

// Letters of several orders are few: looked through for each of their orders.
constexpr const char* message_index = "CREATE INDEX messages_of_several ON messages(seq) WHERE cases IS NOT NULL";

std::string refusal(std::string_view table, std::string_view action) {
  return fmt::format(
      "CREATE TRIGGER {0}_no_{1} BEFORE {1} ON {0} BEGIN SELECT RAISE(ABORT, '{0}: rows are appended, never changed'); END;\n",
      table, action);
}

// Personal values may go (forgetting), but not change.
std::string refusals() {
  std::string sql = refusal("meta", "update") + refusal("meta", "delete");
  for (const std::string_view table : chained) sql += refusal(table, "update") + refusal(table, "delete");
  for (const std::string_view table : personal) sql += refusal(table, "update");
  return sql;
}

void fill_meta(Database& database) {
  const std::string secret = random_bytes(32);
  Statement fact(database, "INSERT INTO meta VALUES (?, ?)");
  fact.bind("format").bind(ledger_format).run();
  fact.bind("secret").bind_blob(secret).run();
  fact.bind("created").bind(database.number("SELECT unixepoch() * 1000")).run();
}

}  // namespace

std::span<const std::string_view> chained_tables() { return chained; }

bool is_ledger(Database& database) {
  const std::int64_t application = database.number("PRAGMA application_id");
  const std::int64_t version = database.number("PRAGMA user_version");
  const Where where{database.path(), 0, 0, 1, {}};
  if (application == 0 && version == 0 && database.number("SELECT count(*) FROM sqlite_schema") == 0) return false;
  if (application != ledger_application)
    throw Error(where, "not a ledger: this database belongs to another program", "name another file as [ledger] path",
                Exit::io);
  if (version > ledger_format)
    throw Error(where, fmt::format("the ledger is of format {}, and this amends knows format {}", version, ledger_format),
                "install the newer amends that wrote it", Exit::io);
  return true;
}

bool has_column(const Database& database, std::string_view table, std::string_view column) {
  Statement found(database, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?");
  return found.bind(table).bind(column).step();
}

namespace {

void add_basis(Database& database) {
  if (has_column(database, "grants", "basis")) return;
  database.run("BEGIN IMMEDIATE; ALTER TABLE grants ADD COLUMN basis TEXT; DROP VIEW grant_states");
  database.run(grant_view);
  database.run("COMMIT");
}

void add_channels(Database& database) {
  if (has_column(database, "messages", "channel")) return;
  database.run("BEGIN IMMEDIATE; ALTER TABLE messages ADD COLUMN channel TEXT; ALTER TABLE messages ADD COLUMN cases TEXT; "
               "ALTER TABLE messages ADD COLUMN open_cases TEXT; DROP VIEW message_states");
  database.run(message_view);
  database.run(message_index);
  database.run("COMMIT");
}

void add_calls(Database& database) {
  if (has_calls(database)) return;
  database.run("BEGIN IMMEDIATE");
  database.run(call_tables);
  for (const std::string_view table : chained_call_tables) database.run(refusal(table, "update") + refusal(table, "delete"));
  for (const std::string_view table : personal_call_tables) database.run(refusal(table, "update"));
  database.run("COMMIT");
}

void add_quiet(Database& database) {
  if (has_quiet(database)) return;
  database.run("BEGIN IMMEDIATE");
  database.run(quiet_table);
  database.run("COMMIT");
}

void add_case_ids(Database& database) {
  if (has_case_ids(database)) return;
  database.run("BEGIN IMMEDIATE");
  database.run(case_ids_table);
  database.run(refusal("case_ids", "update") + refusal("case_ids", "delete"));
  database.run("COMMIT");
}

void add_pools(Database& database) {
  if (has_pools(database)) return;
  database.run("BEGIN IMMEDIATE");
  database.run(pool_tables);
  database.run(refusal("pools", "update") + refusal("pools", "delete") + refusal("pool_values", "update"));
  database.run("COMMIT");
}

void add_outbox(Database& database) {
  if (has_outbox(database)) return;
  database.run("BEGIN IMMEDIATE");
  database.run(outbox_tables);
  for (const std::string_view table : chained_outbox_tables) database.run(refusal(table, "update") + refusal(table, "delete"));
  for (const std::string_view table : personal_outbox_tables) database.run(refusal(table, "update"));
  database.run("COMMIT");
}

void add_table(Database& database, std::string_view table, const char* made_by, std::span<const std::string_view> made) {
  if (has_table(database, table)) return;
  database.run("BEGIN IMMEDIATE");
  database.run(made_by);
  for (const std::string_view name : made) database.run(refusal(name, "update") + refusal(name, "delete"));
  database.run("COMMIT");
}

}  // namespace

void add_columns(Database& database) {
  add_basis(database);
  add_channels(database);
  add_calls(database);
  add_quiet(database);
  add_case_ids(database);
  add_outbox(database);
  add_table(database, "forgettings", hand_tables, chained_hand_tables);
  add_table(database, "inputs", input_table, chained_input_tables);
  add_pools(database);
  add_table(database, "accepted", left_table, chained_left_tables);
}

void create_tables(Database& database) {
  database.run("BEGIN IMMEDIATE");
  database.run(tables);
  database.run(call_tables);
  database.run(quiet_table);
  database.run(case_ids_table);
  database.run(outbox_tables);
  database.run(hand_tables);
  database.run(input_table);
  database.run(pool_tables);
  database.run(left_table);
  database.run(message_index);
  for (const char* view : {case_view, grant_view, message_view}) database.run(view);
  database.run(refusals());
  fill_meta(database);
  database.run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", ledger_application, ledger_format));
  database.run("COMMIT");
}

}  // namespace amends
