// SQLite's C API behind two small types. Every fault becomes an Error that names the file; sqlite.cpp alone
// includes the header. A Database stays open as long as its Statements.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace amends {

class Database {
 public:
  // immutable: the file as it stands, without locks or log, for media nobody can write to.
  enum class Mode { read, write, immutable };
  // What it is to the user: our own ledger, or somebody's records.
  enum class Holds { ledger, records };
  Database(const std::string& path, Mode mode, Holds holds = Holds::ledger);  // the file must exist
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  const std::string& path() const { return path_; }
  void run(const std::string& sql);             // statements that give no rows, or whose rows do not matter
  std::int64_t number(const std::string& sql);  // first column of the first row; 0 when there is none
  std::string word(const std::string& sql);     // likewise, as text
  bool can_be_read();                           // whether its first page can be; no Error
  bool in_transaction() const;
  [[noreturn]] void fail() const;               // the last fault, as an Error

 private:
  friend class Statement;
  std::string path_;
  Mode mode_;
  Holds holds_;
  sqlite3* db_ = nullptr;
};

// One prepared statement, used again and again. Texts and blobs are bound by view: they must live until the
// statement has been stepped. Parameters are bound in order; columns count from 0.
class Statement {
 public:
  Statement(const Database& database, std::string_view sql);
  ~Statement();
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) = delete;

  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::string_view bytes);
  Statement& bind_null();

  bool step();   // whether there is a row; when there is none the statement is ready to be bound again
  void run();    // to its end
  void reset();  // before its end

  enum class Kind { null, integer, real, text, blob };
  int columns() const;  // 0: a statement that gives no rows
  std::string name(int column) const;
  Kind kind(int column) const;  // of the value in this row

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view view(int column) const;  // of a text or blob, until the next step
  std::optional<std::int64_t> maybe_integer(int column) const;
  bool is_null(int column) const;
  std::string text(int column) const;  // bytes of a blob, too; empty for NULL

 private:
  void check(int code);

  const Database* database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

}  // namespace amends
