// Which letters a night writes: for every decided case the purpose that is due and was not said before.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/letter.h"
#include "core/night.h"

namespace amends {

// A letter of an earlier night.
struct Said {
  std::string purpose;
  bool open = false;                // the case was open when it was written
  std::vector<std::string> grants;  // it told of these
};
using SaidBefore = std::map<std::string, std::vector<Said>>;  // by case key

struct Drafts {
  std::vector<Message> messages;     // by (due, case key)
  std::vector<Unwritten> unwritten;  // likewise; calls among them
  std::size_t waiting = 0;           // until what they tell of is issued
};

struct DraftOptions {
  std::string secret;                // key of message ids
  bool automatic = false;            // nobody approves: [outbox] approve = "auto"
  std::function<const LetterTemplate*(const std::string& name, const std::string& locale)> template_of;
};

// The purpose whose turn it is: notice first; resolved when the case closed after a letter said it was open;
// purposes of the user's own once each, when their rule holds. Empty: nothing to say.
std::vector<const MessageRule*> rules_due(const Miss& miss, const std::vector<Said>& said, const Project& project);

Drafts drafts_of(const Night& night, const SaidBefore& said, const std::vector<Grant>& earlier_grants, const Project& project,
                 const DraftOptions& options);

}  // namespace amends
