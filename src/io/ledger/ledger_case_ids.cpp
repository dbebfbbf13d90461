#include "io/ledger/ledger_case_ids.h"

namespace amends {

// Part of the ledger format (amends-ledger.5). Add, never rename.
const char* const case_ids_table = R"(
CREATE TABLE case_ids (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  case_seq INTEGER NOT NULL REFERENCES cases(seq), name TEXT NOT NULL, value TEXT NOT NULL) STRICT;
CREATE INDEX case_ids_by_case ON case_ids(case_seq, name);
)";

bool has_case_ids(const Database& database) {
  Statement table(database, "SELECT 1 FROM sqlite_schema WHERE name = 'case_ids'");
  return table.step();
}

std::unordered_map<std::string, std::vector<KnownAs>> read_case_ids(const Database& database) {
  std::unordered_map<std::string, std::vector<KnownAs>> ids;
  if (!has_case_ids(database)) return ids;
  Statement rows(database, "SELECT c.key, i.name, i.value FROM case_ids i JOIN cases c ON c.seq = i.case_seq ORDER BY i.seq");
  while (rows.step()) ids[rows.text(0)].push_back({rows.text(1), rows.text(2)});
  return ids;
}

CaseIdsTable::CaseIdsTable(const Database& database, Chain& chain)
    : ids_(database, chain, "case_ids", {"run", "case_seq", "name", "value"}),
      last_(database, "SELECT value FROM case_ids WHERE case_seq = ? AND name = ? ORDER BY seq DESC LIMIT 1") {}

bool CaseIdsTable::is_last(const KnownAs& id, std::int64_t case_seq) {
  if (!last_.bind(case_seq).bind(id.name).step()) return false;
  const bool is = last_.text(0) == id.value;
  last_.reset();
  return is;
}

void CaseIdsTable::append(const std::vector<KnownAs>& ids, std::int64_t run, std::int64_t case_seq) {
  for (const KnownAs& id : ids)
    if (!is_last(id, case_seq)) ids_.add(run).add(case_seq).add(id.name).add(id.value).append();
}

}  // namespace amends
