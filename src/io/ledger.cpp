#include "io/ledger.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "io/ledger_calls.h"
#include "io/ledger_quiet.h"
#include "io/ledger_rows.h"
#include "io/ledger_schema.h"
#include "io/ledger_writer.h"
#include "io/run_lock.h"

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

// Under another name until it is whole: an empty file in the ledger's place is never one of ours.
void create_ledger(const std::string& path) {
  const std::string unfinished = path + ".new";
  for (const char* ending : {"", "-journal"}) std::remove((unfinished + ending).c_str());
  create_file(unfinished);
  {
    Database database(unfinished, Database::Mode::write);
    database.run("PRAGMA synchronous = FULL");
    create_tables(database);
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

Database open_writable(const std::string& path) {
  if (!is_there(path)) create_ledger(path);
  Database database(path, Database::Mode::write);
  if (!is_ledger(database)) throw Error({path}, "not a ledger: it has no tables", "restore it from a backup", Exit::io);
  add_columns(database);
  if (database.word("PRAGMA journal_mode = WAL") != "wal")
    throw Error({path}, "the ledger cannot be kept here: this file system lacks shared memory",
                "keep it on a local disk", Exit::io);
  database.run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; "
               "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536");
  return database;
}

class SqliteLedger final : public Ledger {
 public:
  explicit SqliteLedger(Database database) : database_(std::move(database)) {}
  SqliteLedger(std::unique_ptr<RunLock> lock, Database database)
      : lock_(std::move(lock)), database_(std::move(database)), writer_(std::make_unique<LedgerWriter>(database_)) {}

  std::vector<KnownCase> cases() const override { return read_cases(database_); }
  std::vector<Grant> grants() const override { return read_grants(database_, {}); }
  std::vector<Grant> grants_in(GrantState state) const override { return read_grants(database_, {.state = state}); }
  std::vector<Grant> grants_of_record(const std::string& record_id) const override {
    return read_grants(database_, {.record_id = record_id});
  }
  std::vector<OutboxMessage> messages() const override { return read_messages(database_); }
  std::vector<OutboxMessage> outlines() const override { return read_outlines(database_, {}); }
  std::vector<OutboxMessage> outlines_of_record(const std::string& record_id) const override {
    return read_outlines(database_, record_id);
  }
  std::vector<Grant> grants_of(const Whose& whose) const override { return read_grants(database_, {.whose = &whose}); }
  std::vector<OutboxMessage> outlines_of(const Whose& whose) const override { return read_outlines_of(database_, whose); }
  std::vector<DoneCall> done_calls() const override { return read_done_calls(database_); }
  std::vector<Welcome> welcomes() const override { return read_welcomes(database_); }
  Milestones milestones() const override { return read_milestones(database_); }
  std::vector<LedgerRun> runs() const override { return read_runs(database_); }
  std::optional<std::string> policy_text(const std::string& hash) const override;
  std::string secret() const override;

  void begin(Instant as_of, std::optional<Instant> started, const std::string& command) override {
    writer().begin(as_of, started, command);
  }
  void append_policy(const std::string& hash, const std::string& text) override { writer().append_policy(hash, text); }
  void append_case(const KnownCase& c) override { writer().append_case(c); }
  void append_grant(const Grant& grant) override { writer().append_grant(grant); }
  void append_message(const Message& message, const std::string& state) override {
    writer().append_message(message, state);
  }
  void change_grant(const std::string& key, GrantState state, const std::string& reference,
                    const std::string& reason) override {
    writer().change_grant(key, state, reference, reason);
  }
  void change_message(const std::string& key, const std::string& state, const std::string& reason) override {
    writer().change_message(key, state, reason);
  }
  void keep_quiet(const std::vector<QuietCase>& cases) override { write_quiet(database_, cases); }
  void append_done_call(const DoneCall& call) override { writer().append_done_call(call); }
  void append_welcome(const Welcome& welcome) override { writer().append_welcome(welcome); }
  IssueOutcome issue(const std::vector<Issued>& lines) override { return writer().issue(lines); }
  void commit(const LedgerRun& run) override { writer().commit(run); }

 private:
  LedgerWriter& writer() {
    if (!writer_) throw std::logic_error("a ledger opened to read is written to");
    return *writer_;
  }

  std::unique_ptr<RunLock> lock_;  // let go last
  Database database_;              // closed without commit: SQLite rolls back
  std::unique_ptr<LedgerWriter> writer_;
};

std::optional<std::string> SqliteLedger::policy_text(const std::string& hash) const {
  Statement text(database_, "SELECT text FROM policies WHERE policy = ?");
  if (!text.bind(hash).step()) return std::nullopt;
  return text.text(0);
}

std::string SqliteLedger::secret() const {
  Statement secret(database_, "SELECT value FROM meta WHERE name = 'secret'");
  if (!secret.step()) throw Error({database_.path()}, "the ledger has lost its secret", "restore it from a backup", Exit::io);
  return secret.text(0);
}

}  // namespace

std::unique_ptr<Ledger> Ledger::open_to_read(const std::string& path) {
  if (!is_there(path)) return nullptr;
  Database database = open_readable(path);
  database.run("BEGIN");
  if (!is_ledger(database)) return nullptr;
  return std::make_unique<SqliteLedger>(std::move(database));
}

std::unique_ptr<Ledger> Ledger::open_to_write(const std::string& path, std::int64_t wait_ms) {
  auto lock = std::make_unique<RunLock>(path, wait_ms);
  return std::make_unique<SqliteLedger>(std::move(lock), open_writable(path));
}

Given given_of(const Ledger& ledger) { return given_of(ledger.grants()); }

Given given_of(std::vector<Grant> grants) {
  Given given;
  for (Grant& grant : grants) {
    std::vector<Grant>& of_case = given.by_case[grant.case_key];
    of_case.push_back(std::move(grant));
  }
  return given;
}

}  // namespace amends
