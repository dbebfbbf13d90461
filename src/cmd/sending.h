// Letters on their way: claims each, runs its mail command, writes down what came of it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cmd/context.h"
#include "core/mail/outbox_rules.h"
#include "io/mail/mail_command.h"

namespace amends {

struct SendingOptions {
  const MailCommand* email = nullptr;
  const MailCommand* sms = nullptr;   // null: no SMS are among the letters
  std::size_t limit = 0;              // 0: all
  std::int64_t jobs = 1;
  SendRate rate;
  std::int64_t timeout_ms = 0;
  bool at_least_once = false;
  bool is_clock_fixed = false;        // --now: every letter has this time
  Instant now;
  std::unordered_map<std::string, Zone> zones;  // by message key; the window may close while letters leave
};

struct Sent {
  std::map<Fate, std::size_t> fates;
  std::size_t gone = 0;          // withdrawn by a run while they waited here
  std::size_t closed = 0;        // its window closed before it was its turn
  std::size_t left = 0;          // not begun: the limit, a stop or a signal
  struct Told {
    std::string record_id;
    Fate fate;
    std::string reason;
    std::optional<Instant> next;
  };
  std::vector<Told> told;        // all but those handed over
  std::string stop;              // why the next message would have failed too; empty: no reason
  int signal = 0;                // that ended it early
  std::optional<Error> fault;    // of the ledger: no further letter was begun
  std::vector<std::string> unwritten;  // "4471 was handed": what it could not take
};

// The send lock is the caller's. Finishes what has begun, whatever happens.
Sent send_letters(const std::vector<OutboxMessage>& letters, const std::string& ledger_path, const Project& project, const SendingOptions& options, Instant as_of);

}  // namespace amends
