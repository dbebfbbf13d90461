#include "io/project_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include <fmt/format.h>

#include "core/base/database_path.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/policy/decision_sheet.h"
#include "io/records/delimited.h"
#include "io/toml.h"

namespace amends {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view file_mark = "# file: ";
constexpr std::string_view kept_mark = " (as the ledger keeps it)";

// Tables join key by key, lists end to end; one value cannot be said twice.
void merge(Node& into, Node&& from) {
  for (Entry& entry : from.entries) {
    Node* known = const_cast<Node*>(into.find(entry.key));
    if (known == nullptr) {
      into.entries.push_back(std::move(entry));
    } else if (known->is_table() && entry.value.is_table()) {
      merge(*known, std::move(entry.value));
    } else if (known->is_array() && entry.value.is_array()) {
      for (Node& item : entry.value.items) known->items.push_back(std::move(item));
    } else {
      throw Error{entry.value.where(), fmt::format("{} is already said in another file", quoted(entry.key)),
                  fmt::format("see {}:{}", known->where().file, known->line)};
    }
  }
}

void read_all(const std::string& name, Project& project, Node& root, bool included) {
  auto source = std::make_shared<Source>(Source{name, read_file(name)});
  const std::size_t bad = first_invalid_utf8(source->text);
  if (bad != std::string::npos)
    throw Error{{name}, fmt::format("byte {} is not UTF-8", bad + 1), "save the file as UTF-8"};
  project.texts.push_back(source);
  Node node = read_toml(source);
  const Node* include = node.find("include");
  if (include != nullptr && included) fail(*include, "an included file includes no other", "name all files in amends.toml");
  const std::vector<std::string> files = include == nullptr ? std::vector<std::string>{} : strings_of(*include, "include");
  merge(root, std::move(node));
  for (const std::string& file : files) read_all((fs::path(name).parent_path() / file).string(), project, root, true);
}

// No TOML begins like this.
bool is_calendar(std::string_view text) { return text.starts_with("BEGIN:VCALENDAR") || text.starts_with("\xEF\xBB\xBF" "BEGIN:VCALENDAR"); }

// The iCalendar files that [calendars] name.
void read_calendar_texts(Project& project, const Node& root) {
  const Node* calendars = root.find("calendars");
  if (calendars == nullptr || !calendars->is_table()) return;
  for (const Node* file : calendar_files(*calendars)) {
    const std::string& path = string_of(*file, "ics");
    const std::string name = path_in(project, path);
    std::error_code ignored;
    if (!fs::is_regular_file(name, ignored)) fail(*file, fmt::format("there is no file {}", quoted(path)), "paths are relative to the project file's folder");
    auto source = std::make_shared<Source>(Source{name, read_file(name)});
    const std::size_t bad = first_invalid_utf8(source->text);
    if (bad != std::string::npos) throw Error{{name}, fmt::format("byte {} is not UTF-8", bad + 1), "save the file as UTF-8"};
    if (!is_calendar(source->text)) throw Error{{name, 1}, "this is no iCalendar file", "it begins with BEGIN:VCALENDAR; export it again as iCalendar (.ics)"};
    project.calendar_texts[path] = std::move(source);
  }
}

std::string text_in_ledger(const std::string& text, const std::string& name) { return fmt::format("{}{} {}\n{}\n", file_mark, text.size(), name, text); }
bool is_sheet(std::string_view name) { return name.ends_with(".csv") || name.ends_with(".tsv"); }

// Where the texts of decision tables come from: the file beside the one that names it, or what the ledger keeps.
using SheetText = std::function<std::shared_ptr<const Source>(const Node& csv)>;

std::vector<Node> cells_of(const DelimitedReader& reader, const std::shared_ptr<const Source>& source) {
  std::vector<Node> cells;
  for (const Cell& cell : reader.cells()) {
    Node node;
    node.kind = Node::Kind::string;
    node.text = cell.doubled ? without_doubled_quotes(cell.text) : std::string(cell.text);
    node.source = source;
    node.line = static_cast<std::uint32_t>(reader.line());
    const std::string_view raw = reader.raw();
    const bool is_inside = cell.text.data() >= raw.data() && cell.text.data() <= raw.data() + raw.size();
    node.column = is_inside ? static_cast<std::uint32_t>(cell.text.data() - raw.data()) + 1 : 1;
    node.length = static_cast<std::uint32_t>(std::max<std::size_t>(cell.text.size(), 1));
    cells.push_back(std::move(node));
  }
  return cells;
}

DecisionSheet sheet_of(const std::shared_ptr<const Source>& source) {
  std::string_view text = source->text;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string_view head = text.substr(0, text.find('\n'));
  const bool has_comma = head.find(',') != std::string_view::npos;
  const char separator = head.find('\t') != std::string_view::npos ? '\t' : !has_comma && head.find(';') != std::string_view::npos ? ';' : ',';
  DelimitedReader reader(text, Dialect{separator, true});
  DecisionSheet sheet;
  while (reader.next()) {
    if (reader.fault() != DelimitedReader::Fault::none)
      throw Error{{source->name, reader.line(), reader.fault_at() + 1, 1, std::string(reader.raw())}, "this quote is not closed where the cell ends",
                  "write \"\" for a quote inside quotes"};
    std::vector<Node> cells = cells_of(reader, source);
    if (sheet.header.empty()) {
      sheet.header = std::move(cells);
      continue;
    }
    if (cells.size() != sheet.header.size())
      throw Error{{source->name, reader.line(), 1, 1, std::string(reader.raw())},
                  fmt::format("the row has {} cells, but there are {} columns", cells.size(), sheet.header.size())};
    sheet.rows.push_back(std::move(cells));
  }
  if (sheet.rows.empty()) throw Error{{source->name}, "the decision table has no rows", "write one row of headings, then one row a rule"};
  return sheet;
}

// derived.NAME.csv and policy.NAME.csv: the cells take the place of rows and rules.
void lay_out_sheets(Node& root, const SheetText& text_of_sheet) {
  for (const bool is_policy : {false, true}) {
    Node* tables = const_cast<Node*>(root.find(is_policy ? "policy" : "derived"));
    if (tables == nullptr || !tables->is_table()) continue;
    for (Entry& entry : tables->entries) {
      const Node* csv = entry.value.is_table() ? entry.value.find("csv") : nullptr;
      if (csv == nullptr) continue;
      string_of(*csv, "csv");
      DecisionSheet sheet = sheet_of(text_of_sheet(*csv));
      if (is_policy) lay_out_policy(entry, std::move(sheet));
      else lay_out_derived(entry, std::move(sheet));
    }
  }
}

// The same sheet may serve several tables; its text is kept once.
std::shared_ptr<const Source> read_sheet(Project& project, const Node& csv) {
  const fs::path beside = csv.source ? fs::path(csv.source->name).parent_path() : fs::path(project.folder);
  const std::string name = (beside / csv.text).string();
  if (!is_sheet(name)) fail(csv, fmt::format("{} is no sheet", quoted(csv.text)), "save it as .csv or .tsv");
  for (const auto& known : project.texts) {
    if (known->name == name) return known;
    if (fs::path(known->name).filename() == fs::path(name).filename())
      fail(csv, fmt::format("{} has the name of another file of the project", quoted(csv.text)), "give it a name of its own");
  }
  std::error_code ignored;
  if (!fs::exists(name, ignored)) fail(csv, fmt::format("there is no file {}", quoted(name)), "the path counts from the file that names it");
  auto source = std::make_shared<Source>(Source{name, read_file(name)});
  const std::size_t bad = first_invalid_utf8(source->text);
  if (bad != std::string::npos) throw Error{{name}, fmt::format("byte {} is not UTF-8", bad + 1), "save the sheet as CSV in UTF-8"};
  project.texts.push_back(source);
  return source;
}

void finish(Project& project, const Node& root) {
  project.hash = hex(sha256(text_of(project)));
  read_project(root, project);
}

}  // namespace

