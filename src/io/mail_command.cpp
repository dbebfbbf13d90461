#include "io/mail_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text.h"

extern char** environ;

namespace amends {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t most_output = 64 * 1024;
constexpr std::chrono::milliseconds grace{2000};  // from SIGTERM to SIGKILL
constexpr int tick_ms = 50;

// What a mail program needs to find its configuration, its keys and its language.
constexpr std::string_view passed_on[] = {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TZDIR", "TMPDIR", "EMAIL", "MAILRC",
                                          "GNUPGHOME", "GPG_TTY", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "SSL_CERT_FILE", "SSL_CERT_DIR"};

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

// One run of the command, from its start to its end.
class Process {
 public:
  Process(std::string_view message, std::int64_t timeout_ms) : message_(message), deadline_(Clock::now() + std::chrono::milliseconds(timeout_ms)) {}

  MailReply run(const std::string& path, const std::vector<std::string>& words) {
    const int fault = start(path, words);
    if (fault != 0) {
      reply_.exit_code = fault == ENOENT || fault == ENOTDIR ? 127 : 126;
      return std::move(reply_);
    }
    while (!has_ended_) {
      exchange();
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
    posix_spawn_file_actions_adddup2(&files, in_.end(0), STDIN_FILENO);
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
    in_.close_end(0);
    out_.close_end(1);
    in_.do_not_wait(1);
    out_.do_not_wait(0);
    return fault;
  }

  // Writes and reads what goes without waiting.
  void exchange() {
    pollfd waits[2];
    nfds_t count = 0;
    if (out_.is_open(0)) waits[count++] = {out_.end(0), POLLIN, 0};
    if (in_.is_open(1)) waits[count++] = {in_.end(1), POLLOUT, 0};
    if (count == 0) {
      poll(nullptr, 0, 1);  // it says no more, and is about to end
      return;
    }
    if (poll(waits, count, tick_ms) <= 0) return;
    if (in_.is_open(1)) feed();
    if (out_.is_open(0)) listen();
  }

  void feed() {
    if (sent_ < message_.size()) {
      const ssize_t n = write(in_.end(1), message_.data() + sent_, message_.size() - sent_);
      if (n > 0) sent_ += static_cast<std::size_t>(n);
      else if (n < 0 && errno != EAGAIN && errno != EINTR) sent_ = message_.size();  // it reads no more: its exit code says why
    }
    if (sent_ == message_.size()) in_.close_end(1);
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

  std::string_view message_;
  Clock::time_point deadline_;
  Pipe in_, out_;
  pid_t child_ = -1;
  std::size_t sent_ = 0;
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
