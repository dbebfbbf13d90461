// What a run says at its end: counts of orders, cases, money, letters and calls, as text or JSON.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cmd/desk.h"
#include "cmd/held_letters.h"
#include "core/letters/draft.h"

namespace amends {

struct Summary {
  const Judged& judged;
  const Night& night;
  const Drafts& drafts;
  const std::vector<HeldLetter>& held;  // letters of the outbox that the customer has written after
  const std::vector<Undelivered>& undelivered;
  bool has_fresh_undelivered = false;   // that no run has told of
};

// Whether the run changed anything a person has to know of: what `run -q` is silent without.
bool something_happened(const Summary& summary);
// What is left out by -q and must not be missed: "2 rows set aside, 1 case cannot be judged; ...".
// `letters_told`: the summary has listed letters that have nowhere to go. Empty: nothing is left out.
std::string partial_sentence(const Summary& summary, bool letters_told);
std::string summary_json(const Summary& summary, const Context& context);
std::string summary_text(const Summary& summary, const Context& context);

}  // namespace amends
