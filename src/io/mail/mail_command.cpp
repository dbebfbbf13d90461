#include "io/mail/mail_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"

extern char** environ;

namespace amends {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t most_output = 64 * 1024;
constexpr std::chrono::milliseconds grace{2000};  // from SIGTERM to SIGKILL
constexpr int tick_ms = 50;

// What a mail program needs to find its configuration, its keys and its language.
constexpr std::string_view passed_on[] = {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TZDIR", "TMPDIR", "EMAIL", "MAILRC",
                                          "GNUPGHOME", "GPG_TTY", "PASSWORD_STORE_DIR", "KRB5CCNAME", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS",
                                          "SSL_CERT_FILE", "SSL_CERT_DIR"};

bool is_passed_on(std::string_view entry) {
  const std::string_view name = entry.substr(0, entry.find('='));
  return name.starts_with("LC_") || name.starts_with("XDG_") || std::find(std::begin(passed_on), std::end(passed_on), name) != std::end(passed_on);
}

std::vector<char*> environment() {
  std::vector<char*> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    if (is_passed_on(*entry)) entries.push_back(*entry);
  entries.push_back(nullptr);
  return entries;
}

bool is_executable(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

// By PATH, as a shell finds it; empty: nowhere.
std::string found_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return is_executable(name) ? name : "";
  const char* const path = std::getenv("PATH");
  for (const std::string_view folder : split(path == nullptr ? "/usr/bin:/bin:/usr/sbin" : path, ':')) {
    std::string candidate = fmt::format("{}/{}", folder.empty() ? "." : folder, name);
    if (is_executable(candidate)) return candidate;
  }
  // Where sendmail lives is not on everybody's PATH.
  for (const char* folder : {"/usr/sbin/", "/usr/lib/"})
    if (is_executable(folder + name)) return folder + name;
  return {};
}

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_, O_CLOEXEC) != 0) throw Error{{}, fmt::format("no pipe can be made: {}", std::strerror(errno)), "see ulimit -n", Exit::io};
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int end(int which) const { return ends_[which]; }
  bool is_open(int which) const { return ends_[which] >= 0; }
  void close_end(int which) {
    if (ends_[which] >= 0) close(ends_[which]);
    ends_[which] = -1;
  }
  void do_not_wait(int which) const { fcntl(ends_[which], F_SETFL, fcntl(ends_[which], F_GETFL) | O_NONBLOCK); }

 private:
  int ends_[2] = {-1, -1};
};

// A letter in memory, whole before its command starts: were it written into a pipe, a sender that is killed meanwhile would
// leave the command half of it, which may go out as if it were all.
class LetterFile {
 public:
  explicit LetterFile(std::string_view letter) : file_(memfd_create("letter", MFD_CLOEXEC)) {
    if (file_ < 0) fail();
    while (!letter.empty()) {
      const ssize_t n = write(file_, letter.data(), letter.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail();
      letter.remove_prefix(static_cast<std::size_t>(n));
    }
    if (lseek(file_, 0, SEEK_SET) != 0) fail();
  }
  ~LetterFile() {
    if (file_ >= 0) close(file_);
  }
  LetterFile(const LetterFile&) = delete;
  LetterFile& operator=(const LetterFile&) = delete;
  int file() const { return file_; }

 private:
  [[noreturn]] void fail() {
    const std::string why = std::strerror(errno);
    if (file_ >= 0) close(file_);
    throw Error{{}, fmt::format("a letter cannot be held ready for the mail command: {}", why), "see free memory and ulimit -n", Exit::io};
  }

  int file_;
};

// One run of the command, from its start to its end.
class Process {
 public:
  Process(std::string_view letter, std::int64_t timeout_ms) : letter_(letter), deadline_(Clock::now() + std::chrono::milliseconds(timeout_ms)) {}

  MailReply run(const std::string& path, const std::vector<std::string>& words) {
    const int fault = start(path, words);
    if (fault != 0) {
      reply_.exit_code = fault == ENOENT || fault == ENOTDIR ? 127 : 126;
      return std::move(reply_);
    }
    while (!has_ended_) {
      hear();
      look_after(Clock::now());
    }
    return std::move(reply_);
  }

 private:
  int start(const std::string& path, const std::vector<std::string>& words) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    posix_spawn_file_actions_adddup2(&files, letter_.file(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out_.end(1), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, out_.end(1), STDERR_FILENO);
    // A group of its own: Ctrl-C stops amends between two letters, not the letter that is on its way.
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::vector<char*> variables = environment();
    const int fault = posix_spawn(&child_, path.c_str(), &files, &how, arguments.data(), variables.data());
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    out_.close_end(1);
    out_.do_not_wait(0);
    return fault;
  }

  // What it says, or nothing after a moment.
  void hear() {
    if (!out_.is_open(0)) {
      poll(nullptr, 0, 1);  // it says no more, and is about to end
      return;
    }
    pollfd wait{out_.end(0), POLLIN, 0};
    if (poll(&wait, 1, tick_ms) > 0) listen();
  }

  void listen() {
    char buffer[4096];
    const ssize_t n = read(out_.end(0), buffer, sizeof buffer);
    if (n > 0 && reply_.output.size() < most_output) reply_.output.append(buffer, static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) out_.close_end(0);
  }

  void look_after(Clock::time_point now) {
    int status = 0;
    const pid_t ended = waitpid(child_, &status, WNOHANG);
    if (ended == child_) {
      while (out_.is_open(0)) {  // what it said last; a grandchild may keep the pipe open
        const std::size_t before = reply_.output.size();
        listen();
        if (reply_.output.size() == before) break;
      }
      if (WIFEXITED(status)) reply_.exit_code = WEXITSTATUS(status);
      else reply_.signal = WTERMSIG(status);
      has_ended_ = true;
      return;
    }
    if (now < deadline_) return;
    kill(-child_, reply_.timed_out ? SIGKILL : SIGTERM);
    reply_.timed_out = true;
    deadline_ = now + grace;
  }

  LetterFile letter_;
  Clock::time_point deadline_;
  Pipe out_;
  pid_t child_ = -1;
  bool has_ended_ = false;
  MailReply reply_;
};

}  // namespace

MailCommand::MailCommand(std::vector<std::string> words) : words_(std::move(words)), path_(found_program(words_.front())) {
  if (path_.empty())
    throw Error{{}, fmt::format("the mail command {} is not there, or may not be executed", quoted(words_.front())), "install it, or name another: --via 'msmtp -t'"};
  std::error_code ignored;
  may_have_queued_ = std::filesystem::canonical(path_, ignored).filename() == "smtpctl";
}

MailReply MailCommand::run(std::string_view message, std::int64_t timeout_ms) const { return Process(message, timeout_ms).run(path_, words_); }

}  // namespace amends
