// The runs of a ledger, and when what they did came about.
#include "io/ledger/ledger_rows.h"

namespace amends {

Milestones read_milestones(const Database& database) {
  Milestones milestones;
  const auto read = [&](std::string_view query, std::unordered_map<std::string, Instant>& into) {
    Statement rows(database, query);
    while (rows.step()) into.emplace(rows.text(0), Instant{rows.integer(1)});
  };
  // A grant that was held was granted by the run that approved it.
  read("SELECT c.key, min(r.as_of) FROM grants g JOIN cases c ON c.seq = g.case_seq "
       "LEFT JOIN grant_changes s ON s.seq = (SELECT max(seq) FROM grant_changes WHERE grant_seq = g.seq) "
       "JOIN runs r ON r.number = CASE WHEN g.state IN ('granted', 'issued') THEN g.run "
       "ELSE (SELECT min(run) FROM grant_changes WHERE grant_seq = g.seq AND state IN ('granted', 'issued')) END "
       "WHERE coalesce(s.state, g.state) IN ('granted', 'issued') GROUP BY c.key",
       milestones.granted);
  read("SELECT c.key, min(r.as_of) FROM cases c JOIN case_changes d ON d.case_seq = c.seq AND d.closed = 1 JOIN runs r ON r.number = d.run "
       "WHERE (SELECT closed FROM case_changes WHERE case_seq = c.seq ORDER BY seq DESC LIMIT 1) = 1 GROUP BY c.key",
       milestones.closed);
  return milestones;
}

std::vector<LedgerRun> read_runs(const Database& database) {
  Statement rows(database,
                 "SELECT r.number, r.as_of, e.new_misses, e.summary FROM runs r JOIN run_ends e ON e.run = r.number "
                 "WHERE r.command = 'run' ORDER BY r.number DESC");
  std::vector<LedgerRun> runs;
  while (rows.step())
    runs.push_back(LedgerRun{rows.integer(0), Instant{rows.integer(1)}, static_cast<std::size_t>(rows.integer(2)), rows.text(3)});
  return runs;
}

}  // namespace amends
