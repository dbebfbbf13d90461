// Who decides, and whether they mean it: asked alike by all that changes the ledger by hand. On a terminal it asks for what
// the options do not say; anywhere else it names them, and changes nothing.
#pragma once
#include <string>
#include <string_view>

#include "cmd/context.h"

namespace amends {

// Who decides: `by`, or what is typed. Error: nobody says so. `command`: how it is typed, without --by.
std::string who_says_so(const std::string& by, std::string_view command);
// Whether it is to be done: `yes`, or "y" on a terminal. Else it says `nothing`: "Nothing was erased: --yes does it."
bool is_meant(bool yes, std::string_view nothing, const Context& context);

}  // namespace amends
