// The lines of an iCalendar file (RFC 5545, section 3.1): folded ones joined, each split into its name, parameters
// and value. ical.h reads events from them.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/node.h"

namespace amends {

struct IcalLine {
  std::string name;  // upper case: "DTSTART"
  std::vector<std::pair<std::string, std::string>> parameters;  // names in upper case, values without quotes
  std::string value;                                             // as it stands
  Where where;

  std::string_view parameter(std::string_view name) const;  // empty: not given
};

// Throws Error at a line that is none.
std::vector<IcalLine> ical_lines(const Source& source);

// A text value without its escapes: \, \; \n \\.
std::string ical_text(std::string_view value);

[[noreturn]] void fail(const IcalLine& line, std::string message, std::string hint = {});

}  // namespace amends
