// What a report counts: the misses of a period with what was done about each. Made from records and ledger together
// (cmd/report_reading.h); report.h and its neighbours report_*.h make figures of them.
#pragma once
#include <optional>
#include <string>

#include "core/mail/channel.h"
#include "core/records/kinds.h"
#include "core/time/time.h"

namespace amends {

// Days on which something was due.
struct Period {
  std::optional<Date> since;  // that day or later
  std::optional<Date> until;  // before that day
  bool has(Date day) const { return (!since || *since <= day) && (!until || day < *until); }
};

// The day a due counts to: a promised date, or the day of the instant in the shop's zone.
inline Date day_of(Moment due, const Zone& shop_zone) { return due.is_date() ? due.date() : shop_zone.date_at(due.instant()); }

struct ReportCase {
  std::string key, record_id, guarantee;
  std::string person;                  // as in Miss; empty once forgotten
  Kind kind = Kind::late;
  Date day;
  Instant due;                         // waits are counted from it
  bool closed = false;
  std::optional<std::int64_t> late_days;
  std::string carrier, region, cause;  // empty: nobody told, or tonight's records do not show it
  bool is_decided = false;             // it stands in the ledger, and policy decides it
  bool is_gone = false;                // only the ledger knows it: its record is gone
  bool is_left_alone = false;          // it stands there as older than the start, or than a first run decides
  // As the ledger has them: when a letter was handed over or a call made, when money was granted, when a run saw it closed.
  std::optional<Instant> told, granted, ended;
  Channel channel = Channel::email;    // of the first word
  std::optional<Instant> asked;        // first message since it was due, about the order or by a person who names none
};

}  // namespace amends
