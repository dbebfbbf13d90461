#include "io/records/byte_masks.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace amends {
namespace {

std::uint64_t bits_of(const char* bytes, char wanted) {
  std::uint64_t bits = 0;
  for (int i = 0; i < 64; ++i) bits |= std::uint64_t{bytes[i] == wanted} << i;
  return bits;
}

#if defined(__x86_64__)

std::uint64_t bits_sse2(const __m128i (&part)[4], char wanted) {
  const __m128i all = _mm_set1_epi8(wanted);
  std::uint64_t bits = 0;
  for (int i = 0; i < 4; ++i)
    bits |= std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(part[i], all)))} << (16 * i);
  return bits;
}

void find_sse2(const char* bytes, std::size_t blocks, char separator, ByteMasks* masks) {
  for (std::size_t block = 0; block < blocks; ++block, bytes += 64) {
    __m128i part[4];
    for (int i = 0; i < 4; ++i) part[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i));
    masks[block] = {bits_sse2(part, separator), bits_sse2(part, '\n'), bits_sse2(part, '"'), bits_sse2(part, '\r')};
  }
}

__attribute__((target("avx2"))) inline std::uint64_t bits_avx2(__m256i low, __m256i high, __m256i wanted) {
  const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
  const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
  return first | std::uint64_t{second} << 32;
}

__attribute__((target("avx2"))) void find_avx2(const char* bytes, std::size_t blocks, char separator, ByteMasks* masks) {
  const __m256i separators = _mm256_set1_epi8(separator), feeds = _mm256_set1_epi8('\n');
  const __m256i quotes = _mm256_set1_epi8('"'), returns = _mm256_set1_epi8('\r');
  for (std::size_t block = 0; block < blocks; ++block, bytes += 64) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 32));
    masks[block] = {bits_avx2(low, high, separators), bits_avx2(low, high, feeds), bits_avx2(low, high, quotes), bits_avx2(low, high, returns)};
  }
}

__attribute__((target("avx2"))) inline std::size_t sum_avx2(__m256i counts) {
  const __m256i sums = _mm256_sad_epu8(counts, _mm256_setzero_si256());
  return static_cast<std::size_t>(_mm256_extract_epi64(sums, 0) + _mm256_extract_epi64(sums, 1) + _mm256_extract_epi64(sums, 2) + _mm256_extract_epi64(sums, 3));
}

__attribute__((target("avx2"))) std::size_t count_avx2(const char* bytes, std::size_t size, char wanted) {
  const __m256i all = _mm256_set1_epi8(wanted);
  std::size_t count = 0, at = 0;
  while (at + 32 <= size) {
    __m256i counts = _mm256_setzero_si256();  // of each of 32 columns, at most 255
    for (int i = 0; i < 255 && at + 32 <= size; ++i, at += 32)
      counts = _mm256_sub_epi8(counts, _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + at)), all));
    count += sum_avx2(counts);
  }
  for (; at < size; ++at) count += bytes[at] == wanted ? 1 : 0;
  return count;
}

__attribute__((target("avx2"))) MarkCounts count_marks_avx2(std::string_view bytes) {
  const __m256i feed = _mm256_set1_epi8('\n'), quote = _mm256_set1_epi8('"'), back = _mm256_set1_epi8('\r');
  MarkCounts counts;
  std::size_t at = 0;
  while (at + 32 <= bytes.size()) {
    __m256i feeds = _mm256_setzero_si256(), quotes = feeds, returns = feeds;
    for (int i = 0; i < 255 && at + 32 <= bytes.size(); ++i, at += 32) {
      const __m256i part = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes.data() + at));
      feeds = _mm256_sub_epi8(feeds, _mm256_cmpeq_epi8(part, feed));
      quotes = _mm256_sub_epi8(quotes, _mm256_cmpeq_epi8(part, quote));
      returns = _mm256_sub_epi8(returns, _mm256_cmpeq_epi8(part, back));
    }
    counts.line_feeds += sum_avx2(feeds);
    counts.quotes += sum_avx2(quotes);
    counts.returns += sum_avx2(returns);
  }
  for (; at < bytes.size(); ++at) {
    counts.line_feeds += bytes[at] == '\n' ? 1 : 0;
    counts.quotes += bytes[at] == '"' ? 1 : 0;
    counts.returns += bytes[at] == '\r' ? 1 : 0;
  }
  return counts;
}

// By some of the last bytes, of ids the most telling ones, and where all of these stand by the rest.
__attribute__((target("avx2"))) bool holds_avx2(std::string_view bytes, std::string_view wanted) {
  const std::size_t size = wanted.size();
  const std::size_t middle = size > 2 ? size - 2 : size - 1, early = size > 4 ? size - 4 : 0;
  const __m256i last = _mm256_set1_epi8(wanted[size - 1]), between = _mm256_set1_epi8(wanted[middle]), before = _mm256_set1_epi8(wanted[early]);
  for (std::size_t at = 0; at + size <= bytes.size(); at += 32) {
    const auto is = [from = bytes.data() + at](std::size_t offset, __m256i byte) __attribute__((target("avx2"))) {
      return _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + offset)), byte);
    };
    const __m256i all = _mm256_and_si256(is(size - 1, last), _mm256_and_si256(is(middle, between), is(early, before)));
    for (auto found = static_cast<std::uint32_t>(_mm256_movemask_epi8(all)); found != 0; found &= found - 1) {
      const std::size_t begin = at + static_cast<std::size_t>(__builtin_ctz(found));
      if (begin + size <= bytes.size() && std::memcmp(bytes.data() + begin, wanted.data(), size) == 0) return true;
    }
  }
  return false;
}

#endif

using Find = void (*)(const char*, std::size_t, char, ByteMasks*);

Find fastest() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") != 0 ? find_avx2 : find_sse2;
#else
  return find_masks_plainly;
#endif
}

bool has_avx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

}  // namespace

MarkCounts count_marks(std::string_view bytes) {
#if defined(__x86_64__)
  static const bool fast = has_avx2();
  if (fast) return count_marks_avx2(bytes);
#endif
  const auto count = [bytes](char c) { return count_bytes(bytes.data(), bytes.size(), c); };
  return {count('\n'), count('"'), count('\r')};
}

bool holds_bytes(std::string_view bytes, std::string_view wanted) {
#if defined(__x86_64__)
  static const bool fast = has_avx2();
  if (fast && wanted.size() >= 2) return holds_avx2(bytes, wanted);
#endif
  return bytes.find(wanted) != std::string_view::npos;
}

std::size_t count_bytes(const char* bytes, std::size_t size, char wanted) {
#if defined(__x86_64__)
  static const bool fast = has_avx2();
  if (fast) return count_avx2(bytes, size, wanted);
#endif
  std::size_t count = 0;
  for (std::size_t i = 0; i < size; ++i) count += bytes[i] == wanted ? 1 : 0;
  return count;
}

void find_masks(const char* bytes, std::size_t blocks, char separator, ByteMasks* masks) {
  static const Find find = fastest();
  find(bytes, blocks, separator, masks);
}

void find_masks_plainly(const char* bytes, std::size_t blocks, char separator, ByteMasks* masks) {
  for (std::size_t block = 0; block < blocks; ++block, bytes += 64)
    masks[block] = {bits_of(bytes, separator), bits_of(bytes, '\n'), bits_of(bytes, '"'), bits_of(bytes, '\r')};
}

}  // namespace amends
