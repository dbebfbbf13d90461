// What parcels, lines and customers tell of an order.
#include <doctest/doctest.h>

#include "core/records/id_index.h"
#include "shop_folder.h"

using namespace amends;

namespace {

constexpr auto index_of = [](RecordKind kind) { return static_cast<std::size_t>(kind); };

std::string text(const Records& records, std::string_view id, std::string_view column) {
  const Column* found = records.orders().find(column);
  return found == nullptr ? "" : std::string(found->text[row_named(records.orders(), id)]);
}

}  // namespace

TEST_CASE("an order has arrived when all parcels have that were not cancelled") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n3\n4\n5\n");
  shop.write("shipments.csv",
             "order_id,shipment_id,shipped_at,delivered_at,status,carrier\n"
             "1,b,2026-03-02T10:00Z,2026-03-05T10:00Z,delivered,ups\n"
             "1,a,2026-03-01T10:00Z,2026-03-07T10:00Z,delivered,ups\n"
             "2,a,2026-03-01T10:00Z,2026-03-07T10:00Z,delivered,ups\n"
             "2,b,2026-03-01T10:00Z,,in_transit,dhl\n"
             "3,a,2026-03-01T10:00Z,2026-03-07T10:00Z,delivered,ups\n"
             "3,b,,,cancelled,dhl\n"
             "4,a,,,cancelled,dhl\n"
             "6,a,,,lost,dhl\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  const Records records = shop.read({"shipped_at", "delivered_at", "status", "carrier"});
  CHECK(order_cell(records, "1", "delivered_at") == "2026-03-07T10:00:00Z");
  CHECK(order_cell(records, "1", "shipped_at") == "2026-03-01T10:00:00Z");
  CHECK(text(records, "1", "status") == "delivered");
  CHECK(text(records, "1", "carrier") == "ups");
  CHECK(order_cell(records, "2", "delivered_at") == "-");
  CHECK(text(records, "2", "status") == "in_transit");
  CHECK(order_cell(records, "2", "carrier") == "-");
  CHECK(order_cell(records, "3", "delivered_at") == "2026-03-07T10:00:00Z");
  CHECK(text(records, "4", "status") == "cancelled");
  CHECK(order_cell(records, "5", "status") == "-");
  CHECK(records.orphans[index_of(RecordKind::shipment)] == 1);
  CHECK(records.shipments.begin == std::vector<std::uint32_t>{0, 2, 4, 6, 7, 7});
  CHECK(records.table(RecordKind::shipment).find("shipment_id")->text[records.shipments.rows[0]] == "a");
}

TEST_CASE("a parcel that came back ends no order whose other parcels are on their way") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n3\n4\n5\n6\n");
  shop.write("shipments.csv",
             "order_id,shipment_id,delivered_at,status\n"
             "1,a,,returned\n1,b,,in_transit\n"
             "2,a,,returned\n2,b,2026-03-07T10:00Z,delivered\n"
             "3,a,2026-03-08T10:00Z,returned\n3,b,2026-03-07T10:00Z,delivered\n"
             "4,a,,unavailable\n4,b,,refunded\n4,c,,cancelled\n"
             "5,a,,returned\n5,b,,damaged\n5,c,,processing\n"
             "6,a,,out_of_stock\n6,b,,\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  const Records records = shop.read({"delivered_at", "status"});
  CHECK(text(records, "1", "status") == "in_transit");
  CHECK(order_cell(records, "1", "delivered_at") == "-");
  CHECK(text(records, "2", "status") == "delivered");
  CHECK(order_cell(records, "2", "delivered_at") == "2026-03-07T10:00:00Z");
  CHECK(text(records, "3", "status") == "delivered");
  CHECK(order_cell(records, "3", "delivered_at") == "2026-03-08T10:00:00Z");
  CHECK(text(records, "4", "status") == "unavailable");
  CHECK(order_cell(records, "4", "delivered_at") == "-");
  CHECK(text(records, "5", "status") == "damaged");
  CHECK(order_cell(records, "6", "status") == "-");
}

TEST_CASE("what the orders' file tells stands; its empty cells are filled") {
  ShopFolder shop;
  shop.orders("order_id,carrier,delivered_at\n1,post,2026-03-03\n2,,\n");
  shop.write("shipments.csv", "order_id,carrier,delivered_at\n1,ups,2026-03-05\n2,ups,2026-03-05\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  const Records records = shop.read({"carrier", "delivered_at"});
  CHECK(text(records, "1", "carrier") == "post");
  CHECK(order_cell(records, "1", "delivered_at") == "2026-03-03");
  CHECK(text(records, "2", "carrier") == "ups");
  CHECK(order_cell(records, "2", "delivered_at") == "2026-03-05");
}

TEST_CASE("the order's value is the sum over its lines, and unknown where a price is") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n3\n4\n5\n");
  shop.write("items.csv",
             "order_id,item_id,price,quantity,line_total,shipping_fee\n"
             "1,10,2.50,2,,1.00\n1,9,1.00,,0.75,\n2,1,,,,1.00\n3,1,0.01,1.5,,\n4,1,1.00,3,,\n");
  shop.add(RecordKind::item, "items.csv");
  const Records records = shop.read({"order_value", "goods_value", "shipping_fee"});
  CHECK(order_cell(records, "1", "order_value") == "GBP 6.75");
  CHECK(order_cell(records, "1", "goods_value") == "GBP 5.75");
  CHECK(order_cell(records, "1", "shipping_fee") == "GBP 1.00");
  CHECK(order_cell(records, "2", "order_value") == "-");
  CHECK(order_cell(records, "3", "order_value") == "-");
  CHECK(order_cell(records, "4", "order_value") == "GBP 3.00");
  CHECK(order_cell(records, "5", "order_value") == "-");
  CHECK(records.table(RecordKind::item).find("item_id")->text[records.items.rows[0]] == "9");
}

