// What became of a letter, by what its mail command said: exit codes after sysexits.h as mail programs really use them
// (amends-send.1), the smtpstatus= of msmtp and the reply codes of RFC 5321 and RFC 3463.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/time/time.h"

namespace amends {

// How a mail command ended.
struct MailReply {
  int exit_code = 0;         // 126, 127: it could not be started
  int signal = 0;            // that killed it; 0: none
  bool timed_out = false;    // it was stopped, since it took too long
  std::string output = {};   // what it printed, stdout and stderr; addresses may be in it
  std::string fault = {};    // why it was not even started, by no fault of its own
};

// Part of the ledger format (amends-ledger.5). Add, never rename.
enum class Fate { handed, refused, later, uncertain, stop };
std::string_view name_of(Fate fate);  // stop: "approved", for the message waits again

struct MailOutcome {
  Fate fate = Fate::uncertain;
  std::string reason;        // "451 4.3.0", "exit 75", "killed by signal 9"; never an address
  std::string smtp_status;   // "451", empty: the command did not tell
  std::string queue_id;      // by which the next server knows it; may be empty
  bool is_address = false;   // refused since nobody is there: later letters to it are not tried
};

// `may_have_queued`: this command's 75 says "later" of what it has queued all the same (OpenSMTPD).
MailOutcome outcome_of(const MailReply& reply, bool may_have_queued);

// When to try again what was put off for the nth time (from 1); nullopt: a person has to look.
std::optional<Instant> next_try(int attempts, Instant now);

// Whether a reply such as "550 5.1.1" says that the address is at fault, not the letter or the server.
bool blames_address(std::string_view code, std::string_view enhanced);

}  // namespace amends
