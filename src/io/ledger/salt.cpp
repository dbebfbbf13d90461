#include "io/ledger/salt.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "core/base/error.h"

namespace amends {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = getrandom(bytes.data() + filled, count - filled, 0);
    if (got > 0) filled += static_cast<std::size_t>(got);
    else if (errno != EINTR)
      throw Error({}, fmt::format("the system gives no random numbers: {}", std::strerror(errno)), {}, Exit::io);
  }
  return bytes;
}

}  // namespace amends
