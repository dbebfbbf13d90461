#include "io/ledger/input_prints.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "core/base/database_path.h"
#include "io/project_file.h"
#include "io/records/input_file.h"
#include "io/temporary_file.h"

namespace amends {
namespace {

constexpr std::size_t piece = std::size_t{1} << 20;

InputPrint print_of_text(const char* kind, const std::string& name, const std::string& text) {
  return {kind, name, static_cast<std::int64_t>(text.size()), sha256(text)};
}

Error changed(const std::string& name) {
  return Error({name}, "the file changed while the run read it; nothing was granted", "run again when it is complete", Exit::io);
}

}  // namespace

bool InputWatch::look_at(File& file) {
  struct stat facts {};
  if (stat(file.path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  file.bytes = facts.st_size;
  file.changed_ns = std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
  return true;
}

InputWatch::InputWatch(const Project& project) : project_(project) {
  for (const SourceSpec& spec : project.sources)
    for (const std::string& pattern : spec.paths) {
      if (pattern == "-" || database_path(pattern)) continue;
      for (const std::string& path : matching_files(project.folder, {pattern}, spec.where)) {
        File file{std::string(source_name_of(spec.kind)), std::filesystem::path(path).lexically_proximate(project.folder.empty() ? "." : project.folder).string(), path};
        if (look_at(file)) files_.push_back(std::move(file));
      }
    }
}

InputPrint InputWatch::print_of(const File& file) const {
  const Descriptor open(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string bytes(piece, '\0');
  Sha256 hash;
  std::int64_t length = 0;
  for (;;) {
    const ssize_t got = open.get() < 0 ? -1 : ::read(open.get(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw changed(file.name);
    if (got == 0) break;
    hash.update(std::string_view(bytes).substr(0, static_cast<std::size_t>(got)));
    length += got;
  }
  File now = file;
  if (!look_at(now) || now.bytes != file.bytes || now.changed_ns != file.changed_ns || length != file.bytes) throw changed(file.name);
  return {file.kind, file.name, length, hash.digest()};
}

std::vector<InputPrint> InputWatch::prints() const {
  std::vector<InputPrint> prints = {print_of_text("project", std::filesystem::path(project_.file).filename().string(), text_of(project_))};
  for (const auto& [path, source] : project_.calendar_texts) prints.push_back(print_of_text("calendar", path, source->text));
  for (const File& file : files_) prints.push_back(print_of(file));
  return prints;
}

}  // namespace amends
