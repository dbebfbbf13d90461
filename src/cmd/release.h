// Which letters of the outbox may leave now, and why the others wait.
#pragma once
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "cmd/context.h"
#include "cmd/held_letters.h"
#include "core/letters/draft.h"

namespace amends {

struct ReleaseOptions {
  std::set<std::string> orders;       // only letters about these; empty: all
  const std::set<std::string>* keys = nullptr;  // only these, which came through a pipe; null: all
  bool with_uncertain = false;        // at least once
  bool sends_sms = false;
  Instant now;
};

struct WaitingReason {
  std::string key, record_id;
  std::string words;      // "outside the window: Mon 30 Mar 2026 09:00", "put off: next try ..."
  bool in_window = true;  // false: it waits for the window alone
};

struct Release {
  std::vector<OutboxMessage> ready;    // by (case due, key)
  std::vector<WaitingReason> waiting;
  std::size_t drafted = 0;             // wait for an approval
  std::unordered_map<std::string, Zone> zones;  // where a window is kept: of what is ready, by message key
};

// `misses`: tonight's, which tell in what zone somebody is. Of those that are not among them the shop's zone counts.
Release release_of(const Ledger& ledger, const Project& project, const std::vector<Miss>& misses, const std::vector<HeldLetter>& held,
                   const ReleaseOptions& options);

// Judges again the cases of what waits and writes into the ledger what that changes: letters that are no longer true are
// withdrawn, and the next one of their case is drafted, with what is granted for it. Returns how many were withdrawn.
std::size_t withdraw_untrue(Ledger& ledger, const Project& project, const Night& night, const Drafts& drafts, const std::vector<std::string>& stale,
                            Instant as_of, Instant now);

}  // namespace amends
