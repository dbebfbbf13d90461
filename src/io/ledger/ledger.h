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

#include "core/judging/miss.h"
#include "core/ledger/forgotten.h"
#include "core/ledger/hand_credit.h"
#include "core/ledger/known_case.h"
#include "core/ledger/settlement.h"
#include "core/letters/done_call.h"
#include "core/letters/quiet_cases.h"
#include "core/letters/reach.h"
#include "core/mail/letter.h"
#include "core/policy/pool_book.h"
#include "core/records/known_parcels.h"
#include "io/ledger/ledger_inputs.h"
#include "io/ledger/outbox_tables.h"

namespace amends {

struct OutboxMessage {
  Message message;
  std::vector<Kind> kinds;  // of its cases when it was written: the first, then those of `also`
  std::string state;        // drafted, approved, claimed, handed, refused, later, uncertain, withdrawn
  Instant as_of;            // of the run that drafted it
  Instant last_at;          // of the run that last changed its state
  std::string reason;       // of the last change, may be empty
  std::int64_t run = 0;     // the number of the run that drafted it
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

struct CreditLine {         // one line of `ledger import --from`
  HandCredit credit;
  Where where;
};

struct NotImported {
  CreditLine line;
  std::string reason;
  std::string hint;
};

struct ImportOutcome {
  std::vector<HandCredit> imported;  // now
  std::size_t already = 0;           // before, under the same reference
  std::vector<CreditLine> unknown;   // of those imported now: the ledger has no case of the order
  std::vector<NotImported> refused;
};

// What the ledger holds of one person, and loses with them.
struct Traces {
  std::int64_t person_seq = 0;          // 0: it does not know them
  std::size_t letters = 0, notes = 0, cases = 0;
  std::vector<std::string> waiting;     // keys of messages that wait in the outbox
  std::vector<std::string> also_under;  // other persons to whom letters went at the same address
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
  // What their records were known by, by case key, oldest first.
  virtual std::unordered_map<std::string, std::vector<KnownAs>> case_ids() const = 0;
  // What cases added to the pools of policy tables when they were last among the records.
  virtual std::vector<PooledCase> pooled() const = 0;
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
  virtual std::vector<OutboxMessage> messages_in(const std::vector<std::string>& states) const = 0;  // likewise, whole
  virtual std::vector<Recipient> recipients(const std::vector<std::string>& message_keys) const = 0;  // in any order
  virtual std::unordered_map<std::string, Dispatch> dispatches() const = 0;  // by message key: what sending it came to
  virtual std::vector<std::string> bounced() const = 0;     // addresses that refused a letter
  virtual std::vector<DoneCall> done_calls() const = 0;     // oldest first
  virtual std::vector<Welcome> welcomes() const = 0;        // likewise
  virtual std::vector<GrantStep> grant_steps() const = 0;   // in the order they were written
  virtual std::vector<HandCredit> hand_credits() const = 0; // by order; those void left out
  virtual std::vector<HandCredit> hand_credit_steps() const = 0;  // all rows, as written; no money: void from there on
  virtual std::vector<LeftTwice> left_twice() const = 0;    // the last word of each order and currency, by order
  virtual Forgotten forgotten() const = 0;
  // Whom a name means: "customer:C7" itself, or C7 of anybody's; those the ledger knows.
  virtual std::vector<std::string> people_named(const std::string& name) const = 0;
  virtual Traces traces_of(const std::string& person) const = 0;
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
  virtual void append_case_ids(const CaseIds& ids) = 0;     // of a case in the ledger; what is known already: nothing
  virtual void append_pooled(const PooledCase& c) = 0;      // likewise
  virtual void append_grant(const Grant& grant) = 0;        // Error (bug) when the key exists
  virtual void append_message(const Message& message, const std::string& state) = 0;
  virtual void change_grant(const std::string& key, GrantState state, const std::string& reference,
                            const std::string& reason) = 0;  // Error when there is no such grant
  virtual void change_message(const std::string& key, const std::string& state, const std::string& reason) = 0;
  virtual void keep_quiet(const std::vector<QuietCase>& cases) = 0;  // after all else that a run appends
  virtual void approve_message(const std::string& key, const std::string& by) = 0;  // freezes its bytes
  // What became of it, found out later than by its mail command: by a person, or in a log.
  virtual void settle_message(const std::string& key, const MailOutcome& outcome, Instant at) = 0;
  virtual void append_done_call(const DoneCall& call) = 0;  // of a case in the ledger
  virtual void append_welcome(const Welcome& welcome) = 0;
  virtual void append_input(const InputPrint& input) = 0;   // as the last run had it: nothing
  // The person's name, letters and notes go; a row says so. Their words are out of the file after erase_traces().
  virtual void forget(const std::string& person, const std::string& by) = 0;
  virtual void undo_forgetting(const std::string& person, const std::string& by) = 0;
  // Credits given by hand elsewhere, by their reference; the same lines twice are the same.
  virtual ImportOutcome import(const std::vector<CreditLine>& lines) = 0;
  virtual void append_hand_credit(const HandCredit& credit) = 0;  // what its reference stands for from now on
  virtual void append_left_twice(const LeftTwice& left) = 0;
  // Marks granted ones issued; the same lines twice are the same. What cannot be is refused, the rest goes on.
  virtual IssueOutcome issue(const std::vector<Issued>& lines) = 0;
  virtual void commit(const LedgerRun& run) = 0;            // new_misses and summary; the rest is known
  // After a commit: writes the file anew, so that no byte of what was forgotten is left in it or beside it. Error (locked)
  // while somebody reads it.
  virtual void erase_traces() = 0;
};

// What settlement needs to know; credits given by hand are the caller's to add.
Given given_of(const Ledger& ledger);
Given given_of(const Ledger& ledger, std::vector<Grant> grants);  // of these alone

}  // namespace amends
