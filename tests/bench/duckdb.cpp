// Runs an SQL file with DuckDB's library, which is opened while it runs: nothing of it is needed to build this.
// Usage: bench_duckdb LIBRARY FILE.sql [NAME=VALUE...]. Each {NAME} in the file becomes its VALUE.
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include <dlfcn.h>

namespace {

// From DuckDB's C interface, duckdb.h; a duckdb_result is six words.
using Handle = void*;
struct Result {
  void* words[6];
};
constexpr int success = 0;

class Library {
 public:
  explicit Library(const char* path) : library_(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) throw std::runtime_error(dlerror());
  }
  template <class F>
  F* function(const char* name) const {
    void* const found = dlsym(library_, name);
    if (found == nullptr) throw std::runtime_error(dlerror());
    return reinterpret_cast<F*>(found);
  }

 private:
  void* library_;
};

std::string contents(const char* path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string(path) + " cannot be read");
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

void fill(std::string& text, const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos) throw std::runtime_error(setting + " is not NAME=VALUE");
  const std::string hole = "{" + setting.substr(0, equals) + "}", value = setting.substr(equals + 1);
  for (std::size_t at = text.find(hole); at != std::string::npos; at = text.find(hole, at + value.size()))
    text.replace(at, hole.size(), value);
}

void run(const Library& duckdb, const std::string& sql) {
  Handle database = nullptr, connection = nullptr;
  Result result{};
  if (duckdb.function<int(const char*, Handle*)>("duckdb_open")(nullptr, &database) != success)
    throw std::runtime_error("DuckDB cannot be opened");
  if (duckdb.function<int(Handle, Handle*)>("duckdb_connect")(database, &connection) != success)
    throw std::runtime_error("DuckDB cannot be connected to");
  if (duckdb.function<int(Handle, const char*, Result*)>("duckdb_query")(connection, sql.c_str(), &result) != success) {
    const char* const why = duckdb.function<const char*(Result*)>("duckdb_result_error")(&result);
    throw std::runtime_error(why == nullptr ? "the query failed" : why);
  }
  duckdb.function<void(Result*)>("duckdb_destroy_result")(&result);
  duckdb.function<void(Handle*)>("duckdb_disconnect")(&connection);
  duckdb.function<void(Handle*)>("duckdb_close")(&database);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 3) throw std::runtime_error("Usage: bench_duckdb LIBRARY FILE.sql [NAME=VALUE...]");
    std::string sql = contents(argv[2]);
    for (int i = 3; i < argc; ++i) fill(sql, argv[i]);
    run(Library(argv[1]), sql);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_duckdb: %s\n", fault.what());
    return 1;
  }
}
