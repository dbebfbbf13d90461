// What was handed to mail commands: each claim's digest against the bytes that were approved, dated as they left, and the
// claims and outcomes against the states of their letters.
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/mail/letter.h"
#include "io/ledger/ledger_policies.h"
#include "io/ledger/ledger_replay.h"
#include "io/ledger/outbox_tables.h"

namespace amends {
namespace {

// The clocks that letters were dated by.
std::map<std::string, Zone> zones_of(const Database& database) {
  std::map<std::string, Zone> zones = {{"UTC", Zone::utc()}};  // of a ledger without a kept policy
  for (const KeptPolicy& policy : kept_policies(database))
    if (policy.project) zones.emplace(policy.project->shop.zone.name(), policy.project->shop.zone);
  return zones;
}

bool is_digest_of(std::string_view digest, const std::string& salt, const std::string& bytes) {
  const Digest found = sha256(salt + bytes);
  return digest == std::string_view(reinterpret_cast<const char*>(found.data()), found.size());
}

// Forgotten letters have no bytes any more: of these nothing can be said.
void check_claimed_bytes(const Database& database, LedgerCheck& check) {
  const std::map<std::string, Zone> zones = zones_of(database);
  Statement claims(database, "SELECT c.seq, c.at, c.digest, f.salt, f.bytes FROM claims c JOIN frozen f ON f.message_seq = c.message_seq ORDER BY c.seq");
  while (claims.step()) {
    const Instant at{claims.integer(1)};
    const std::string digest = claims.text(2), salt = claims.text(3), bytes = claims.text(4);
    bool fits = bytes.starts_with('{') && is_digest_of(digest, salt, bytes);
    if (!bytes.starts_with('{'))
      for (const auto& [name, zone] : zones) fits = fits || is_digest_of(digest, salt, dated(bytes, at, zone));
    if (!fits) check.findings.push_back({"values", "claims", claims.integer(0), "what was handed to the mail command is not the letter that was approved"});
  }
}

void find_rows(const Database& database, const char* table, const char* query, const char* what, LedgerCheck& check) {
  Statement rows(database, query);
  while (rows.step()) check.findings.push_back({"replay", table, rows.integer(0), what});
}

}  // namespace

void check_sendings(const Database& database, LedgerCheck& check) {
  if (!has_outbox(database)) return;
  check_claimed_bytes(database, check);
  find_rows(database, "claims", "SELECT seq FROM claims c WHERE NOT EXISTS (SELECT 1 FROM approvals a WHERE a.message_seq = c.message_seq AND a.seq < c.seq)",
            "its letter was never approved", check);
  find_rows(database, "claims",
            "SELECT seq FROM claims c WHERE NOT EXISTS "
            "(SELECT 1 FROM message_changes m WHERE m.seq = c.seq + 1 AND m.message_seq = c.message_seq AND m.state = 'claimed')",
            "its letter was not claimed then", check);
  find_rows(database, "message_changes",
            "SELECT seq FROM message_changes m WHERE m.state = 'claimed' AND NOT EXISTS "
            "(SELECT 1 FROM claims c WHERE c.seq = m.seq - 1 AND c.message_seq = m.message_seq)",
            "claimed, and no claim says what was handed over", check);
  find_rows(database, "outcomes",
            "SELECT o.seq FROM outcomes o JOIN claims c ON c.seq = o.claim_seq WHERE NOT EXISTS "
            "(SELECT 1 FROM message_changes m WHERE m.seq = o.seq + 1 AND m.message_seq = c.message_seq AND m.state = o.state)",
            "its letter does not stand as it says", check);
}

}  // namespace amends
