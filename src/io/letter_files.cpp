#include "io/letter_files.h"

#include <filesystem>
#include <unordered_set>

#include "core/embedded.h"
#include "io/project_file.h"

namespace amends {

TemplateFiles template_files(const Project& project) {
  return [&project](std::string_view path) -> std::shared_ptr<const Source> {
    const std::string file = path_in(project, "templates/" + std::string(path));
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) return std::make_shared<Source>(Source{file, read_file(file)});
    const std::string_view shipped = embedded(path);
    if (shipped.data() == nullptr) return nullptr;
    return std::make_shared<Source>(Source{"templates/" + std::string(path) + " (shipped)", std::string(shipped)});
  };
}

bool is_waiting(const OutboxMessage& message) { return message.state == "drafted" || message.state == "approved"; }

std::vector<WaitingLetter> waiting_letters(const std::vector<OutboxMessage>& outlines) {
  std::vector<WaitingLetter> waiting;
  for (const OutboxMessage& m : outlines)
    if (is_waiting(m)) waiting.push_back({m.message.key, m.message.case_key, m.message.open});
  return waiting;
}

SaidBefore said_before(const std::vector<OutboxMessage>& outlines, const std::vector<std::string>& stale) {
  SaidBefore said;
  const std::unordered_set<std::string_view> going(stale.begin(), stale.end());
  const auto is_withdrawn = [&](const OutboxMessage& m) { return m.state == "withdrawn" || going.contains(m.message.key); };
  for (const OutboxMessage& m : outlines)
    said[m.message.case_key].push_back({m.message.purpose, m.message.person, m.message.open, is_withdrawn(m), m.as_of, m.message.grants});
  return said;
}

}  // namespace amends
