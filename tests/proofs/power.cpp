// The ledger under power cuts: an SQLite VFS that keeps, of what was not synced yet, some sectors, loses others and
// tears some. After each cut every run that was acknowledged is there whole, no other is there in part, the file
// verifies, and the next run goes on.
//   power_proof [CUTS]     prints what it counted; ends with 1 when a row was lost
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "io/ledger.h"
#include "io/ledger_verify.h"

using namespace amends;

namespace {

constexpr std::size_t sector = 512;

// What one file would be if the power went now: the bytes of the last sync, and what was done since.
struct Change {
  std::size_t offset = 0;
  std::string bytes;
  bool is_cut = false;  // to `offset` bytes
};
struct DiskFile {
  std::string synced;
  std::vector<Change> since;
  bool was_synced = false;  // else its name may be lost with it
  bool is_deleted = false;  // nobody syncs that
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Disk {
 public:
  void cut_at(long operation, unsigned seed) {
    cut_at_ = operation;
    chance_.seed(seed);
  }
  long operations() const { return operations_; }

  void open(const std::string& path, bool existed) {
    DiskFile& file = files_[path];
    if (existed && !file.was_synced && file.since.empty()) file = {content_of(path), {}, true, false};
    file.is_deleted = false;
  }
  void change(const std::string& path, Change change) {
    files_[path].since.push_back(std::move(change));
    count();
  }
  void sync(const std::string& path) {
    count();
    DiskFile& file = files_[path];
    for (const Change& change : file.since) apply(file.synced, change);
    file.since.clear();
    // SQLite syncs the folder with the first sync of a log: from then on what was deleted there stays deleted.
    if (!file.was_synced) std::erase_if(files_, [](const auto& other) { return other.second.is_deleted; });
    file.was_synced = true;
  }
  void remove(const std::string& path) {
    files_[path].is_deleted = true;
    count();
  }

 private:
  static void apply(std::string& to, const Change& change) {
    if (change.is_cut) return to.resize(change.offset);
    if (to.size() < change.offset + change.bytes.size()) to.resize(change.offset + change.bytes.size());
    to.replace(change.offset, change.bytes.size(), change.bytes);
  }
  bool happens(unsigned percent) { return chance_() % 100 < percent; }

  // Each sector of a write on its own: there, lost, or there in its first bytes.
  void apply_in_part(std::string& to, const Change& change) {
    if (change.is_cut) {
      if (happens(50)) apply(to, change);
      return;
    }
    for (std::size_t at = 0; at < change.bytes.size(); at += sector) {
      const std::string part = change.bytes.substr(at, sector);
      if (happens(45)) continue;
      apply(to, {change.offset + at, happens(20) ? part.substr(0, chance_() % sector) : part, false});
    }
  }

  void count() {
    if (++operations_ == cut_at_) cut();
  }
  [[noreturn]] void cut() {
    for (auto& [path, file] : files_) {
      std::filesystem::remove(path);
      if ((!file.was_synced && happens(50)) || (file.is_deleted && happens(50))) continue;
      std::string image = file.synced;
      for (const Change& change : file.since) apply_in_part(image, change);
      std::ofstream(path, std::ios::binary) << image;
      std::filesystem::remove(path + "-shm");
    }
    _exit(9);
  }

  std::map<std::string, DiskFile> files_;
  std::mt19937 chance_;
  long operations_ = 0, cut_at_ = 0;
};

Disk disk;

// SQLite's own VFS with the disk looking on.
struct File {
  sqlite3_file base;
  sqlite3_file* real;
  std::string* path;  // null: a temporary file
};

sqlite3_file* real_of(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }
const std::string* path_of(sqlite3_file* file) { return reinterpret_cast<File*>(file)->path; }

int close_file(sqlite3_file* file) {
  File* own = reinterpret_cast<File*>(file);
  const int code = own->real->pMethods == nullptr ? SQLITE_OK : own->real->pMethods->xClose(own->real);
  sqlite3_free(own->real);
  delete own->path;
  return code;
}

int write_file(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  if (path_of(file) != nullptr)
    disk.change(*path_of(file), {static_cast<std::size_t>(offset), std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count)), false});
  return real_of(file)->pMethods->xWrite(real_of(file), bytes, count, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (path_of(file) != nullptr) disk.change(*path_of(file), {static_cast<std::size_t>(size), {}, true});
  return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

// The disk remembers what is safe; the real one need not wait.
int sync_file(sqlite3_file* file, int) {
  if (path_of(file) != nullptr) disk.sync(*path_of(file));
  return SQLITE_OK;
}

// Everything else goes to the real file.
template <auto method, class... Arguments>
int pass(sqlite3_file* file, Arguments... arguments) {
  return (real_of(file)->pMethods->*method)(real_of(file), arguments...);
}
void pass_barrier(sqlite3_file* file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); }

using Methods = sqlite3_io_methods;
const Methods methods = {2,
                         close_file,
                         pass<&Methods::xRead, void*, int, sqlite3_int64>,
                         write_file,
                         truncate_file,
                         sync_file,
                         pass<&Methods::xFileSize, sqlite3_int64*>,
                         pass<&Methods::xLock, int>,
                         pass<&Methods::xUnlock, int>,
                         pass<&Methods::xCheckReservedLock, int*>,
                         pass<&Methods::xFileControl, int, void*>,
                         pass<&Methods::xSectorSize>,
                         pass<&Methods::xDeviceCharacteristics>,
                         pass<&Methods::xShmMap, int, int, int, void volatile**>,
                         pass<&Methods::xShmLock, int, int, int>,
                         pass_barrier,
                         pass<&Methods::xShmUnmap, int>,
                         nullptr,
                         nullptr};

sqlite3_vfs* real_vfs = nullptr;

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* got) {
  File* own = reinterpret_cast<File*>(file);
  own->base.pMethods = nullptr;
  const bool existed = name != nullptr && std::filesystem::exists(name);
  own->real = static_cast<sqlite3_file*>(sqlite3_malloc(real_vfs->szOsFile));
  own->path = name == nullptr || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0 ? nullptr : new std::string(name);
  const int code = real_vfs->xOpen(real_vfs, name, own->real, flags, got);
  own->base.pMethods = &methods;
  if (code == SQLITE_OK && own->path != nullptr) disk.open(*own->path, existed);
  return code;
}

