#include "io/limits.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>

#include "core/base/text.h"

namespace amends {
namespace {

// What a container or service may use of the machine; all bits where nothing says.
std::uint64_t allowed_memory() {
  std::uint64_t bytes = 0;
  std::ifstream told("/sys/fs/cgroup/memory.max");  // "max" where there is no limit
  return told >> bytes ? bytes : ~std::uint64_t{0};
}

std::uint64_t machine_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return std::uint64_t{1} << 32;
  return std::min(static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page), allowed_memory());
}

std::string temporary_folder() {
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

// The power of two a unit stands for.
std::optional<int> shift_of(std::string unit) {
  unit = lower(unit);
  if (unit.empty() || unit == "b") return 0;
  const std::string_view behind = std::string_view(unit).substr(1);
  if (!behind.empty() && behind != "b" && behind != "ib") return std::nullopt;
  const std::size_t at = std::string_view("kmgt").find(unit[0]);
  if (at == std::string_view::npos) return std::nullopt;
  return 10 * (static_cast<int>(at) + 1);
}

}  // namespace

Limits::Limits() : memory(machine_memory() / 2), tmp(temporary_folder()) {}

std::optional<std::uint64_t> read_size(std::string_view text) {
  text = trimmed(text);
  std::uint64_t count = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (fault != std::errc() || count == 0) return std::nullopt;
  const std::string_view unit = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  const std::optional<int> shift = shift_of(std::string(unit));
  if (!shift || count > (~std::uint64_t{0} >> *shift)) return std::nullopt;
  return count << *shift;
}

}  // namespace amends
