#include "io/ledger/outbox.h"

#include "io/ledger/run_lock.h"

namespace amends {
namespace {

// What has happened has to be written down: a run over many orders may hold the ledger for a while.
constexpr std::int64_t patience_ms = 60 * ms_per_minute;

Database opened(const std::string& path) {
  Database database(path, Database::Mode::write);
  database.run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
  return database;
}

constexpr const char* orphan_reason = "the sender ended before its mail command did";

}  // namespace

Outbox::Outbox(const std::string& path)
    : path_(path),
      database_(opened(path)),
      chain_(database_),
      runs_(database_, chain_, "runs", {"number", "command", "as_of", "started"}),
      run_ends_(database_, chain_, "run_ends", {"run", "new_misses", "summary"}),
      message_changes_(database_, chain_, "message_changes", {"run", "message_seq", "state", "reason"}),
      tables_(database_, chain_) {}

template <class Work>
void Outbox::in_transaction(Work work) {
  const RunLock lock(path_, patience_ms);
  if (database_.in_transaction()) database_.run("ROLLBACK");
  database_.run("BEGIN IMMEDIATE");
  chain_.find_end();
  work();
  database_.run("COMMIT");
}

void Outbox::begin(Instant as_of, Instant started) {
  in_transaction([&] {
    run_ = database_.number("SELECT max(number) FROM runs") + 1;
    runs_.add(run_).add("send").add(as_of.ms).add(started.ms).append();
    run_ends_.add(run_).add(std::int64_t{0}).add("").append();
  });
}

std::size_t Outbox::settle_orphans(Instant now) {
  std::size_t count = 0;
  in_transaction([&] {
    std::vector<std::pair<std::int64_t, std::int64_t>> orphans;  // message, claim
    {
      Statement rows(database_,
                     "SELECT m.seq, (SELECT max(c.seq) FROM claims c WHERE c.message_seq = m.seq) FROM message_states m WHERE m.state = 'claimed'");
      while (rows.step()) orphans.emplace_back(rows.integer(0), rows.integer(1));
    }
    MailOutcome outcome;
    outcome.reason = orphan_reason;
    for (const auto& orphan : orphans) {
      tables_.append_outcome(orphan.second, outcome, {}, now, {}, run_);
      message_changes_.add(run_).add(orphan.first).add("uncertain").add(orphan_reason).append();
    }
    count = orphans.size();
  });
  return count;
}

std::optional<Attempt> Outbox::claim_one(const std::string& message_key, Instant now, const Zone& zone, bool again) {
  Statement found(database_,
                  "SELECT m.seq, m.state, (SELECT count(*) FROM outcomes p JOIN claims d ON d.seq = p.claim_seq WHERE d.message_seq = m.seq "
                  "AND p.state = 'later' AND p.seq > (SELECT coalesce(max(a.seq), 0) FROM approvals a WHERE a.message_seq = m.seq)) "
                  "FROM message_states m WHERE m.key = ?");
  if (!found.bind(message_key).step()) return std::nullopt;
  const std::int64_t message = found.integer(0);
  const std::string state = found.text(1);
  const std::int64_t put_off = found.integer(2);
  found.reset();
  if (state != "approved" && state != "later" && !(again && state == "uncertain")) return std::nullopt;
  OutboxTables::Claimed claimed = tables_.claim(message, run_, now, zone);
  message_changes_.add(run_).add(message).add("claimed").add_null().append();
  return Attempt{message_key, claimed.seq, claimed.attempt, put_off, std::move(claimed.bytes)};
}

void Outbox::settle(const AttemptEnd& settled) {
  Statement found(database_, "SELECT message_seq FROM claims WHERE seq = ?");
  found.bind(settled.attempt.seq).step();
  const std::int64_t message = found.integer(0);
  found.reset();
  tables_.append_outcome(settled.attempt.seq, settled.outcome, settled.exit_code, settled.at, settled.next_at, run_);
  message_changes_.add(run_).add(message).add(name_of(settled.outcome.fate)).maybe(settled.outcome.reason).append();
}

std::vector<std::optional<Attempt>> Outbox::exchange(const std::vector<AttemptEnd>& settled, const std::vector<std::string>& message_keys, Instant now,
                                                     const Zone& zone, bool again) {
  std::vector<std::optional<Attempt>> claims;
  in_transaction([&] {
    for (const AttemptEnd& one : settled) settle(one);
    for (const std::string& key : message_keys) claims.push_back(claim_one(key, now, zone, again));
  });
  return claims;
}

}  // namespace amends
