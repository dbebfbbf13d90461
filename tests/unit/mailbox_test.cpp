#include <doctest/doctest.h>

#include "core/mail/letter.h"

namespace amends {
namespace {

std::string wire(std::string_view text) {
  std::string why;
  const auto address = usable_address(text, why);
  return address ? *address : "no: " + why;
}

bool is_refused(std::string_view text) {
  return wire(text).starts_with("no: ");
}

}  // namespace

TEST_CASE("usable addresses, as they go on the wire") {
  CHECK(wire("ana@example.com") == "ana@example.com");
  CHECK(wire("  o'neil+tea@mail.example.co.uk ") == "o'neil+tea@mail.example.co.uk");
  CHECK(wire("zoe@bücher.example") == "zoe@xn--bcher-kva.example");
  CHECK(wire(std::string(64, 'a') + "@example.com") == std::string(64, 'a') + "@example.com");
}

TEST_CASE("addresses that are refused, with the reason") {
  CHECK(wire("") == "no: no e-mail address");
  CHECK(wire("zoë@example.com").find("SMTPUTF8") != std::string::npos);
  CHECK(wire("Ana <ana@example.com>").find("bare address") != std::string::npos);
  CHECK(wire("ana@example.com, bob@example.com").find("more than one address") != std::string::npos);
  CHECK(wire("ana@example.com\nBcc: evil@example.com") == "no: the address holds a line break at byte 16");
  CHECK(wire("ana@ex\u202eample.com") == "no: the address holds the invisible character U+202E at byte 7");
  CHECK(wire("=?utf-8?Q?ana?=@example.com").find("decode") != std::string::npos);
  CHECK(wire("ana@localhost") == "no: the domain has no dot");
  for (const char* bad :
       {"ana", "@example.com", "ana@", "a@b@c.example", ".ana@example.com", "ana.@example.com",
        "a..b@example.com", "\"a b\"@example.com", "ana@[192.0.2.1]", "ana@192.0.2.1", "ana@.example",
        "ana@example..com", "ana@-a.example", "ana@exa mple.com", "a(b)@example.com",
        "ana@example.com\nBcc: evil@example.com", "ana@ex_ample.com", "ana\u202e@example.com"})
    CHECK_MESSAGE(is_refused(bad), bad);
  CHECK(is_refused(std::string(65, 'a') + "@example.com"));
  CHECK(is_refused("a@" + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(63, 'd') +
                   "." + std::string(63, 'e') + ".example"));
}

}  // namespace amends
