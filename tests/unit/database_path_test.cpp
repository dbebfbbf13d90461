#include "core/base/database_path.h"

#include <random>

#include <doctest/doctest.h>

#include "core/base/error.h"

using namespace amends;

namespace {

std::string shown(const std::string& path) { return database_path(path)->shown(); }

}  // namespace

TEST_CASE("a path of a database is told from one of a file, and taken apart") {
  CHECK(!database_path("exports/orders-*.csv"));
  CHECK(!database_path("postgresql.csv"));
  CHECK(!database_path("-"));
  const DatabasePath file = *database_path("sqlite:exports/shop.db#orders");
  CHECK(file.system == DatabasePath::System::sqlite);
  CHECK(file.database == "exports/shop.db");
  CHECK(file.asked == "orders");
  CHECK(!file.is_query());
  const DatabasePath server = *database_path("postgres://me@db.example:5433/shop?sslmode=require#\n  SELECT *\n  FROM a WHERE b = '#'");
  CHECK(server.system == DatabasePath::System::postgresql);
  CHECK(server.database == "postgres://me@db.example:5433/shop?sslmode=require");
  CHECK(server.asked == "SELECT *\n  FROM a WHERE b = '#'");
  CHECK(server.is_query());
  CHECK(database_path("sqlite:a.db#WITH x AS (SELECT 1) SELECT * FROM x")->is_query());
  CHECK(!database_path("sqlite:a.db#selected orders")->is_query());
  CHECK(database_path("sqlite:a.db")->asked.empty());
}

TEST_CASE("a database is shown without user, password and parameters") {
  CHECK(shown("sqlite:exports/shop.db#orders") == "sqlite:exports/shop.db#orders");
  CHECK(shown("postgresql://db.example/shop#orders") == "postgresql://db.example/shop#orders");
  CHECK(shown("postgresql://me:s3cret@db.example:5433/shop?sslmode=require&password=s3cret#sales.orders") ==
        "postgresql://db.example:5433/shop#sales.orders");
  CHECK(shown("postgresql:///shop?host=/run/pg&user=me%40x&password=s3cret#orders") == "postgresql:///shop#orders");
  CHECK(shown("postgresql://[::1]:5433/shop#orders") == "postgresql://[::1]:5433/shop#orders");
  CHECK(shown("sqlite:a.db#SELECT order_id,\n   placed_at, delivered_at FROM orders JOIN parcels USING (order_id)") ==
        "sqlite:a.db#SELECT order_id, placed_at, delivered_at FROM orders JOIN pa...");
}

TEST_CASE("of an address nothing is shown when a password in it is not escaped") {
  for (const char* path :
       {"postgresql://me:s3#cret@h/db#orders", "postgresql://me:s3/cret@h/db#orders", "postgresql://me:s3?cret@h/db#orders",
        "postgresql://me:s3@cret@h/db#orders", "postgresql://me:5432/#cret@h/db#orders", "postgresql://me:s3cret", "postgresql://me:s3cret#orders",
        "postgresql://h/db?password=s3@cret#orders", "postgresql:///shop?user=me@x&password=s3cret#orders"}) {
    CAPTURE(path);
    CHECK(!database_path(path)->is_plain());
    CHECK(shown(path) == "postgresql://...");
    CHECK(without_passwords(path) == "postgresql://***");
  }
  CHECK(shown("postgresql://me:s3:cret@h,g:5433/db#SELECT 'a@b'") == "postgresql://h,g:5433/db#SELECT 'a@b'");
}

TEST_CASE("whatever the password, it is not shown") {
  std::mt19937 random(17);
  constexpr std::string_view letters = "xyz/?#@:&=%' ";
  for (int round = 0; round < 20'000; ++round) {
    std::string password;
    for (std::size_t length = 1 + random() % 9; password.size() < length;) password += letters[random() % letters.size()];
    const std::string path = "postgresql://me:" + password + "@host/db#orders";
    CAPTURE(path);  // but for the password it has no x, y or z
    CHECK(shown(path).find_first_of("xyz") == std::string::npos);
    CHECK(without_passwords("\"" + path + "\"").find_first_of("xyz") == std::string::npos);
  }
}

TEST_CASE("passwords are taken out of text, and a TOML string stays one") {
  CHECK(without_passwords("path = \"postgresql://me:s3cret@h:5432/db#orders\" # note") ==
        "path = \"postgresql://me:***@h:5432/db#orders\" # note");
  CHECK(without_passwords("path = ['postgres://me:a\"b@h/db#x', 'y@z']") == "path = ['postgres://me:***@h/db#x', 'y@z']");
  CHECK(without_passwords("\"postgresql://h:1/db#t\", \"a@b\"") == "\"postgresql://h:1/db#t\", \"a@b\"");
  CHECK(without_passwords("\"postgresql://h/db?password=s3&user=me#t\"") == "\"postgresql://h/db?password=***&user=me#t\"");
  CHECK(without_passwords("\"postgresql://h/db?user=me&password=s3#t\"") == "\"postgresql://h/db?user=me&password=***#t\"");
  CHECK(without_passwords("\"postgresql://me:a\\\"b@h/db#t\"") == "\"postgresql://me:***@h/db#t\"");
  CHECK(without_passwords("ask postgresql://me:s3@h/db#t now") == "ask postgresql://me:***@h/db#t now");
  CHECK(without_passwords("\"postgresql://me:s3/x@h/db#t\", 1") == "\"postgresql://***\", 1");
  CHECK(without_passwords("postgres, postgresql: words; me@example.com") == "postgres, postgresql: words; me@example.com");
  CHECK(without_passwords("") == "");
}

TEST_CASE("addresses of other systems are known, and their passwords taken out") {
  for (const char* path : {"mysql://joe:s3cret@h/db#t", "postgresql:joe:s3cret@h", "postgres:joe:s3/cret@h/db", "MySQL://joe:s3@cret@h",
                           "PostgreSQL://joe:s3cret@h/db#t", "postgresql+psycopg2://joe:s3cret@h/db", "jdbc:postgresql://joe:s3cret@h/db"}) {
    CAPTURE(path);
    CHECK(is_other_address(path));
    const std::string told = without_passwords("path = \"" + std::string(path) + "\" # note");
    CHECK(told.find("cret") == std::string::npos);
    CHECK(told.ends_with("\" # note"));
  }
  CHECK(is_other_address("joe:s3cret@h/db"));
  for (const char* path : {"orders.csv", "exports/10:30/a@b.csv", "-", "sqlite:a.db#t", "postgresql://joe:s3cret@h/db#t", "maya@shop.csv", "C:/orders.csv"})
    CHECK_MESSAGE(!is_other_address(path), path);
  for (const char* text : {"4471,2026-04-02 14:00,ana@example.com", "see https://shop.example:8080/help", "mailto:ana@example.com", "https://shop.example/a@b", "::@:"})
    CHECK(without_passwords(text) == text);
}

TEST_CASE("an error does not show the password that stands in its line") {
  const Error error{Where{"amends.toml", 3, 8, 1, "path = \"postgresql://me:s3cret@h/db#orders"}, "\"postgresql://me:s3cret@h/db\" is odd", "try postgresql://me:s3cret@h/db"};
  const std::string told = describe(error);
  CHECK(told.find("s3cret") == std::string::npos);
  CHECK(told.find("path = \"postgresql://me:***@h/db#orders") != std::string::npos);
}
