// Preloaded into amends by the proofs: counts the calls that change a file, and stops the process, cuts the call short
// or lets it fail at one of them.
//   PROOF_COUNT=FILE  the number of calls is written there at the end
//   PROOF_KILL=N      killed before call N; PROOF_HALF=N: after half of what call N writes
//   PROOF_FAIL=N      call N fails with PROOF_ERRNO (ENOSPC), PROOF_FAIL_ON=1: and all after it
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static long kill_at, half_at, fail_at, fails_on, failure;
static int is_amends;

static long number_in(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text == NULL ? otherwise : atol(text);
}

__attribute__((constructor)) static void begin(void) {
  is_amends = strcmp(program_invocation_short_name, "amends") == 0;
  kill_at = number_in("PROOF_KILL", 0);
  half_at = number_in("PROOF_HALF", 0);
  fail_at = number_in("PROOF_FAIL", 0);
  fails_on = number_in("PROOF_FAIL_ON", 0);
  failure = number_in("PROOF_ERRNO", ENOSPC);
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("PROOF_COUNT");
  if (!is_amends || path == NULL) return;
  char text[32];
  const int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&calls));
  const int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) return;
  if (syscall(SYS_write, file, text, length) != length) abort();
  syscall(SYS_close, file);
}

static void stop(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

// Whether the call goes on: 1, cut in half: 2, or fails: 0.
static int next_call(void) {
  if (!is_amends) return 1;
  const long number = atomic_fetch_add(&calls, 1) + 1;
  if (number == kill_at) stop();
  if (number == half_at) return 2;
  if (fail_at != 0 && (number == fail_at || (fails_on && number > fail_at))) {
    errno = (int)failure;
    return 0;
  }
  return 1;
}

#define REAL(result, name, ...) \
  static result (*real)(__VA_ARGS__); \
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, name)

#define CALL(result, name, parameters, arguments, ...) \
  result name parameters { \
    REAL(result, #name, __VA_ARGS__); \
    const int how = next_call(); \
    if (how == 0) return -1; \
    const result done = real arguments; \
    if (how == 2) stop(); \
    return done; \
  }

#define WRITE(name, parameters, whole, half, ...) \
  ssize_t name parameters { \
    REAL(ssize_t, #name, __VA_ARGS__); \
    const int how = next_call(); \
    if (how == 0) return -1; \
    if (how == 1) return real whole; \
    if (real half < 0) abort(); \
    stop(); \
    return -1; \
  }

WRITE(write, (int f, const void *b, size_t n), (f, b, n), (f, b, n / 2), int, const void *, size_t)
WRITE(pwrite, (int f, const void *b, size_t n, off_t o), (f, b, n, o), (f, b, n / 2, o), int, const void *, size_t, off_t)
WRITE(pwrite64, (int f, const void *b, size_t n, off64_t o), (f, b, n, o), (f, b, n / 2, o), int, const void *, size_t, off64_t)
WRITE(writev, (int f, const struct iovec *v, int n), (f, v, n), (f, v, n / 2), int, const struct iovec *, int)
CALL(int, fsync, (int f), (f), int)
CALL(int, fdatasync, (int f), (f), int)
CALL(int, ftruncate, (int f, off_t n), (f, n), int, off_t)
CALL(int, ftruncate64, (int f, off64_t n), (f, n), int, off64_t)
CALL(int, fallocate, (int f, int m, off_t o, off_t n), (f, m, o, n), int, int, off_t, off_t)
CALL(int, rename, (const char *a, const char *b), (a, b), const char *, const char *)
CALL(int, link, (const char *a, const char *b), (a, b), const char *, const char *)
CALL(int, unlink, (const char *a), (a), const char *)
CALL(int, remove, (const char *a), (a), const char *)
CALL(int, mkdir, (const char *a, mode_t m), (a, m), const char *, mode_t)
CALL(int, fchmod, (int f, mode_t m), (f, m), int, mode_t)
CALL(int, fflush, (FILE *f), (f), FILE *)

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, #name, const char *, int, ...); \
    va_list rest; \
    va_start(rest, flags); \
    const mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    const int how = (flags & (O_CREAT | O_TRUNC)) != 0 ? next_call() : 1; \
    if (how == 0) return -1; \
    const int file = real(path, flags, mode); \
    if (how == 2) stop(); \
    return file; \
  }
OPEN(open)
OPEN(open64)
