#include "io/policy_test_files.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "io/output.h"
#include "io/policy_test_text.h"
#include "io/project_file.h"
#include "io/records/delimited.h"
#include "io/records/json_tree.h"
#include "io/toml.h"

namespace amends {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> own_columns = {"name", "why", "as_of", "gives", "amount", "remedies", "rule", "cannot_judge"};

bool is_own(std::string_view column) { return std::find(own_columns.begin(), own_columns.end(), column) != own_columns.end(); }

bool is_test_file(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".toml" || extension == ".jsonl" || extension == ".csv";
}

void read_toml_cases(const Project& project, PolicyTestFile& file) {
  const Node root = read_toml(file.source);
  only_keys(root, {"case", "facts", "as_of"}, file.path);
  const Node* cases = root.find("case");
  if (cases == nullptr) return;
  if (!cases->is_array()) fail(*cases, "there may be several cases", "write [[case]]");
  for (Node node : cases->items) {
    if (const Node* as_of = root.find("as_of"); as_of != nullptr && node.is_table() && node.find("as_of") == nullptr)
      node.entries.push_back({"as_of", as_of->line, as_of->column, *as_of});
    file.cases.push_back(read_policy_case(node, root.find("facts"), project, file.cases.size() + 1));
  }
}

// JSON as read stands on line 1 of a text of its own; errors shall show the file's line.
void stand_at(Node& node, const std::shared_ptr<const Source>& source, std::size_t line) {
  node.source = source;
  node.line = static_cast<std::uint32_t>(line);
  for (Node& item : node.items) stand_at(item, source, line);
  for (Entry& entry : node.entries) {
    entry.line = node.line;
    stand_at(entry.value, source, line);
  }
}

void read_json_cases(const Project& project, PolicyTestFile& file) {
  std::size_t number = 0;
  for (const std::string_view line : split(file.source->text, '\n')) {
    ++number;
    if (trimmed(line).empty() || trimmed(line) == "\r") continue;
    Node node = read_json(line, file.path, number);
    stand_at(node, file.source, number);
    file.cases.push_back(read_policy_case(node, nullptr, project, file.cases.size() + 1));
  }
}

std::vector<Node> cells_of(const DelimitedReader& reader, const std::shared_ptr<const Source>& source) {
  std::vector<Node> cells;
  for (const Cell& cell : reader.cells()) {
    Node node;
    node.kind = Node::Kind::string;
    node.text = cell.doubled ? without_doubled_quotes(cell.text) : std::string(trimmed(cell.text));
    node.source = source;
    node.line = static_cast<std::uint32_t>(reader.line());
    node.column = static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(cell.text.data() - reader.raw().data(), 0)) + 1;
    node.length = static_cast<std::uint32_t>(std::max<std::size_t>(cell.text.size(), 1));
    cells.push_back(std::move(node));
  }
  return cells;
}

// "call; refund 8.00"
Node list_of(const Node& cell) {
  Node list = cell;
  list.kind = Node::Kind::array;
  for (const std::string_view part : split(cell.text, ';')) {
    Node item = cell;
    item.text = trimmed(part);
    if (!item.text.empty()) list.items.push_back(std::move(item));
  }
  return list;
}

Node value_of(const std::string& column, const Node& cell) {
  if (column == "gives" || column == "remedies" || column == "rule") return list_of(cell);
  if (column == "cannot_judge" && cell.text == "true") {
    Node yes = cell;
    yes.kind = Node::Kind::boolean;
    return yes;
  }
  if (column == "cannot_judge") return list_of(cell);
  if (is_own(column) || (!cell.text.starts_with('[') && !cell.text.starts_with('{'))) return cell;
  Node node = std::move(read_json(fmt::format("{{\"cell\":{}}}", cell.text), cell.source->name, cell.line).entries[0].value);
  stand_at(node, cell.source, cell.line);
  return node;
}

