#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "ledger_file.h"

using namespace amends;
using namespace amends::test;

namespace {

const Instant night{20010 * ms_per_day};

// A run as the nightly job makes it: grants only what the ledger does not hold yet.
void run_once(const std::string& path, int orders) {
  const auto ledger = Ledger::open_to_write(path, 10'000);
  const Given given = given_of(*ledger);
  if (!ledger->runs().empty()) return;
  ledger->begin(night);
  for (int order = 0; order < orders; ++order) {
    const KnownCase c = late_case(fmt::format("{}", order), fmt::format("customer:{}", order % 50));
    ledger->append_case(c);
    if (!given.by_case.contains(c.key)) ledger->append_grant(credit(c, 1, order + 1));
    if (order % 10 == 0) ledger->append_message(letter(c), "drafted");
  }
  ledger->commit({0, night, static_cast<std::size_t>(orders), "{}"});
}

template <class Act>
int exit_of_child(const Act& act) {
  const pid_t child = fork();
  if (child == 0) {
    int code = 0;
    try {
      act();
    } catch (const Error& error) {
      code = static_cast<int>(error.exit);
    } catch (...) {
      code = 99;
    }
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Exit exit_of_open(const std::string& path, std::int64_t wait_ms) {
  try {
    Ledger::open_to_write(path, wait_ms);
    return Exit::ok;
  } catch (const Error& error) {
    CHECK(error.hint.find("--wait 10m") != std::string::npos);
    CHECK(error.message.find(path) != std::string::npos);
    return error.exit;
  }
}

}  // namespace

TEST_CASE("a run killed at any moment, then rerun, ends as if never killed") {
  constexpr int orders = 400;
  const LedgerFile whole;
  const auto start = std::chrono::steady_clock::now();
  CHECK(exit_of_child([&] { run_once(whole.path, orders); }) == 0);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  const std::vector<std::string> expected = exported(whole.path);
  int killed = 0;
  for (int i = 0; i < 20; ++i) {
    const LedgerFile file;
    const pid_t child = fork();
    if (child == 0) {
      run_once(file.path, orders);
      _exit(0);
    }
    std::this_thread::sleep_for(took * i / 19);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status);
    CHECK(exit_of_child([&] { run_once(file.path, orders); }) == 0);
    CHECK(exported(file.path) == expected);
  }
  MESSAGE("killed in the middle: ", killed, " of 20");
}

TEST_CASE("two runs at once: the second ends with its own exit, or waits") {
  const LedgerFile file;
  auto first = Ledger::open_to_write(file.path, 0);
  CHECK(exit_of_open(file.path, 0) == Exit::locked);
  CHECK(exit_of_open(file.path, 120) == Exit::locked);
  std::thread release([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    first.reset();
  });
  CHECK(exit_of_open(file.path, 10'000) == Exit::ok);
  release.join();
}

TEST_CASE("the lock of a killed run is free") {
  const LedgerFile file;
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto ledger = Ledger::open_to_write(file.path, 0);
    ledger->begin(night);
    _exit(write(ready[1], "x", 1) == 1 && pause() != 0);
  }
  char byte = 0;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  CHECK(exit_of_open(file.path, 0) == Exit::locked);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(exit_of_open(file.path, 0) == Exit::ok);
  close(ready[0]);
  close(ready[1]);
}

TEST_CASE("a reader sees the ledger as it was while a run writes") {
  const LedgerFile file;
  run_once(file.path, 10);
  const auto writer = Ledger::open_to_write(file.path, 0);
  writer->begin(night);
  const KnownCase c = late_case("new", "customer:1");
  writer->append_case(c);
  writer->append_grant(credit(c, 1, 5));
  const auto reader = Ledger::open_to_read(file.path);
  CHECK(reader->grants().size() == 10);
  writer->commit({});
  CHECK(reader->cases().size() == 10);
  CHECK(Ledger::open_to_read(file.path)->grants().size() == 11);
}

TEST_CASE("a reader works where nobody can write") {
  const LedgerFile file;
  run_once(file.path, 10);
  chmod(file.path.c_str(), 0444);
  chmod(file.folder.c_str(), 0555);
  const int exit = exit_of_child([&] {
    if (getuid() == 0 && setuid(65534) != 0) _exit(98);
    _exit(Ledger::open_to_read(file.path)->grants().size() == 10 ? 0 : 1);
  });
  chmod(file.folder.c_str(), 0755);
  CHECK(exit == 0);
}

TEST_CASE("a write that fails grants nothing, and the next run completes") {
  const LedgerFile whole;
  run_once(whole.path, 3000);
  const std::vector<std::string> expected = exported(whole.path);
  for (const rlim_t bytes : {rlim_t{0}, rlim_t{5'000}, rlim_t{60'000}, rlim_t{150'000}, rlim_t{600'000}}) {
    const LedgerFile file;
    const int exit = exit_of_child([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{bytes, bytes};
      setrlimit(RLIMIT_FSIZE, &limit);
      run_once(file.path, 3000);
    });
    CHECK(exit == static_cast<int>(Exit::io));
    const auto reader = Ledger::open_to_read(file.path);
    CHECK((reader == nullptr || reader->grants().empty()));
    run_once(file.path, 3000);
    CHECK(exported(file.path) == expected);
  }
}