std::string config_file(const std::string& config) {
  if (!config.empty()) return config;
  std::error_code ignored;
  fs::path folder = fs::current_path(ignored);
  std::string found = "amends.toml";
  for (;; folder = folder.parent_path(), found = "../" + found) {
    if (fs::exists(folder / "amends.toml", ignored)) return found;
    if (!folder.has_relative_path())
      throw Error{{}, "there is no amends.toml here or in a parent folder", "amends init writes a first one"};
  }
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in && !in.eof())
    throw Error{{path}, fmt::format("cannot be read: {}", std::strerror(errno)), "", Exit::io};
  return text.str();
}

std::string path_in(const Project& project, const std::string& path) {
  return (fs::path(project.folder) / path).string();
}

std::unique_ptr<Project> open_project(const std::string& config) {
  auto project = std::make_unique<Project>();
  project->file = config_file(config);
  project->folder = fs::path(project->file).parent_path().string();
  std::error_code ignored;
  if (!fs::exists(project->file, ignored))
    throw Error{{project->file}, "there is no such file", "amends init writes a first one"};
  Node root;
  root.source = std::make_shared<Source>(Source{project->file, ""});
  read_all(project->file, *project, root, false);
  read_calendar_texts(*project, root);
  lay_out_sheets(root, [&](const Node& csv) { return read_sheet(*project, csv); });
  finish(*project, root);
  return project;
}

