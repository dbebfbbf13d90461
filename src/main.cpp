// Reads the clock once, runs one command, prints an error once.
#include <fcntl.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "cmd/command.h"
#include "io/output.h"

namespace {

amends::Instant now() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

// A file opened in the place of a closed stream would be read or written as that stream. What takes its place can be
// neither, so that using it fails as before.
void fill_closed_streams() {
  for (const int stream : {0, 1, 2})
    if (::fcntl(stream, F_GETFD) < 0 && ::open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY) < 0) std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  fill_closed_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is noticed at the write, and is success
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails
  try {
    return static_cast<int>(amends::run_command_line(argc, argv, {now()}));
  } catch (const amends::ClosedPipe&) {
    return static_cast<int>(amends::Exit::ok);
  } catch (const amends::Error& error) {
    std::fputs(amends::describe(error).c_str(), stderr);
    return static_cast<int>(error.exit);
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "amends: bug: %s\n  hint: please report this with the command line\n", bug.what());
    return static_cast<int>(amends::Exit::bug);
  }
}
