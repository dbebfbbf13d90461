// The ledger: one SQLite file that knows every case, grant and message, so that nobody is paid twice or
// forgotten (DESIGN of the format: amends-ledger.5). Append-only; every row carries the hash of the one
// before it; personal values stand apart so that they can be forgotten. One run is one transaction.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/done_call.h"
#include "core/known_case.h"
#include "core/letter.h"
#include "core/miss.h"
#include "core/quiet_cases.h"
#include "core/settlement.h"

namespace amends {

struct OutboxMessage {
  Message message;
  std::vector<Kind> kinds;  // of its cases when it was written: the first, then those of `also`
  std::string state;        // drafted, approved, claimed, handed, refused, later, uncertain, withdrawn
  Instant as_of;            // of the run that drafted it
  Instant last_at;          // of the run that last changed its state
  std::string reason;       // of the last change, may be empty
};

struct Issued {             // one line of `ledger issue --from`
  std::string grant_key;
  std::string reference;    // the outside one
  Where where;
};

struct NotIssued {          // a line that could not be followed, and why
  Issued line;
  std::string reason;
  std::string hint;
};

struct IssueOutcome {
  std::size_t issued = 0;   // now
  std::size_t already = 0;  // before, with the same reference
  std::vector<NotIssued> refused;
};

struct Whose {
  std::set<std::string> people, orders;  // order: the record_id of a case
};

// When what a report measures came about, by case key: as of the first run that did it or saw it.
struct Milestones {
  std::unordered_map<std::string, Instant> granted;  // a remedy that is not void now
  std::unordered_map<std::string, Instant> closed;   // of cases that are closed now
};

class Ledger {
 public:
  // Null when there is no file yet: nothing was ever granted. Takes no lock; sees the ledger
  // as it stood at its first read, also while a run writes, and on media nobody can write to.
  static std::unique_ptr<Ledger> open_to_read(const std::string& path);
  // Creates the file (0600) if needed and holds the run lock until destroyed. When another run holds it:
  // waits up to wait_ms, then Error with Exit::locked. Any other fault: Error with Exit::io.
  static std::unique_ptr<Ledger> open_to_write(const std::string& path, std::int64_t wait_ms);
  virtual ~Ledger() = default;

  virtual std::vector<KnownCase> cases() const = 0;         // by (due, key)
  virtual std::vector<Grant> grants() const = 0;            // by (due, case key, table, remedy, sequence)
  virtual std::vector<Grant> grants_in(GrantState state) const = 0;  // held: those a person has to look at
  virtual std::vector<Grant> grants_of_record(const std::string& record_id) const = 0;
  virtual std::vector<OutboxMessage> messages() const = 0;  // by (case due, key)
  // The same without addresses and words: what was written, for whom, in what state.
  virtual std::vector<OutboxMessage> outlines() const = 0;
  // Those of some people and orders, each once.
  virtual std::vector<Grant> grants_of(const Whose& whose) const = 0;
  virtual std::vector<OutboxMessage> outlines_of(const Whose& whose) const = 0;
  virtual std::vector<OutboxMessage> outlines_of_record(const std::string& record_id) const = 0;  // with the subject
  virtual std::vector<DoneCall> done_calls() const = 0;     // oldest first
  virtual std::vector<Welcome> welcomes() const = 0;        // likewise
  virtual Milestones milestones() const = 0;
  virtual std::vector<LedgerRun> runs() const = 0;          // nightly ones, newest first
  virtual std::optional<std::string> policy_text(const std::string& hash) const = 0;
  virtual std::string secret() const = 0;                   // key for message ids; made with the file

  // One run. Everything between begin and commit is one transaction; destroyed without commit: nothing.
  // A policy is appended before the cases it decides, a case before its grants and messages.
  // `command`: "run", or the ledger's own that wrote ("issue"). `started`: by the wall clock; never exported.
  virtual void begin(Instant as_of, std::optional<Instant> started = {}, const std::string& command = "run") = 0;
  virtual void append_policy(const std::string& hash, const std::string& text) = 0;  // known already: nothing
  // New, or what changed about a known one; writes nothing when only last_seen would change.
  virtual void append_case(const KnownCase& c) = 0;
  virtual void append_grant(const Grant& grant) = 0;        // Error (bug) when the key exists
  virtual void append_message(const Message& message, const std::string& state) = 0;
  virtual void change_grant(const std::string& key, GrantState state, const std::string& reference,
                            const std::string& reason) = 0;  // Error when there is no such grant
  virtual void change_message(const std::string& key, const std::string& state, const std::string& reason) = 0;
  virtual void keep_quiet(const std::vector<QuietCase>& cases) = 0;  // after all else that a run appends
  virtual void append_done_call(const DoneCall& call) = 0;  // of a case in the ledger
  virtual void append_welcome(const Welcome& welcome) = 0;
  // Marks granted ones issued; the same lines twice are the same. What cannot be is refused, the rest goes on.
  virtual IssueOutcome issue(const std::vector<Issued>& lines) = 0;
  virtual void commit(const LedgerRun& run) = 0;            // new_misses and summary; the rest is known
};

// What settlement needs to know; credits given by hand are the caller's to add.
Given given_of(const Ledger& ledger);
Given given_of(std::vector<Grant> grants);

}  // namespace amends
