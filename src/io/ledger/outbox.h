// The outbox while letters leave: each message is claimed before its mail command starts, and its outcome written once that
// has ended. What ended and what starts next share a transaction, so that a letter costs one wait for the disk, not two. The
// ledger is held for these moments only, so that a long sending keeps no run waiting; senders are kept apart by a lock of
// their own (SendLock of run_lock.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/ledger/ledger_chain.h"
#include "io/ledger/outbox_tables.h"
#include "io/sqlite.h"

namespace amends {

struct Attempt {
  std::string message_key;
  std::int64_t seq = 0;
  std::int64_t number = 0;    // from 1, of this letter
  std::int64_t put_off = 0;  // how often it was put off since it was approved
  std::string bytes;         // what the mail command gets, Date and all
};

// What became of an attempt.
struct AttemptEnd {
  Attempt attempt;
  MailOutcome outcome;
  std::optional<std::int64_t> exit_code;  // none: it was ended by a signal or for its time
  Instant at;
  std::optional<Instant> next_at;  // of the next try
};

class Outbox {
 public:
  // Of a ledger that there is, with all its tables: Ledger::open_to_write was there before.
  explicit Outbox(const std::string& path);

  // The row that claims and outcomes belong to.
  void begin(Instant as_of, Instant started);
  // Messages whose sender died are uncertain. While the send lock is held, these are all that are claimed. How many.
  std::size_t settle_orphans(Instant now);
  // Both or nothing: what became of letters, and the claims of the next. A claim is nullopt when its message waits no more, for
  // a run has withdrawn it meanwhile. `again`: one that is uncertain is claimed too.
  std::vector<std::optional<Attempt>> exchange(const std::vector<AttemptEnd>& ends, const std::vector<std::string>& message_keys, Instant now, const Zone& zone,
                                               bool again);
  std::optional<Attempt> claim(const std::string& message_key, Instant now, const Zone& zone, bool again) { return exchange({}, {message_key}, now, zone, again)[0]; }
  void record(const AttemptEnd& settled) { exchange({settled}, {}, settled.at, Zone::utc(), false); }

 private:
  template <class Work>
  void in_transaction(Work work);
  std::optional<Attempt> claim_one(const std::string& message_key, Instant now, const Zone& zone, bool again);
  void settle(const AttemptEnd& settled);

  std::string path_;
  Database database_;
  Chain chain_;
  ChainedTable runs_, run_ends_, message_changes_;
  OutboxTables tables_;
  std::int64_t run_ = 0;
};

}  // namespace amends
