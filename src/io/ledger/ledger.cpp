#include "io/ledger/ledger.h"

#include <stdexcept>

#include "io/ledger/ledger_calls.h"
#include "io/ledger/ledger_case_ids.h"
#include "io/ledger/ledger_file.h"
#include "io/ledger/ledger_hand.h"
#include "io/ledger/ledger_pools.h"
#include "io/ledger/ledger_quiet.h"
#include "io/ledger/ledger_rows.h"
#include "io/ledger/ledger_schema.h"
#include "io/ledger/ledger_writer.h"
#include "io/ledger/run_lock.h"

namespace amends {
namespace {

class SqliteLedger final : public Ledger {
 public:
  explicit SqliteLedger(Database database) : database_(std::move(database)) {}
  SqliteLedger(std::unique_ptr<RunLock> lock, Database database)
      : lock_(std::move(lock)), database_(std::move(database)), writer_(std::make_unique<LedgerWriter>(database_)) {}

  std::vector<KnownCase> cases() const override { return read_cases(database_); }
  std::unordered_map<std::string, std::vector<KnownAs>> case_ids() const override { return read_case_ids(database_); }
  std::vector<PooledCase> pooled() const override { return read_pools(database_); }
  std::vector<Grant> grants() const override { return read_grants(database_, {}); }
  std::vector<Grant> grants_in(GrantState state) const override { return read_grants(database_, {.state = state}); }
  std::vector<Grant> grants_of_record(const std::string& record_id) const override {
    return read_grants(database_, {.record_id = record_id});
  }
  std::vector<OutboxMessage> messages() const override { return read_messages(database_); }
  std::vector<OutboxMessage> outlines() const override { return read_outlines(database_, {}); }
  std::vector<OutboxMessage> outlines_of_record(const std::string& record_id) const override {
    return read_outlines(database_, record_id);
  }
  std::vector<Grant> grants_of(const Whose& whose) const override { return read_grants(database_, {.whose = &whose}); }
  std::vector<OutboxMessage> outlines_of(const Whose& whose) const override { return read_outlines_of(database_, whose); }
  std::vector<Recipient> recipients(const std::vector<std::string>& message_keys) const override {
    return read_recipients(database_, message_keys);
  }
  std::vector<OutboxMessage> messages_in(const std::vector<std::string>& states) const override {
    return read_messages_in(database_, states);
  }
  std::unordered_map<std::string, Dispatch> dispatches() const override { return read_dispatches(database_); }
  std::vector<std::string> bounced() const override { return read_bounced(database_); }
  std::vector<DoneCall> done_calls() const override { return read_done_calls(database_); }
  std::vector<Welcome> welcomes() const override { return read_welcomes(database_); }
  std::vector<GrantStep> grant_steps() const override { return read_grant_steps(database_); }
  std::vector<HandCredit> hand_credit_steps() const override { return read_hand_credit_steps(database_); }
  std::vector<LeftTwice> left_twice() const override { return read_left_twice(database_); }
  std::vector<HandCredit> hand_credits() const override { return read_hand_credits(database_); }
  Forgotten forgotten() const override { return read_forgotten(database_); }
  std::vector<std::string> people_named(const std::string& name) const override { return amends::people_named(database_, name); }
  Traces traces_of(const std::string& person) const override { return amends::traces_of(database_, person); }
  Milestones milestones() const override { return read_milestones(database_); }
  std::vector<LedgerRun> runs() const override { return read_runs(database_); }
  std::optional<std::string> policy_text(const std::string& hash) const override;
  std::string secret() const override { return ledger_secret(database_); }

