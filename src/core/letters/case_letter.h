// From one case, or several of one person, and what is granted for them to one message, or to the reason why there is
// none; and the talking points of a call, the lines of a note.
#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "core/letters/letter_facts.h"

namespace amends {

// How the reason begins of a letter that has gone stale: [run] stale.
inline constexpr std::string_view stale_reason = "it is over since ";

struct CaseLetter {
  std::optional<Message> message;  // one of the two
  std::optional<Unwritten> unwritten;
};

using FindLetter = std::function<const LetterTemplate*(const std::string& name, const std::string& locale, Channel channel)>;

struct LetterOrder {
  const MessageRule& rule;
  std::string_view key;    // the ledger's secret, for the Message-ID
  bool automatic = false;  // no person will approve it
  int revision = 1;
  const std::set<std::string>* refused = nullptr;  // addresses that refused a letter before
};

// A template that cannot be read stops with an Error; what is wrong with this letter alone becomes Unwritten, of its
// first case.
CaseLetter case_letter(const LetterInput& input, const LetterOrder& order, const FindLetter& find);

// Where letters of a case go by a channel, as data have it: an address, a telephone number; empty: not known.
std::string_view address_of(const Miss& miss, const Project& project, Channel channel);
std::string locale_of(const Miss& miss, const Project& project);

// Talking points or a note by this template; without a text it says why there is none.
struct SpokenText {
  std::string text, fault;
};
SpokenText spoken_words(const LetterInput& input, const LetterTemplate& letter, const std::string& locale);

}  // namespace amends
