#include "core/mail/mail_outcome.h"

#include <doctest/doctest.h>

using namespace amends;

namespace {

MailOutcome after(int code, std::string output = {}) { return outcome_of({.exit_code = code, .output = std::move(output)}, false); }
std::string log_line(int status, const std::string& reply, const std::string& exit) {
  return "host=mx tls=off auth=off from=b@x.example recipients=z@y.example mailsize=9 smtpstatus=" + std::to_string(status) + " smtpmsg='" + reply +
         "' errormsg='the server did not accept the mail' exitcode=" + exit + "\n";
}

}  // namespace

TEST_CASE("exit codes of mail commands, as they are measured") {
  CHECK(after(0).fate == Fate::handed);
  for (const int code : {65, 67}) CHECK(after(code).fate == Fate::refused);
  for (const int code : {68, 75}) CHECK(after(code).fate == Fate::later);
  for (const int code : {1, 2, 69, 74, 76, 79, 125, 255}) CHECK(after(code).fate == Fate::uncertain);
  for (const int code : {64, 66, 70, 71, 72, 73, 77, 78, 126, 127}) CHECK(after(code).fate == Fate::stop);
}

TEST_CASE("what the server said decides what msmtp's 69 means") {
  CHECK(after(69, log_line(451, "451 4.3.0 later", "EX_UNAVAILABLE")).fate == Fate::later);
  CHECK(after(69, log_line(452, "452 no room", "EX_UNAVAILABLE")).fate == Fate::later);
  CHECK(after(69, log_line(554, "554 5.7.1 policy", "EX_UNAVAILABLE")).fate == Fate::refused);
  CHECK(after(65, log_line(450, "450 4.2.0 greylisted", "EX_DATAERR")).fate == Fate::later);
  CHECK(after(69, "msmtp: server message: 451 4.7.1 greylisted\nmsmtp: could not send mail\n").fate == Fate::later);
  CHECK(after(69, "msmtp: recipient address z@y.example not accepted\nmsmtp: server message: 550-5.1.1 gone\n").fate == Fate::refused);
}

TEST_CASE("what may have left is uncertain whatever was said") {
  CHECK(after(76, log_line(250, "250 ok", "EX_PROTOCOL")).fate == Fate::uncertain);
  CHECK(after(74, log_line(451, "451 x", "EX_IOERR")).fate == Fate::uncertain);
  CHECK(after(74, "msmtp: account default not found: no configuration file available").fate == Fate::stop);
  CHECK(after(78, log_line(451, "451 x", "EX_CONFIG")).fate == Fate::stop);
  CHECK(outcome_of({.signal = 9}, false).fate == Fate::uncertain);
  CHECK(outcome_of({.timed_out = true}, false).fate == Fate::uncertain);
  CHECK(outcome_of({.exit_code = 75}, true).fate == Fate::uncertain);  // OpenSMTPD has queued it
}

TEST_CASE("a reason names codes and nobody") {
  CHECK(after(69, log_line(550, "550 5.1.1 <zoe@y.example> Zoe unknown", "EX_UNAVAILABLE")).reason == "550 5.1.1, exit 69");
  CHECK(after(69, log_line(451, "451 later", "EX_UNAVAILABLE")).reason == "451, exit 69");
  CHECK(after(75).reason == "exit 75");
  CHECK(after(0).reason.empty());
  CHECK(outcome_of({.signal = 9}, false).reason == "the mail command was killed by signal 9");
}

TEST_CASE("the queue id of the next server") {
  CHECK(after(0, log_line(250, "250 2.0.0 Ok: queued as 4ABC12", "EX_OK")).queue_id == "4ABC12");
  CHECK(after(0, "smtpmsg='250 OK id=1rAbCd-000001-2x'").queue_id == "1rAbCd-000001-2x");
  CHECK(after(0, "nothing").queue_id.empty());
}

TEST_CASE("an address is at fault only where the answer says so") {
  CHECK(after(65, log_line(550, "550 5.1.1 no such user", "EX_DATAERR")).is_address);
  CHECK(after(65).is_address);
  CHECK(after(67).is_address);
  CHECK(after(65, log_line(550, "550 no such user", "EX_DATAERR")).is_address);
  CHECK_FALSE(after(65, log_line(550, "550 5.7.1 blocked", "EX_DATAERR")).is_address);
  CHECK_FALSE(after(69, log_line(554, "554 spam", "EX_UNAVAILABLE")).is_address);
  CHECK_FALSE(after(75).is_address);
}

TEST_CASE("tries after 1, 5, 30 and 120 minutes, then a person") {
  const Instant now{1'000'000};
  const std::int64_t minutes[] = {1, 5, 30, 120};
  for (int n = 1; n <= 4; ++n) CHECK(next_try(n, now)->ms == now.ms + minutes[n - 1] * ms_per_minute);
  CHECK_FALSE(next_try(5, now).has_value());
  CHECK_FALSE(next_try(0, now).has_value());
}
