// A message as its JSON line: what the stage pipe prints and the outbox keeps (templates/schemas/message.json).
// Part of the ledger format. Add, never rename.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/mail/letter.h"

namespace amends {

std::string message_json(const Message& message);

// A JSON array of strings, and back; what stands in the ledger for steps and grant keys.
std::string strings_json(const std::vector<std::string>& strings);
std::vector<std::string> strings_of_json(std::string_view json);

}  // namespace amends
