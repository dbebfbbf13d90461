// Unary tests and conditions: every construct, its edges, null and missing.
#include <doctest/doctest.h>

#include "core/base/text.h"

#include "policy_text.h"

namespace amends {
namespace {

using testing::Bench;
using testing::fault_in;

const std::string own_facts = R"(
[fields]
n = "number?"
fee = "money?"
share = "percent?"
ok = "boolean?"
day = "date?"
at = "instant?"
hour = "time?"
season = "monthday?"
lasting = "duration?"
word = "string?"
colour = "red | green | blue?"
[sets]
warm = ["red"]
primes = ["2", "3", "5"]
)";

// What `when = { <test> }` says when the facts are as told.
Truth says(const std::string& test, const std::string& facts) {
  Bench bench(own_facts);
  bench.tell(facts);
  const Node when = testing::toml("when = { " + test + " }");
  return holds(read_condition(*when.find("when"), bench.language()), bench.facts);
}

std::string refused(const std::string& test) {
  return fault_in([&] { says(test, ""); });
}

void check(const std::string& test, const std::string& yes, const std::string& no) {
  CAPTURE(test);
  for (const std::string_view fact : split(yes, ';')) {
    CAPTURE(fact);
    CHECK(says(test, std::string(fact)) == Truth::yes);
  }
  for (const std::string_view fact : split(no, ';')) {
    CAPTURE(fact);
    CHECK(says(test, std::string(fact)) == Truth::no);
  }
}

}  // namespace

TEST_CASE("values are read by the type of the fact") {
  check("n = 3", "n=3;n='3.0'", "n=4;n='null'");
  check("n = '3.50'", "n='3.5'", "n=3");
  check("fee = '20.00'", "fee='20'", "fee='20.01'");
  check("share = '25%'", "share='25%'", "share='24.9%'");
  check("ok = true", "ok=true", "ok=false;ok='null'");
  check("day = 2026-03-31", "day=2026-03-31", "day=2026-04-01");
  check("hour = '14:00'", "hour='14:00'", "hour='14:01'");
  check("season = '12-24'", "season='12-24'", "season='12-25'");
  check("word = 'next day'", "word='next day'", "word='next'");
  check("lasting = '1 h'", "lasting='60 min'", "lasting='61 min'");
}

TEST_CASE("comparisons and intervals include exactly the bounds written") {
  check("n = '< 3'", "n=2", "n=3;n=4;n='null'");
  check("n = '<= 3'", "n=2;n=3", "n=4;n='null'");
  check("n = '> 3'", "n=4", "n=3;n=2;n='null'");
  check("n = '>= 3'", "n=3;n=4", "n=2;n='null'");
  check("n = '[1..3]'", "n=1;n=2;n=3", "n='0.99';n='3.01';n='null'");
  check("n = '(1..3]'", "n='1.01';n=3", "n=1;n='3.01'");
  check("n = '[1..3)'", "n=1;n='2.99'", "n='0.99';n=3");
  check("n = '(1..3)'", "n='1.01';n='2.99'", "n=1;n=3");
  check("fee = '> 50.00'", "fee='50.01'", "fee='50.00'");
  check("day = '[2021-04-13..2025-01-22)'", "day=2021-04-13;day=2025-01-21", "day=2021-04-12;day=2025-01-22");
  check("share = '(10%..20%]'", "share='20%'", "share='10%'");
}

TEST_CASE("intervals of times and days of the year wrap") {
  check("hour = '[22:00..06:00)'", "hour='22:00';hour='00:00';hour='05:59'", "hour='06:00';hour='21:59'");
  check("season = '[12-22..01-02]'", "season='12-22';season='12-31';season='01-02'", "season='12-21';season='01-03'");
}

TEST_CASE("null passes null, anything, and a not whose content it fails") {
  check("n = 'null'", "n='null'", "n=3");
  CHECK(says("n = '-'", "n='null'") == Truth::yes);
  CHECK(says("n = '-'", "n=3") == Truth::yes);
  check("n = 'not(3)'", "n='null';n=4", "n=3");
  check("n = 'not(null)'", "n=3", "n='null'");
  check("n = 'not(null, 3)'", "n=4", "n='null';n=3");
  check("word = '\"-\"'", "word='-'", "word='null';word='a'");
  check("word = '\"> 3\"'", "word='> 3'", "word='4'");
  CHECK(says("word = '\"null\"'", "word='null'") == Truth::no);
}

TEST_CASE("a list is any of its tests, a set any of its values") {
  check("colour = ['red', 'blue']", "colour='red';colour='blue'", "colour='green';colour='null'");
  check("n = ['< 1', 5, '[7..8)']", "n=0;n=5;n=7", "n=1;n=6;n=8");
  check("n = ['null', 5]", "n='null';n=5", "n=6");
  check("colour = 'in warm'", "colour='red'", "colour='blue'");
  check("colour = 'not(in warm)'", "colour='blue';colour='null'", "colour='red'");
  check("n = 'in primes'", "n=3", "n=4");
  check("n = 'not(in primes, [10..20])'", "n=4", "n=3;n=15");
}

