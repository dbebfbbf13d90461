// The functions of dates, instants, times of day and business days, for the table in functions.cpp.
#pragma once
#include <span>

#include "core/language/functions.h"

namespace amends {

std::span<const Function> moment_functions();

// The moment itself; of a date when it begins in the zone.
Instant instant_in(const Value& moment, const Zone& zone);

}  // namespace amends
