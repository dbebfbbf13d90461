// How long an SMS is, and which telephone numbers a gateway takes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

#include "core/base/telephone.h"
#include "core/mail/channel.h"
#include "core/mail/sms.h"

using namespace amends;

namespace {

std::string times(std::size_t n, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += text;
  return out;
}

bool is_of(std::string_view text, bool is_gsm, std::size_t units, std::size_t segments) {
  const SmsSize size = sms_size(text);
  return size.is_gsm == is_gsm && size.units == units && size.segments == segments;
}

std::string refused(std::string_view number) {
  std::string why;
  REQUIRE_FALSE(usable_telephone(number, why));
  return why;
}

}  // namespace

TEST_CASE("text messages are counted in septets, and in 16-bit units beyond the alphabet") {
  CHECK(is_of("", true, 0, 0));
  CHECK(is_of(times(160, "a"), true, 160, 1));
  CHECK(is_of(times(161, "a"), true, 161, 2));
  CHECK(is_of(times(306, "a"), true, 306, 2));
  CHECK(is_of(times(307, "a"), true, 307, 3));
  CHECK(is_of(times(459, "a"), true, 459, 3));
  CHECK(is_of(times(460, "a"), true, 460, 4));
  CHECK(is_of("Größe @ 5 £, 5 $, Ñandú? ¡Sí!", false, 29, 1));  // ú and í are not in it
  CHECK(is_of("Größe à 5 £ é ñ Ø Δ ¿", true, 21, 1));
  CHECK(is_of("5 €", true, 4, 1));
  CHECK(is_of("[{~}]|^\\", true, 16, 1));
  CHECK(is_of("`", false, 1, 1));
  CHECK(is_of(times(70, "ł"), false, 70, 1));
  CHECK(is_of(times(71, "ł"), false, 71, 2));
  CHECK(is_of(times(201, "ł"), false, 201, 3));
  CHECK(is_of(times(202, "ł"), false, 202, 4));
  CHECK(sms_size("Zażółć").beyond == "ż");
  CHECK(words_of(sms_size("abc")) == "1 segment, 3 characters");
}

TEST_CASE("what takes two places is not cut between segments") {
  CHECK(is_of(times(152, "a") + "€" + times(152, "a"), true, 306, 3));  // the sign begins the second segment
  CHECK(is_of(times(151, "a") + "€" + times(153, "a"), true, 306, 2));
  CHECK(is_of(times(66, "ł") + "😀" + times(66, "ł"), false, 134, 3));
  CHECK(is_of(times(65, "ł") + "😀" + times(67, "ł"), false, 134, 2));
}

TEST_CASE("telephone numbers come out as E.164") {
  std::string why;
  CHECK(usable_telephone("+44 (0)7700 900-118", why) == "+447700900118");
  CHECK(usable_telephone(" 0049.30/1234567 ", why) == "+49301234567");
  CHECK(why.empty());
  CHECK(refused("") == "no telephone number is known");
  CHECK(refused("07700 900118") == "the telephone number does not begin with + and the country's code");
  CHECK(refused("+44 7700 900118 ext. 5") == "\"e\" may not stand in a telephone number");
  CHECK(refused("+0 7700 900118") == "no country's code begins with 0");
  CHECK(refused("+49 30 12345/12346") == "there are two telephone numbers in one field");
  CHECK(refused("+49 30 1234ä5") == "\"ä\" may not stand in a telephone number");
  CHECK(usable_telephone("+49\u00a030/1234\u2011567", why) == "+49301234567");
  CHECK(refused("+44 770") == "a telephone number has 7 to 15 digits, and this one 5");
  CHECK(refused("+4477009001180000") == "a telephone number has 7 to 15 digits, and this one 16");
  CHECK(refused("+44 7700 900118, +44 7700 900119") == "\",\" may not stand in a telephone number");
}

TEST_CASE("a number that is usable once is the same the second time, however it is written") {
  std::mt19937 chance(4471);
  const auto below = [&](int n) { return static_cast<int>(chance() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 2000; ++round) {
    std::string digits = std::to_string(1 + below(9)), written = "+" + digits;
    for (int left = 6 + below(9); left > 0; --left) {
      const std::string digit = std::to_string(below(10));
      digits += digit;
      written += below(4) == 0 ? std::string(1, " -./"[below(digits.size() < 7 ? 4 : 3)]) + digit : digit;
    }
    std::string why;
    CAPTURE(written);
    REQUIRE(usable_telephone(written, why) == "+" + digits);
    CHECK(usable_telephone("+" + digits, why) == "+" + digits);
  }
}

TEST_CASE("channels are known by their names") {
  for (const std::string& name : channel_names()) CHECK(name_of(*channel_named(name)) == name);
  CHECK_FALSE(channel_named("fax"));
  CHECK(is_written(Channel::sms));
  CHECK_FALSE(is_written(Channel::note));
}
