// Which letters a night writes: for every decided case the purpose that is due and was not said before.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/letter.h"
#include "core/night.h"

namespace amends {

// A letter of an earlier night.
struct Said {
  std::string purpose;
  std::string person;
  bool open = false;                // the case was open when it was written
  bool withdrawn = false;           // never left the house, since the case had changed: its grants are untold
  Instant as_of;
  std::vector<std::string> grants;  // it told of these
};
using SaidBefore = std::map<std::string, std::vector<Said>>;  // by case key

struct Drafts {
  std::vector<Message> messages;     // by (due, case key)
  std::vector<Unwritten> unwritten;  // likewise; calls among them
  std::size_t waiting = 0;           // until what they tell of is issued
};

struct WaitingLetter {
  std::string key;
  std::string case_key;
  bool open = false;
};

struct DraftOptions {
  std::string secret;       // key of message ids
  bool automatic = false;   // nobody approves: [outbox] approve = "auto"
  Instant as_of;
};

// Purposes whose turn it is: notice first; resolved when the case closed after a letter was written of the open
// one; each purpose of the user's own once, when its rule holds.
std::vector<std::string> purposes_due(const Miss& miss, const std::vector<Said>& said, const Project& project);

// Keys of letters that wait in the outbox and are no longer true: of an open case that has closed, of one that
// tonight's records no longer show as missed, or of one to which more was granted that no letter tells.
// `given`: what the ledger holds; `night`: what tonight adds.
std::vector<std::string> stale_letters(const std::vector<WaitingLetter>& waiting, const SaidBefore& said, const Given& given,
                                       const Judgement& judgement, const Night& night);

// `given`: what the ledger holds. Throws Error when the shop has no sender or a template is broken; what is
// wrong with one letter puts that letter aside alone.
Drafts drafts_of(const Night& night, const SaidBefore& said, const Given& given, const Project& project,
                 Letters& letters, const DraftOptions& options);

}  // namespace amends
