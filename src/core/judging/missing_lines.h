// Which lines of an order did not come, or not sound, where its lines, its parcels or the evidence of a miss name them.
#pragma once
#include <optional>
#include <vector>

#include "core/judging/miss.h"

namespace amends {

// `items` and `parcels`: the order's lists as Miss::facts hold them; null where nobody told.
class OrderLines {
 public:
  OrderLines(const Value& items, const Value& parcels);

  // Pieces of a line that no parcel has brought; nullopt where lines and parcels do not tell.
  std::optional<Ratio> awaited(const Value& item) const;

  struct Line {
    Value name;  // null: it has none
    Ratio quantity;
  };
  // Of a miss whose kind is of the goods themselves; empty when nobody knows which or how many.
  std::vector<Line> missing(const Miss& miss) const;

 private:
  std::vector<Line> of_evidence(const Miss& miss) const;
  std::optional<std::vector<Line>> of_parcel(std::string_view shipment_id) const;
  std::optional<Line> whole(const Value& item) const;
  const Value* item_named(std::string_view item_id) const;

  Value items_, parcels_;
};

}  // namespace amends
