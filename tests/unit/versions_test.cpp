// Several rows of one order, and what was not known yet.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

#include "core/base/text.h"
#include "shop_folder.h"

using namespace amends;

namespace {

std::string text(const Records& records, std::string_view id, std::string_view column) {
  const Row row = row_named(records.orders(), id);
  const Column* found = records.orders().find(column);
  if (row == no_row || found == nullptr) return "";
  return std::string(found->text[row]);
}

}  // namespace

TEST_CASE("rows in several files merge field by field: first promise, first delivery, otherwise the later") {
  ShopFolder shop;
  shop.write("orders-1.csv", "order_id,promised_at,revised_promised_at,delivered_at,status,carrier,service\n1,2026-03-05,2026-03-06,2026-03-08,delivered,ups,express\n");
  shop.write("orders-2.csv", "order_id,promised_at,revised_promised_at,delivered_at,status,carrier,service\n1,2026-03-09,2026-03-09,2026-03-10,in_transit,dhl,\n2,2026-03-01,,,paid,,\n");
  shop.add(RecordKind::order, "orders-*.csv");
  const Records records = shop.read({"promised_at", "revised_promised_at", "delivered_at", "status", "carrier", "service"});
  CHECK(records.orders().rows() == 2);
  CHECK(records.contradictions.empty());
  CHECK(order_cell(records, "1", "promised_at") == "2026-03-05");
  CHECK(order_cell(records, "1", "revised_promised_at") == "2026-03-09");
  CHECK(order_cell(records, "1", "delivered_at") == "2026-03-08");
  CHECK(text(records, "1", "status") == "delivered");
  CHECK(text(records, "1", "carrier") == "dhl");
  CHECK(text(records, "1", "service") == "express");
  CHECK(records.files[records.orders().places[0].file].ends_with("orders-2.csv"));
}

TEST_CASE("a later updated_at is a later version, wherever it stands in the file") {
  for (const bool swapped : {false, true}) {
    ShopFolder shop;
    const std::string early = "1,2026-03-01T10:00Z,2026-03-05,paid,3.00\n", late = "1,2026-03-02T10:00Z,2026-03-07,shipped,4.00\n";
    shop.orders("order_id,updated_at,promised_at,status,order_value\n" + (swapped ? late + early : early + late));
    const Records records = shop.read({"promised_at", "status", "order_value"});
    CHECK(records.contradictions.empty());
    CHECK(order_cell(records, "1", "promised_at") == "2026-03-05");
    CHECK(text(records, "1", "status") == "shipped");
    CHECK(order_cell(records, "1", "order_value") == "GBP 4.00");
  }
}

TEST_CASE("identical rows are one") {
  ShopFolder shop;
  shop.orders("order_id,status\n1,paid\n1,paid\n");
  const Records records = shop.read({"status"});
  CHECK(records.orders().rows() == 1);
  CHECK(records.contradictions.empty());
  CHECK(records.rows_read[0] == 2);
}

TEST_CASE("two different rows of one file contradict each other, both are listed") {
  ShopFolder shop;
  shop.orders("order_id,order_value\n2,1\n1,5\n1,6\n");
  const Records records = shop.read({"order_value"});
  REQUIRE(records.contradictions.size() == 1);
  CHECK(records.contradictions[0].id == "1");
  CHECK(records.contradictions[0].field == "order_value");
  REQUIRE(records.contradictions[0].rows.size() == 2);
  CHECK(records.contradictions[0].rows[0].text == "1,5");
  CHECK(records.contradictions[0].rows[1].line == 4);
  CHECK(records.contradictory == std::vector<std::uint8_t>{0, 1});
}

TEST_CASE("two customers or currencies contradict each other even over files") {
  for (const std::string column : {"customer_id", "currency"}) {
    ShopFolder shop;
    shop.write("orders-1.csv", "order_id," + column + "\n1,EUR\n");
    shop.write("orders-2.csv", "order_id," + column + "\n1,USD\n");
    shop.add(RecordKind::order, "orders-*.csv");
    const Records records = shop.read();
    REQUIRE(records.contradictions.size() == 1);
    CHECK(records.contradictions[0].field == column);
    CHECK(records.contradictory[0] == 1);
  }
}

