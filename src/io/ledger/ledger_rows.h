// Rows of the ledger as the values the rest of amends knows: the one place that reads the views.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "io/ledger/ledger.h"
#include "io/sqlite.h"

namespace amends {

std::vector<KnownCase> read_cases(const Database& database);
Statement case_by_key(const Database& database);
std::optional<KnownCase> read_case(const Database& database, Statement& by_key, const std::string& key);
std::vector<OutboxMessage> read_messages(const Database& database);
// Those in one of these states. By (case due, key).
std::vector<Recipient> read_recipients(const Database& database, const std::vector<std::string>& message_keys);
std::vector<OutboxMessage> read_messages_in(const Database& database, const std::vector<std::string>& states);
std::optional<OutboxMessage> read_message(const Database& database, const std::string& key);
// Without who it is from and to, and without its words but the subject.
std::vector<OutboxMessage> read_outlines(const Database& database, const std::optional<std::string>& record_id);
std::vector<OutboxMessage> read_outlines_of(const Database& database, const Whose& whose);
std::vector<GrantStep> read_grant_steps(const Database& database);
Milestones read_milestones(const Database& database);
std::vector<LedgerRun> read_runs(const Database& database);

// Which grants to read: all of them, or those of one state, of one record, or of some people and orders.
struct GrantsWanted {
  std::optional<GrantState> state{};
  std::optional<std::string> record_id{};
  const Whose* whose = nullptr;
};
std::vector<Grant> read_grants(const Database& database, const GrantsWanted& wanted);

}  // namespace amends
