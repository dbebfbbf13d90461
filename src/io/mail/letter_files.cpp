#include "io/mail/letter_files.h"

#include <filesystem>
#include <unordered_set>

#include "core/base/embedded.h"
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

bool was_dropped(const OutboxMessage& message) { return message.state == "withdrawn" && message.reason.starts_with(dropped_reason); }

bool is_waiting(const OutboxMessage& message) { return message.state == "drafted" || message.state == "approved" || message.state == "later"; }

namespace {

bool has_left(const OutboxMessage& m) { return m.state == "handed" || m.state == "claimed" || m.state == "uncertain"; }

std::optional<Kind> kind_at(const OutboxMessage& m, std::size_t number) {
  return number < m.kinds.size() ? std::optional(m.kinds[number]) : std::nullopt;
}

}  // namespace

std::vector<WaitingLetter> waiting_letters(const std::vector<OutboxMessage>& outlines) {
  std::vector<WaitingLetter> waiting;
  for (const OutboxMessage& m : outlines) {
    if (!is_waiting(m)) continue;
    WaitingLetter& letter = waiting.emplace_back(WaitingLetter{m.message.key, {{m.message.case_key, m.message.open, kind_at(m, 0)}}, m.as_of});
    for (const FurtherCase& further : m.message.also)
      letter.cases.push_back({further.case_key, further.open, kind_at(m, letter.cases.size())});
  }
  return waiting;
}

SaidBefore said_before(const std::vector<OutboxMessage>& outlines, const std::vector<std::string>& stale) {
  SaidBefore said;
  const std::unordered_set<std::string_view> going(stale.begin(), stale.end());
  for (const OutboxMessage& m : outlines) {
    const bool is_dropped = was_dropped(m);
    const bool is_withdrawn = (m.state == "withdrawn" && !is_dropped) || going.contains(m.message.key);
    Said one{m.message.key, m.message.purpose, m.message.person, m.message.open, is_withdrawn, is_waiting(m), m.as_of, m.last_at, kind_at(m, 0), m.message.grants, has_left(m), is_dropped,
             !m.message.also.empty(), m.run};
    said[m.message.case_key].push_back(one);
    for (std::size_t i = 0; i < m.message.also.size(); ++i) {
      one.open = m.message.also[i].open;
      one.kind = kind_at(m, i + 1);
      said[m.message.also[i].case_key].push_back(one);
    }
  }
  return said;
}

LettersOfCases letters_of_cases(const std::vector<OutboxMessage>& outlines) {
  LettersOfCases letters;
  for (const OutboxMessage& m : outlines) {
    if (m.state == "withdrawn") continue;
    const LetterOfCase letter{m.as_of, is_waiting(m) ? std::nullopt : std::optional(m.last_at)};
    letters[m.message.case_key].push_back(letter);
    for (const FurtherCase& further : m.message.also) letters[further.case_key].push_back(letter);
  }
  return letters;
}

}  // namespace amends