TEST_CASE("a parcel or customer that contradicts itself taints its orders") {
  ShopFolder shop;
  shop.orders("order_id,customer_id\n1,c\n2,d\n3,e\n");
  shop.write("shipments.csv", "order_id,shipment_id,carrier\n1,s,ups\n1,s,dhl\n2,t,ups\n2,t,ups\n");
  shop.write("customers.csv", "customer_id,email\ne,a@example.com\ne,b@example.com\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  shop.add(RecordKind::customer, "customers.csv");
  const Records records = shop.read({"carrier", "email"});
  CHECK(records.contradictory == std::vector<std::uint8_t>{1, 0, 1});
  REQUIRE(records.contradictions.size() == 2);
  CHECK(records.contradictions[0].id == "1/s");
}

TEST_CASE("lines without a number are an order's, and the last file's set stands") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n");
  shop.write("items-1.csv", "order_id,price\n1,1.00\n1,1.00\n2,7.00\n");
  shop.write("items-2.csv", "order_id,price\n1,1.00\n1,1.00\n1,2.00\n");
  shop.add(RecordKind::item, "items-*.csv");
  const Records records = shop.read({"order_value"});
  CHECK(order_cell(records, "1", "order_value") == "GBP 4.00");
  CHECK(order_cell(records, "2", "order_value") == "GBP 7.00");
}

TEST_CASE("replay: what happens at or after the as-of is not known") {
  ShopFolder shop;
  shop.orders(
      "order_id,placed_at,shipped_at,delivered_at,cancelled_at,promised_at,status\n"
      "1,2026-03-01T10:00Z,2026-03-02T10:00Z,2026-03-05T10:00Z,,2026-03-04,delivered\n"
      "2,2026-03-05T10:00Z,,,,2026-03-09,paid\n"
      "3,2026-03-01T10:00Z,2026-03-07T10:00Z,,,2026-03-04,shipped\n"
      "4,2026-03-01T10:00Z,,,2026-03-06T10:00Z,2026-03-04,cancelled\n"
      "5,2026-03-01T10:00Z,2026-03-02T10:00Z,,,2026-03-04,delivered\n");
  const std::initializer_list<const char*> wanted = {"placed_at", "shipped_at", "delivered_at", "promised_at", "status", "cancelled_at"};
  const Records before = shop.read_at("2026-03-05T10:00Z", wanted);
  CHECK(before.rows_read[0] == 4);
  CHECK(row_named(before.orders(), "2") == no_row);
  CHECK(order_cell(before, "1", "delivered_at") == "-");
  CHECK(order_cell(before, "1", "promised_at") == "2026-03-04");
  CHECK(text(before, "1", "status") == "in_transit");
  CHECK(text(before, "3", "status") == "processing");
  CHECK(text(before, "4", "status") == "processing");
  CHECK(text(before, "5", "status") == "delivered");
  const Records after = shop.read_at("2026-03-05T10:00:01Z", wanted);
  CHECK(after.rows_read[0] == 5);
  CHECK(text(after, "1", "status") == "delivered");
}

TEST_CASE("replay keeps a snapshot's only version, though it was written later") {
  ShopFolder shop;
  shop.orders("order_id,placed_at,updated_at,delivered_at,status,service\n"
              "1,2026-03-01,2026-03-09T12:00Z,2026-03-02,delivered,a\n"
              "2,2026-03-01,2026-03-09T12:00Z,2026-03-09,delivered,a\n"
              "3,2026-03-01,2026-03-09T12:00Z,,paid,later\n3,2026-03-01,2026-03-08T12:00Z,,paid,earlier\n"
              "4,2026-03-08,2026-03-09T12:00Z,,paid,a\n");
  const Records records = shop.read_at("2026-03-05", {"delivered_at", "status", "service"});
  CHECK(records.orders().rows() == 3);
  CHECK(order_cell(records, "1", "delivered_at") == "2026-03-02");
  CHECK(text(records, "1", "status") == "delivered");
  CHECK(order_cell(records, "2", "delivered_at") == "-");
  CHECK(text(records, "2", "status") == "in_transit");
  CHECK(text(records, "3", "service") == "earlier");
}

