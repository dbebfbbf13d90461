#include "io/ledger/ledger_quiet.h"

namespace amends {

const char* const quiet_table = R"(
CREATE TABLE quiet_cases (case_seq INTEGER PRIMARY KEY REFERENCES cases(seq), digest BLOB NOT NULL) STRICT;
CREATE TRIGGER quiet_case_changed AFTER INSERT ON case_changes BEGIN
  DELETE FROM quiet_cases WHERE case_seq = NEW.case_seq;
END;
CREATE TRIGGER quiet_case_granted AFTER INSERT ON grants BEGIN
  DELETE FROM quiet_cases WHERE case_seq = NEW.case_seq;
END;
CREATE TRIGGER quiet_grant_changed AFTER INSERT ON grant_changes BEGIN
  DELETE FROM quiet_cases WHERE case_seq = (SELECT case_seq FROM grants WHERE seq = NEW.grant_seq);
END;
CREATE TRIGGER quiet_case_written AFTER INSERT ON messages BEGIN
  DELETE FROM quiet_cases WHERE case_seq = NEW.case_seq;
  DELETE FROM quiet_cases WHERE case_seq IN (SELECT c.seq FROM json_each(NEW.cases) j JOIN cases c ON c.key = j.value);
END;
CREATE TRIGGER quiet_message_changed AFTER INSERT ON message_changes BEGIN
  DELETE FROM quiet_cases WHERE case_seq IN (
    SELECT case_seq FROM messages WHERE seq = NEW.message_seq
    UNION SELECT c.seq FROM messages m JOIN json_each(m.cases) j JOIN cases c ON c.key = j.value WHERE m.seq = NEW.message_seq);
END;
)";

bool has_quiet(const Database& database) {
  Statement table(database, "SELECT 1 FROM sqlite_schema WHERE name = 'quiet_cases'");
  return table.step();
}

void write_quiet(const Database& database, const std::vector<QuietCase>& cases) {
  Statement row(database, "INSERT OR REPLACE INTO quiet_cases SELECT seq, ? FROM cases WHERE key = ?");
  for (const QuietCase& c : cases) row.bind_blob(c.digest).bind(c.key).run();
}

}  // namespace amends
