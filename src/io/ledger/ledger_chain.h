// The chain: every row of the chained tables has a number over the whole file (`seq`) and a hash,
//   hash = SHA-256(hash of row seq-1 | content),  32 zero bytes before the first row.
// The content is the table's name and every column that is not NULL but `hash`, in the order of the table:
//   t<bytes of the name>:<name>, then for each its place in the table (from 1) and
//   i<decimal>; for an integer, t<bytes>:<text> for a text, b<bytes>:<bytes> for a blob.
// Part of the ledger format (amends-ledger.5): columns may be added at the end of a table, never renamed.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "core/base/hash.h"
#include "io/sqlite.h"

namespace amends {

class Chain {
 public:
  explicit Chain(const Database& database) : database_(database) { find_end(); }
  void find_end();  // reads where the file ends; again after a rollback

 private:
  friend class ChainedTable;
  const Database& database_;
  std::int64_t last_ = 0;
  Digest hash_{};
};

// One table's way to append: values in the order of the columns after seq and hash, then append().
// Texts are views that must live until append(). An empty text is NULL by maybe(). One row is filled at a time,
// over all tables: it begins with the hash of the row before it.
class ChainedTable {
 public:
  ChainedTable(const Database& database, Chain& chain, std::string_view name,
               std::initializer_list<std::string_view> columns);

  ChainedTable& add(std::int64_t value);
  ChainedTable& add(std::string_view text);
  ChainedTable& add_blob(std::string_view bytes);
  ChainedTable& add_null();
  ChainedTable& maybe(std::string_view text) { return text.empty() ? add_null() : add(text); }
  ChainedTable& add_seq(std::int64_t seq) { return seq == 0 ? add_null() : add(seq); }  // 0: no such row
  std::int64_t append();  // the row's seq

 private:
  void start();
  void write_number(std::int64_t number);
  void write_integer(std::int64_t value);
  void write_bytes(char type, std::string_view bytes);

  Chain& chain_;
  std::string head_;     // the name as it opens the content
  std::string content_;  // of the row being filled; begins with the hash before it
  int place_ = 0;        // of the column filled last; 0: no row begun
  Statement insert_;
};

}  // namespace amends
