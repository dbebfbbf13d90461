// The stage pipe: what check, compensate and draft print as JSON lines, and how the next stage reads it.
// A contract from the first day (templates/schemas/*.json). Add, never rename; raise v when a meaning changes.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/judging/miss.h"
#include "core/ledger/night.h"
#include "core/mail/letter.h"

namespace amends {

inline constexpr int stage_version = 1;

std::string miss_line(const Miss& miss, const Project& project, Instant as_of);
std::string unjudged_line(const Unjudged& unjudged, const Project& project, Instant as_of);
std::string unmatched_line(std::string_view record_id, Instant as_of);
std::string decision_line(const NightCase& night_case, const Project& project, Instant as_of);
std::string unwritten_line(const Unwritten& unwritten);
// A letter for the next stage: message_json with what was decided on its cases, so that `send` can write both down.
std::string letter_line(const Message& message, const std::vector<const NightCase*>& decided, const Project& project, Instant as_of);

// Money, times, lists... as one JSON value; read back by the fact's type.
std::string json_of(const Value& value, const Zone& zone);

// One case as the stage before told it; the miss with its facts stands in the judgement.
struct StageCase {
  std::string standing{standing::decided};
  std::string withheld;        // why the policy could not judge it; usually empty
  std::vector<Grant> grants;   // tonight's, of a decision
  bool accruing = false;
  std::optional<OwedRemedy> offered;  // the first choice that is open; a letter tells of one
};

struct StageInput {
  Judgement judgement;
  std::vector<StageCase> cases;  // beside judgement.misses
  std::size_t unjudged = 0;      // lines of cases that could not be judged
  std::string stage;             // "miss" or "decision": what its lines are; empty: there were none
};

// All of stdin when it is a pipe or a file, even an empty one: the stage before may have found nothing, and
// nothing must not become everything. nullopt for a terminal or /dev/null: the stage has to begin itself.
std::optional<std::string> piped_input();
StageInput read_stage(const std::string& text, const Project& project);

// What draft printed: letters, and the cases they are about, each once.
struct LetterInputLines {
  std::vector<Message> messages;
  StageInput decided;
  std::set<std::string> edited;  // keys of letters that are not as draft printed them
  std::size_t unwritten = 0;     // lines of letters that could not be written
};
// Each letter and what was decided for it carry a digest: what was changed on the way is refused, and a letter that a
// person has edited is taken with `may_be_edited` alone. What was decided never is.
LetterInputLines read_letter_lines(const std::string& text, const Project& project, bool may_be_edited);

}  // namespace amends
