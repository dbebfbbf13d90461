#include "cmd/progress_line.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "io/output.h"

namespace amends {
namespace {

using Moments = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(1);  // a job that is over by then needs no line
constexpr auto pause = std::chrono::milliseconds(200);
constexpr const char* erased = "\r\033[K";

}  // namespace

bool can_rewrite_lines(std::FILE* stream) {
  const char* const term = std::getenv("TERM");
  return is_terminal(stream) && term != nullptr && std::string_view(term) != "dumb";
}

ProgressLine::ProgressLine(const Progress& progress, bool wanted) : progress_(progress) {
  if (wanted) thread_ = std::thread([this] { show(); });
}

void ProgressLine::end() {
  {
    const std::lock_guard lock(guard_);
    ended_ = true;
  }
  ended_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ProgressLine::show() {
  auto begun = Moments::now();
  int stage = 0;
  std::unique_lock lock(guard_);
  if (ended_changed_.wait_for(lock, patience, [this] { return ended_; })) return;
  do {
    const int now = progress_.bytes_in_all == 0 ? 0 : progress_.batches_in_all == 0 ? 1 : 2;
    if (now == 2 && stage != 2) begun = Moments::now();
    stage = now;
    std::fputs(fmt::format("{}{}", erased, progress_words(progress_, std::chrono::duration<double>(Moments::now() - begun).count())).c_str(), stderr);
    std::fflush(stderr);
  } while (!ended_changed_.wait_for(lock, pause, [this] { return ended_; }));
  std::fputs(fmt::format("{}", erased).c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace amends
