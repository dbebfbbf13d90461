// Whether all goods of an order have arrived, by quantity, where its lines and its parcels tell how many
// pieces they are. A known parcel's arrival is then not enough: another one may still be to come.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/number.h"
#include "core/records/records.h"

namespace amends {

struct Arrival {
  enum class Goods { untold, awaited, arrived };
  Goods goods = Goods::untold;
  Row last = no_row;  // arrived: the row of shipments that completed the order
};

// Of all lines together, what came beyond an order left out.
struct PieceCount {
  Ratio ordered, arrived;
};

class ArrivedGoods {
 public:
  ArrivedGoods(const Records& records, const Zone& zone);
  // Whether any order's goods can be told.
  bool is_told() const { return is_told_; }
  // `lines`: rows of items; `parcels`: of shipments, those called off left out. By line where every row names its own, else by
  // the number of pieces; untold as soon as one row does not say how many. What a parcel held that ended
  // without arriving is not waited for, unless another one brings it.
  Arrival of(std::span<const Row> lines, std::span<const Row> parcels) const;
  // Of all lines of an order; none where it is not told.
  std::optional<PieceCount> count(Row order, std::span<const Row> parcels) const;

 private:
  using Pieces = std::map<std::string_view, Ratio>;  // by line; one entry where lines are not told
  std::optional<Pieces> pieces_of(const Table& table, std::span<const Row> rows, bool by_line) const;
  bool tell_lines(const Table& table, std::span<const Row> rows) const;
  std::int64_t end_of(Row parcel) const;
  bool has_ended(Row parcel) const;
  void forgo_ended(Pieces& awaited, std::span<const Row> parcels, bool by_line) const;
  Arrival arrival(Pieces awaited, std::span<const Row> parcels, bool by_line) const;

  const Records& records_;
  const Table& shipments_;
  const Zone& zone_;
  const Column* delivered_;
  const Column* status_;
  bool is_told_;
};

// Whether a parcel of this status is no longer on its way: nothing more will arrive in it.
bool has_ended_on_its_way(std::string_view status);

}  // namespace amends
