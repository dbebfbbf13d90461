// Rows by id: open addressing over the bytes of one or two text columns. A hash only finds a place; ids are
// always compared in full.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/records.h"

namespace amends {

struct IdColumns {
  const Column* first = nullptr;
  const Column* second = nullptr;  // null: the id is one column
};

class IdIndex {
 public:
  explicit IdIndex(IdColumns ids) : ids_(ids) {}
  // Room for so many rows without growing.
  void reserve(std::size_t rows);
  // The first row added with this row's id; the row itself when it is the first.
  Row add(Row row);
  Row find(std::string_view first, std::string_view second = {}) const;  // no_row when there is none

 private:
  struct Slot {
    std::uint32_t hash = 0;
    Row row = no_row;
  };
  std::string_view first_of(Row row) const { return ids_.first == nullptr ? std::string_view{} : ids_.first->text[row]; }
  std::string_view second_of(Row row) const { return ids_.second == nullptr ? std::string_view{} : ids_.second->text[row]; }
  std::size_t place_of(std::uint32_t hash, std::string_view first, std::string_view second) const;
  void grow();

  IdColumns ids_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace amends
