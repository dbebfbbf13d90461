#include <algorithm>
#include <map>
#include <random>

#include <doctest/doctest.h>

#include "io/records/rows.h"

using namespace amends;

namespace {

using Fields = std::map<std::string, std::string>;

// As an object of names with dots, each a level down; in the order given.
std::string nested(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string line = "{";
  for (const auto& [path, value] : fields) {
    if (line.size() > 1) line += ", ";
    const std::size_t dot = path.find('.');
    if (dot == std::string::npos) line += "\"" + path + "\":" + value;
    else line += "\"" + path.substr(0, dot) + "\" : {\"" + path.substr(dot + 1) + "\":" + value + "}";
  }
  return line + "}";
}

std::vector<Fields> read(const std::string& text) {
  const InputFile file = input_of("t.jsonl", text);
  std::deque<std::string> words;
  const std::unique_ptr<Rows> rows = json_rows(file, words);
  rows->want(std::vector<bool>(rows->header().size(), true));
  std::vector<Fields> read;
  while (rows->next()) {
    REQUIRE(rows->fault().empty());
    Fields& fields = read.emplace_back();
    for (std::size_t i = 0; i < rows->cells().size(); ++i)
      if (rows->cells()[i].text.data() != nullptr) fields[rows->header()[i]] = std::string(rows->cells()[i].text);
  }
  return read;
}

}  // namespace

TEST_CASE("JSON lines give the fields of each line, whatever their order and whichever are left out") {
  std::mt19937 random(23);
  const std::vector<std::string> names = {"order_id", "email", "order_value", "carrier.name", "carrier.service", "a", "b", "a.b"};
  for (int round = 0; round < 300; ++round) {
    std::string text;
    std::vector<Fields> wanted;
    for (std::size_t lines = 1 + random() % 8; wanted.size() < lines;) {
      std::vector<std::pair<std::string, std::string>> line;
      for (const std::string& name : names)
        if (random() % 4 != 0) line.emplace_back(name, std::to_string(random() % 1000) + ".50");
      if (random() % 2 == 0) std::shuffle(line.begin(), line.end(), random);
      wanted.emplace_back(line.begin(), line.end());
      text += nested(line) + "\n";
    }
    CAPTURE(text);
    REQUIRE(read(text) == wanted);
  }
}
