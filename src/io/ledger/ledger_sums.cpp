// What each run said it granted and held against the grants it wrote, and whether the amounts and numbers of grants can be.
#include <fmt/format.h>

#include "core/base/text.h"
#include "io/ledger/ledger_hand.h"
#include "io/ledger/ledger_replay.h"

namespace amends {
namespace {

// Each row of the query is a fault: table, seq, words.
void find_rows(const Database& database, const char* check_name, const std::string& query, LedgerCheck& check) {
  Statement rows(database, query);
  while (rows.step()) check.findings.push_back({check_name, rows.text(0), rows.integer(1), rows.text(2)});
}

// Money as minor units stands in rows, as units in summaries: compared by count, and by amount through the currency.
void check_run_sums(const Database& database, LedgerCheck& check) {
  for (const char* state : {"granted", "held"}) {
    Statement rows(database, fmt::format(
        "SELECT e.seq, e.summary ->> '$.{0}.count', "
        "(SELECT count(*) FROM grants g WHERE g.run = r.number AND g.state = '{0}') FROM run_ends e JOIN runs r ON r.number = e.run "
        "WHERE r.command = 'run' AND json_valid(e.summary) AND e.summary ->> '$.{0}.count' IS NOT NULL", state));
    while (rows.step())
      if (rows.integer(1) != rows.integer(2))
        check.findings.push_back({"sums", "run_ends", rows.integer(0),
                                  fmt::format("the run says that {} remedies were {}, and {} such rows are its", rows.integer(1), state, rows.integer(2))});
    Statement amounts(database, fmt::format(
        "SELECT e.seq, a.value, a.key, "
        "(SELECT sum(g.minor) FROM grants g WHERE g.run = r.number AND g.state = '{0}' AND g.currency = a.key) "
        "FROM run_ends e JOIN runs r ON r.number = e.run, json_each(CASE WHEN json_valid(e.summary) THEN e.summary -> '$.{0}.amounts' END) a "
        "WHERE r.command = 'run'", state));
    while (amounts.step()) {
      const std::optional<Currency> currency = currency_named(amounts.text(2));
      const std::string sum = currency ? amount(Money{amounts.integer(3), *currency}) : std::string();
      if (sum != amounts.text(1))
        check.findings.push_back({"sums", "run_ends", amounts.integer(0),
                                  fmt::format("the run says that {} {} was {}, and the rows come to {}", amounts.text(2), amounts.text(1), state, sum)});
    }
  }
}

void add_sums(const Database& database, LedgerCheck& check) {
  Statement rows(database, "SELECT state, currency, sum(minor), count(*) FROM grant_states WHERE minor IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2");
  while (rows.step())
    if (const std::optional<Currency> currency = currency_named(rows.text(1)))
      check.sums.push_back({rows.text(0), Money{rows.integer(2), *currency}, rows.integer(3)});
}

}  // namespace

void check_sums(const Database& database, LedgerCheck& check) {
  find_rows(database, "sums", "SELECT 'grants', seq, 'its amount is not above 0' FROM grants WHERE minor <= 0", check);
  find_rows(database, "sums",
            "SELECT 'grants', max(seq), 'of this remedy ' || count(*) || ' grants are there, and the last has the number ' || max(sequence) "
            "FROM grants GROUP BY case_seq, table_name, kind, what HAVING count(*) <> max(sequence)", check);
  find_rows(database, "sums",
            "SELECT 'grants', g.seq, 'its key is not that of its case and number' FROM grants g JOIN cases c ON c.seq = g.case_seq "
            "WHERE substr(g.key, 1, length(c.key) + 1) <> c.key || '/' OR g.key NOT LIKE '%/' || g.sequence", check);
  find_rows(database, "sums", "SELECT 'cases', seq, 'nothing was ever said of this case' FROM cases c "
            "WHERE NOT EXISTS (SELECT 1 FROM case_changes WHERE case_seq = c.seq)", check);
  if (has_table(database, "accepted")) find_rows(database, "sums", "SELECT 'accepted', seq, 'its amount is below 0' FROM accepted WHERE minor < 0", check);
  check_run_sums(database, check);
  add_sums(database, check);
}

}  // namespace amends
