// From one case and what is granted for it to one message, or to the reason why there is none.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "core/letter_facts.h"

namespace amends {

struct CaseLetter {
  std::optional<Message> message;  // one of the two
  std::optional<Unwritten> unwritten;
};

using FindLetter = std::function<const LetterTemplate*(const std::string& name, const std::string& locale)>;

struct LetterOrder {
  const MessageRule& rule;
  std::string_view key;    // the ledger's secret, for the Message-ID
  bool automatic = false;  // no person will approve it
  int revision = 1;
};

// A template that cannot be read stops with an Error; what is wrong with this case alone becomes Unwritten.
CaseLetter case_letter(const LetterInput& input, const LetterOrder& order, const FindLetter& find);

}  // namespace amends
