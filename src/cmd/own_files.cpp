#include "cmd/own_files.h"

#include <sys/stat.h>

#include <filesystem>

#include <fmt/format.h>

#include "core/base/database_path.h"
#include "core/base/text.h"
#include "io/project_file.h"
#include "io/records/input_file.h"

namespace amends {
namespace {

namespace fs = std::filesystem;

// The same file by whatever name it is reached; of two that are not there yet, the same place.
bool is_same_file(const std::string& a, const std::string& b) {
  struct stat of_a {}, of_b {};
  const bool has_a = ::stat(a.c_str(), &of_a) == 0, has_b = ::stat(b.c_str(), &of_b) == 0;
  if (has_a && has_b) return S_ISREG(of_a.st_mode) && of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
  if (has_a || has_b) return false;
  std::error_code ignored;
  return fs::weakly_canonical(fs::absolute(a), ignored) == fs::weakly_canonical(fs::absolute(b), ignored);
}

bool is_file(const AskedOutput& output) { return !output.path.empty() && output.path != "-"; }

void add_database(const std::string& path, const std::string& what, std::vector<OwnFile>& files) {
  for (const char* ending : {"", "-wal", "-shm", "-journal", "-lock"}) files.push_back({path + ending, what});
}

void add_source(const Project& project, const SourceSpec& spec, std::vector<OwnFile>& files) {
  const std::string what = fmt::format("a file of [sources.{}]", source_name_of(spec.kind));
  for (const std::string& pattern : spec.paths) {
    std::vector<std::string> paths;
    try {
      paths = matching_files(project.folder, {pattern}, spec.where);
    } catch (const Error&) {  // not there: reading says so
      paths = {path_in(project, pattern)};
    }
    for (const std::string& path : paths)
      if (const std::optional<DatabasePath> database = database_path(path); !database) files.push_back({path, what});
      else if (database->system == DatabasePath::System::sqlite) add_database(database->database, what, files);
  }
}

}  // namespace

void refuse_outputs(const std::vector<AskedOutput>& outputs, const std::vector<OwnFile>& files) {
  for (const AskedOutput& output : outputs) {
    if (!is_file(output)) continue;
    for (const OwnFile& file : files)
      if (is_same_file(output.path, file.path))
        throw Error{{}, fmt::format("{}: {} is {} and would be written over", output.option, quoted(output.path), file.what), "take another name"};
    for (const AskedOutput& other : outputs)
      if (&other != &output && is_file(other) && is_same_file(output.path, other.path))
        throw Error{{}, fmt::format("{} and {} are the same file, {}", output.option, other.option, quoted(output.path)), "take two names"};
  }
}

std::vector<OwnFile> own_files(const Project& project) {
  std::vector<OwnFile> files;
  for (const auto& text : project.texts) files.push_back({text->name, text->name == project.file ? "the project file" : "a file the project includes"});
  for (const auto& [path, text] : project.calendar_texts) files.push_back({text->name, "a file of the calendars"});
  for (const SourceSpec& spec : project.sources) add_source(project, spec, files);
  add_database(path_in(project, project.ledger_path), "the ledger or a file beside it", files);
  return files;
}

}  // namespace amends
