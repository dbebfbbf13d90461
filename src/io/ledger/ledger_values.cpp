// Names, letters, notes and keys of pools against the digests that the chain holds of them.
#include <fmt/format.h>

#include "core/base/hash.h"
#include "io/ledger/ledger_hand.h"
#include "io/ledger/ledger_replay.h"

namespace amends {
namespace {

// A personal value stands beside the row that holds its digest.
struct PersonalTable {
  const char* table;
  const char* values;
  const char* key;
  const char* value;
  const char* what;
  const char* was_forgotten;  // whether whose it is was forgotten, as SQL over t
  const char* of = "seq";     // column of the chained row that `key` names
};

constexpr PersonalTable personal_tables[] = {
    {"people", "person_values", "person_seq", "value", "the name", "EXISTS (SELECT 1 FROM forgettings f WHERE f.person_seq = t.seq)"},
    {"messages", "letters", "message_seq", "letter", "the letter", "EXISTS (SELECT 1 FROM forgettings f WHERE f.person_seq = t.person_seq)"},
    {"approvals", "frozen", "message_seq", "bytes", "the frozen letter",
     "EXISTS (SELECT 1 FROM forgettings f JOIN messages m ON m.person_seq = f.person_seq WHERE m.seq = t.message_seq AND f.seq > t.seq)", "message_seq"},
    {"calls", "call_notes", "call_seq", "note", "the note",
     "EXISTS (SELECT 1 FROM forgettings f JOIN case_changes c ON c.person_seq = f.person_seq WHERE c.case_seq = t.case_seq AND f.seq > t.seq)"},
    {"pools", "pool_values", "pool_seq", "value", "what it adds to a pool",
     "EXISTS (SELECT 1 FROM forgettings f JOIN case_changes c ON c.person_seq = f.person_seq WHERE c.case_seq = t.case_seq AND f.seq > t.seq)"}};

std::string fault_of(const Statement& row, const char* what) {
  const bool has_digest = !row.is_null(1), has_value = !row.is_null(3), was_forgotten = row.integer(4) != 0;
  if (!has_value) return !has_digest || was_forgotten ? std::string() : fmt::format("{} is gone, and nobody was forgotten", what);
  if (was_forgotten) return fmt::format("{} stands there, of a person who was forgotten", what);
  const Digest digest = sha256(row.text(2) + row.text(3));
  const bool is_same = has_digest && row.view(1) == std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
  return is_same ? std::string() : fmt::format("{} is not the one whose digest the chain holds", what);
}

void check_values_of(const Database& database, const PersonalTable& of, bool can_forget, LedgerCheck& check) {
  Statement rows(database, fmt::format("SELECT t.seq, t.digest, v.salt, v.{}, {} FROM {} t LEFT JOIN {} v ON v.{} = t.{} ORDER BY t.seq", of.value,
                                       can_forget ? of.was_forgotten : "0", of.table, of.values, of.key, of.of));
  while (rows.step()) {
    std::string fault = fault_of(rows, of.what);
    if (!fault.empty()) check.findings.push_back({"values", of.table, rows.integer(0), std::move(fault)});
  }
}

}  // namespace

void check_values(const Database& database, LedgerCheck& check) {
  const bool can_forget = has_table(database, "forgettings");
  for (const PersonalTable& of : personal_tables)
    if (has_table(database, of.table) && has_table(database, of.values)) check_values_of(database, of, can_forget, check);
  Statement people(database, "SELECT count(*) FROM people");
  if (people.step()) check.people = people.integer(0);
  if (!can_forget) return;
  Statement forgotten(database, "SELECT count(DISTINCT person_seq) FROM forgettings");
  if (forgotten.step()) check.forgotten = forgotten.integer(0);
}

}  // namespace amends
