#include "core/mail/outbox_rules.h"

#include <doctest/doctest.h>

#include "core/base/command_words.h"

using namespace amends;

namespace {

std::vector<std::string> words(std::string_view command) { return command_words(command, {}); }

Instant at(const char* text) { return read_iso(text).instant; }

Calendar office() {
  Calendar calendar;
  calendar.zone = Zone::utc();
  for (std::size_t day = 0; day < 5; ++day) calendar.week[day] = {{9 * ms_per_hour, 18 * ms_per_hour}};
  return calendar;
}

}  // namespace

TEST_CASE("a command line as words, without a shell") {
  CHECK(words("msmtp -t") == std::vector<std::string>{"msmtp", "-t"});
  CHECK(words("  a\t'b c'  \"d \\\" e\" f\\ g ''") == std::vector<std::string>{"a", "b c", "d \" e", "f g", ""});
  CHECK(words("a'b'\"c\"d") == std::vector<std::string>{"abcd"});
  CHECK(words("sh -c 'cat | wc > x; $Y'") == std::vector<std::string>{"sh", "-c", "cat | wc > x; $Y"});
  CHECK(words("a '\\n'") == std::vector<std::string>{"a", "\\n"});
}

TEST_CASE("what only a shell understands is refused") {
  for (const char* command : {"a | b", "a > b", "a; b", "a & b", "a `b`", "a $B", "'a", "\"a", "", "   ", "'' b"}) CHECK_THROWS_AS(words(command), Error);
}

TEST_CASE("rates") {
  CHECK(read_rate("20/min")->pause_ms == 3000);
  CHECK(read_rate("2/s")->pause_ms == 500);
  CHECK(read_rate("500 / hour")->pause_ms == 7200);
  CHECK(read_rate("7/s")->pause_ms == 143);  // never faster than asked
  for (const char* text : {"20", "0/min", "-1/s", "1.5/s", "20/fortnight", "/min", "many/s", ""}) CHECK_FALSE(read_rate(text).has_value());
}

TEST_CASE("the window is open by the clocks of the recipient") {
  const Zone london = *Zone::named("Europe/London");
  const Zone tokyo = *Zone::named("Asia/Tokyo");
  const Calendar window = office();
  CHECK(opening_at_or_after(window, london, at("2026-04-01T10:00:00+01:00")) == at("2026-04-01T10:00:00+01:00"));
  CHECK(opening_at_or_after(window, london, at("2026-04-01T09:00:00+01:00")) == at("2026-04-01T09:00:00+01:00"));
  CHECK(opening_at_or_after(window, london, at("2026-04-01T18:00:00+01:00")) == at("2026-04-02T09:00:00+01:00"));
  CHECK(opening_at_or_after(window, london, at("2026-04-03T20:00:00+01:00")) == at("2026-04-06T09:00:00+01:00"));  // over a weekend
  CHECK(opening_at_or_after(window, london, at("2026-03-28T12:00:00Z")) == at("2026-03-30T09:00:00+01:00"));        // the clocks changed meanwhile
  CHECK(opening_at_or_after(window, tokyo, at("2026-04-01T10:00:00+01:00")) == at("2026-04-02T09:00:00+09:00"));
}
