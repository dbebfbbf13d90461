#include "io/ledger/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::chrono::milliseconds poll{20};
constexpr std::int64_t moment_ms = 2000;

Error cannot(const std::string& path, const char* what) {
  return Error({path, 0, 0, 1, {}}, fmt::format("cannot {} the run lock: {}", what, std::strerror(errno)),
               "the folder of the ledger must exist and be writable", Exit::io);
}

// One ledger, one lock, by whatever name it is reached.
std::string real_path(const std::string& path) {
  char* const found = realpath(path.c_str(), nullptr);
  if (found == nullptr) return path;  // no ledger yet
  std::string real = found;
  std::free(found);
  return real;
}

}  // namespace

RunLock::RunLock(const std::string& ledger_path, std::int64_t wait_ms, Locked what) {
  const bool is_ledger = what == Locked::ledger;
  const std::string path = real_path(ledger_path) + (is_ledger ? "-lock" : "-send-lock");
  if (is_ledger) wait_ms = std::max(wait_ms, moment_ms);
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) throw cannot(ledger_path, "open");
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
  while (!take(path)) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero()) {
      close(file_);
      throw Error({ledger_path, 0, 0, 1, {}}, (is_ledger ? "another run holds the ledger " : "letters are being sent already from the ledger ") + quoted(ledger_path),
                  "wait for it with --wait 10m", Exit::locked);
    }
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(poll, left));
  }
}

bool RunLock::take(const std::string& path) {
  if (flock(file_, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK || errno == EINTR) return false;
  const Error error = cannot(path, "take");
  close(file_);
  throw error;
}

RunLock::~RunLock() { close(file_); }

// /proc/locks has lines such as "3: FLOCK  ADVISORY  WRITE 1234 08:01:131075 0 EOF".
std::optional<int> holder_of_run_lock(const std::string& ledger_path) {
  struct stat facts {};
  if (stat((real_path(ledger_path) + "-lock").c_str(), &facts) != 0) return std::nullopt;
  const std::string file = fmt::format("{:02x}:{:02x}:{}", major(facts.st_dev), minor(facts.st_dev), facts.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, advisory, mode, place;
    int process = 0;
    if (words >> number >> kind >> advisory >> mode >> process >> place && kind == "FLOCK" && place == file) return process;
  }
  return std::nullopt;
}

}  // namespace amends
