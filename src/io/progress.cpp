#include "io/progress.h"

#include <algorithm>

#include <fmt/format.h>

namespace amends {
namespace {

std::string count_words(double count) {
  if (count >= 1e6) return fmt::format("{:.1f} M", count / 1e6);
  if (count >= 1e4) return fmt::format("{:.0f} k", count / 1e3);
  return fmt::format("{:.0f}", count);
}

std::string share_words(double share, double seconds) {
  if (share <= 0) return {};
  const double left = seconds * (1 - share) / share;
  const std::string time = left >= 90 ? fmt::format("{:.0f} min", left / 60) : fmt::format("{:.0f} s", left);
  return fmt::format("{:.0f} %, {} left", 100 * share, time);
}

double share_of(std::uint64_t part, std::uint64_t all) { return all == 0 ? 0 : std::min(1.0, static_cast<double>(part) / static_cast<double>(all)); }

}  // namespace

std::string progress_words(const Progress& progress, double seconds) {
  if (progress.bytes_in_all == 0) return "opening the sources";
  if (progress.batches_in_all > 0) {
    const std::string share = share_words(share_of(progress.batches, progress.batches_in_all), seconds);
    return share.empty() ? "judging" : "judging " + share;
  }
  if (progress.rows == 0) return "reading";
  const auto rows = static_cast<double>(progress.rows);
  const std::string share = share_words(share_of(progress.bytes, progress.bytes_in_all), seconds);
  return fmt::format("reading {} rows, {}/s{}{}", count_words(rows), count_words(seconds > 0 ? rows / seconds : 0), share.empty() ? "" : ", ", share);
}

}  // namespace amends
