// Telephone numbers as a gateway takes them (ITU-T E.164).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace amends {

// "+44 (0)7700 900-123" to +447700900123. Nullopt, with `why` told: no number, or one that only its own country knows.
std::optional<std::string> usable_telephone(std::string_view text, std::string& why);

}  // namespace amends
