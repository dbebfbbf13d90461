// Which parcels bring which line.
#include <doctest/doctest.h>

#include <string>

#include "core/records/line_parcels.h"
#include "shop_folder.h"

using namespace amends;

namespace {

// "named p q", "unnamed r", "none", or "untold", of the line of that id.
std::string parcels(const Records& records, std::string_view line) {
  const Table& items = records.table(RecordKind::item);
  const Column& ids = *items.find("item_id");
  for (Row row = 0; row < items.rows(); ++row) {
    if (ids.text[row] != line) continue;
    const LineParcels found = parcels_of_line(records, 0, row);
    if (!found.is_told) return "untold";
    std::string words = found.living.empty() ? "none" : found.is_named ? "named" : "unnamed";
    for (const Row parcel : found.living) words += " " + std::string(records.table(RecordKind::shipment).find("shipment_id")->text[parcel]);
    return words;
  }
  return "no such line";
}

Records shop_with(ShopFolder& shop, const std::string& shipments) {
  shop.orders("order_id\n1\n");
  shop.write("items.csv", "order_id,item_id\n1,cup\n1,pot\n1,tin\n");
  shop.write("shipments.csv", "order_id,shipment_id,item_id,status\n" + shipments);
  shop.add(RecordKind::item, "items.csv");
  shop.add(RecordKind::shipment, "shipments.csv");
  return shop.read({"delivered_at", "status"});
}

}  // namespace

TEST_CASE("a line is in the parcels that name it, else in those that name none") {
  ShopFolder shop;
  const Records records = shop_with(shop, "1,p,cup,shipped\n1,p,pot,shipped\n1,q,pot,shipped\n1,r,,shipped\n");
  CHECK(parcels(records, "cup") == "named p");
  CHECK(parcels(records, "pot") == "named p q");
  CHECK(parcels(records, "tin") == "unnamed r");
}

TEST_CASE("where no parcel names a line, lines go with their order") {
  ShopFolder shop;
  CHECK(parcels(shop_with(shop, "1,p,,shipped\n1,q,,shipped\n"), "cup") == "untold");
}

TEST_CASE("a parcel that was called off brings nothing") {
  ShopFolder shop;
  const Records records = shop_with(shop, "1,p,cup,cancelled\n1,q,pot,shipped\n");
  CHECK(parcels(records, "cup") == "none");
  CHECK(parcels(records, "tin") == "none");
}
