// A command line as words, without a shell: blanks part words, quotes and backslashes keep them together, nothing is
// expanded.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace amends {

// Throws Error at `where` for an open quote, for no word at all, and for what only a shell would understand.
std::vector<std::string> command_words(std::string_view command, const Where& where);

}  // namespace amends
