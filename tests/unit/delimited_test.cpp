#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "io/records/delimited.h"

using namespace amends;

namespace {

using Rowful = std::vector<std::vector<std::string>>;

Rowful read(std::string_view bytes, Dialect dialect = {}) {
  Rowful rows;
  DelimitedReader reader(bytes, dialect);
  while (reader.next()) {
    auto& row = rows.emplace_back();
    if (reader.fault() != DelimitedReader::Fault::none) {
      row.push_back("fault");
      continue;
    }
    for (const Cell& cell : reader.cells()) row.push_back(cell.doubled ? without_doubled_quotes(cell.text) : std::string(cell.text));
  }
  return rows;
}

}  // namespace

TEST_CASE("cells, quotes, doubled quotes and line breaks inside quotes") {
  CHECK(read("a,b\n1,2\n") == Rowful{{"a", "b"}, {"1", "2"}});
  CHECK(read("a,b\r\n\"1,\"\"x\"\"\r\ny\",2\r\n") == Rowful{{"a", "b"}, {"1,\"x\"\r\ny", "2"}});
  CHECK(read("a\rb\r") == Rowful{{"a"}, {"b"}});
  CHECK(read("a,,\n,,") == Rowful{{"a", "", ""}, {"", "", ""}});
  CHECK(read("\"\",\"\"\"\"") == Rowful{{"", "\""}});
  CHECK(read("").empty());
  CHECK(read("\n\r\n\n").empty());
}

TEST_CASE("a quote inside a cell is a character; tabs separate where told") {
  CHECK(read("Saucer 6\",x") == Rowful{{"Saucer 6\"", "x"}});
  CHECK(read("a\tb,c\n\"x\ty\"\tz", {'\t', true}) == Rowful{{"a", "b,c"}, {"x\ty", "z"}});
  CHECK(read("\"x\ty", {'\t', false}) == Rowful{{"\"x", "y"}});
}

TEST_CASE("a broken quote costs its own line, not the file") {
  CHECK(read("a,b\n1,\"x\n2,y\n3,z\n") == Rowful{{"a", "b"}, {"fault"}, {"2", "y"}, {"3", "z"}});
  CHECK(read("a,b\n1,\"x\n2,\"y,z\"\n3,z\n") == Rowful{{"a", "b"}, {"fault"}, {"2", "y,z"}, {"3", "z"}});
  CHECK(read("\"x\"y,b\n1,2\n") == Rowful{{"fault"}, {"1", "2"}});
}

TEST_CASE("of a quote that closes in a later line the one that opens is blamed") {
  const std::string_view bytes = "a,b\n1,\"x\n2,\"y,z\"\n";
  DelimitedReader reader(bytes, {});
  while (reader.next() && reader.line() < 2) {}
  CHECK(reader.fault() == DelimitedReader::Fault::unterminated);
  CHECK(reader.fault_at() == bytes.find('"'));
}

TEST_CASE("of a wide row all cells are counted and few kept") {
  const std::string bytes = std::string(100000, ',') + "\na,b\n";
  DelimitedReader reader(bytes, {});
  reader.keep(3);
  REQUIRE(reader.next());
  CHECK(reader.width() == 100001);
  CHECK(reader.cells().size() == 3);
  REQUIRE(reader.next());
  CHECK(reader.width() == 2);
}

TEST_CASE("line numbers count the lines of the file, not the rows") {
  DelimitedReader reader("h\n\"a\nb\r\nc\rd\"\n\nx\n", {});
  std::vector<std::size_t> lines;
  while (reader.next()) lines.push_back(reader.line());
  CHECK(lines == std::vector<std::size_t>{1, 2, 7});
}

TEST_CASE("any table written with any quoting and line ends is read back") {
  std::mt19937 random(42);
  const auto upto = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  const std::vector<std::string> pieces = {"a", "7", "\"", ",", "\t", "\n", "\r\n", " ", "é", "漢", "", "\"\"", "x\ry"};
  for (int round = 0; round < 3000; ++round) {
    const char separator = upto(2) == 0 ? ',' : '\t';
    const std::size_t width = 1 + upto(4);
    Rowful rows(1 + upto(5), std::vector<std::string>(width));
    std::string bytes;
    for (auto& row : rows) {
      for (std::size_t c = 0; c < width; ++c) {
        std::string& text = row[c];
        for (std::size_t i = upto(4); i > 0; --i) text += pieces[upto(pieces.size())];
        const bool needed = text.find_first_of("\"\r\n") != std::string::npos || text.find(separator) != std::string::npos || width == 1;
        if (c != 0) bytes += separator;
        if (!needed && upto(2) == 0) {
          bytes += text;
          continue;
        }
        bytes += '"';
        for (const char x : text) bytes += x == '"' ? std::string("\"\"") : std::string(1, x);
        bytes += '"';
      }
      bytes += std::vector<std::string>{"\n", "\r\n", "\r"}[upto(3)];
    }
    if (upto(2) == 0) bytes.erase(bytes.find_last_not_of("\r\n") + 1);
    REQUIRE(read(bytes, {separator, true}) == rows);
  }
}
