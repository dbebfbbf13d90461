// The engine's second look: the rows that sift.h left are read again and become full records, one batch for each
// chunk of the orders, so that memory holds a few batches and not the files. A last batch has the rows that belong
// to no order.
#pragma once
#include <memory>

#include "core/records/id_index.h"
#include "io/records/records_builder.h"
#include "io/records/sift.h"

namespace amends {

// Records that are small beside the orders and are read whole: customers.
struct SideTable {
  RawTable raw;                // one row a customer
  std::unique_ptr<IdIndex> by_id;
};

class Batches {
 public:
  // Keeps references. `columns`: of each kind, without rows.
  Batches(const Project& project, Instant as_of, const Wanted& wanted, const std::vector<SourceFile>& files, const Table (&columns)[record_kinds],
          const SideTable* customers, BlockPool& pool, Sifted& sifted);

  // Fetches the rows that lie elsewhere than their order; before the first read().
  void fetch(int threads);
  // One a chunk of the orders, and the last.
  std::size_t size() const { return sifted_.chunks.of_orders() + 1; }
  // What one thread uses again for every batch.
  struct Desk {
    ChunkReader reader;
    std::string fetched;
    std::vector<std::int64_t> newest;  // by file: the latest time of a fact in the rows read, ms
  };
  // Any thread may ask; each batch once.
  Records read(std::size_t number, Desk& desk);

 private:
  struct Row {
    std::uint64_t position;
    std::uint32_t line;
    std::string_view text;
  };
  void fetch_chunk(std::size_t number, ChunkReader& reader, BlockLists::Writer& texts);
  void read_file(const SourceFile& file, std::span<const Row> rows, RecordsBuilder& builder, std::vector<std::int64_t>& newest) const;
  void add_customers(RecordsBuilder& builder) const;

  const Project& project_;
  Instant as_of_;
  const Wanted& wanted_;
  const std::vector<SourceFile>& files_;
  const Table (&columns_)[record_kinds];
  const SideTable* customers_;
  Sifted& sifted_;
  BlockLists texts_;  // by batch: position, line, length, bytes
};

}  // namespace amends
