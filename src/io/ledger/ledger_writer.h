// Appends to the ledger inside one transaction: one prepared statement a table, the chain carried along.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "io/ledger/ledger.h"
#include "io/ledger/ledger_calls.h"
#include "io/ledger/ledger_case_ids.h"
#include "io/ledger/ledger_chain.h"
#include "io/ledger/ledger_hand.h"
#include "io/ledger/ledger_inputs.h"
#include "io/ledger/ledger_pools.h"
#include "io/ledger/outbox_tables.h"
#include "io/sqlite.h"

namespace amends {

// People by the seq of their chained row; their value and salt stand beside it, so that they can go.
class PeopleTable {
 public:
  PeopleTable(const Database& database, Chain& chain);
  // 0 for nobody. Who was forgotten is not written down again.
  std::int64_t seq_of(const std::string& person, std::int64_t run);
  void begin();  // after a rollback those known may not exist

 private:
  std::int64_t append(const std::string& person, std::int64_t run);

  const Database& database_;
  ChainedTable people_;
  Statement value_, find_;
  Forgotten forgotten_;
  std::unordered_map<std::string, std::int64_t> seqs_;
};

class LedgerWriter {
 public:
  explicit LedgerWriter(Database& database);

  void begin(Instant as_of, std::optional<Instant> started, const std::string& command);
  void append_policy(const std::string& hash, const std::string& text);
  void append_case(const KnownCase& c);
  void append_case_ids(const CaseIds& ids);
  void append_pooled(const PooledCase& c);
  void append_grant(const Grant& grant);
  void append_message(const Message& message, const std::string& state);
  void change_grant(const std::string& key, GrantState state, const std::string& reference, const std::string& reason);
  void change_message(const std::string& key, const std::string& state, const std::string& reason);
  void approve_message(const std::string& key, const std::string& by);
  void settle_message(const std::string& key, const MailOutcome& outcome, Instant at);
  void append_done_call(const DoneCall& call);
  void append_welcome(const Welcome& welcome);
  void append_input(const InputPrint& input) { inputs_.append(input, run_); }
  void forget(const std::string& person, const std::string& by);
  void undo_forgetting(const std::string& person, const std::string& by);
  ImportOutcome import(const std::vector<CreditLine>& lines);
  void append_hand_credit(const HandCredit& credit) { hand_.append(credit, run_); }
  void append_left_twice(const LeftTwice& left) { hand_.append(left, run_); }
  IssueOutcome issue(const std::vector<Issued>& lines);
  void commit(const LedgerRun& run);

 private:
  // The seq of the row with this key; Error when there is none.
  std::int64_t seq_of(Statement& by_key, const std::string& key, const char* what);
  std::int64_t case_seq_of(const std::string& key);
  void append_case_change(std::int64_t case_seq, const KnownCase& c);
  std::string refusal_of(const Issued& line, bool& already, std::string& hint);

  Database& database_;
  Chain chain_;
  PeopleTable people_;
  ChainedTable runs_, run_ends_, policies_, cases_, case_changes_, grants_, grant_changes_, messages_, message_changes_;
  CallTables calls_;
  CaseIdsTable case_ids_;
  PoolTables pools_;
  OutboxTables outbox_;
  HandTables hand_;
  InputsTable inputs_;
  Statement letter_, find_policy_, find_case_, find_grant_, find_message_, known_case_, grant_state_;
  std::int64_t run_ = 0;
  std::string case_key_;  // found or appended last: its grants and message come next
  std::int64_t case_seq_ = 0;
};

}  // namespace amends
