// Holidays of an iCalendar file (RFC 5545): what its events close, day by day, for calendar_reader.cpp. Events of
// whole days close these; events with times close that part of their days; cancelled ones close nothing.
#pragma once
#include <string>
#include <vector>

#include "core/time/calendar.h"

namespace amends {

struct Closure {
  Date date;
  Interval part;  // of the calendar's day; the whole of it for events of whole days
  std::string name;
  bool is_endless = false;  // of an event that comes again for ever
  friend bool operator==(const Closure&, const Closure&) = default;
};

// In order of date. `zone`: the calendar's, for times that carry none. Throws Error, with file and line, at the first
// thing that is not read.
std::vector<Closure> closures_in(const Source& source, const Zone& zone);

}  // namespace amends