TEST_CASE("replay forgets versions, parcels' arrivals and contacts that come later") {
  ShopFolder shop;
  shop.orders("order_id,placed_at,updated_at,status,service\n1,2026-03-01,2026-03-01T12:00Z,paid,slow\n1,2026-03-01,2026-03-09T12:00Z,delivered,fast\n2,2026-03-01,2026-03-01T12:00Z,delivered,x\n3,2026-03-20,2026-03-20T12:00Z,paid,x\n");
  shop.write("shipments.csv", "order_id,delivered_at\n1,2026-03-09T10:00Z\n2,2026-03-09T10:00Z\n3,2026-03-25T10:00Z\n9,2026-03-02T10:00Z\n");
  shop.write("contacts.csv", "order_id,at\n1,2026-03-04T10:00Z\n1,2026-03-08T10:00Z\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  shop.add(RecordKind::contact, "contacts.csv");
  const Records records = shop.read_at("2026-03-05", {"status", "service", "delivered_at"});
  CHECK(text(records, "1", "service") == "slow");
  CHECK(text(records, "1", "status") == "paid");
  CHECK(text(records, "2", "status") == "in_transit");
  CHECK(order_cell(records, "2", "delivered_at") == "-");
  CHECK(records.contacts.rows.size() == 1);
  CHECK(records.orphans[static_cast<int>(RecordKind::shipment)] == 1);
}

TEST_CASE("shuffled files give the same records by id") {
  std::mt19937 random(11);
  const auto upto = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  const std::vector<const char*> statuses = {"paid", "shipped", "delivered", ""};
  for (int round = 0; round < 40; ++round) {
    std::vector<std::string> files[2];
    std::vector<std::string> items;
    for (int i = 0; i < 40; ++i) {
      const std::string id = std::to_string(upto(12));
      files[upto(2)].push_back(id + "," + (upto(3) == 0 ? "" : "2026-03-0" + std::to_string(1 + upto(5))) + ",2026-04-0" + std::to_string(1 + upto(9)) + "," +
                               statuses[upto(4)] + "," + std::to_string(upto(3)));
      items.push_back(id + "," + std::to_string(upto(5)) + "," + std::to_string(upto(100)));
    }
    std::string seen[2];
    for (std::string& result : seen) {
      ShopFolder shop;
      for (int f = 0; f < 2; ++f) {
        std::shuffle(files[f].begin(), files[f].end(), random);
        shop.write("orders-" + std::to_string(f) + ".csv", "order_id,updated_at,promised_at,status,order_value\n" + joined(files[f], "\n") + "\n");
      }
      std::shuffle(items.begin(), items.end(), random);
      shop.write("items.csv", "order_id,item_id,price\n" + joined(items, "\n") + "\n");
      shop.add(RecordKind::order, "orders-*.csv");
      shop.add(RecordKind::item, "items.csv");
      shop.wanted.of(RecordKind::item).insert("price");
      const Records records = shop.read({"promised_at", "status", "order_value", "goods_value"});
      std::map<std::string, std::string> by_id;
      const Table& lines = records.table(RecordKind::item);
      for (Row row = 0; row < records.orders().rows(); ++row) {
        const std::string id(records.orders().find("order_id")->text[row]);
        std::string& line = by_id[id];
        for (const char* column : {"promised_at", "order_value", "goods_value"}) line += order_cell(records, id, column) + " ";
        line += text(records, id, "status") + (records.contradictory[row] != 0 ? " contradictory" : "");
        for (std::uint32_t i = records.items.begin[row]; i < records.items.begin[row + 1]; ++i)
          line += " " + std::to_string(lines.find("price")->whole[records.items.rows[i]]);
      }
      for (const auto& [id, line] : by_id) result += id + ": " + line + "\n";
      for (const Contradiction& c : records.contradictions) result += c.id + " " + c.field + "\n";
    }
    REQUIRE(seen[0] == seen[1]);
  }
}

TEST_CASE("an arrival that is not known yet counts wherever its row stands among equal ones") {
  const std::string plain = "7,,,\n", ahead = "7,,2026-09-03,\n";
  for (const std::string& rows : {plain + ahead, ahead + plain}) {
    ShopFolder shop;
    shop.orders("order_id\n7\n");
    shop.write("parcels.csv", "order_id,shipment_id,delivered_at,status\n7,S-1,2026-04-08,delivered\n" + rows);
    shop.add(RecordKind::shipment, "parcels.csv");
    CHECK(text(shop.read_at("2026-04-20", {"status", "delivered_at"}), "7", "status") == "in_transit");
  }
}
