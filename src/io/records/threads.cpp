#include "io/records/threads.h"

#include <sched.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace amends {

void run_on_threads(int threads, const std::function<void(int)>& work) {
  std::exception_ptr first;
  std::mutex guard;
  const auto guarded = [&](int number) {
    try {
      work(number);
    } catch (...) {
      const std::lock_guard lock(guard);
      if (!first) first = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (int number = 1; number < threads; ++number) others.emplace_back(guarded, number);
    guarded(0);
  }
  if (first) std::rethrow_exception(first);
}

int threads_at_hand() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const int count = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : static_cast<int>(std::thread::hardware_concurrency());
  return std::max(1, count);
}

}  // namespace amends
