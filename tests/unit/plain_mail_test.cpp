// A letter for programs that write the message themselves: what they would take for another recipient never stands there.
#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/mail/plain_mail.h"

using namespace amends;

namespace {

Message letter_to(const std::string& name) {
  Message message;
  message.from = {"Maya Chen (Tea)", "maya@shop.example"};
  message.to = {name, "zoe@whitfield.example"};
  message.subject = "Größe";
  message.text = "Dear Zoë,\n";
  message.message_id = "abc@shop.example";
  return message;
}

std::string to_line(const std::string& name) {
  const std::string mail = plain_mail(letter_to(name));
  const std::size_t begin = mail.find("\nTo: ") + 5;
  return mail.substr(begin, mail.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("a letter stands in UTF-8 as it is") {
  CHECK(plain_mail(letter_to("Zoë Whitfield")) ==
        "From: \"Maya Chen (Tea)\" <maya@shop.example>\nTo: Zoë Whitfield <zoe@whitfield.example>\nSubject: Größe\n"
        "Message-ID: <abc@shop.example>\n\nDear Zoë,\n");
}

TEST_CASE("a name is quoted, encoded or left out, by what mail programs make of it") {
  CHECK(to_line("") == "zoe@whitfield.example");
  CHECK(to_line("Doe, Jane \"JD\"") == "\"Doe, Jane \\\"JD\\\"\" <zoe@whitfield.example>");
  CHECK(to_line("Ann <evil@x.example>") == "\"Ann <evil@x.example>\" <zoe@whitfield.example>");
  CHECK(to_line("Größler, Zoë") == "=?utf-8?Q?Gr=C3=B6=C3=9Fler=2C_Zo=C3=AB?= <zoe@whitfield.example>");
  CHECK(to_line("Zoë <evil@x.example>") == "zoe@whitfield.example");
  CHECK(to_line("=?utf-8?Q?Bcc=3A?=") == "zoe@whitfield.example");
}

TEST_CASE("a line end in a name or subject is refused") {
  CHECK_THROWS_AS(plain_mail(letter_to("Zoe\nBcc: evil@x.example")), Error);
  Message message = letter_to("Zoe");
  message.subject = "Sorry\r\nBcc: evil@x.example";
  CHECK_THROWS_AS(plain_mail(message), Error);
}

TEST_CASE("what looks encoded in a subject is encoded") {
  Message message = letter_to("Zoe");
  message.subject = "=?utf-8?B?QmNj?=";
  CHECK(plain_mail(message).find("Subject: =?utf-8?B?QmNj?=\n") == std::string::npos);
}

TEST_CASE("who approved nothing says so") {
  Message message = letter_to("Zoe");
  message.automatic = true;
  CHECK(plain_mail(message).find("\nAuto-Submitted: auto-generated\n\n") != std::string::npos);
}
