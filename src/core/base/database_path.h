// Paths of sources that are databases: "sqlite:FILE#table", "postgresql://user@host/db#SELECT ...". What stands
// behind the # is a table or a query. A password may stand in such a path, so whatever shows one, in a message, a
// report or the ledger, shows it through here.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace amends {

struct DatabasePath {
  enum class System { sqlite, postgresql };
  System system = System::sqlite;
  std::string database;  // SQLite: the file; PostgreSQL: the URL with all it says
  std::string asked;     // a table or a query; empty when the path names none

  bool is_query() const;
  // Whether it is clear where a password in it ends: its / ? # and @ are escaped.
  bool is_plain() const;
  // "postgresql://host/db#orders": without user, password and parameters; a long query is cut. Of a URL that is
  // not plain nothing is shown.
  std::string shown() const;
};

std::optional<DatabasePath> database_path(std::string_view path);  // nothing: the path of a file

// A database or server amends does not read: "mysql://...", "postgresql:..." without slashes, "user:password@host".
bool is_other_address(std::string_view path);

// The text with *** for each password in a PostgreSQL URL in it, and for all of a URL that is not plain; and for user
// and password in other URLs. A TOML string stays one.
std::string without_passwords(std::string_view text);

}  // namespace amends
