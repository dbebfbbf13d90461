// The engine's first two passes. All files of orders and of what belongs to orders are read once, in parallel, chunk by
// chunk; each row becomes a few bytes (row_sieve.h), sorted by the hash of its order's id into partitions that fit
// the cache. Then each partition is joined: orders that are certainly in time or not due yet are counted, and of all
// others the places of their rows are kept, for batches.h to read them again.
#pragma once
#include <chrono>
#include <cstdint>
#include <vector>

#include "core/judging/miss.h"
#include "io/progress.h"
#include "io/records/block_lists.h"
#include "io/records/chunks.h"
#include "io/records/kept_join.h"
#include "io/records/row_sieve.h"

namespace amends {

// A row to be read again. Rows of one group are judged together, in the batch of the orders' chunk that holds
// the group's position: its order's first row that is used. Rows without an order have no group.
struct WantedRow {
  std::uint64_t position = 0;
  std::uint64_t group = 0;
};
inline constexpr std::uint64_t no_group = ~std::uint64_t{0};

struct Sifted {
  Sifted(BlockPool& pool, const std::vector<SourceFile>& files, std::uint64_t chunk_size)
      : chunks(files, chunk_size), own(pool, chunks.of_orders()), foreign(pool, chunks.size()) {}

  Chunks chunks;
  BlockLists own;                           // by chunk of orders: the positions of wanted rows, 8 bytes each, judged in its batch
  BlockLists foreign;                       // by chunk: WantedRow, all others
  Counts counts;                            // of the orders that are settled
  std::size_t rows_read[record_kinds] = {}; // of settled orders
  std::size_t orphans[record_kinds] = {};
  std::vector<std::size_t> rows;            // by file: all that are not blank
  std::vector<std::size_t> clean;           // by file: those that can be used for certain
  std::vector<std::int64_t> newest;         // by file: the latest time of a fact, ms
  std::vector<Utf8Count> utf8;              // by file: of chunks that are not well formed
  std::chrono::steady_clock::time_point parsed;  // when the first pass was over
};

// `take_kept`: hears of kept orders on any thread, several at a time, where the plan asks for them.
void sift(const std::vector<SourceFile>& files, const SievePlan& plan, const KeptJoin::Take& take_kept, BlockPool& pool, int threads, Progress& progress, Sifted& out);

}  // namespace amends
