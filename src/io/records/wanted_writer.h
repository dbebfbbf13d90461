// Which rows are to be read again, as sift.h writes them down while it joins, and where the order they belong to stands.
#pragma once
#include <cstdint>
#include <cstring>
#include <utility>

#include "io/records/sift.h"

namespace amends {

// Where an order stands: the first of its rows that is used, if there is one.
struct FirstUsed {
  RowUse use = RowUse::unused;
  std::uint64_t position = no_group;

  void add(RowUse other, std::uint64_t at) {
    if (std::pair(other, at) < std::pair(use, position)) use = other, position = at;
  }
};

// One thread's hand for the rows to be read again.
class WantedWriter {
 public:
  explicit WantedWriter(Sifted& out) : chunks_(out.chunks), own_(out.own), foreign_(out.foreign) {}

  void add(const WantedRow& row) {
    const std::size_t chunk = chunks_.number_of(row.position);
    const bool is_own = chunk < chunks_.of_orders() && row.group != no_group && (row.group == row.position || chunks_.number_of(row.group) == chunk);
    if (is_own) std::memcpy(own_.add(chunk, sizeof row.position), &row.position, sizeof row.position);
    else std::memcpy(foreign_.add(chunk, sizeof row), &row, sizeof row);
  }
  void close() {
    own_.close();
    foreign_.close();
  }

 private:
  const Chunks& chunks_;
  BlockLists::Writer own_, foreign_;
};

}  // namespace amends
