// When all goods of an order have arrived, and which parcel is whose.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "shop_folder.h"

using namespace amends;

namespace {

constexpr auto index_of = [](RecordKind kind) { return static_cast<std::size_t>(kind); };

std::string text(const Records& records, std::string_view id, std::string_view column) {
  const Column* found = records.orders().find(column);
  return found == nullptr ? "" : std::string(found->text[row_named(records.orders(), id)]);
}

struct Piece {
  std::string line;
  int quantity = 0;
  int day = 0;  // of its arrival; 0: not yet
};

// The first day by whose end everything ordered has arrived; 0: never.
int day_of_completion(const std::vector<Piece>& ordered, const std::vector<Piece>& parcels, bool by_line) {
  for (int day = 1; day <= 28; ++day) {
    std::map<std::string, int> missing;
    for (const Piece& piece : ordered) missing[by_line ? piece.line : ""] += piece.quantity;
    for (const Piece& piece : parcels)
      if (piece.day != 0 && piece.day <= day) missing[by_line ? piece.line : ""] -= piece.quantity;
    if (std::all_of(missing.begin(), missing.end(), [](const auto& m) { return m.second <= 0; })) return day;
  }
  return 0;
}

std::string day_text(int day) { return fmt::format("2026-03-{:02}", day); }

}  // namespace

TEST_CASE("an order is delivered when as many pieces have arrived as were ordered") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n3\n4\n");
  shop.write("items.csv", "order_id,item_id,quantity\n1,a,2\n1,b,1\n2,a,3\n3,a,2\n4,a,1\n");
  shop.write("shipments.csv",
             "order_id,shipment_id,quantity,delivered_at,status\n"
             "1,p,2,2026-03-05T10:00Z,delivered\n"                                           // one piece is in no parcel yet
             "2,p,1,2026-03-05T10:00Z,delivered\n2,q,2,2026-03-07T10:00Z,delivered\n"        // both are needed
             "3,p,2,2026-03-05T10:00Z,delivered\n3,q,1,,in_transit\n"                        // more than was ordered is on its way
             "4,p,,2026-03-05T10:00Z,delivered\n4,q,1,,in_transit\n");                       // one parcel does not say how many
  shop.add(RecordKind::item, "items.csv");
  shop.add(RecordKind::shipment, "shipments.csv");
  const Records records = shop.read({"delivered_at", "status"});
  CHECK(order_cell(records, "1", "delivered_at") == "-");
  CHECK(text(records, "1", "status") == "processing");
  CHECK(order_cell(records, "2", "delivered_at") == "2026-03-07T10:00:00Z");
  CHECK(text(records, "2", "status") == "delivered");
  CHECK(order_cell(records, "3", "delivered_at") == "2026-03-05T10:00:00Z");
  CHECK(text(records, "3", "status") == "delivered");
  CHECK(order_cell(records, "4", "delivered_at") == "-");
  CHECK(text(records, "4", "status") == "in_transit");
}

TEST_CASE("by line, where parcels name the lines they bring; lines of a parcel share its facts") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n");
  shop.write("items.csv", "order_id,item_id,quantity\n1,a,2\n1,b,1\n2,a,2\n2,b,1\n");
  shop.write("shipments.csv",
             "order_id,shipment_id,item_id,quantity,delivered_at,status,carrier\n"
             "1,p,a,3,2026-03-05T10:00Z,delivered,ups\n1,q,b,1,2026-03-09T10:00Z,delivered,ups\n"  // three of a are not two of a and one of b
             "2,p,a,2,2026-03-05T10:00Z,delivered,ups\n2,p,b,1,,,\n");
  shop.add(RecordKind::item, "items.csv");
  shop.add(RecordKind::shipment, "shipments.csv");
  const Records records = shop.read({"delivered_at", "status", "carrier"});
  CHECK(records.contradictions.empty());
  CHECK(order_cell(records, "1", "delivered_at") == "2026-03-09T10:00:00Z");
  CHECK(order_cell(records, "2", "delivered_at") == "2026-03-05T10:00:00Z");
  CHECK(text(records, "2", "status") == "delivered");
  CHECK(text(records, "2", "carrier") == "ups");
}

TEST_CASE("goods that came back on their way are waited for only where another parcel brings them") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n3\n");
  shop.write("items.csv", "order_id,quantity\n1,3\n2,3\n3,2\n");
  shop.write("shipments.csv",
             "order_id,shipment_id,quantity,delivered_at,status\n"
             "1,p,2,2026-03-05T10:00Z,delivered\n1,q,1,,refunded\n"
             "2,p,2,2026-03-05T10:00Z,delivered\n2,q,1,,returned\n2,r,1,,in_transit\n"
             "3,p,2,,lost\n3,q,2,2026-03-06T10:00Z,delivered\n");
  shop.add(RecordKind::item, "items.csv");
  shop.add(RecordKind::shipment, "shipments.csv");
  const Records records = shop.read({"delivered_at", "status"});
  CHECK(order_cell(records, "1", "delivered_at") == "2026-03-05T10:00:00Z");
  CHECK(order_cell(records, "2", "delivered_at") == "-");
  CHECK(text(records, "2", "status") == "in_transit");
  CHECK(order_cell(records, "3", "delivered_at") == "2026-03-06T10:00:00Z");
  CHECK(text(records, "3", "status") == "delivered");  // the replacement came: what was lost is no longer missed
}

