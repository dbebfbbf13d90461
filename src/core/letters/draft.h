// Which letters a night writes: for every decided case the purpose that is due and was not said before.
#pragma once
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/ledger/letter_history.h"
#include "core/ledger/night.h"
#include "core/letters/alike.h"
#include "core/letters/call_line.h"
#include "core/letters/done_call.h"
#include "core/mail/letter.h"

namespace amends {

// Why a letter of several orders was not written, so that each order has its own.
struct LetterApart {
  std::vector<std::string> case_keys;  // by (due, case key)
  std::string reason;
};

struct Drafts {
  std::vector<Message> messages;     // by (due, case key) of their first case
  std::vector<Unwritten> unwritten;  // likewise; calls among them
  std::vector<CallLine> calls;       // not filled unless asked: all there are, done or not
  std::vector<LetterApart> apart;    // orders of one person that come in letters of their own all the same
  std::size_t waiting = 0;           // until what they tell of is issued
  std::vector<std::string> unsettled;  // keys of cases with a letter put aside or yet to come
  AlikeLetters alike;                // beside messages
  std::size_t notes = 0;             // what lint finds in messages and does not put aside
};

struct WaitingLetter {
  std::string key;
  struct OfCase {
    std::string key;
    bool open = false;
    std::optional<Kind> kind;  // when it was written
  };
  std::vector<OfCase> cases;
  Instant as_of;  // of the run that wrote it
};

// An incident that was named: its people get one honest text, of purpose incident, in place of the notice that each
// would get; those who were written to before get no second letter for it.
struct NamedIncident {
  std::string name;
  std::unordered_set<std::string> cases;  // keys
};

struct DraftOptions {
  std::string secret;       // key of message ids
  bool automatic = false;   // nobody approves: [outbox] approve = "auto"
  Instant as_of;
  bool with_calls = false;
  std::set<std::string> refused = {};        // addresses that refused a letter before
  std::vector<Unwritten> undelivered = {};   // letters that left and reached nobody: calls, where these are asked for
  const NamedIncident* incident = nullptr;
  std::vector<DoneCall> called = {};         // what was called about asks for no call again
};

// Purposes whose turn it is: notice first, unless the case was told of as part of an incident; resolved when the case closed after a letter was written of the open
// one, or when what was written off has turned up; followup once the case is closed and was written of; each purpose of
// the user's own once, when its rule holds. What waits for its `after` is among them; is_time() tells.
std::vector<std::string> purposes_due(const Miss& miss, const std::vector<Said>& said, const Project& project);
// Beside these, purpose granted: something that was held when the customer was told of the case is granted since, and nothing
// that is written tonight tells it anyway. Without a [[message]] for it, somebody has to call.
// Whether a rule's `after` is over: so long after the last letter of the case, which must have left the outbox.
bool is_time(const MessageRule& rule, const std::vector<Said>& said, Instant as_of);

// Keys of letters that wait in the outbox and are no longer true: of an open case that has closed, of one whose kind is
// another, of one that tonight's records no longer show as missed, or of one to which more was granted that no letter
// tells, or which tells of a remedy that is void or names a last day to choose that is over. Of several cases one is enough.
// `given`: what the ledger holds; `night`: what tonight adds.
std::vector<std::string> stale_letters(const std::vector<WaitingLetter>& waiting, const SaidBefore& said, const Given& given,
                                       const Judgement& judgement, const Night& night);

// `given`: what the ledger holds. Throws Error when the shop has no sender or a template is broken; what is
// wrong with one letter puts that letter aside alone.
Drafts drafts_of(const Night& night, const SaidBefore& said, const Given& given, const Project& project,
                 Letters& letters, const DraftOptions& options);

}  // namespace amends
