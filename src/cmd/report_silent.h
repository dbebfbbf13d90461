// amends report --silent: who was let down and wrote nothing, for somebody who will speak first.
#pragma once
#include "cmd/context.h"

namespace amends {

// Prints the list to --output, as a table or JSON (templates/schemas/silent.json).
Exit report_silent(const Context& context);

}  // namespace amends