std::string text_of(const Project& project) {
  std::string text;
  for (const auto& source : project.texts) {
    text += text_in_ledger(without_passwords(source->text), fs::path(source->name).filename().string());
  }
  for (const auto& [path, source] : project.calendar_texts) text += text_in_ledger(source->text, path);
  return text;
}

namespace {

struct KeptFile {
  std::string name;
  std::size_t begin = 0, size = 0;  // of its text
};

// As text_in_ledger() wrote it; Error where it does not stand so.
KeptFile kept_file(const std::string& text, std::size_t at) {
  const Error changed({}, "the text of the policy is not as amends wrote it", "amends ledger verify; restore the ledger from a backup", Exit::io);
  const std::size_t line_end = text.find('\n', at);
  std::string_view head = std::string_view(text).substr(at, line_end - at);
  if (line_end == std::string::npos || !head.starts_with(file_mark)) throw changed;
  head.remove_prefix(file_mark.size());
  const std::size_t blank = head.find(' ');
  KeptFile file{{}, line_end + 1, 0};
  const auto read = std::from_chars(head.data(), head.data() + std::min(blank, head.size()), file.size);
  const bool fits = read.ec == std::errc() && blank != std::string_view::npos && read.ptr == head.data() + blank && file.size < text.size() - line_end;
  if (!fits) throw changed;
  file.name = head.substr(blank + 1);
  return file;
}

}  // namespace

std::unique_ptr<Project> project_from_text(const std::string& text) {
  auto project = std::make_unique<Project>();
  Node root;
  for (std::size_t at = 0; at < text.size();) {
    const KeptFile file = kept_file(text, at);
    const std::string& name = file.name;
    auto source = std::make_shared<Source>(Source{name + std::string(kept_mark), text.substr(file.begin, file.size)});
    at = file.begin + file.size + 1;
    if (is_calendar(source->text)) {
      project->calendar_texts[name] = std::move(source);
      continue;
    }
    project->texts.push_back(source);
    if (!is_sheet(name)) merge(root, read_toml(source));
  }
  lay_out_sheets(root, [&](const Node& csv) -> std::shared_ptr<const Source> {
    const std::string name = fs::path(csv.text).filename().string() + std::string(kept_mark);
    for (const auto& known : project->texts)
      if (known->name == name) return known;
    fail(csv, fmt::format("the ledger keeps no sheet {}", quoted(csv.text)));
  });
  finish(*project, root);
  return project;
}

}  // namespace amends
