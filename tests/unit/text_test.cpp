#include "core/base/text.h"

#include <doctest/doctest.h>

#include <random>

#include "io/toml.h"

using namespace amends;

TEST_CASE("a string of TOML reads back as it was") {
  std::mt19937 random(5);
  constexpr std::string_view letters = "ab\"\\'\n\t\x01\x7f =#{}";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t length = random() % 8; text.size() < length;) text += letters[random() % letters.size()];
    CAPTURE(text);
    const Node root = read_toml(std::make_shared<Source>(Source{"x.toml", "words = { " + toml_string(text) + " = " + toml_string(text) + " }\n"}));
    const Node* words = root.find("words");
    REQUIRE(words != nullptr);
    REQUIRE(words->find(text) != nullptr);
    CHECK(words->find(text)->text == text);
  }
}

TEST_CASE("a header that ends or begins with the words wanted is the nearest") {
  CHECK(nearest_header("Date - Order Date", {"Date - Ordered", "Order Date", "Date"}) == "Order Date");
  CHECK(nearest_header("Order Date", {"Date", "Order Date (UTC)"}) == "Order Date (UTC)");
  CHECK(nearest_header("Name", {"Billing Name", "Number"}).empty());
  CHECK(nearest_header("Created at", {"Paid at", "Created_at"}) == "Created_at");
  CHECK(nearest_header("order_id", {"orderid"}) == "orderid");
  CHECK(nearest_header("", {"", "--"}).empty());
}
