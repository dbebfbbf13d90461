// The ledger: one SQLite file that knows every case, grant and message, so that nobody is paid twice or
// forgotten (DESIGN of the format: amends-ledger.5). Append-only; every row carries the hash of the one
// before it; personal values stand apart so that they can be forgotten. One run is one transaction.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/known_case.h"
#include "core/letter.h"
#include "core/miss.h"
#include "core/settlement.h"

namespace amends {

struct OutboxMessage {
  Message message;
  std::string state;        // drafted, approved, claimed, handed, refused, later, uncertain, withdrawn
  Instant as_of;            // of the run that drafted it
};

struct Issued {             // one line of `ledger issue --from`
  std::string grant_key;
  std::string reference;    // the outside one
  Where where;
};

class Ledger {
 public:
  // Null when there is no file yet: nothing was ever granted. Takes no lock.
  static std::unique_ptr<Ledger> open_to_read(const std::string& path);
  // Creates the file (0600) if needed and holds the run lock until destroyed. When another run holds it:
  // waits up to wait_ms, then Error with Exit::locked. Any other fault: Error with Exit::io.
  static std::unique_ptr<Ledger> open_to_write(const std::string& path, std::int64_t wait_ms);
  virtual ~Ledger() = default;

  virtual std::vector<KnownCase> cases() const = 0;         // by (due, key)
  virtual std::vector<Grant> grants() const = 0;            // by (due, case key, table, remedy, sequence)
  virtual std::vector<OutboxMessage> messages() const = 0;  // by (case due, key)
  virtual std::vector<LedgerRun> runs() const = 0;          // newest first
  virtual std::optional<std::string> policy_text(const std::string& hash) const = 0;
  virtual std::string secret() const = 0;                   // key for message ids; made with the file

  // One run. Everything between begin and commit is one transaction; destroyed without commit: nothing.
  virtual void begin(Instant as_of) = 0;
  virtual void append_policy(const std::string& hash, const std::string& text) = 0;
  virtual void append_case(const KnownCase& c) = 0;         // new, or what changed about a known one
  virtual void append_grant(const Grant& grant) = 0;        // Error (bug) when the key exists
  virtual void append_message(const Message& message, const std::string& state) = 0;
  virtual void change_grant(const std::string& key, GrantState state, const std::string& reference,
                            const std::string& reason) = 0;
  virtual void commit(const LedgerRun& run) = 0;
};

}  // namespace amends
