// A ledger in a folder of its own, for tests, and eyes on the raw file that know nothing of amends.
#pragma once
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "io/ledger/ledger.h"

namespace amends::test {

struct LedgerFile {
  LedgerFile() {
    std::string name = (std::filesystem::temp_directory_path() / "amends-ledger-XXXXXX").string();
    folder = mkdtemp(name.data());
    path = folder + "/amends.db";
  }
  ~LedgerFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  std::string folder, path;
};

// Each row's columns joined by "|"; NULL is "-". An error gives one row with its words.
inline std::vector<std::string> query(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  std::vector<std::string> rows;
  const auto add = [](void* out, int count, char** values, char**) {
    std::string row;
    for (int i = 0; i < count; ++i) row += (i == 0 ? "" : "|") + std::string(values[i] == nullptr ? "-" : values[i]);
    static_cast<std::vector<std::string>*>(out)->push_back(row);
    return 0;
  };
  char* words = nullptr;
  if (sqlite3_exec(db, sql.c_str(), add, &rows, &words) != SQLITE_OK) rows = {words};
  sqlite3_free(words);
  sqlite3_close(db);
  return rows;
}

inline KnownCase late_case(const std::string& order, const std::string& person) {
  KnownCase c;
  c.key = "shop/order/" + order + "/stated-date";
  c.record_id = order;
  c.guarantee = "stated-date";
  c.person = person;
  c.due = Date{20000};
  c.due_instant = Instant{20001 * ms_per_day};
  c.kind = Kind::late;
  c.closed = true;
  c.standing = standing::decided;
  return c;
}

inline Grant credit(const KnownCase& c, int sequence, std::int64_t minor) {
  Grant g;
  g.case_key = c.key;
  g.record_id = c.record_id;
  g.person = c.person;
  g.table = "delay";
  g.rule = "#1";
  g.kind = "credit";
  g.sequence = sequence;
  g.key = c.key + "/delay/credit/" + std::to_string(sequence);
  g.money = Money{minor, *currency_named("GBP")};
  g.due = c.due_instant;
  g.as_of = Instant{20010 * ms_per_day};
  g.steps = {"\"5.00\" = GBP 5.00", "a\\b\nc\x01 \u00e9"};
  return g;
}

inline Message letter(const KnownCase& c) {
  Message m;
  m.key = c.key + "/notice/1";
  m.case_key = c.key;
  m.record_id = c.record_id;
  m.purpose = "notice";
  m.person = c.person;
  m.locale = "en";
  m.from = {"Maya Chen", "maya@northwind.example"};
  m.to = {"Zo\u00eb \"Z\" O'Neil", "zoe@example.org"};
  m.reply_to = {"", "care@northwind.example"};
  m.subject = "Your tea is late";
  m.text = "Dear Zo\u00eb,\n\nwe are sorry.\n";
  m.html = "<p>Dear Zo\u00eb</p>";
  m.message_id = "abc@northwind.example";
  m.grants = {c.key + "/delay/credit/1"};
  return m;
}

// What must be the same however often a run was killed: no hashes, no salts.
inline std::vector<std::string> exported(const std::string& path) {
  std::vector<std::string> all;
  for (const char* sql :
       {"SELECT number, command, as_of FROM runs", "SELECT run, new_misses, summary FROM run_ends",
        "SELECT key, record_id, person, due, due_date, kind, closed, standing, first_seen, last_seen FROM case_states ORDER BY key",
        "SELECT key, case_key, person, minor, currency, state, as_of, steps FROM grant_states ORDER BY key",
        "SELECT key, person, state, as_of, letter FROM message_states ORDER BY key"})
    for (std::string& row : query(path, sql)) all.push_back(std::move(row));
  return all;
}

}  // namespace amends::test
