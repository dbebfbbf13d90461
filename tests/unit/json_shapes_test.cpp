// JSON as exports and API answers write it: lines, arrays, wrappers, rows inside of rows.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

#include "io/records/input_file.h"
#include "io/records/rows.h"

using namespace amends;

namespace {

struct Seen {
  std::size_t line = 0;
  std::map<std::string, std::string> cells;
  std::vector<std::map<std::string, std::string>> inner;
  std::string fault, raw;
};

std::map<std::string, std::string> told(const Rows& rows, std::span<const Cell> cells) {
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (cells[i].text.data() != nullptr) out[rows.header()[i]] = cells[i].text;
  return out;
}

std::vector<Seen> seen_in(const std::string& bytes, const JsonShape& shape = {}) {
  const InputFile file = input_of("x.json", bytes);
  std::deque<std::string> words;
  const std::unique_ptr<Rows> rows = json_rows(file, words, shape);
  std::vector<Seen> all;
  while (rows->next()) {
    Seen& seen = all.emplace_back();
    seen.line = rows->line();
    seen.fault = rows->fault();
    seen.raw = rows->raw();
    if (!seen.fault.empty()) continue;
    seen.cells = told(*rows, rows->cells());
    for (std::size_t i = 0; i < rows->inner(); ++i) seen.inner.push_back(told(*rows, rows->inner_cells(i)));
  }
  return all;
}

const JsonShape trackers{{"trackers", "data.tracking"}, "scans"};

}  // namespace

TEST_CASE("a line, an array and one value over many lines hold the same records") {
  const std::string a = "{\"id\":\"1\",\"at\":{\"city\":\"Bonn\"}}", b = "{\"id\":\"2\"}";
  for (const std::string& bytes : {a + "\n" + b + "\n", "[" + a + "," + b + "]\n", "[\n" + a + ",\n" + b + "\n]\n", "[" + a + ",\n" + b + "]"}) {
    const std::vector<Seen> seen = seen_in(bytes);
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].cells == std::map<std::string, std::string>{{"id", "1"}, {"at.city", "Bonn"}});
    CHECK(seen[1].cells == std::map<std::string, std::string>{{"id", "2"}});
    CHECK(seen[1].raw == b);
  }
  CHECK(seen_in("[\n" + a + ",\n" + b + "\n]\n")[1].line == 3);
  CHECK(seen_in("{\n  \"id\": \"1\"\n}\n").at(0).cells.at("id") == "1");
}

TEST_CASE("what an API wraps around its records is taken off") {
  CHECK(seen_in("{\"trackers\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"has_more\":false}\n", trackers).size() == 2);
  const std::vector<Seen> one = seen_in("{\"meta\":{\"code\":200},\"data\":{\"tracking\":{\"id\":\"1\"}}}\n{\"id\":\"2\"}\n", trackers);
  REQUIRE(one.size() == 2);
  CHECK(one[0].cells.at("id") == "1");
  CHECK(one[0].cells.size() == 1);
  CHECK(one[1].cells.at("id") == "2");
  CHECK(seen_in("{\"trackers\":[],\"has_more\":false}\n", trackers).empty());
  CHECK(seen_in("{\"trackers\":\"none\",\"id\":\"3\"}\n", trackers).at(0).cells.at("id") == "3");
}

TEST_CASE("the elements of the array that folds are rows inside of their row") {
  const std::vector<Seen> seen = seen_in("{\"id\":\"1\",\"scans\":[{\"at\":\"a\",\"place\":{\"zip\":\"7\"}},{\"at\":\"b\"}],\"tags\":[\"x\",\"y\"]}\n{\"id\":\"2\",\"scans\":null}\n", trackers);
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].cells == std::map<std::string, std::string>{{"id", "1"}, {"tags.0", "x"}, {"tags.1", "y"}});
  REQUIRE(seen[0].inner.size() == 2);
  CHECK(seen[0].inner[0].at("scans[].place.zip") == "7");
  CHECK(seen[0].inner[1] == std::map<std::string, std::string>{{"id", "1"}, {"tags.0", "x"}, {"tags.1", "y"}, {"scans[].at", "b"}});
  CHECK(seen[1].inner.empty());
}

TEST_CASE("what is not JSON costs its line") {
  const std::vector<Seen> seen = seen_in("{\"id\":\"1\"}\n[{\"id\":\"2\"},3]\n{\"trackers\":[{\"id\":\n7\n{\"id\":\"4\"}\n", trackers);
  REQUIRE(seen.size() == 5);
  CHECK(seen[0].fault.empty());
  for (const std::size_t bad : {1u, 2u, 3u}) CHECK(!seen[bad].fault.empty());
  CHECK(seen[1].line == 2);
  CHECK(seen[4].cells.at("id") == "4");
  CHECK(seen[4].line == 5);
}

TEST_CASE("random records are the same however they are wrapped") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> records;
    for (std::size_t n = random() % 5; n > 0; --n) {
      std::string scans;
      for (std::size_t i = random() % 4; i > 0; --i) scans += fmt::format("{}{{\"at\":\"{}\",\"text\":\"\\\"{}\\\"\"}}", scans.empty() ? "" : ",", random() % 100, random() % 10);
      records.push_back(fmt::format("{{\"id\":\"{}\",\"scans\":[{}],\"n\":{}}}", random() % 100, scans, random() % 1000));
    }
    const std::string inside = fmt::format("{}", fmt::join(records, ","));
    const std::vector<Seen> lines = seen_in(fmt::format("{}\n", fmt::join(records, "\n")), trackers);
    for (const std::string& bytes : {"[" + inside + "]", "{\"trackers\":[" + inside + "]}", "{\"trackers\": [\n" + inside + "\n]\n}"}) {
      const std::vector<Seen> wrapped = seen_in(bytes, trackers);
      REQUIRE(wrapped.size() == records.size());
      for (std::size_t i = 0; i < wrapped.size(); ++i) {
        REQUIRE(wrapped[i].cells == lines[i].cells);
        REQUIRE(wrapped[i].inner == lines[i].inner);
      }
    }
  }
}