// A row of a sheet as a case: own columns are its keys, all others its facts; an empty cell is not said, but an empty
// `gives` is nothing.
Node case_of(const std::vector<Node>& header, const std::vector<Node>& cells) {
  Node node = cells.front();
  node.kind = Node::Kind::table;
  node.text.clear();
  Node facts = node;
  const auto column_named = [&](std::string_view name) {
    return std::find_if(header.begin(), header.end(), [&](const Node& h) { return h.text == name; });
  };
  const auto missing = column_named("cannot_judge");
  const bool judged = missing == header.end() || cells[static_cast<std::size_t>(missing - header.begin())].text.empty();
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string& column = header[i].text;
    const bool is_nothing = column == "gives" && judged;
    if (cells[i].text.empty() && !is_nothing) continue;
    Node& into = is_own(column) ? node : facts;
    into.entries.push_back({column, header[i].line, header[i].column, value_of(column, cells[i])});
  }
  node.entries.push_back({"facts", node.line, node.column, std::move(facts)});
  return node;
}

// Every column is a key of a case or a fact; a misspelt one is found even where all its cells are empty.
void check_columns(const std::vector<Node>& header, const Project& project) {
  std::vector<std::string> known = policy_fact_names(project);
  known.insert(known.end(), own_columns.begin(), own_columns.end());
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (!is_own(header[i].text) && !is_policy_fact(header[i].text, project))
      fail(header[i], fmt::format("there is no fact {}", quoted(header[i].text)), suggestion(header[i].text, known));
    for (std::size_t other = 0; other < i; ++other)
      if (header[other].text == header[i].text) fail(header[i], fmt::format("there are two columns {}", quoted(header[i].text)), "leave one of them out");
  }
}

void read_sheet_cases(const Project& project, PolicyTestFile& file) {
  DelimitedReader reader(file.source->text, {});
  std::vector<Node> header;
  while (reader.next()) {
    std::vector<Node> cells = cells_of(reader, file.source);
    if (header.empty()) {
      header = std::move(cells);
      check_columns(header, project);
      continue;
    }
    if (cells.size() != header.size())
      throw Error{{file.path, reader.line(), 1, 1, std::string(reader.raw())}, fmt::format("the row has {} cells, but there are {} columns", cells.size(), header.size())};
    file.cases.push_back(read_policy_case(case_of(header, cells), nullptr, project, file.cases.size() + 1));
  }
}

}  // namespace

std::vector<std::string> policy_test_files(const Project& project, const std::vector<std::string>& named) {
  if (!named.empty()) return named;
  const std::string folder = path_in(project, "tests");
  std::vector<std::string> files;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none))
    if (is_test_file(entry.path())) files.push_back(entry.path().string());
  if (files.empty()) throw Error{{folder}, "there are no tests", "write tests/policy.toml; man amends-test shows one"};
  std::sort(files.begin(), files.end());
  return files;
}

namespace {

const char* no_case_hint(const std::string& path) {
  if (path.ends_with(".toml")) return "write [[case]], facts = { kind = \"late\" } and gives = [\"refund GBP 8.00\"], or remove the file";
  if (path.ends_with(".jsonl")) return "each line is a case: {\"facts\":{\"kind\":\"late\"},\"gives\":[\"refund GBP 8.00\"]}";
  return "each row below the header is a case: its columns are facts, and gives";
}

}  // namespace

PolicyTestFile read_policy_tests(const std::string& path, const Project& project) {
  if (!is_test_file(path)) throw Error{{path}, "this is no file of tests", "tests are .toml, .jsonl or .csv"};
  PolicyTestFile file{path, std::make_shared<Source>(Source{path, read_file(path)}), {}};
  if (path.ends_with(".toml")) read_toml_cases(project, file);
  else if (path.ends_with(".jsonl")) read_json_cases(project, file);
  else read_sheet_cases(project, file);
  if (file.cases.empty()) throw Error{{path}, "there is no case in this file", no_case_hint(path)};
  return file;
}

std::string with_results(const PolicyTestFile& file, const std::vector<PolicyCaseResult>& results) {
  if (file.path.ends_with(".toml")) return toml_with_results(file.source->text, results);
  if (file.path.ends_with(".jsonl")) return json_with_results(file.source->text, results);
  return sheet_with_results(file.source->text, results);
}

}  // namespace amends