  void begin(Instant as_of, std::optional<Instant> started, const std::string& command) override {
    writer().begin(as_of, started, command);
  }
  void append_policy(const std::string& hash, const std::string& text) override { writer().append_policy(hash, text); }
  void append_case(const KnownCase& c) override { writer().append_case(c); }
  void append_case_ids(const CaseIds& ids) override { writer().append_case_ids(ids); }
  void append_pooled(const PooledCase& c) override { writer().append_pooled(c); }
  void append_grant(const Grant& grant) override { writer().append_grant(grant); }
  void append_message(const Message& message, const std::string& state) override {
    writer().append_message(message, state);
  }
  void change_grant(const std::string& key, GrantState state, const std::string& reference,
                    const std::string& reason) override {
    writer().change_grant(key, state, reference, reason);
  }
  void change_message(const std::string& key, const std::string& state, const std::string& reason) override {
    writer().change_message(key, state, reason);
  }
  void keep_quiet(const std::vector<QuietCase>& cases) override { write_quiet(database_, cases); }
  void approve_message(const std::string& key, const std::string& by) override { writer().approve_message(key, by); }
  void settle_message(const std::string& key, const MailOutcome& outcome, Instant at) override {
    writer().settle_message(key, outcome, at);
  }
  void append_done_call(const DoneCall& call) override { writer().append_done_call(call); }
  void append_welcome(const Welcome& welcome) override { writer().append_welcome(welcome); }
  void append_input(const InputPrint& input) override { writer().append_input(input); }
  void forget(const std::string& person, const std::string& by) override { writer().forget(person, by); }
  void undo_forgetting(const std::string& person, const std::string& by) override { writer().undo_forgetting(person, by); }
  ImportOutcome import(const std::vector<CreditLine>& lines) override { return writer().import(lines); }
  void append_left_twice(const LeftTwice& left) override { writer().append_left_twice(left); }
  void append_hand_credit(const HandCredit& credit) override { writer().append_hand_credit(credit); }
  IssueOutcome issue(const std::vector<Issued>& lines) override { return writer().issue(lines); }
  void commit(const LedgerRun& run) override { writer().commit(run); }
  void erase_traces() override;

 private:
  LedgerWriter& writer() {
    if (!writer_) throw std::logic_error("a ledger opened to read is written to");
    return *writer_;
  }

  std::unique_ptr<RunLock> lock_;  // let go last
  Database database_;              // closed without commit: SQLite rolls back
  std::unique_ptr<LedgerWriter> writer_;
};

std::optional<std::string> SqliteLedger::policy_text(const std::string& hash) const {
  Statement text(database_, "SELECT text FROM policies WHERE policy = ?");
  if (!text.bind(hash).step()) return std::nullopt;
  return text.text(0);
}

// Deleting overwrites cells with zeros, but pages that were rearranged may still hold old bytes, and so may the log: the
// file is copied without them, and the log cut off.
void SqliteLedger::erase_traces() {
  writer();
  bool is_done = false;
  try {
    database_.run("PRAGMA temp_store = DEFAULT; VACUUM; PRAGMA temp_store = MEMORY");
    Statement checkpoint(database_, "PRAGMA wal_checkpoint(TRUNCATE)");
    is_done = checkpoint.step() && checkpoint.integer(0) == 0;
  } catch (Error& fault) {
    fault.hint = "who is forgotten stays so, but bytes of theirs may still stand in the file; when that is mended, run the same command again";
    throw;
  }
  if (!is_done)
    throw Error({database_.path()}, "another program reads the ledger: what was forgotten may still stand in its -wal file",
                "close it, then run the same command again", Exit::locked);
}

}  // namespace

std::unique_ptr<Ledger> Ledger::open_to_read(const std::string& path) {
  std::optional<Database> database = open_ledger_to_read(path);
  return database ? std::make_unique<SqliteLedger>(std::move(*database)) : nullptr;
}

std::unique_ptr<Ledger> Ledger::open_to_write(const std::string& path, std::int64_t wait_ms) {
  auto lock = std::make_unique<RunLock>(path, wait_ms);
  return std::make_unique<SqliteLedger>(std::move(lock), open_ledger_to_write(path));
}

Given given_of(const Ledger& ledger) { return given_of(ledger, ledger.grants()); }

Given given_of(const Ledger& ledger, std::vector<Grant> grants) {
  Given given;
  for (Grant& grant : grants) {
    std::vector<Grant>& of_case = given.by_case[grant.case_key];
    of_case.push_back(std::move(grant));
  }
  for (const LeftTwice& left : ledger.left_twice()) given.left[left.record_id].push_back(left.money);
  return given;
}

}  // namespace amends
