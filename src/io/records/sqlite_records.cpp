// Tables and queries of a SQLite file as CSV. Numbers are written as SQLite shows them: 19.99 stays 19.99.
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "io/records/record_database.h"
#include "io/sqlite.h"

namespace amends {
namespace {

constexpr std::size_t batch = std::size_t{1} << 16;

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

void append_text(std::string& row, std::string_view text, bool is_only) {
  const bool plain = text.find_first_of(",\"\r\n") == std::string_view::npos;
  if (plain && !(is_only && text.empty())) row += text;
  else row += quoted_name(text);
}

std::string number(double value) {
  constexpr double exact = 9007199254740992.0;  // all integers up to here are doubles
  if (value == std::floor(value) && std::fabs(value) < exact) return fmt::format("{:.0f}", value);
  return fmt::format("{:.15g}", value);
}

class SqliteRecords : public RecordDatabase {
 public:
  explicit SqliteRecords(const DatabasePath& path) : database_(path.database, Database::Mode::read, Database::Holds::records) {
    database_.run("PRAGMA query_only = 1");
    database_.run("BEGIN");
  }

  void copy(const DatabasePath& path, Spool& to) override {
    if (!path.is_query()) check_table(path);
    Statement rows(database_, path.is_query() ? path.asked : "SELECT * FROM " + quoted_name(path.asked));
    std::string text = header(rows);
    while (rows.step()) {
      append_row(text, rows, path);
      if (text.size() < batch) continue;
      to.append(text);
      text.clear();
    }
    to.append(text);
  }

 private:
  void check_table(const DatabasePath& path) {
    std::vector<std::string> names;
    Statement tables(database_, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name");
    while (tables.step()) names.push_back(tables.text(0));
    for (const std::string& name : names)
      if (lower(name) == lower(path.asked)) return;
    const std::string hint = names.empty() ? "the database has no table" : suggestion(path.asked, names);
    throw Error{Where{path.shown(), 0, 0, 1, {}}, fmt::format("there is no table {}", quoted(path.asked)), hint, Exit::io};
  }

  static std::string header(const Statement& rows) {
    std::string text;
    for (int i = 0; i < rows.columns(); ++i) {
      if (i > 0) text += ',';
      append_text(text, rows.name(i), false);
    }
    return text + '\n';
  }

  static void append_row(std::string& text, const Statement& rows, const DatabasePath& path) {
    const int columns = rows.columns();
    for (int i = 0; i < columns; ++i) {
      if (i > 0) text += ',';
      switch (rows.kind(i)) {
        case Statement::Kind::integer: text += fmt::format("{}", rows.integer(i)); break;
        case Statement::Kind::real: text += number(rows.real(i)); break;
        case Statement::Kind::blob: refuse_blob(rows.name(i), path);
        case Statement::Kind::text: append_text(text, rows.view(i), columns == 1); break;
        case Statement::Kind::null: append_text(text, "", columns == 1); break;
      }
    }
    text += '\n';
  }

  [[noreturn]] static void refuse_blob(const std::string& column, const DatabasePath& path) {
    throw Error{Where{path.shown(), 0, 0, 1, {}}, fmt::format("the column {} holds a blob, which is no text", quoted(column)),
                "ask for the columns you need: #SELECT order_id, ... FROM ...; CAST(x AS TEXT) where a blob is text", Exit::io};
  }

  Database database_;
};

}  // namespace

std::unique_ptr<RecordDatabase> open_sqlite(const DatabasePath& path) { return std::make_unique<SqliteRecords>(path); }

}  // namespace amends
