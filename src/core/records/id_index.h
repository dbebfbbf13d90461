// Rows by id: open addressing over the bytes of up to three text columns. A hash only finds a place; ids are
// always compared in full.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/records/records.h"

namespace amends {

struct IdColumns {
  const Column* first = nullptr;
  const Column* second = nullptr;  // null: the id is one column
  const Column* third = nullptr;
};

class IdIndex {
 public:
  explicit IdIndex(IdColumns ids) : ids_(ids) {}
  // Room for so many rows without growing.
  void reserve(std::size_t rows);
  // The first row added with this row's id; the row itself when it is the first.
  Row add(Row row);
  Row find(std::string_view first, std::string_view second = {}, std::string_view third = {}) const;  // no_row when there is none

 private:
  struct Slot {
    std::uint32_t hash = 0;
    Row row = no_row;
  };
  struct Id {
    std::string_view first, second, third;
    bool operator==(const Id&) const = default;
  };
  static std::string_view text(const Column* column, Row row) { return column == nullptr ? std::string_view{} : column->text[row]; }
  Id id_of(Row row) const { return {text(ids_.first, row), text(ids_.second, row), text(ids_.third, row)}; }
  static std::uint32_t hash_of(const Id& id);
  std::size_t place_of(std::uint32_t hash, const Id& id) const;
  void grow();

  IdColumns ids_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace amends
