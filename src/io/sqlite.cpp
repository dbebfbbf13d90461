#include "io/sqlite.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/base/error.h"

namespace amends {
namespace {

constexpr int busy_ms = 5000;  // another program than amends: the run lock keeps our own writers apart

constexpr const char* nothing_written = "nothing was written; run again when that is mended";

std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else uri += c;
  }
  return uri;
}

Error error_of_records(const std::string& path, int code, const std::string& words) {
  const Where where{path, 0, 0, 1, {}};
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return {where, "this is no SQLite database", "check the path of the source", Exit::io};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {where, "the database is locked: another program is writing to it", "run again when it is done", Exit::io};
    case SQLITE_ERROR:
      return {where, fmt::format("the database refused the query: {}", words), "check what stands behind the # of the source's path", Exit::io};
    case SQLITE_READONLY:
      return {where, "the query would write to the database", "a source only reads: SELECT ... FROM ...", Exit::io};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {where, fmt::format("the database cannot be opened: {}", words), "check the path of the source", Exit::io};
    default:
      return {where, fmt::format("the database cannot be read: {}", words), {}, Exit::io};
  }
}

Error error_of_ledger(const std::string& path, int code, const std::string& words) {
  const Where where{path, 0, 0, 1, {}};
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {where, "the disk is full", "free some space and run again; nothing was written", Exit::io};
    case SQLITE_NOTADB:
      return {where, "not a ledger: this is no SQLite database", "restore it from a backup; nothing was granted", Exit::io};
    case SQLITE_CORRUPT:
      return {where, fmt::format("the ledger is damaged: {}", words), "restore it from a backup; nothing was granted",
              Exit::io};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {where, "another program is writing to the ledger", "close it, then run again", Exit::locked};
    case SQLITE_READONLY:
      return {where, "the ledger cannot be written to: it is read-only", nothing_written, Exit::io};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {where, fmt::format("the ledger cannot be opened: {}", words), nothing_written, Exit::io};
    case SQLITE_IOERR:
      return {where, fmt::format("the ledger cannot be read or written: {}", words), nothing_written, Exit::io};
    case SQLITE_NOMEM:
      return {where, "out of memory", nothing_written, Exit::io};
    default:
      return {where, fmt::format("the ledger refused a row: {}", words), {}, Exit::bug};
  }
}

// Who only reads grants nothing anyway: what helps them is to get at the file.
Error error_of_reading(const std::string& path, int code, const std::string& words) {
  const Where where{path, 0, 0, 1, {}};
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return {where, "not a ledger: this is no SQLite database", "restore it from a backup", Exit::io};
    case SQLITE_CORRUPT:
      return {where, fmt::format("the ledger is damaged: {}", words), "amends ledger verify says where; restore it from a backup", Exit::io};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {where, fmt::format("the ledger cannot be opened: {}", words), "only the user who made it may read it: run this as the one who runs amends run", Exit::io};
    case SQLITE_IOERR:
      return {where, fmt::format("the ledger cannot be read: {}", words), "look at its disk, then try again", Exit::io};
    default:
      return error_of_ledger(path, code, words);
  }
}

Error error_of(const std::string& path, Database::Holds holds, Database::Mode mode, sqlite3* db, int code) {
  const int cause = db == nullptr ? 0 : sqlite3_system_errno(db);
  const std::string words = cause == 0 ? sqlite3_errmsg(db) : std::strerror(cause);
  if (holds == Database::Holds::ledger && mode != Database::Mode::write) return error_of_reading(path, code, words);
  return holds == Database::Holds::ledger ? error_of_ledger(path, code, words) : error_of_records(path, code, words);
}

}  // namespace

Database::Database(const std::string& path, Mode mode, Holds holds) : path_(path), mode_(mode), holds_(holds) {
  const std::string name = uri_of(path) + (mode == Mode::immutable ? "?immutable=1" : "");
  const int access = mode == Mode::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(name.c_str(), &db_, access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const Error error = error_of(path_, holds_, mode, db_, code);
    sqlite3_close_v2(db_);
    throw error;
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, busy_ms);
}

Database::~Database() { sqlite3_close_v2(db_); }

Database::Database(Database&& other) noexcept
    : path_(std::move(other.path_)), mode_(other.mode_), holds_(other.holds_), db_(std::exchange(other.db_, nullptr)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(mode_, other.mode_);
  std::swap(holds_, other.holds_);
  std::swap(db_, other.db_);
  return *this;
}

void Database::run(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t Database::number(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Database::word(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : std::string();
}

bool Database::can_be_read() {
  return sqlite3_exec(db_, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr) == SQLITE_OK;
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

void Database::fail() const { throw error_of(path_, holds_, mode_, db_, sqlite3_extended_errcode(db_)); }

Statement::Statement(const Database& database, std::string_view sql) : database_(&database) {
  check(sqlite3_prepare_v3(database.db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), bound_(other.bound_) {}

void Statement::check(int code) {
  if (code != SQLITE_OK) database_->fail();
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, ++bound_, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  const char* bytes = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text64(statement_, ++bound_, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  check(sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null() {
  check(sqlite3_bind_null(statement_, ++bound_));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    const Error error = error_of(database_->path_, database_->holds_, database_->mode_, database_->db_, sqlite3_extended_errcode(database_->db_));
    reset();
    throw error;
  }
  reset();
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() {
  sqlite3_reset(statement_);
  bound_ = 0;
}

int Statement::columns() const { return sqlite3_column_count(statement_); }

std::string Statement::name(int column) const {
  const char* name = sqlite3_column_name(statement_, column);
  return name == nullptr ? "" : name;
}

Statement::Kind Statement::kind(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER: return Kind::integer;
    case SQLITE_FLOAT: return Kind::real;
    case SQLITE_TEXT: return Kind::text;
    case SQLITE_BLOB: return Kind::blob;
    default: return Kind::null;
  }
}

double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Statement::view(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::optional<std::int64_t> Statement::maybe_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::string Statement::text(int column) const {
  return std::string(view(column));
}

}  // namespace amends
