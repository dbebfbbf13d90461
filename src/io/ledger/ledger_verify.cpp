#include "io/ledger/ledger_verify.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/error.h"
#include "io/ledger/ledger_chain_check.h"
#include "io/ledger/ledger_file.h"
#include "io/ledger/ledger_hand.h"
#include "io/ledger/ledger_replay.h"
#include "io/ledger/ledger_schema.h"

namespace amends {
namespace {

void find(LedgerCheck& check, std::string what) { check.findings.push_back({"storage", "", 0, std::move(what)}); }

void check_pages(const Database& database, LedgerCheck& check) {
  Statement pages(database, "PRAGMA integrity_check");
  while (pages.step())
    if (pages.text(0) != "ok") find(check, fmt::format("SQLite: {}", pages.text(0)));
  Statement references(database, "PRAGMA foreign_key_check");
  while (references.step())
    check.findings.push_back({"storage", references.text(0), references.integer(1), fmt::format("it names a row of {} that is not there", references.text(2))});
}

using Schema = std::map<std::pair<std::string, std::string>, std::string>;  // SQL by type and name

Schema schema_of(const Database& database) {
  Schema schema;
  Statement objects(database, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE type IN ('trigger', 'view')");
  while (objects.step()) schema[{objects.text(0), objects.text(1)}] = objects.text(2);
  return schema;
}

// The triggers that refuse changes and the views that are read, against those that a new ledger gets. An older file has
// tables less, and their triggers.
void check_schema(const Database& database, LedgerCheck& check) {
  Database fresh(":memory:", Database::Mode::write);
  create_tables(fresh);
  const Schema wanted = schema_of(fresh), found = schema_of(database);
  const bool is_current = has_table(database, "inputs") && has_table(database, "quiet_cases") && has_table(database, "pools") &&
                          has_table(database, "accepted");
  for (const auto& [name, sql] : wanted) {
    const auto at = found.find(name);
    const bool is_later = !is_current && name.first == "trigger" && !has_table(database, name.second.substr(0, name.second.find("_no_")));
    if (at == found.end() && !is_later) find(check, fmt::format("the {} {} is missing", name.first, name.second));
    else if (at != found.end() && at->second != sql && is_current) find(check, fmt::format("the {} {} is not as amends makes it", name.first, name.second));
  }
  for (const auto& [name, sql] : found)
    if (!wanted.contains(name)) find(check, fmt::format("the {} {} is not of amends", name.first, name.second));
}

void check_modes(const std::string& path, LedgerCheck& check) {
  for (const char* ending : ledger_files) {
    struct stat facts {};
    const std::string file = path + ending;
    if (stat(file.c_str(), &facts) == 0 && (facts.st_mode & 077) != 0)
      check.findings.push_back({"storage", "", 0, fmt::format("{} can be read by others: chmod 600 {}", file, file), readable_by_others});
  }
}

// A damaged file fails at any place: what was found until then stands.
template <class Look>
void look(LedgerCheck& check, const char* name, const Look& one) {
  try {
    one();
  } catch (const Error& error) {
    check.findings.push_back({name, "", 0, error.message});
  }
}

std::uint64_t rows_in_all(const Database& database) {
  std::uint64_t rows = 1;
  for (const std::string_view table : chained_tables()) {
    if (!has_table(database, table)) continue;
    Statement last(database, fmt::format("SELECT max(seq) FROM {}", table));
    if (last.step()) rows = std::max(rows, static_cast<std::uint64_t>(last.integer(0)));
  }
  return rows;
}

}  // namespace

LedgerCheck verify_ledger(const std::string& path, const std::string& noted, Progress& progress) {
  const std::optional<Database> database = open_ledger_to_read(path);
  if (!database) throw Error({path}, "there is no ledger yet", "amends run makes it", Exit::io);
  LedgerCheck check;
  look(check, "storage", [&] { progress.bytes_in_all = rows_in_all(*database); });
  look(check, "chain", [&] { check_chain(*database, noted, progress, check); });
  look(check, "storage", [&] { check_pages(*database, check); });
  look(check, "storage", [&] { check_schema(*database, check); });
  look(check, "storage", [&] { check_modes(path, check); });
  look(check, "values", [&] { check_values(*database, check); });
  look(check, "sums", [&] { check_sums(*database, check); });
  look(check, "sums", [&] { check_caps(*database, check); });
  look(check, "replay", [&] { check_states(*database, check); });
  look(check, "replay", [&] { check_sendings(*database, check); });
  return check;
}

}  // namespace amends
