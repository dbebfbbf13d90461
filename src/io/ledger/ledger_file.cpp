#include "io/ledger/ledger_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "core/base/error.h"
#include "io/ledger/ledger_schema.h"

namespace amends {
namespace {

Error cannot_open(const std::string& path) {
  return Error({path}, fmt::format("the ledger cannot be opened: {}", std::strerror(errno)),
               "see [ledger] path; its folder must exist", Exit::io);
}

// Bytes of the file; nullopt when there is none.
std::optional<std::int64_t> size_of(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0) return facts.st_size;
  if (errno == ENOENT) return std::nullopt;
  throw cannot_open(path);
}

// A new file's name must survive a power cut, too.
void sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;  // a folder that can be written but not listed
  fsync(file);
  close(file);
}

// Before SQLite sees it, so that it and the files beside it are 0600 from the first moment.
void create_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) return;
  if (file < 0) throw cannot_open(path);
  close(file);
  sync_folder_of(path);
}

// On media nobody can write to, SQLite finds no place for its shared memory and has to be told that nothing
// will change. Changes that wait in a log beside the file would go unseen then.
Database open_readable(const std::string& path) {
  Database database(path, Database::Mode::read);
  if (database.can_be_read()) return database;
  if (access((path + "-shm").c_str(), F_OK) == 0) database.fail();
  if (size_of(path + "-wal").value_or(0) > 0)
    throw Error({path}, fmt::format("the ledger has changes in {}-wal that cannot be read from read-only media", path),
                "copy both files to a folder you can write to", Exit::io);
  Database immutable(path, Database::Mode::immutable);
  if (!immutable.can_be_read()) immutable.fail();
  return immutable;
}

void set_journal(Database& database, const std::string& path) {
  if (database.word("PRAGMA journal_mode = WAL") != "wal")
    throw Error({path}, "the ledger cannot be kept here: this file system lacks shared memory", "keep it on a local disk", Exit::io);
}

// Under another name until it is whole: an empty file in the ledger's place is never one of ours. With its log from the
// first moment: to change to it later takes a journal, which after a power cut would stand in the way of readers.
void create_ledger(const std::string& path) {
  const std::string unfinished = path + ".new";
  for (const char* ending : {"", "-journal", "-wal", "-shm"}) std::remove((unfinished + ending).c_str());
  create_file(unfinished);
  {
    Database database(unfinished, Database::Mode::write);
    database.run("PRAGMA synchronous = FULL");
    create_tables(database);
    set_journal(database, path);
  }
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) throw cannot_open(path);
  sync_folder_of(path);
}

// Whether there is a ledger; Error for an empty file, which would have everything granted again.
bool is_there(const std::string& path) {
  const std::optional<std::int64_t> size = size_of(path);
  if (size == 0)
    throw Error({path}, "the ledger is an empty file: it was cut off or replaced; nothing was granted",
                "restore it from a backup; delete the file only if nothing was ever granted", Exit::io);
  return size.has_value();
}

}  // namespace

Database open_ledger_to_write(const std::string& path) {
  if (!is_there(path)) create_ledger(path);
  Database database(path, Database::Mode::write);
  if (!is_ledger(database)) throw Error({path}, "not a ledger: it has no tables", "restore it from a backup", Exit::io);
  add_columns(database);
  set_journal(database, path);
  database.run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; "
               "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536");
  return database;
}

std::optional<Database> open_ledger_to_read(const std::string& path) {
  if (!is_there(path)) return std::nullopt;
  Database database = open_readable(path);
  database.run("BEGIN");
  if (!is_ledger(database)) return std::nullopt;
  return database;
}

}  // namespace amends
