// `within`: how far back from a case's due time other cases count, for pools and history.
#pragma once
#include <string>

#include "core/language/expr.h"

namespace amends {

struct Window {
  std::string text;           // "90 days", "calendar year", "year from 04-01", the name of a span; empty: ever
  std::int64_t days = 0;      // 90 days
  int month = 0, day = 0;     // of the day that years begin with; 0: no years
  Slot span = no_slot;
};

Window read_window(const Node& within, const Language& language);

// Whether a case due at `other` lies in the window of one due at `due`; both ends of a span count.
bool lies_in(const Window& window, Instant other, Instant due, const FactSource& facts, const Zone& zone);

}  // namespace amends
