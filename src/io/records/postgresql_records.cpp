// Tables and queries of a PostgreSQL server as CSV, by COPY in one read-only transaction. libpq is loaded when a
// source asks for it: who has no such source needs no such library. User and password come from where libpq takes
// them (the URL, PG* variables, .pgpass) and are taken out of whatever it says.
#include <dlfcn.h>

#include <cstdlib>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "io/records/record_database.h"

namespace amends {
namespace {

// What we use of libpq-fe.h, whose names and numbers are a stable interface.
struct Connection;
struct Answer;
struct Setting;
constexpr int connection_ok = 0;
constexpr int command_ok = 1;
constexpr int copy_out = 3;

template <class Function>
void load(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) throw Error{{}, fmt::format("libpq.so.5 lacks {}", name), "apt install libpq5", Exit::io};
}

struct Libpq {
  Connection* (*connect)(const char* const* keywords, const char* const* values, int expand) = nullptr;
  void (*finish)(Connection*) = nullptr;
  int (*status)(const Connection*) = nullptr;
  char* (*error)(const Connection*) = nullptr;
  char* (*password)(const Connection*) = nullptr;
  Answer* (*ask)(Connection*, const char* command, int, const unsigned*, const char* const*, const int*, const int*, int) = nullptr;
  Answer* (*next_answer)(Connection*) = nullptr;
  int (*status_of)(const Answer*) = nullptr;
  void (*clear)(Answer*) = nullptr;
  int (*copy_data)(Connection*, char** row, int async) = nullptr;
  void (*release)(void*) = nullptr;
  Setting* (*parse)(const char* url, char** fault) = nullptr;
  void (*free_settings)(Setting*) = nullptr;
  void (*when_noticed)(Connection*, void (*)(void*, const char*), void*) = nullptr;

  Libpq() {
    void* library = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);  // never closed: it may keep threads and handlers
    if (library == nullptr) throw Error{{}, "PostgreSQL's client library, libpq.so.5, cannot be loaded", "apt install libpq5", Exit::io};
    load(library, "PQconnectdbParams", connect);
    load(library, "PQfinish", finish);
    load(library, "PQstatus", status);
    load(library, "PQerrorMessage", error);
    load(library, "PQpass", password);
    load(library, "PQexecParams", ask);
    load(library, "PQgetResult", next_answer);
    load(library, "PQresultStatus", status_of);
    load(library, "PQclear", clear);
    load(library, "PQgetCopyData", copy_data);
    load(library, "PQfreemem", release);
    load(library, "PQconninfoParse", parse);
    load(library, "PQconninfoFree", free_settings);
    load(library, "PQsetNoticeProcessor", when_noticed);
  }
};

const Libpq& libpq() {
  static const Libpq loaded;
  return loaded;
}

struct AnswerEnd {
  void operator()(Answer* answer) const { libpq().clear(answer); }
};
using AnswerHolder = std::unique_ptr<Answer, AnswerEnd>;
struct ConnectionEnd {
  void operator()(Connection* connection) const { libpq().finish(connection); }
};

std::string with(std::string text, std::string_view secret, std::string_view instead) {
  if (secret.empty()) return text;
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += instead.size()) text.replace(at, secret.size(), instead);
  return text;
}

// libpq's message, which ends with a line end and may have several lines.
std::string on_one_line(std::string_view message) {
  std::string line;
  for (const std::string_view part : split(trimmed(message), '\n')) {
    const std::string_view text = trimmed(part);
    if (!line.empty() && !text.empty()) line += "; ";
    line += text;
  }
  return line;
}

