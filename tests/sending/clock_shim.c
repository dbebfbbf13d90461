// Preloaded into amends: the clock that never goes back jumps two hours ahead once the file CLOCK_JUMPS is there. A long sending
// without the waiting.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *at) {
  static int (*real)(clockid_t, struct timespec *);
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
  const int done = real(clock, at);
  const char *const file = getenv("CLOCK_JUMPS");
  if (clock == CLOCK_MONOTONIC && file != NULL && access(file, F_OK) == 0) at->tv_sec += 2 * 60 * 60;
  return done;
}
