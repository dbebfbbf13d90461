// How far reading and judging are: counted by the engine as it goes, for whoever looks.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>

namespace amends {

struct Progress {
  std::atomic<std::uint64_t> bytes_in_all = 0;  // 0: the sources are being opened
  std::atomic<std::uint64_t> bytes = 0, rows = 0;
  std::atomic<std::uint64_t> batches_in_all = 0;  // 0: nothing is being judged yet
  std::atomic<std::uint64_t> batches = 0;
};

// "reading 4.2 M rows, 3.1 M/s, 62 %, 1 s left". `seconds`: since the stage it is at began.
std::string progress_words(const Progress& progress, double seconds);

}  // namespace amends
