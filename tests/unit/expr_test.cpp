// Expressions: every sign and function with its edges, types checked when read, faults when computed.
#include <algorithm>

#include <doctest/doctest.h>

#include "policy_text.h"

namespace amends {
namespace {

using testing::Bench;
using testing::fault_in;

const std::string own_facts = R"(
[fields]
n = "number?"
m = "number"
fee = "money?"
price = "money"
euros = "money EUR"
share = "percent?"
ok = "boolean?"
gone = "boolean"
day = "date?"
at = "instant?"
until = "instant?"
hour = "time?"
word = "string?"
colour = "red | green | blue"
things = ["string"]
[sets]
warm = ["red"]
)";

const std::string told =
    "n = 3\nfee = '80.00'\neuros = '5.00'\nshare = '10%'\nok = true\nday = 2026-01-31\nat = 2026-03-28T12:00:00Z\n"
    "until = 2026-03-29T12:30:00Z\nhour = '23:00'\nword = 'null'\ncolour = 'red'";

struct Result {
  std::string value;
  Fault fault;
};

Result result(const std::string& expression, Type wanted = Type::missing) {
  Bench bench(own_facts);
  bench.tell(told);
  Node node;
  node.kind = Node::Kind::string;
  node.text = expression;
  Result r;
  r.value = print(evaluate(read_expression(node, bench.language(), wanted), bench.facts, r.fault), bench.zone);
  return r;
}

std::string value(const std::string& expression, Type wanted = Type::missing) { return result(expression, wanted).value; }
std::string reason(const std::string& expression) { return result(expression).fault.reason; }
std::string refused(const std::string& expression, Type wanted = Type::missing) {
  return fault_in([&] { result(expression, wanted); });
}

}  // namespace

TEST_CASE("arithmetic is exact and binds as usual") {
  CHECK(value("1 + 2 * 3") == "7");
  CHECK(value("(1 + 2) * 3") == "9");
  CHECK(value("10 - 3 - 2") == "5");
  CHECK(value("8 / 4 / 2") == "1");
  CHECK(value("1 / 3 + 1 / 3 + 1 / 3") == "1");
  CHECK(value("-n * -2") == "6");
  CHECK(value("0.1 + 0.2") == "0.3");
}

TEST_CASE("money adds to money, is multiplied by numbers and shares, divides by money") {
  CHECK(value("fee + 5.00") == "GBP 85.00");
  CHECK(value("5 + fee") == "GBP 85.00");
  CHECK(value("fee - fee") == "GBP 0.00");
  CHECK(value("fee * 10%") == "GBP 8.00");
  CHECK(value("share * fee") == "GBP 8.00");
  CHECK(value("fee * n") == "GBP 240.00");
  CHECK(value("fee / 20.00") == "4");
  CHECK(value("share * 3") == "30%");
  CHECK(value("share + 5%") == "15%");
  CHECK(value("5", Type::money) == "GBP 5.00");
  CHECK(value("if ok then 5 else 2 * 3", Type::money) == "GBP 5.00");
  CHECK(refused("fee * fee").starts_with("money times money"));
  CHECK(refused("fee + n").starts_with("n is a number, but fee is money"));
  CHECK(value("fee / n") == "GBP 80/3");
  CHECK(refused("share + 0.1") == "0.1 is a number, but share is a percent | write 0.1%");
  CHECK(refused("n", Type::money).starts_with("n is a number, but money is wanted"));
  CHECK(reason("euros + fee") == "euros is in EUR and fee in GBP");
}

TEST_CASE("money by a number written out is a share or a count, as it is written or as is wanted") {
  CHECK(value("fee / 2") == "GBP 40.00");
  CHECK(value("fee * 3 / 365") == "GBP 48/73");
  CHECK(value("fee / 1.2 + 1") == "GBP 203/3");
  CHECK(value("fee / (10 * 2)") == "GBP 4.00");
  CHECK(value("floor(fee / 30.00)") == "2");
  CHECK(value("fee / 2", Type::number) == "40");
  CHECK(value("2 * floor(fee / 30)", Type::number) == "4");
  CHECK(value("max(1, -(fee / 30) + 5)", Type::number) == "7/3");
  CHECK(value("fee / 20.00", Type::money) == "GBP 4.00");
  CHECK(value("fee / 20.00 + 5", Type::money) == "GBP 9.00");
  CHECK(refused("fee * 2", Type::number).starts_with("fee * 2 is money, but a number is wanted"));
  CHECK(refused("fee / n", Type::number).starts_with("fee / n is money, but a number is wanted"));
  CHECK(refused("fee / 20.00 + n", Type::money).starts_with("fee / 20.00 + n is a number, but money is wanted"));
}

