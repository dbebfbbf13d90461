#include "core/mail_log.h"

#include <doctest/doctest.h>

using namespace amends;

TEST_CASE("a letter is found by its Message-ID and followed by queue id") {
  MailLog log({"one@x.example", "two@x.example"});
  log.add("Apr  1 10:00:01 mx postfix/cleanup[1]: AAAA11: message-id=<one@x.example>");
  log.add("2026-04-01T10:00:02.123456+01:00 mx postfix/cleanup[1]: BBBB22: message-id=<other@x.example>");
  log.add("Apr  1 10:00:02 mx postfix/qmgr[2]: AAAA11: from=<b@x.example>, size=900, nrcpt=1 (queue active)");
  log.add("Apr  1 10:00:03 mx postfix/smtp[3]: AAAA11: to=<z@y.example>, relay=none, delay=1, dsn=4.4.1, status=deferred (connect to mx: timed out)");
  log.add("Apr  1 10:09:03 mx postfix/smtp[3]: AAAA11: to=<z@y.example>, dsn=5.1.1, status=bounced (host mx said: 550 5.1.1 <z@y.example> status=sent)");
  log.add("Apr  1 10:09:03 mx postfix/smtp[3]: BBBB22: to=<z@y.example>, dsn=2.0.0, status=sent (250 ok)");
  REQUIRE(log.letters().size() == 1);
  const LoggedLetter& one = log.letters().at("one@x.example");
  CHECK(one.was_queued);
  CHECK(one.queue_id == "AAAA11");
  CHECK(one.status == "bounced");
  CHECK(one.dsn == "5.1.1");
  CHECK(one.reply_code == "550");
}

TEST_CASE("a queue id that comes again belongs to the letter that has it now") {
  MailLog log({"one@x.example"});
  log.add("x[1]: AAAA11: message-id=<one@x.example>");
  log.add("x[1]: AAAA11: message-id=<stranger@x.example>");
  log.add("x[1]: AAAA11: to=<z@y.example>, dsn=5.0.0, status=bounced (x)");
  CHECK(log.letters().at("one@x.example").status.empty());
}

TEST_CASE("lines of other programs are passed over") {
  MailLog log({"one@x.example"});
  for (const char* line : {"", "]: ", "x]: AAAA11: ", "Apr 1 sshd[1]: Failed password", "a[1]: NOQUEUE: reject: message-id=<one@x.example>", "a[1]: : message-id=<one@x.example>",
                           "a[1]: AAAA11: message-id=", "a[1]: AAAA11: to=<z@y.example>, status="})
    log.add(line);
  CHECK(log.letters().empty());
}
