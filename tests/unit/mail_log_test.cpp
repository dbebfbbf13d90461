#include "core/mail/mail_log.h"

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

TEST_CASE("Exim's log is followed the same way") {
  MailLog log({"one@x.example", "two@x.example", "three@x.example", "four@x.example"});
  for (const char* line : {
           "2026-04-01 10:00:01 1xVKPV-0008Vu-1X <= bounces@x.example U=amends P=local S=331 id=one@x.example",
           "2026-04-01 10:00:01 1xVKPV-0008Vu-1X => z@y.example R=all T=out H=mx.y.example [192.0.2.1] C=\"250 2.0.0 Ok: queued as Q1\"",
           "2026-04-01 10:00:01 1xVKPV-0008Vu-1X Completed",
           "2026-04-01 10:00:02 +0100 [812] 1xVKPV-0008WB-22 <= bounces@x.example U=amends P=local S=335 id=two@x.example T=\"1xVKPV-0008WB-22 => z\" from <bounces@x.example>",
           "2026-04-01 10:00:02 +0100 [812] 1xVKPV-0008WB-22 ** z@y.example R=all T=out H=mx.y.example [192.0.2.1]: SMTP error from remote mail server after RCPT "
           "TO:<z@y.example>: 550 5.1.1 <z@y.example>: no such user: 250 is its number",
           "2026-04-01 10:00:02 +0100 [813] 1xVKPV-0008WT-2B <= <> R=1xVKPV-0008WB-22 U=mail P=local S=1827",
           "2026-04-01 10:00:02 +0100 [813] 1xVKPV-0008WT-2B => bounces@x.example R=all T=out H=mx.x.example [192.0.2.2] C=\"250 ok\"",
           "Apr  1 10:00:03 mx exim[9]: 2026-04-01 10:00:03 1xVKPV-000000004q3-2Vab <= bounces@x.example U=amends P=local S=335 id=three@x.example",
           "Apr  1 10:00:03 mx exim[9]: 2026-04-01 10:00:03 1xVKPV-000000004q3-2Vab == z@y.example R=all T=out defer (-46) H=mx.y.example [192.0.2.1]: SMTP error from "
           "remote mail server after end of data: 452 4.3.1 no room",
           "2026-04-01 10:00:04 1xVKPV-00004x-2u <= bounces@x.example U=amends P=local S=335 id=four@x.example",
           "2026-04-01 10:00:04 1xVKPV-00004x-2u == z@y.example R=all T=out defer (-18) H=mx.y.example [192.0.2.1]: Remote host closed connection in response to end of data",
           "2026-04-05 10:00:04 1xVKPV-00004x-2u ** z@y.example: retry timeout exceeded",
       })
    log.add(line);
  REQUIRE(log.letters().size() == 4);
  const LoggedLetter& one = log.letters().at("one@x.example");
  CHECK(one.queue_id == "1xVKPV-0008Vu-1X");
  CHECK(one.status == "sent");
  const LoggedLetter& two = log.letters().at("two@x.example");
  CHECK(two.status == "bounced");
  CHECK(two.reply_code == "550");
  CHECK(two.dsn == "5.1.1");
  const LoggedLetter& three = log.letters().at("three@x.example");
  CHECK(three.queue_id == "1xVKPV-000000004q3-2Vab");
  CHECK(three.status == "deferred");
  CHECK(three.reply_code == "452");
  CHECK(log.letters().at("four@x.example").status == "expired");
  CHECK(log.letters().at("four@x.example").reply_code.empty());
  CHECK(log.nameless() == NamelessLog::none);
}

TEST_CASE("of logs that name no Message-ID nothing is concluded, and it is known whose they are") {
  MailLog log({"one@x.example"});
  log.add("Apr  1 10:00:02 mx smtpd[4]: 8f53d780c7c367ee smtp message msgid=8fc9c273 size=309 nrcpt=1 proto=ESMTP");
  CHECK(log.nameless() == NamelessLog::none);
  log.add("Apr  1 10:00:02 mx smtpd[4]: 8f53d780c7c367ee mta delivery evpid=8fc9c27364daa273 from=<b@x.example> to=<z@y.example> rcpt=<-> delay=0s result=\"Ok\" stat=\"250 ok\"");
  CHECK(log.nameless() == NamelessLog::opensmtpd);
  log.add("Apr 01 10:00:02 host=mx tls=on auth=off from=b@x.example recipients=z@y.example mailsize=116 smtpstatus=250 smtpmsg='250 ok' exitcode=EX_OK");
  CHECK(log.nameless() == NamelessLog::msmtp);
  log.add("Apr  1 10:00:03 mx postfix/cleanup[1]: BBBB22: message-id=<other@x.example>");
  CHECK(log.nameless() == NamelessLog::none);  // it could have named ours
  CHECK(log.letters().empty());
}