TEST_CASE("logic is three-valued") {
  CHECK(value("ok and gone") == "missing");
  CHECK(value("not ok and gone") == "false");
  CHECK(value("gone and not ok") == "false");
  CHECK(result("gone and not ok").fault.missing.empty());
  CHECK(value("ok or gone") == "true");
  CHECK(value("gone or not ok") == "missing");
  CHECK(value("not gone") == "missing");
  CHECK(value("1 / 0 = 1 and not ok") == "false");
  CHECK(value("1 / 0 = 1 or ok") == "true");
  CHECK(value("not not ok") == "true");
  CHECK(value("ok or ok and not ok") == "true");
  CHECK(refused("ok and n").starts_with("n is a number, but a boolean is wanted"));
}

TEST_CASE("comparison, membership and if") {
  CHECK(value("n = 3") == "true");
  CHECK(value("n != 3") == "false");
  CHECK(value("n in [1..3]") == "true");
  CHECK(value("n in [1..3)") == "false");
  CHECK(value("n in (3..4]") == "false");
  CHECK(value("fee >= 80") == "true");
  CHECK(value("day < '2026-02-01'") == "true");
  CHECK(value("colour = 'red'") == "true");
  CHECK(value("colour in warm") == "true");
  CHECK(value("hour in ['22:00'..'06:00')") == "true");
  CHECK(value("word = null") == "true");
  CHECK(value("word != null") == "false");
  CHECK(value("m = null") == "missing");
  CHECK(value("if n > 2 then 10% else 5%") == "10%");
  CHECK(value("if gone then 1 else 2") == "missing");
  CHECK(value("if ok then fee else price") == "GBP 80.00");
  CHECK(refused("colour = 'rde'") == "colour is never \"rde\" | did you mean \"red\"?");
}

TEST_CASE("null and missing are not numbers") {
  CHECK(reason("n + coalesce(null, null)") == "coalesce(null, null) is null, so it cannot be computed with");
  Result r = result("m + price / price");
  CHECK(r.value == "missing");
  CHECK(r.fault.missing.size() == 2);
  CHECK(r.fault.reason.empty());
}

TEST_CASE("what numbers cannot do is a fault, never an exception") {
  CHECK(reason("n / (n - 3)") == "n / (n - 3): division by zero");
  std::string large = "10000000000000000000";
  CHECK(reason(large + " * " + large + " * " + large).ends_with("a number grew beyond 128 bits"));
}

TEST_CASE("functions of numbers") {
  CHECK(value("coalesce(m, n)") == "3");
  CHECK(value("coalesce(word, 'x')") == "\"x\"");
  CHECK(value("coalesce(m, null)") == "nothing");
  CHECK(value("coalesce(m, price / price)") == "missing");
  CHECK(reason("coalesce(1 / 0, 3)").ends_with("division by zero"));
  CHECK(value("min(3, 1, 2)") == "1");
  CHECK(value("max(0, -5)") == "0");
  CHECK(value("max(fee, 100)") == "GBP 100.00");
  CHECK(value("min(m, 1)") == "missing");
  CHECK(value("floor(-1.5)") == "-2");
  CHECK(value("ceiling(1.01)") == "2");
  CHECK(value("abs(-2.5)") == "2.5");
  CHECK(value("round(2.5, half_even, 1)") == "2");
  CHECK(value("round(2.5, half_up, 1)") == "3");
  CHECK(value("round(fee / 3.00, down, 0.01)") == "26.66");
  CHECK(refused("round(n, sideways, 1)").starts_with("\"sideways\" is not a rounding"));
  CHECK(reason("round(n, up, n - 3)").ends_with("cannot round to steps of 0"));
  CHECK(refused("min()") == "min takes at least 1 argument, not 0");
  CHECK(refused("flor(1)") == "there is no function \"flor\" | did you mean \"floor\"?");
}

