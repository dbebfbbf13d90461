// The letters and calls of a night, as draft and calls show them: what waits in the outbox and what the next run would
// add to it.
#pragma once
#include <string>
#include <vector>

#include "cmd/context.h"
#include "cmd/held_letters.h"
#include "core/letters/draft.h"

namespace amends {

struct DeskOptions {
  bool is_one_order = false;  // it was named, which releases a letter that waits since the customer wrote
  bool is_quiet = false;      // asked from a script or by hand: what else is wrong tonight is not told, and no pipe is read
  bool backlog = false;
  bool with_calls = false;    // no stage: no pipe is read
  std::string incident = {};  // the name of one whose people get one text; no pipe is read
};

struct Desk {
  Judged judged;
  Night night;
  SaidBefore said;                 // without what is stale
  Drafts drafts;                   // what the next run would put into the outbox
  std::vector<std::string> stale;  // what it would withdraw
  std::vector<HeldLetter> held;    // what waits since the customer wrote; none with an order named
};
Desk desk_of(const Context& context, const Books& books, const DeskOptions& options);

// Keys of letters that wait in the outbox and must not leave any more: what they say is untrue by now (stale_letters), or
// whom they go to is to be reached otherwise (astray_letters).
std::vector<std::string> letters_to_withdraw(const Ledger* ledger, const std::vector<OutboxMessage>& outlines, const Given& given,
                                             const Judgement& judgement, const Night& night, const Project& project);
// A letter that came back or was put off too often, while nobody has called instead.
struct Undelivered {
  Unwritten letter;
  bool was_refused = true;  // else given up
  Instant since;
};
std::vector<Undelivered> undelivered_letters(const Ledger& ledger);

// How a night's letters are drafted, with what the outbox knows of addresses.
DraftOptions draft_options(const Ledger* ledger, const Project& project, Instant as_of, bool with_calls);

}  // namespace amends