int delete_file(sqlite3_vfs*, const char* name, int sync_folder) {
  const int code = real_vfs->xDelete(real_vfs, name, sync_folder);
  if (code == SQLITE_OK) disk.remove(name);
  return code;
}

void install() {
  static sqlite3_vfs lossy;
  real_vfs = sqlite3_vfs_find(nullptr);
  lossy = *real_vfs;
  lossy.zName = "lossy";
  lossy.szOsFile = sizeof(File);
  lossy.xOpen = open_file;
  lossy.xDelete = delete_file;
  sqlite3_vfs_register(&lossy, 1);
}

constexpr int runs = 5, cases_a_run = 220;

KnownCase case_of(int run, int number) {
  KnownCase c;
  c.record_id = fmt::format("{}-{}", run, number);
  c.key = "shop/order/" + c.record_id + "/stated-date";
  c.guarantee = "stated-date";
  c.person = fmt::format("customer:{}", number % 50);
  c.due = Date{20000};
  c.due_instant = Instant{20001 * ms_per_day};
  c.standing = standing::decided;
  return c;
}

Grant grant_of(const KnownCase& c, int minor) {
  Grant g;
  g.case_key = c.key;
  g.key = c.key + "/delay/credit/1";
  g.record_id = c.record_id;
  g.person = c.person;
  g.table = "delay";
  g.rule = "#1";
  g.kind = "credit";
  g.money = Money{minor, *currency_named("GBP")};
  g.due = c.due_instant;
  g.steps = {std::string(300, 's')};
  return g;
}

void one_run(Ledger& ledger, int run) {
  ledger.begin(Instant{run * ms_per_day});
  for (int number = 0; number < cases_a_run; ++number) {
    const KnownCase c = case_of(run, number);
    ledger.append_case(c);
    ledger.append_grant(grant_of(c, number + 1));
  }
  ledger.commit({0, Instant{}, 0, "{}"});
}

