#include "io/ledger/ledger_calls.h"

#include "core/base/hash.h"
#include "io/ledger/salt.h"
#include "io/mail/message_json.h"

namespace amends {
namespace {

constexpr std::size_t salt_bytes = 16;

}  // namespace

// The note may tell of the customer: it stands apart, so that it can be forgotten.
const char* const call_tables = R"(
CREATE TABLE calls (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  case_seq INTEGER NOT NULL REFERENCES cases(seq), line TEXT NOT NULL, done_by TEXT NOT NULL, grants TEXT NOT NULL,
  digest BLOB) STRICT;
CREATE TABLE call_notes (
  call_seq INTEGER PRIMARY KEY REFERENCES calls(seq), salt BLOB NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TABLE welcomes (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  person_seq INTEGER REFERENCES people(seq), record_id TEXT NOT NULL, day TEXT NOT NULL) STRICT;
)";

bool has_calls(const Database& database) {
  Statement table(database, "SELECT 1 FROM sqlite_schema WHERE name = 'calls'");
  return table.step();
}

std::vector<DoneCall> read_done_calls(const Database& database) {
  std::vector<DoneCall> calls;
  if (!has_calls(database)) return calls;
  Statement rows(database,
                 "SELECT d.line, c.key, d.done_by, n.note, d.grants, r.as_of FROM calls d JOIN cases c ON c.seq = d.case_seq "
                 "JOIN runs r ON r.number = d.run LEFT JOIN call_notes n ON n.call_seq = d.seq ORDER BY d.seq");
  while (rows.step())
    calls.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), strings_of_json(rows.text(4)), Instant{rows.integer(5)}});
  return calls;
}

std::vector<Welcome> read_welcomes(const Database& database) {
  std::vector<Welcome> welcomes;
  if (!has_calls(database)) return welcomes;
  Statement rows(database,
                 "SELECT coalesce(p.value, 'forgotten:' || w.person_seq), w.record_id, w.day FROM welcomes w "
                 "LEFT JOIN person_values p ON p.person_seq = w.person_seq ORDER BY w.seq");
  while (rows.step()) welcomes.push_back({rows.text(0), rows.text(1), read_iso(rows.text(2)).date});
  return welcomes;
}

CallTables::CallTables(const Database& database, Chain& chain)
    : calls_(database, chain, "calls", {"run", "case_seq", "line", "done_by", "grants", "digest"}),
      welcomes_(database, chain, "welcomes", {"run", "person_seq", "record_id", "day"}),
      note_(database, "INSERT INTO call_notes (call_seq, salt, note) VALUES (?, ?, ?)") {}

void CallTables::append(const DoneCall& call, std::int64_t run, std::int64_t case_seq) {
  const std::string grants = strings_json(call.grants);
  calls_.add(run).add(case_seq).add(call.key).add(call.by).add(grants);
  if (call.note.empty()) {
    calls_.add_null().append();
    return;
  }
  const std::string salt = random_bytes(salt_bytes);
  const Digest digest = sha256(salt + call.note);
  const std::string bytes(digest.begin(), digest.end());
  const std::int64_t seq = calls_.add_blob(bytes).append();
  note_.bind(seq).bind_blob(salt).bind(call.note).run();
}

void CallTables::append(const Welcome& welcome, std::int64_t run, std::int64_t person_seq) {
  const std::string day = print(welcome.day);
  welcomes_.add(run).add_seq(person_seq).add(welcome.record_id).add(day).append();
}

}  // namespace amends
