// The lock that keeps two runs apart: flock on PATH-lock, a file of its own because closing any descriptor of
// a database drops SQLite's locks on it. It goes with the process, however that ends; the file stays.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace amends {

// What is kept apart: what writes to the ledger, on PATH-lock, and what sends letters, on PATH-send-lock.
enum class Locked { ledger, sending };

class RunLock {
 public:
  // Waits up to wait_ms; Error with Exit::locked when another run still holds it, Exit::io when it cannot be made. The
  // ledger's is waited for a moment anyway: whoever sends holds it while a letter is written down.
  RunLock(const std::string& ledger_path, std::int64_t wait_ms, Locked what = Locked::ledger);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  bool take(const std::string& path);

  int file_ = -1;
};

// The process that holds it, without asking for it; none where the system does not tell.
std::optional<int> holder_of_run_lock(const std::string& ledger_path);

}  // namespace amends
