#include "core/records/line_parcels.h"

namespace amends {

LineParcels parcels_of_line(const Records& records, Row order, Row line) {
  LineParcels found;
  const Table& shipments = records.table(RecordKind::shipment);
  const Column* const named = shipments.find("item_id");
  const std::string_view id = text_at(records.table(RecordKind::item).find("item_id"), line);
  if (named == nullptr || id.empty()) return found;
  const Column* const status = shipments.find("status");
  std::vector<Row> of_any;
  for (const Row parcel : rows_of(records.shipments, order)) {
    const std::string_view brings = named->text[parcel];
    found.is_told = found.is_told || !brings.empty();
    const bool is_living = text_at(status, parcel) != "cancelled";
    found.is_named = found.is_named || (is_living && brings == id);
    if (is_living && brings == id) found.living.push_back(parcel);
    if (is_living && brings.empty()) of_any.push_back(parcel);
  }
  if (found.is_told && found.living.empty()) found.living = std::move(of_any);
  if (!found.is_told) found.living.clear();
  return found;
}

}  // namespace amends