TEST_CASE("random orders are complete on the day a slow count says") {
  std::mt19937 random(7);
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 60; ++round) {
    const bool by_line = upto(2) == 0;
    std::string orders = "order_id\n", items = "order_id,item_id,quantity\n";
    std::vector<std::string> rows;
    std::map<std::string, int> expected;
    for (int order = 0; order < 20; ++order) {
      const std::string id = std::to_string(order);
      orders += id + "\n";
      std::vector<Piece> ordered, parcels;
      for (int line = 0; line <= upto(3); ++line) ordered.push_back({std::string(1, static_cast<char>('a' + line)), 1 + upto(3)});
      for (int parcel = 0; parcel <= upto(5); ++parcel)
        parcels.push_back({ordered[static_cast<std::size_t>(upto(static_cast<int>(ordered.size())))].line, 1 + upto(3), upto(4) == 0 ? 0 : 1 + upto(28)});
      for (const Piece& piece : ordered) items += fmt::format("{},{},{}\n", id, piece.line, piece.quantity);
      for (std::size_t i = 0; i < parcels.size(); ++i)
        rows.push_back(fmt::format("{},{},{},{},{}\n", id, i, by_line ? parcels[i].line : "", parcels[i].quantity,
                                   parcels[i].day == 0 ? "" : day_text(parcels[i].day)));
      expected[id] = day_of_completion(ordered, parcels, by_line);
    }
    std::shuffle(rows.begin(), rows.end(), random);
    std::string shipments = "order_id,shipment_id,item_id,quantity,delivered_at\n";
    for (const std::string& row : rows) shipments += row;
    ShopFolder shop;
    shop.orders(orders);
    shop.write("items.csv", items);
    shop.write("shipments.csv", shipments);
    shop.add(RecordKind::item, "items.csv");
    shop.add(RecordKind::shipment, "shipments.csv");
    const Records records = shop.read({"delivered_at"});
    for (const auto& order : expected)
      REQUIRE(order_cell(records, order.first, "delivered_at") == (order.second == 0 ? "-" : day_text(order.second)));
  }
}

TEST_CASE("a parcel that names no order finds it by the carrier's number") {
  ShopFolder shop;
  shop.orders("order_id,placed_at,tracking\n1,2026-03-01,T1\n2,2026-03-02,\n3,2026-03-03,\n");
  shop.write("ours.csv", "order_id,shipment_id,tracking,status\n2,s2,T2,shipped\n");
  shop.write("tracker.csv", "tracking,delivered_at,status\nT1,2026-03-05T10:00Z,delivered\nT2,2026-03-06T10:00Z,delivered\nT9,2026-03-06T10:00Z,delivered\n");
  shop.add(RecordKind::shipment, "ours.csv");
  shop.add(RecordKind::shipment, "tracker.csv");
  const Records records = shop.read({"delivered_at", "status"});
  CHECK(order_cell(records, "1", "delivered_at") == "2026-03-05T10:00:00Z");
  CHECK(order_cell(records, "2", "delivered_at") == "2026-03-06T10:00:00Z");
  CHECK(text(records, "2", "status") == "delivered");
  CHECK(records.shipments.begin == std::vector<std::uint32_t>{0, 1, 2, 2});  // the two rows of T2 are one parcel
  CHECK(records.orphans[index_of(RecordKind::shipment)] == 1);
}

TEST_CASE("a carrier's number used again is the later order's, a shared one both orders'") {
  ShopFolder shop;
  shop.orders("order_id,placed_at,tracking\nold,2025-03-01,T1\nnew,2026-03-01,T1\nbox-1,2026-03-01,T2\nbox-2,2026-03-04,T2\n");
  shop.write("tracker.csv", "tracking,delivered_at\nT1,2026-03-05T10:00Z\nT2,2026-03-06T10:00Z\n");
  shop.add(RecordKind::shipment, "tracker.csv");
  const Records records = shop.read({"delivered_at"});
  CHECK(order_cell(records, "old", "delivered_at") == "-");
  CHECK(order_cell(records, "new", "delivered_at") == "2026-03-05T10:00:00Z");
  CHECK(order_cell(records, "box-1", "delivered_at") == "2026-03-06T10:00:00Z");
  CHECK(order_cell(records, "box-2", "delivered_at") == "2026-03-06T10:00:00Z");
}

TEST_CASE("where a parcel's row can name its order it has to, but for a tracker's") {
  ShopFolder shop;
  shop.orders("order_id,tracking\n1,T1\n2,\n");
  shop.write("shipments.csv", "order_id,tracking,status\n2,,delivered\n,T1,delivered\n,,delivered\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  const Records strict = shop.read({"status"});
  REQUIRE(strict.rejected.size() == 2);
  CHECK(strict.rejected[0].where.line == 3);
  CHECK(strict.rejected[0].reason == "order_id is empty");
  shop.write("shipments.csv", "order_id,tracking_number,tag\n2,,Delivered\n,T1,Delivered\n,,Delivered\n");
  shop.project.sources.back().preset = "aftership";
  const Records tracked = shop.read({"status"});
  REQUIRE(tracked.rejected.size() == 1);
  CHECK(tracked.rejected[0].where.line == 4);
  CHECK(text(tracked, "1", "status") == "delivered");
}
