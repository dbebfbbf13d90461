// From a case and what is granted for it to one message, or to the reason why there is none.
#pragma once
#include <optional>
#include <string>

#include "core/letter_facts.h"

namespace amends {

struct Draft {
  std::optional<Message> message;     // one of the two
  std::optional<Unwritten> unwritten;
};

struct DraftOrder {
  const MessageRule& rule;
  std::string_view key;    // the ledger's secret, for the Message-ID
  bool automatic = false;  // no person will approve it
  int revision = 1;
};

// Faults of the template's text (not of this case) stop with an Error; the others become Unwritten.
Draft draft(const LetterInput& input, const DraftOrder& order, Letters& letters);

}  // namespace amends
