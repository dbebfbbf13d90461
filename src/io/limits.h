// How much memory a command may take for records, and where what does not fit goes meanwhile: --memory, --tmp.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace amends {

struct Limits {
  std::uint64_t memory;  // bytes
  std::string tmp;       // a folder

  Limits();  // half of the memory of the machine or container; $TMPDIR, else /tmp
};

// "256M", "2G", "1 GiB", "500000": bytes; K, M, G and T are powers of 1024. Nothing when it is no size, or 0.
std::optional<std::uint64_t> read_size(std::string_view text);

}  // namespace amends