// Each acknowledged run writes its number into the pipe, as a person would see it done.
void live(const std::string& path, int acknowledge) {
  for (int run = 0; run < runs; ++run) {
    const auto ledger = Ledger::open_to_write(path, 0);
    one_run(*ledger, run);
    const char byte = static_cast<char>('0' + run);
    if (write(acknowledge, &byte, 1) != 1) std::abort();
  }
}

// How the child ended, and the runs it acknowledged.
std::pair<int, std::string> cut_off(const std::string& path, long at, unsigned seed) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    umask(077);
    install();
    disk.cut_at(at, seed);
    live(path, ends[1]);
    _exit(0);
  }
  close(ends[1]);
  std::string acknowledged;
  char byte = 0;
  while (read(ends[0], &byte, 1) == 1) acknowledged += byte;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, acknowledged};
}

struct Outcome {
  bool lost = false, in_part = false, corrupt = false, stuck = false;
};

Outcome after_cut(const std::string& path, const std::string& acknowledged) {
  Outcome outcome;
  try {
    std::map<std::string, int> found;
    if (const auto ledger = Ledger::open_to_read(path))
      for (const Grant& grant : ledger->grants()) ++found[grant.record_id.substr(0, grant.record_id.find('-'))];
    for (const char run : acknowledged) outcome.lost = outcome.lost || found[std::string(1, run)] != cases_a_run;
    for (const auto& [run, count] : found) outcome.in_part = outcome.in_part || (count != 0 && count != cases_a_run);
    one_run(*Ledger::open_to_write(path, 0), 9);
    Progress progress;
    const LedgerCheck check = verify_ledger(path, "", progress);
    outcome.corrupt = !check.findings.empty();
    if (outcome.corrupt) fmt::print("{}: {}\n", check.findings[0].check, check.findings[0].what);
  } catch (const Error& error) {
    fmt::print("{}: {}\n", error.where.file, error.message);
    outcome.stuck = true;
  }
  return outcome;
}

long operations_of_a_life(const std::string& folder) {
  install();
  const std::string path = folder + "/whole.db";
  live(path, open("/dev/null", O_WRONLY));
  return disk.operations();
}

}  // namespace

int main(int argc, char** argv) {
  const int cuts = argc > 1 ? std::atoi(argv[1]) : 300;
  std::string name = (std::filesystem::temp_directory_path() / "amends-power-XXXXXX").string();
  const std::string folder = mkdtemp(name.data());
  int lost = 0, in_part = 0, corrupt = 0, stuck = 0, acknowledged = 0, cut = 0;
  int ends[2];
  if (pipe(ends) != 0) return 1;
  const pid_t child = fork();  // the disk is watched in children alone
  if (child == 0) {
    const long all = operations_of_a_life(folder);
    _exit(write(ends[1], &all, sizeof all) == sizeof all ? 0 : 1);
  }
  long all = 0;
  if (read(ends[0], &all, sizeof all) != sizeof all) return 1;
  waitpid(child, nullptr, 0);
  for (int i = 0; i < cuts; ++i) {
    const std::string of_cut = fmt::format("{}/{}", folder, i);
    std::filesystem::create_directory(of_cut);
    const std::string path = of_cut + "/amends.db";
    const auto [code, runs_done] = cut_off(path, 1 + i * (all - 1) / std::max(1, cuts - 1), static_cast<unsigned>(i));
    cut += code == 9;
    acknowledged += static_cast<int>(runs_done.size());
    const Outcome outcome = after_cut(path, runs_done);
    lost += outcome.lost;
    in_part += outcome.in_part;
    corrupt += outcome.corrupt;
    stuck += outcome.stuck;
    std::filesystem::remove_all(of_cut);
  }
  std::filesystem::remove_all(folder);
  fmt::print("{} power cuts at {} operations on the disk: {} of them cut a run short, {} runs of {} rows were acknowledged before;\n"
             "{} lost acknowledged rows, {} left a run in part, {} left a file that does not verify, {} left one that cannot be written\n",
             cuts, all, cut, acknowledged, 2 * cases_a_run, lost, in_part, corrupt, stuck);
  return lost + in_part + corrupt + stuck == 0 && cut > cuts / 2 ? 0 : 1;
}
