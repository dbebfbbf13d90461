// The ledger's tables of sending: who approved a letter and the bytes it has had since, each attempt to hand it over
// (claimed before the mail command starts), and what became of it. They came later than the others: a file made before
// gets them when it is first written to (amends-ledger.5).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/mail/letter.h"
#include "core/mail/mail_outcome.h"
#include "io/ledger/ledger_chain.h"
#include "io/sqlite.h"

namespace amends {

// Part of the ledger format (amends-ledger.5). Add, never rename.
inline constexpr std::string_view chained_outbox_tables[] = {"approvals", "claims", "outcomes"};
inline constexpr std::string_view personal_outbox_tables[] = {"frozen"};
extern const char* const outbox_tables;

bool has_outbox(const Database& database);

// What is known of a message's way out: of its last attempt, unless it says otherwise.
struct Dispatch {
  std::int64_t attempts = 0;           // all there were
  std::int64_t put_off = 0;            // of those since it was last approved, how many ended with "later"
  std::int64_t claim = 0;              // seq
  bool has_ended = false;              // false: its sender is at work, or died
  Instant claimed_at, ended_at;
  std::optional<std::int64_t> exit_code;
  std::string smtp_status, queue_id;
  std::optional<Instant> next_at;      // of one put off; none: it was tried often enough
  bool is_address = false;             // refused since nobody is there
};
std::unordered_map<std::string, Dispatch> read_dispatches(const Database& database);  // by message key
std::vector<std::string> read_bounced(const Database& database);  // addresses that refused a letter, unless it was approved again

// A letter as it leaves, but for its Date: an e-mail without that line, an SMS as a line of JSON.
std::string frozen_bytes(const Message& message);

// Appends within the transaction of the writer it belongs to.
class OutboxTables {
 public:
  OutboxTables(const Database& database, Chain& chain);

  // Freezes the bytes unless they are.
  void approve(std::int64_t message_seq, const Message& message, std::string_view by, std::int64_t run);
  struct Claimed {
    std::int64_t seq = 0;
    std::int64_t attempt = 0;
    std::string bytes;
  };
  Claimed claim(std::int64_t message_seq, std::int64_t run, Instant at, const Zone& zone);
  void append_outcome(std::int64_t claim_seq, const MailOutcome& outcome, std::optional<std::int64_t> exit_code, Instant at,
                      std::optional<Instant> next_at, std::int64_t run);

 private:
  struct Frozen {
    std::string salt, bytes;
  };
  Frozen frozen_of(std::int64_t message_seq);

  const Database& database_;
  ChainedTable approvals_, claims_, outcomes_;
  Statement freeze_, find_frozen_;
};

}  // namespace amends