TEST_CASE("a test on a missing fact is unknown; one false test decides") {
  for (const char* test : {"n = 3", "n = '< 3'", "n = 'null'", "n = 'not(3)'", "n = ['< 1', 5]", "n = 'in primes'"})
    CHECK(says(test, "") == Truth::unknown);
  CHECK(says("n = '-'", "") == Truth::yes);
  CHECK(says("n = 'not(-)'", "") == Truth::no);
  CHECK(says("n = 3, ok = true", "ok = false") == Truth::no);
  CHECK(says("n = 3, ok = true", "ok = true") == Truth::unknown);
  CHECK(says("n = 3, ok = true", "ok = true\nn = 3") == Truth::yes);
}

TEST_CASE("a list of tables is any of these conjunctions, and what it lacks is named") {
  Bench bench(own_facts);
  bench.tell("ok = true\nword = 'a'");
  const Node when = testing::toml("when = [ { word = 'b', n = 1 }, { ok = true, fee = '> 1' }, { ok = false } ]");
  const Condition condition = read_condition(*when.find("when"), bench.language());
  CHECK(holds(condition, bench.facts) == Truth::unknown);
  CHECK(missing_for(condition, bench.facts) == std::vector<Slot>{bench.schema.find("fee")});
  bench.tell("fee = '2.00'");
  CHECK(holds(condition, bench.facts) == Truth::yes);
  CHECK(missing_for(condition, bench.facts).empty());
  bench.tell("fee = '1.00'");
  CHECK(holds(condition, bench.facts) == Truth::no);
  CHECK(why_not(condition, bench.facts, bench.zone) ==
        "word is \"a\", not \"b\"; fee > 1, but it is GBP 1.00; ok is true, not false");
  CHECK(holds(Condition{}, bench.facts) == Truth::yes);
}

TEST_CASE("an instant is compared with a date by its first moment in the shop's zone") {
  check("at = '>= 2026-07-01'", "at=2026-06-30T23:00:00Z;at=2026-07-01", "at=2026-06-30T22:59:59Z;at=2026-06-30");
  check("at = '< 2026-07-01T12:00:00Z'", "at=2026-07-01;at=2026-07-01T11:59:59Z", "at=2026-07-01T12:00:00Z;at=2026-07-02");
}

TEST_CASE("money of another currency than the case's is neither more nor less") {
  Bench bench(own_facts);
  bench.facts.set(bench.schema.find("fee"), Value::of_money(Ratio(5), *currency_named("EUR")));
  const Node when = testing::toml("when = { fee = '> 1' }");
  const Condition condition = read_condition(*when.find("when"), bench.language());
  CHECK(holds(condition, bench.facts) == Truth::unknown);
  CHECK(fault_of(condition, bench.facts).reason == "fee is EUR 5.00, which cannot be compared in a case in GBP");
}

TEST_CASE("what cannot be a test is refused with its place") {
  CHECK(refused("nn = 3").starts_with("there is no fact \"nn\""));
  CHECK(refused("late_dayz = 3") == "there is no fact \"late_dayz\" | did you mean \"late_days\"?");
  CHECK(refused("n = 'three'") == "n is a number, and \"three\" is not | write 3, \"> 3\" or \"[1..3]\"");
  CHECK(refused("share = 0.25").starts_with("share is a percent, and \"0.25\" is not"));
  CHECK(refused("kind = 'lat'") == "kind is never \"lat\" | did you mean \"late\"?");
  CHECK(refused("n = '[5..3]'").starts_with("nothing lies in [5..3]"));
  CHECK(refused("n = '(3..3]'").starts_with("nothing lies in"));
  CHECK(refused("word = '> b'").starts_with("word is text and has no order"));
  CHECK(refused("ok = '[false..true]'").starts_with("ok is a boolean and has no order"));
  CHECK(refused("colour = 'in wram'") == "there is no set \"wram\" | did you mean \"warm\"?");
  CHECK(refused("n = 'in warm'").starts_with("the set warm holds \"red\", which n never is"));
  CHECK(refused("n = []").starts_with("no value of n is in an empty list"));
  CHECK(refused("ok = 'yes'").starts_with("ok is a boolean"));

  Bench bench(own_facts);
  const Node when = testing::toml("when = { n = \"not(1, x)\" }");
  try {
    read_condition(*when.find("when"), bench.language());
    FAIL("x was taken for a number");
  } catch (const Error& error) {
    CHECK(error.where.line == 1);
    CHECK(error.where.column == 22);
    CHECK(error.where.length == 1);
  }
}

}  // namespace amends