std::string table_name(std::string_view asked) {
  std::string out;
  for (const std::string_view part : split(asked, '.')) {
    out += out.empty() ? "\"" : ".\"";
    for (const char c : part) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  return out;
}

std::string_view without_semicolon(std::string_view query) {
  query = trimmed(query);
  while (!query.empty() && (query.back() == ';' || static_cast<unsigned char>(query.back()) <= ' ')) query.remove_suffix(1);
  return query;
}

// The line end keeps a comment at the end of a query from taking the bracket with it.
std::string copy_command(const DatabasePath& path) {
  const std::string select = path.is_query() ? std::string(without_semicolon(path.asked)) : "SELECT * FROM " + table_name(path.asked);
  return "COPY (" + select + "\n) TO STDOUT (FORMAT csv, HEADER)";
}

class PostgresqlRecords : public RecordDatabase {
 public:
  explicit PostgresqlRecords(const DatabasePath& path) {
    check_address(path);
    connect(path);
    run(path, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    for (const char* setting : {"timezone = 'UTC'", "datestyle = 'ISO, YMD'", "bytea_output = 'hex'",
                                // The same rows in the same order, whatever the server is busy with.
                                "synchronize_seqscans = off", "max_parallel_workers_per_gather = 0"})
      run(path, fmt::format("SET LOCAL {}", setting));
  }

  void copy(const DatabasePath& path, Spool& to) override {
    const AnswerHolder begun = ask(copy_command(path));
    if (libpq().status_of(begun.get()) != copy_out) refuse(path);
    int size = 0;
    for (char* row = nullptr; (size = libpq().copy_data(connection_.get(), &row, 0)) > 0;) {
      const std::unique_ptr<char, void (*)(void*)> held(row, libpq().release);
      to.append({row, static_cast<std::size_t>(size)});
    }
    if (size == -2) fail(path);
    while (AnswerHolder answer{libpq().next_answer(connection_.get())})
      if (libpq().status_of(answer.get()) != command_ok) fail(path);
  }

 private:
  // libpq's own words about an address it cannot read may quote the password.
  static void check_address(const DatabasePath& path) {
    char* fault = nullptr;
    Setting* settings = libpq().parse(path.database.c_str(), &fault);
    if (fault != nullptr) libpq().release(fault);
    if (settings == nullptr)
      throw Error{Where{path.shown(), 0, 0, 1, {}}, "this is not an address of PostgreSQL",
                  "write postgresql://user@host:5432/database#table, in a name or password % as %25", Exit::usage};
    libpq().free_settings(settings);
  }

  void connect(const DatabasePath& path) {
    // The URL overrides what stands before it and is overridden by what stands behind it.
    const bool has_timeout = std::getenv("PGCONNECT_TIMEOUT") != nullptr;
    const char* const keywords[] = {"application_name", has_timeout ? "application_name" : "connect_timeout", "dbname", "client_encoding", nullptr};
    const char* const values[] = {"amends", has_timeout ? "amends" : "15", path.database.c_str(), "UTF8", nullptr};
    connection_.reset(libpq().connect(keywords, values, 1));
    if (!connection_) throw std::bad_alloc();
    libpq().when_noticed(connection_.get(), [](void*, const char*) {}, nullptr);
    if (libpq().status(connection_.get()) == connection_ok) return;
    throw Error{Where{path.shown(), 0, 0, 1, {}}, fmt::format("no connection to PostgreSQL: {}", told()),
                "nothing is decided without this source; run again when the server can be reached", Exit::io};
  }

  AnswerHolder ask(const std::string& command) {
    // With parameters, of which there are none, a text is one command and no more.
    return AnswerHolder(libpq().ask(connection_.get(), command.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0));
  }

  void run(const DatabasePath& path, const std::string& command) {
    const AnswerHolder answer = ask(command);
    if (libpq().status_of(answer.get()) != command_ok) fail(path);
  }

  std::string told() const {
    const char* password = libpq().password(connection_.get());
    const std::string message = on_one_line(libpq().error(connection_.get()));
    return with(message, password == nullptr ? "" : password, "***");
  }

  [[noreturn]] void refuse(const DatabasePath& path) const {
    if (libpq().status(connection_.get()) != connection_ok) fail(path);
    throw Error{Where{path.shown(), 0, 0, 1, {}}, fmt::format("PostgreSQL refused the query: {}", told()),
                "check what stands behind the # of the source's path", Exit::io};
  }

  [[noreturn]] void fail(const DatabasePath& path) const {
    throw Error{Where{path.shown(), 0, 0, 1, {}}, fmt::format("PostgreSQL did not answer to the end: {}", told()),
                "nothing is decided on a part of the records; run again", Exit::io};
  }

  std::unique_ptr<Connection, ConnectionEnd> connection_;
};

}  // namespace

std::unique_ptr<RecordDatabase> open_postgresql(const DatabasePath& path) { return std::make_unique<PostgresqlRecords>(path); }

}  // namespace amends