TEST_CASE("lines too dear to multiply leave their order without a value, and the others with theirs") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n3\n");
  shop.write("items.csv", "order_id,price,quantity\n1,9999999999999.99,99999\n2,1.00,2\n3,9.99,999999999999999999999999999999999999\n");
  shop.add(RecordKind::item, "items.csv");
  const Records records = shop.read({"order_value"});
  CHECK(order_cell(records, "1", "order_value") == "-");
  CHECK(order_cell(records, "2", "order_value") == "GBP 2.00");
  CHECK(order_cell(records, "3", "order_value") == "-");
}

TEST_CASE("lines in another currency than their order make it contradictory") {
  ShopFolder shop;
  shop.orders("order_id,currency\n1,EUR\n2,EUR\n");
  shop.write("items.csv", "order_id,price,currency\n1,2.50,USD\n2,2.50,EUR\n");
  shop.add(RecordKind::item, "items.csv");
  const Records records = shop.read({"order_value"});
  CHECK(order_cell(records, "1", "order_value") == "-");
  CHECK(order_cell(records, "2", "order_value") == "EUR 2.50");
  CHECK(records.contradictory == std::vector<std::uint8_t>{1, 0});
  REQUIRE(records.contradictions.size() == 1);
  CHECK(records.contradictions[0].field == "currency");
}

TEST_CASE("customers tell who an order is for; own fields come from any file that has them") {
  ShopFolder shop;
  shop.own("vip", Type::boolean);
  shop.orders("order_id,customer_id\n1,c\n2,nobody\n3,c\n4,\n");
  shop.write("customers.csv", "customer_id,email,person_id,vip\nc,a@example.com,p1,yes\nz,z@example.com,p2,no\n");
  shop.add(RecordKind::customer, "customers.csv");
  const Records records = shop.read({"email", "person_id", "vip"});
  CHECK(text(records, "3", "email") == "a@example.com");
  CHECK(text(records, "1", "person_id") == "p1");
  CHECK(order_cell(records, "1", "vip") == "true");
  CHECK(order_cell(records, "2", "email") == "-");
  CHECK(records.customer == std::vector<Row>{0, no_row, 0, no_row});
}

TEST_CASE("events find their order through its parcel; told twice it stands once") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n");
  shop.write("shipments.csv", "order_id,tracking\n1,T1\n2,T2\n");
  shop.write("events.csv", "tracking,at,status\nT2,2026-03-01T10:00Z,in_transit\nT9,2026-03-01T10:00Z,lost\nT2,2026-03-01T10:00Z,in_transit\n");
  shop.write("credits.csv", "order_id,amount,at\n1,5.00,2026-03-01\n1,5.00,2026-03-01\n1,6.00,2026-03-02\n7,1.00,2026-03-02\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  shop.add(RecordKind::event, "events.csv");
  shop.add(RecordKind::credit, "credits.csv");
  shop.wanted.of(RecordKind::event).insert("status");
  const Records records = shop.read();
  CHECK(records.events.begin == std::vector<std::uint32_t>{0, 0, 1});
  CHECK(records.orphans[index_of(RecordKind::event)] == 1);
  CHECK(records.table(RecordKind::credit).rows() == 4);
  CHECK(records.orphans[index_of(RecordKind::credit)] == 1);
}

TEST_CASE("equal credits of one file are two, of two files one told again") {
  ShopFolder shop;
  shop.orders("order_id\n1\n");
  const std::string head = "order_id,amount,reference\n";
  shop.write("credits-1.csv", head + "1,5.00,\n1,6.00,\n1,7.00,r1\n1,7.00,r1\n");
  shop.write("credits-2.csv", head + "1,5.00,\n1,5.00,\n1,7.00,r1\n");
  shop.add(RecordKind::credit, "credits-*.csv");
  const Records records = shop.read();
  const Table& credits = records.table(RecordKind::credit);
  std::int64_t sum = 0;
  for (const std::int64_t minor : credits.find("amount")->whole) sum += minor;
  CHECK(credits.rows() == 4);
  CHECK(sum == 2300);
}

TEST_CASE("an index finds every id by its bytes and no other") {
  Column ids;
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) names.push_back("id-" + std::to_string(i));
  for (const std::string& name : names) ids.text.push_back(name);
  IdIndex index({&ids, nullptr});
  for (Row row = 0; row < ids.text.size(); ++row) REQUIRE(index.add(row) == row);
  for (Row row = 0; row < ids.text.size(); ++row) REQUIRE(index.find(names[row]) == row);
  CHECK(index.find("id-5000") == no_row);
  CHECK(index.find("") == no_row);
}
