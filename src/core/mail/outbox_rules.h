// [outbox]: who approves, by which command letters leave, when, and how fast.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/time/calendar.h"

namespace amends {

// So many a length of time: "20/min".
struct SendRate {
  std::int64_t pause_ms = 0;  // from one to the next; 0: as fast as it goes
};

struct OutboxRules {
  bool approve_by_person = true;       // approve
  std::string via, sms_via;            // the commands; empty: none is named
  Where via_where, sms_where;
  std::optional<Calendar> window;      // in the recipient's zone; none: at any time
  SendRate rate;
  std::int64_t jobs = 1;
  std::int64_t timeout_ms = 5 * ms_per_minute;  // of one command
};

OutboxRules read_outbox_rules(const Node& outbox, const Zone& shop_zone, const Calendars& calendars);

// "20/min", "2/s", "500/hour"; nullopt when it is none.
std::optional<SendRate> read_rate(std::string_view text);

// The window by the clocks of `zone`: `at` itself while it is open, else when it opens next. Error when it never does.
Instant opening_at_or_after(const Calendar& window, const Zone& zone, Instant at);

}  // namespace amends
