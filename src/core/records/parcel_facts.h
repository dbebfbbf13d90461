// Which of several parcels tells a fact of what they bring together, be it a whole order or one of its lines: the first
// promise is the last parcel's, what was sent was sent with the first, and it has arrived when the last of it has.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "core/records/arrived_goods.h"

namespace amends {

class ParcelFacts {
 public:
  // Keeps references.
  ParcelFacts(const Records& records, const Zone& zone);
  bool counts_pieces() const { return goods_.is_told(); }
  bool is_cancelled(Row parcel) const;
  // The one that tells the fact of this column; no_row: none. `living`: rows of shipments, those called off left out;
  // `lines`: what they bring, rows of items. Not of a status.
  Row telling(const Column& from, std::span<const Row> lines, std::span<const Row> living) const;
  // Where it stands, and which of them tells since when.
  struct Standing {
    std::string_view status;
    Row row = no_row;
  };
  Standing standing(std::span<const Row> lines, std::span<const Row> living) const;

 private:
  bool has_ended(Row parcel) const;
  std::int64_t end_of(const Column& column, Row row) const;
  Row last_arrival(const Column& delivered, std::span<const Row> lines, std::span<const Row> living) const;
  Row last(const Column& column, std::span<const Row> living, bool all_needed) const;
  Row first(const Column& column, std::span<const Row> living) const;
  Row slowest(const std::vector<Row>& living) const;

  const Table& table_;
  const Column* status_;
  const Column* delivered_;
  const Zone& zone_;
  ArrivedGoods goods_;
};

}  // namespace amends
