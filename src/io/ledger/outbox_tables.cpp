#include "io/ledger/outbox_tables.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "io/ledger/salt.h"
#include "io/mail/message_json.h"

namespace amends {
namespace {

constexpr std::size_t salt_bytes = 16;

std::string salted(const std::string& salt, const std::string& bytes) {
  Sha256 hash;
  hash.update(salt);
  hash.update(bytes);
  const Digest digest = hash.digest();
  return {digest.begin(), digest.end()};
}

}  // namespace

// The bytes are the customer's letter: they stand apart, so that they can be forgotten. The digests of a claim and of an
// approval are salted with the salt beside the bytes.
const char* const outbox_tables = R"(
CREATE TABLE approvals (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  message_seq INTEGER NOT NULL REFERENCES messages(seq), approved_by TEXT NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE INDEX approvals_by_message ON approvals(message_seq);
CREATE TABLE frozen (
  message_seq INTEGER PRIMARY KEY REFERENCES messages(seq), salt BLOB NOT NULL, bytes TEXT NOT NULL) STRICT;
CREATE TABLE claims (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  message_seq INTEGER NOT NULL REFERENCES messages(seq), attempt INTEGER NOT NULL, at INTEGER NOT NULL,
  digest BLOB NOT NULL) STRICT;
CREATE INDEX claims_by_message ON claims(message_seq);
CREATE TABLE outcomes (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  claim_seq INTEGER NOT NULL REFERENCES claims(seq), at INTEGER NOT NULL, state TEXT NOT NULL, exit_code INTEGER,
  smtp_status TEXT, queue_id TEXT, next_at INTEGER, address INTEGER NOT NULL, reason TEXT) STRICT;
CREATE INDEX outcomes_by_claim ON outcomes(claim_seq);
)";

bool has_outbox(const Database& database) {
  Statement table(database, "SELECT 1 FROM sqlite_schema WHERE name = 'claims'");
  return table.step();
}

namespace {

Dispatch dispatch_of(const Statement& row) {
  Dispatch d;
  d.attempts = row.integer(1);
  d.claim = row.integer(2);
  d.claimed_at = Instant{row.integer(3)};
  d.has_ended = !row.is_null(4);
  d.ended_at = Instant{row.maybe_integer(4).value_or(0)};
  d.exit_code = row.maybe_integer(5);
  d.smtp_status = row.text(6);
  d.queue_id = row.text(7);
  if (const std::optional<std::int64_t> next = row.maybe_integer(8)) d.next_at = Instant{*next};
  d.is_address = row.maybe_integer(9).value_or(0) != 0;
  d.put_off = row.integer(10);
  return d;
}

}  // namespace

std::unordered_map<std::string, Dispatch> read_dispatches(const Database& database) {
  std::unordered_map<std::string, Dispatch> dispatches;
  if (!has_outbox(database)) return dispatches;
  Statement rows(database,
                 "SELECT m.key, c.attempt, c.seq, c.at, o.at, o.exit_code, o.smtp_status, "
                 "(SELECT q.queue_id FROM outcomes q WHERE q.claim_seq = c.seq AND q.queue_id IS NOT NULL ORDER BY q.seq DESC LIMIT 1), "
                 "o.next_at, o.address, "
                 "(SELECT count(*) FROM outcomes p JOIN claims d ON d.seq = p.claim_seq WHERE d.message_seq = m.seq AND p.state = 'later' "
                 "AND p.seq > (SELECT coalesce(max(a.seq), 0) FROM approvals a WHERE a.message_seq = m.seq)) "
                 "FROM claims c JOIN messages m ON m.seq = c.message_seq "
                 "LEFT JOIN outcomes o ON o.seq = (SELECT max(seq) FROM outcomes WHERE claim_seq = c.seq) "
                 "WHERE c.seq = (SELECT max(seq) FROM claims WHERE message_seq = c.message_seq)");
  while (rows.step()) dispatches.emplace(rows.text(0), dispatch_of(rows));
  return dispatches;
}

std::vector<std::string> read_bounced(const Database& database) {
  std::vector<std::string> addresses;
  if (!has_outbox(database)) return addresses;
  Statement rows(database,
                 "SELECT DISTINCT l.letter ->> '$.to.email' FROM outcomes o JOIN claims c ON c.seq = o.claim_seq "
                 "JOIN letters l ON l.message_seq = c.message_seq WHERE o.address = 1 AND l.letter ->> '$.to.email' IS NOT NULL "
                 "AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.message_seq = c.message_seq AND a.seq > o.seq)");
  while (rows.step()) addresses.push_back(rows.text(0));
  return addresses;
}

std::string frozen_bytes(const Message& message) {
  return message.channel == Channel::sms ? message_json(message) + "\n" : undated_eml(message);
}

OutboxTables::OutboxTables(const Database& database, Chain& chain)
    : database_(database),
      approvals_(database, chain, "approvals", {"run", "message_seq", "approved_by", "digest"}),
      claims_(database, chain, "claims", {"run", "message_seq", "attempt", "at", "digest"}),
      outcomes_(database, chain, "outcomes",
                {"run", "claim_seq", "at", "state", "exit_code", "smtp_status", "queue_id", "next_at", "address", "reason"}),
      freeze_(database, "INSERT INTO frozen (message_seq, salt, bytes) VALUES (?, ?, ?)"),
      find_frozen_(database, "SELECT salt, bytes FROM frozen WHERE message_seq = ?") {}

OutboxTables::Frozen OutboxTables::frozen_of(std::int64_t message_seq) {
  Frozen frozen;
  if (!find_frozen_.bind(message_seq).step()) return frozen;
  frozen.salt = find_frozen_.text(0);
  frozen.bytes = find_frozen_.text(1);
  find_frozen_.reset();
  return frozen;
}

void OutboxTables::approve(std::int64_t message_seq, const Message& message, std::string_view by, std::int64_t run) {
  Frozen frozen = frozen_of(message_seq);
  if (frozen.bytes.empty()) {
    frozen = {random_bytes(salt_bytes), frozen_bytes(message)};
    freeze_.bind(message_seq).bind_blob(frozen.salt).bind(frozen.bytes).run();
  }
  const std::string digest = salted(frozen.salt, frozen.bytes);
  approvals_.add(run).add(message_seq).add(by).add_blob(digest).append();
}

OutboxTables::Claimed OutboxTables::claim(std::int64_t message_seq, std::int64_t run, Instant at, const Zone& zone) {
  const Frozen frozen = frozen_of(message_seq);
  if (frozen.bytes.empty())
    throw Error({database_.path()}, "an approved letter has lost its bytes", "amends ledger verify says what else is missing", Exit::io);
  Statement attempts(database_, "SELECT count(*) FROM claims WHERE message_seq = ?");
  attempts.bind(message_seq).step();
  Claimed claimed;
  claimed.attempt = attempts.integer(0) + 1;
  claimed.bytes = frozen.bytes.starts_with('{') ? frozen.bytes : dated(frozen.bytes, at, zone);
  const std::string digest = salted(frozen.salt, claimed.bytes);
  claimed.seq = claims_.add(run).add(message_seq).add(claimed.attempt).add(at.ms).add_blob(digest).append();
  return claimed;
}

void OutboxTables::append_outcome(std::int64_t claim_seq, const MailOutcome& outcome, std::optional<std::int64_t> exit_code, Instant at,
                                  std::optional<Instant> next_at, std::int64_t run) {
  outcomes_.add(run).add(claim_seq).add(at.ms).add(name_of(outcome.fate));
  if (exit_code) outcomes_.add(*exit_code);
  else outcomes_.add_null();
  outcomes_.maybe(outcome.smtp_status).maybe(outcome.queue_id);
  if (next_at) outcomes_.add(next_at->ms);
  else outcomes_.add_null();
  outcomes_.add(std::int64_t{outcome.is_address}).maybe(outcome.reason).append();
}

}  // namespace amends
