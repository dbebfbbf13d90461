// Letters of the outbox that wait though nobody said so: the customer wrote after they were drafted, and what they say
// may be beside the point by now.
#pragma once
#include <string>
#include <vector>

#include "cmd/context.h"

namespace amends {

struct HeldLetter {
  std::string message_key;
  std::string words;  // who wrote, when and about what, and what to do
};

// Of those that wait in the outbox, none of `stale`, which are withdrawn anyway. In the outbox's order.
std::vector<HeldLetter> held_letters(const Context& context, const Books& books, const std::vector<std::string>& stale);

}  // namespace amends
