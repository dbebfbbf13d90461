// A case as the ledger knows it: what it was when last seen, and how it stands towards being paid.
#pragma once
#include <string>
#include <string_view>

#include "core/judging/miss.h"

namespace amends {

// Part of the ledger format (amends-ledger.5). Add, never rename.
namespace standing {
inline constexpr std::string_view decided = "decided";            // policy decides it, night after night
inline constexpr std::string_view before_start = "before_start";  // due before the ledger's start: never granted
inline constexpr std::string_view cleared = "cleared";            // the records show no miss any more
inline constexpr std::string_view backlog = "backlog";            // old at the first run: waits for --catchup or --backlog
}  // namespace standing

struct KnownCase {
  std::string key;
  std::string record_id;
  std::string guarantee;
  std::string person;       // "forgotten:17" once forgotten
  Moment due;
  Instant due_instant;
  Kind kind = Kind::late;   // as last seen
  bool closed = false;      // as last seen
  std::string policy_hash;  // under which it is decided
  std::string standing;     // one of the above
  Instant first_seen;       // as_of of that run
  Instant last_seen;        // of the run that last wrote a change of it
  std::string facts_hash;   // of an earlier amends; empty
  std::string quiet;        // digest of a case that a night may leave out (quiet_cases.h); empty: none
};

struct LedgerRun {
  std::int64_t number = 0;
  Instant as_of;
  std::size_t new_misses = 0;
  std::string summary;      // JSON
};

}  // namespace amends
