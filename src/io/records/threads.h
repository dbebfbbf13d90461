// Work shared by threads: each calls `work` once; the first Error any of them throws is thrown here.
#pragma once
#include <functional>

namespace amends {

// `work` is told the thread's number, from 0. With one thread it runs on the caller's.
void run_on_threads(int threads, const std::function<void(int)>& work);
// As many as the machine has processors for this process.
int threads_at_hand();

}  // namespace amends