TEST_CASE("functions of dates and times count in the shop's zone, or the one named") {
  CHECK(value("date('2026-03-31')") == "2026-03-31");
  CHECK(value("date(at, 'Asia/Tokyo')") == "2026-03-28");
  CHECK(value("date(until, 'Pacific/Auckland')") == "2026-03-30");
  CHECK(value("time(until)") == "13:30");
  CHECK(value("monthday(at)") == "03-28");
  CHECK(value("minutes(at, until)") == "1470");
  CHECK(value("hours(at, until)") == "24.5");
  CHECK(value("hours(day, at)") == "1356");
  CHECK(value("days(at, until)") == "1");
  CHECK(value("days(until, at)") == "-1");
  CHECK(value("months(day, '2026-02-27')") == "0");
  CHECK(value("months(day, '2026-02-28')") == "1");
  CHECK(value("months(day, '2027-01-30')") == "11");
  CHECK(value("add(day, '1 month')") == "2026-02-28");
  CHECK(value("add(day, '-2 months')") == "2025-11-30");
  CHECK(value("add(day, '1 year')") == "2027-01-31");
  CHECK(value("add(day, '2 weeks')") == "2026-02-14");
  CHECK(value("add(at, '1 day')") == "2026-03-29T12:00:00+01:00");
  CHECK(value("add(at, '24 hours')") == "2026-03-29T13:00:00+01:00");
  CHECK(refused("add(day, '3 hours')").starts_with("\"3 hours\" cannot be added to a date"));
  CHECK(refused("add(day, 'soon')").starts_with("\"soon\" is not a period"));
  CHECK(refused("date(at, 'Mars')").starts_with("\"Mars\" is not a time zone"));
  CHECK(refused("day - day").find("days(a, b)") != std::string::npos);
}

TEST_CASE("what cannot be read is refused at its place") {
  CHECK(refused("late_dayz + 1") == "there is no fact \"late_dayz\" | did you mean \"late_days\"?");
  CHECK(refused("1 +") == "a fact, a number or a function is wanted here, but the expression ends");
  CHECK(refused("n == 3") == "equality is a single =");
  CHECK(refused("n 3") == "the expression should end here");
  CHECK(refused("(n").starts_with("\")\" is wanted here"));
  CHECK(refused("n & 3") == "\"&\" does not belong in an expression");
  CHECK(refused("'abc") == "this string has no end | close it with '");
  CHECK(refused("things", Type::money).starts_with("things is a list, but money is wanted"));
  CHECK(refused("counts(things)").starts_with("there is no function \"counts\""));
  CHECK(refused("colour < 'red'").starts_with("colour is text and has no order"));
  CHECK(refused(std::string(5000, '(')).starts_with("the expression is nested too deeply"));
  CHECK(refused(std::string(5000, '-') + "1").starts_with("the expression is nested too deeply"));
  CHECK(refused("day = 'tomorrow'").starts_with("\"tomorrow\" is not a date"));

  Bench bench(own_facts);
  const Node root = testing::toml("x = \"n + late_dayz\"");
  try {
    read_expression(*root.find("x"), bench.language(), Type::missing);
    FAIL("late_dayz was taken for a fact");
  } catch (const Error& error) {
    CHECK(error.where.column == 10);
    CHECK(error.where.length == 9);
  }
}

TEST_CASE("derived facts are computed in any order, and cycles are refused") {
  Bench bench(own_facts + "[derived]\nc = \"b * 2\"\nb = \"a + 1\"\na = \"n\"\nlow = \"price * 50%\"\nbad = \"n / (n - 3)\"\n");
  bench.tell(told);
  const DerivedFacts facts(bench.facts, bench.derivations);
  CHECK(print(facts.at(bench.schema.find("c")), bench.zone) == "8");
  CHECK(facts.at(bench.schema.find("low")).is_missing());
  Fault fault;
  fault.add(bench.schema.find("low"), facts);
  CHECK(fault.missing == std::vector<Slot>{bench.schema.find("price")});
  fault.add(bench.schema.find("bad"), facts);
  CHECK(fault.reason == "bad: n / (n - 3): division by zero");
  const std::vector<Slot> slots = with_derived({bench.schema.find("c")}, bench.derivations);
  CHECK(std::find(slots.begin(), slots.end(), bench.schema.find("n")) != slots.end());

  CHECK(fault_in([] { Bench("[derived]\na = \"b\"\nb = \"c + 1\"\nc = \"a\""); }) == "a is computed from itself: a -> b -> c -> a");
  CHECK(fault_in([] { Bench("[derived]\na = \"a + 1\""); }) == "a is computed from itself: a -> a");
  CHECK(fault_in([] { Bench("[derived]\nlate_days = \"1\""); }).starts_with("there is already a fact \"late_days\""));
  CHECK(fault_in([] { Bench("[derived.limit]\ninputs = [\"late_days\"]"); }).starts_with("derived.limit has no rows"));
}

}  // namespace amends
