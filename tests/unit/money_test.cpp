// Money from text and back, and where it ends.
#include "core/base/money.h"

#include <doctest/doctest.h>

#include "shop_folder.h"

namespace amends {
namespace {

const Currency gbp = *currency_named("GBP"), jpy = *currency_named("JPY"), kwd = *currency_named("KWD");

}  // namespace

TEST_CASE("amounts are read to the minor unit and print as they were") {
  CHECK(read_minor("12.3", gbp) == 1230);
  CHECK(read_minor("-0.50", gbp) == -50);
  CHECK(read_minor("5.000", gbp) == 500);
  CHECK(read_minor("1500", jpy) == 1500);
  CHECK(read_minor("1.234", kwd) == 1234);
  for (const char* text : {"", "-", ".", "1.", ".5", "1.005", "1,000.00", "--1", "1e3"}) CHECK_FALSE(read_minor(text, gbp));
  for (const Currency currency : {gbp, jpy, kwd})
    for (const std::int64_t minor : {0L, 1L, -1L, 99L, 100L, -12345L, most_minor, -most_minor})
      CHECK(read_minor(amount(Money{minor, currency}), currency) == minor);
}

TEST_CASE("an amount beyond any trade is none, so that sums over amounts do not overflow") {
  CHECK(read_minor("10000000000000.00", gbp) == most_minor);
  CHECK_FALSE(read_minor("10000000000000.01", gbp));
  CHECK_FALSE(read_minor("92233720368547758.07", gbp));
  CHECK_THROWS_AS(money_of(Ratio(100'000'000'000'000), gbp), Overflow);
  ShopFolder shop;
  shop.orders("order_id,order_value\n1,92233720368547758.07\n2,1.00\n");
  const Records records = shop.read({"order_value"});
  REQUIRE(records.rejected.size() == 1);
  CHECK(records.rejected[0].hint == "no amount is over 10000000000000.00");
  CHECK(order_cell(records, "2", "order_value") == "GBP 1.00");
}

TEST_CASE("an exact amount prints even where it is no money") {
  CHECK(amount(Ratio(5), gbp) == "5.00");
  CHECK(amount(Ratio(1, 8), gbp) == "0.125");
  CHECK(amount(Ratio(1, 3), gbp) == "1/3");
  CHECK(amount(Ratio(most_minor), gbp) == "1000000000000000");
  CHECK(print(Value::of_money(Ratio(most_minor) * Ratio(most_minor), gbp), Zone::utc()) == "GBP 1000000000000000000000000000000");
}

}  // namespace amends
