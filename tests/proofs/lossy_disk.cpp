#include "lossy_disk.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <vector>

namespace amends::test {
namespace {

constexpr int cut_short = 9;  // the exit code of a child whose power went

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
    _exit(cut_short);
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

}  // namespace

// The disk is watched in children alone, so that each begins with an empty one.
Life live_until(long cut_at, unsigned seed, const std::function<void(int)>& live) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    umask(077);
    install();
    disk.cut_at(cut_at, seed);
    live(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  Life life;
  char byte = 0;
  while (read(ends[0], &byte, 1) == 1) life.acknowledged += byte;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  life.was_cut = WIFEXITED(status) && WEXITSTATUS(status) == cut_short;
  return life;
}

long operations_of(const std::function<void(int)>& live) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    umask(077);
    install();
    live(open("/dev/null", O_WRONLY));
    const long all = disk.operations();
    _exit(write(ends[1], &all, sizeof all) == sizeof all ? 0 : 1);
  }
  long all = 0;
  if (read(ends[0], &all, sizeof all) != sizeof all) std::abort();
  close(ends[0]);
  close(ends[1]);
  waitpid(child, nullptr, 0);
  return all;
}

void acknowledge(int file, char what) {
  if (write(file, &what, 1) != 1) std::abort();
}

}  // namespace amends::test
