#include "io/ledger/ledger_hand.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace amends {

// `minor` 0: the credit is void. `mark`: a keyed digest of the person. `undone`: who was forgotten is a customer again.
const char* const hand_tables = R"(
CREATE TABLE credits (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  reference TEXT NOT NULL, record_id TEXT NOT NULL, minor INTEGER NOT NULL, currency TEXT NOT NULL, reason TEXT) STRICT;
CREATE INDEX credits_by_reference ON credits(reference);
CREATE TABLE forgettings (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  person_seq INTEGER NOT NULL REFERENCES people(seq), mark BLOB NOT NULL, done_by TEXT NOT NULL,
  undone INTEGER NOT NULL) STRICT;
)";

// What was given twice and left with the customer; the last row of an order and currency holds, and `minor` 0 takes it back.
const char* const left_table = R"(
CREATE TABLE accepted (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  record_id TEXT NOT NULL, minor INTEGER NOT NULL, currency TEXT NOT NULL, done_by TEXT NOT NULL, reason TEXT) STRICT;
)";

bool has_table(const Database& database, std::string_view name) {
  Statement table(database, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  return table.bind(name).step();
}

std::string ledger_secret(const Database& database) {
  Statement secret(database, "SELECT value FROM meta WHERE name = 'secret'");
  if (!secret.step()) throw Error({database.path()}, "the ledger has lost its secret", "restore it from a backup", Exit::io);
  return secret.text(0);
}

namespace {

Currency currency_of(const Database& database, const std::string& name) {
  const std::optional<Currency> currency = currency_named(name);
  if (!currency) throw Error({database.path()}, fmt::format("the ledger holds the currency {}", quoted(name)), "a newer amends may have written it", Exit::io);
  return *currency;
}

std::vector<HandCredit> credits_of(const Database& database, std::string_view where_and_order) {
  std::vector<HandCredit> credits;
  if (!has_table(database, "credits")) return credits;
  Statement rows(database, fmt::format("SELECT c.reference, c.record_id, c.minor, c.currency, coalesce(c.reason, ''), r.as_of "
                                       "FROM credits c JOIN runs r ON r.number = c.run {}", where_and_order));
  while (rows.step()) {
    credits.push_back({rows.text(0), rows.text(1), Money{rows.integer(2), currency_of(database, rows.text(3))}, rows.text(4), Instant{rows.integer(5)}});
  }
  return credits;
}

}  // namespace

std::vector<HandCredit> read_hand_credits(const Database& database) {
  return credits_of(database, "WHERE c.minor <> 0 AND c.seq = (SELECT max(seq) FROM credits l WHERE l.reference = c.reference) ORDER BY c.record_id, c.seq");
}

std::vector<HandCredit> read_hand_credit_steps(const Database& database) { return credits_of(database, "ORDER BY c.seq"); }

std::vector<LeftTwice> read_left_twice(const Database& database) {
  std::vector<LeftTwice> left;
  if (!has_table(database, "accepted")) return left;
  Statement rows(database, "SELECT a.record_id, a.minor, a.currency, a.done_by, coalesce(a.reason, ''), r.as_of FROM accepted a JOIN runs r ON r.number = a.run "
                           "WHERE a.minor <> 0 AND a.seq = (SELECT max(seq) FROM accepted l WHERE l.record_id = a.record_id AND l.currency = a.currency) "
                           "ORDER BY a.record_id, a.seq");
  while (rows.step())
    left.push_back({rows.text(0), Money{rows.integer(1), currency_of(database, rows.text(2))}, rows.text(3), rows.text(4), Instant{rows.integer(5)}});
  return left;
}

Forgotten read_forgotten(const Database& database) {
  if (!has_table(database, "forgettings")) return {};
  Forgotten forgotten(ledger_secret(database));
  Statement rows(database, "SELECT mark, person_seq, undone FROM forgettings ORDER BY seq");
  while (rows.step()) {
    Digest mark{};
    const std::string bytes = rows.text(0);
    std::copy_n(bytes.begin(), std::min(bytes.size(), mark.size()), mark.begin());
    if (rows.integer(2) == 0) forgotten.add(mark, rows.integer(1));
    else forgotten.remove(mark);
  }
  return forgotten;
}

std::vector<std::string> people_named(const Database& database, const std::string& name) {
  Statement rows(database,
                 "SELECT value FROM person_values WHERE value = ?1 OR substr(value, instr(value, ':') + 1) = ?1 "
                 "OR value = 'email:' || lower(?1) ORDER BY value = ?1 DESC, value");
  rows.bind(name);
  std::vector<std::string> people;
  while (rows.step()) people.push_back(rows.text(0));
  if (!people.empty() && people.front() == name) people.resize(1);
  return people;
}

namespace {

std::vector<std::string> texts_of(const Database& database, const std::string& sql, std::int64_t seq) {
  Statement rows(database, sql);
  rows.bind(seq);
  std::vector<std::string> texts;
  while (rows.step()) texts.push_back(rows.text(0));
  return texts;
}

std::size_t count_of(const Database& database, const std::string& sql, std::int64_t seq) {
  Statement count(database, sql);
  return count.bind(seq).step() ? static_cast<std::size_t>(count.integer(0)) : 0;
}

constexpr const char* letters_of_person = "SELECT seq FROM messages WHERE person_seq = ?1";
constexpr const char* calls_of_person =
    "SELECT seq FROM calls WHERE case_seq IN (SELECT case_seq FROM case_changes WHERE person_seq = ?1)";

}  // namespace

Traces traces_of(const Database& database, const std::string& person) {
  Traces traces;
  Statement find(database, "SELECT person_seq FROM person_values WHERE value = ?");
  if (!find.bind(person).step()) return traces;
  traces.person_seq = find.integer(0);
  const std::int64_t seq = traces.person_seq;
  traces.letters = count_of(database, fmt::format("SELECT count(*) FROM letters WHERE message_seq IN ({})", letters_of_person), seq);
  traces.notes = count_of(database, fmt::format("SELECT count(*) FROM call_notes WHERE call_seq IN ({})", calls_of_person), seq);
  traces.cases = count_of(database, "SELECT count(DISTINCT case_seq) FROM case_changes WHERE person_seq = ?1", seq);
  traces.waiting = texts_of(database, "SELECT key FROM message_states WHERE person_seq = ?1 AND state IN ('drafted', 'approved', 'later') ORDER BY key", seq);
  traces.also_under = texts_of(database,
      "SELECT DISTINCT p.value FROM letters l JOIN messages m ON m.seq = l.message_seq JOIN person_values p ON p.person_seq = m.person_seq "
      "WHERE m.person_seq <> ?1 AND lower(l.letter ->> '$.to.email') IN (SELECT lower(o.letter ->> '$.to.email') FROM letters o "
      "JOIN messages n ON n.seq = o.message_seq WHERE n.person_seq = ?1) ORDER BY 1", seq);
  return traces;
}

HandTables::HandTables(Database& database, Chain& chain)
    : database_(database),
      credits_(database, chain, "credits", {"run", "reference", "record_id", "minor", "currency", "reason"}),
      forgettings_(database, chain, "forgettings", {"run", "person_seq", "mark", "done_by", "undone"}),
      accepted_(database, chain, "accepted", {"run", "record_id", "minor", "currency", "done_by", "reason"}) {}

void HandTables::append(const HandCredit& credit, std::int64_t run) {
  credits_.add(run).add(credit.reference).add(credit.record_id).add(credit.money.minor).add(credit.money.currency.name());
  credits_.maybe(credit.reason).append();
}

void HandTables::append(const LeftTwice& left, std::int64_t run) {
  accepted_.add(run).add(left.record_id).add(left.money.minor).add(left.money.currency.name()).add(left.by).maybe(left.reason).append();
}

void HandTables::forget(const std::string& person, std::int64_t person_seq, const std::string& by, std::int64_t run) {
  const Digest mark = mark_of(ledger_secret(database_), person);
  forgettings_.add(run).add(person_seq).add_blob({reinterpret_cast<const char*>(mark.data()), mark.size()});
  forgettings_.add(by).add(std::int64_t{0}).append();
  for (const std::string& sql : {fmt::format("DELETE FROM letters WHERE message_seq IN ({})", letters_of_person),
                                 fmt::format("DELETE FROM frozen WHERE message_seq IN ({})", letters_of_person),
                                 fmt::format("DELETE FROM call_notes WHERE call_seq IN ({})", calls_of_person),
                                 std::string("DELETE FROM pool_values WHERE pool_seq IN (SELECT seq FROM pools WHERE case_seq IN "
                                             "(SELECT case_seq FROM case_changes WHERE person_seq = ?1))"),
                                 std::string("DELETE FROM quiet_cases WHERE case_seq IN (SELECT case_seq FROM case_changes WHERE person_seq = ?1)"),
                                 std::string("DELETE FROM person_values WHERE person_seq = ?1")}) {
    Statement erase(database_, sql);
    erase.bind(person_seq).run();
  }
}

void HandTables::undo_forgetting(const std::string& person, std::int64_t person_seq, const std::string& by, std::int64_t run) {
  const Digest mark = mark_of(ledger_secret(database_), person);
  forgettings_.add(run).add(person_seq).add_blob({reinterpret_cast<const char*>(mark.data()), mark.size()});
  forgettings_.add(by).add(std::int64_t{1}).append();
}

}  // namespace amends
