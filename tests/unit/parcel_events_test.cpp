// What a parcel's events come to, in whatever order and however often they are told.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "core/records/parcel_events.h"
#include "shop_folder.h"

using namespace amends;

namespace {

std::string text(const Records& records, std::string_view id, std::string_view column) {
  const Column* found = records.orders().find(column);
  return found == nullptr ? "" : std::string(found->text[row_named(records.orders(), id)]);
}

ScannedEvent scan(int minute, std::string_view status) {
  const Instant at{minute * ms_per_minute};
  return {at.ms, status, Moment(at), {}, {}};
}

ParcelStory told(std::initializer_list<std::string_view> statuses) {
  std::vector<ScannedEvent> events;
  for (const std::string_view status : statuses) events.push_back(scan(static_cast<int>(events.size()) + 1, status));
  return story_of(events);
}

std::int64_t minute_of(Moment moment) { return moment.is_none() ? -1 : moment.instant().ms / ms_per_minute; }

}  // namespace

TEST_CASE("delivered is not undone by a later scan nor by a return") {
  CHECK(told({"in_transit", "delivered", "in_transit"}).status == "delivered");
  const ParcelStory returned = told({"in_transit", "delivered", "returned", "in_transit", "delivered"});
  CHECK(returned.status == "returned");
  CHECK(minute_of(returned.delivered_at) == 2);
  CHECK(minute_of(returned.status_at) == 3);
  CHECK(told({"delivered", unknown_word}).status == "delivered");
  CHECK(told({"delivered", "damaged"}).status == "damaged");
}

TEST_CASE("what arrives after a return has come back to the shop") {
  const ParcelStory story = told({"in_transit", "attempted", "returned", "in_transit", "delivered"});
  CHECK(story.status == "returned");
  CHECK(story.delivered_at.is_none());
  CHECK(minute_of(story.first_attempt_at) == 2);
}

TEST_CASE("first times count; the status holds since it was first told") {
  const ParcelStory story = told({"created", "shipped", "in_transit", "attempted", "attempted", "delivered", "delivered"});
  CHECK(minute_of(story.shipped_at) == 2);
  CHECK(minute_of(story.first_attempt_at) == 4);
  CHECK(minute_of(story.delivered_at) == 6);
  CHECK(minute_of(story.status_at) == 6);
  CHECK(story_of({}).status.empty());
  CHECK(told({"out_for_delivery"}).shipped_at.is_none());  // it was shipped, nobody says when
}

TEST_CASE("a delivery without a time tells that it arrived, not when") {
  const ParcelStory story = story_of({scan(5, "in_transit"), {std::numeric_limits<std::int64_t>::min(), "delivered", {}, {}, {}}});
  CHECK(story.status == "delivered");
  CHECK(story.delivered_at.is_none());
}

TEST_CASE("the first promise and the last are both kept") {
  std::vector<ScannedEvent> events = {scan(3, ""), scan(1, "created"), scan(2, "in_transit")};
  events[0].promised = Moment(Date{30});
  events[1].promised = Moment(Date{20});
  const ParcelStory story = story_of(events);
  CHECK(story.promised_at.date() == Date{20});
  CHECK(story.revised_promised_at.date() == Date{30});
}

TEST_CASE("any order and any repetition of random events tell the same, as a slow reading does") {
  const std::vector<std::string_view> words = {"created", "shipped", "in_transit", "out_for_delivery", "attempted", "delivered", "damaged", "returned", "lost", unknown_word};
  std::mt19937 random(5);
  for (int round = 0; round < 3000; ++round) {
    std::vector<ScannedEvent> events;
    std::set<int> minutes;
    for (std::size_t n = random() % 7; n > 0; --n)
      if (const int minute = static_cast<int>(random() % 50); minutes.insert(minute).second) events.push_back(scan(minute, words[random() % words.size()]));
    const ParcelStory once = story_of(events);
    std::vector<ScannedEvent> again = events;
    for (std::size_t i = 0; i < events.size(); ++i) again.push_back(events[random() % events.size()]);
    std::shuffle(again.begin(), again.end(), random);
    const ParcelStory twice = story_of(again);
    REQUIRE(twice.status == once.status);
    REQUIRE(twice.delivered_at.raw() == once.delivered_at.raw());
    REQUIRE(twice.shipped_at.raw() == once.shipped_at.raw());
    REQUIRE(twice.first_attempt_at.raw() == once.first_attempt_at.raw());
    REQUIRE(twice.status_at.raw() == once.status_at.raw());
    std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    std::int64_t delivered = -1;
    for (const ScannedEvent& e : events) {
      if (e.status == "returned") break;
      if (delivered < 0 && (e.status == "delivered" || e.status == "damaged")) delivered = e.time / ms_per_minute;
    }
    REQUIRE(minute_of(once.delivered_at) == delivered);
  }
}

TEST_CASE("events tell of parcels whose own rows are silent") {
  ShopFolder shop;
  shop.orders("order_id,placed_at\n1,2026-03-01\n2,2026-03-01\n3,2026-03-01\n4,2026-03-01\n");
  shop.write("shipments.csv",
             "order_id,shipment_id,tracking,delivered_at,status\n"
             "1,a,T1,,shipped\n"
             "2,b,T2,2026-03-04T08:00Z,delivered\n"
             "3,c,T3,,lost\n");
  shop.write("events.csv",
             "tracking,order_id,at,status\n"
             "T1,,2026-03-05T10:00Z,delivered\nT1,,2026-03-02T10:00Z,in_transit\nT1,,2026-03-06T10:00Z,in_transit\n"
             "T2,,2026-03-05T10:00Z,delivered\n"
             "T3,,2026-03-05T10:00Z,in_transit\n"
             ",4,2026-03-03T10:00Z,in_transit\n,4,2026-03-07T10:00Z,delivered\n"
             "T9,,2026-03-05T10:00Z,in_transit\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  shop.add(RecordKind::event, "events.csv");
  const Records records = shop.read({"delivered_at", "shipped_at", "first_attempt_at", "status", "status_at"});
  CHECK(order_cell(records, "1", "delivered_at") == "2026-03-05T10:00:00Z");
  CHECK(order_cell(records, "1", "shipped_at") == "2026-03-02T10:00:00Z");
  CHECK(order_cell(records, "1", "first_attempt_at") == "2026-03-05T10:00:00Z");
  CHECK(text(records, "1", "status") == "delivered");
  CHECK(order_cell(records, "1", "status_at") == "2026-03-05T10:00:00Z");
  CHECK(order_cell(records, "2", "delivered_at") == "2026-03-04T08:00:00Z");
  CHECK(text(records, "3", "status") == "lost");
  CHECK(order_cell(records, "4", "delivered_at") == "2026-03-07T10:00:00Z");
  CHECK(records.events.begin == std::vector<std::uint32_t>{0, 3, 4, 5, 7});
  CHECK(records.orphans[static_cast<std::size_t>(RecordKind::event)] == 1);
}

TEST_CASE("events that are not known yet leave the parcel where it stood") {
  ShopFolder shop;
  shop.orders("order_id,placed_at,status\n1,2026-03-01,\n2,2026-03-01,delivered\n");
  shop.write("shipments.csv", "order_id,tracking,status\n1,T1,delivered\n2,T2,delivered\n");
  shop.write("events.csv", "tracking,at,status\nT1,2026-03-02T10:00Z,in_transit\nT1,2026-03-05T10:00Z,delivered\nT2,2026-03-05T10:00Z,delivered\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  shop.add(RecordKind::event, "events.csv");
  const Records before = shop.read_at("2026-03-05T10:00Z", {"delivered_at", "status"});
  CHECK(order_cell(before, "1", "delivered_at") == "-");
  CHECK(text(before, "1", "status") == "in_transit");
  CHECK(text(before, "2", "status") == "in_transit");  // whatever its own file says
  const Records after = shop.read_at("2026-03-05T10:01Z", {"delivered_at", "status"});
  CHECK(order_cell(after, "1", "delivered_at") == "2026-03-05T10:00:00Z");
  CHECK(text(after, "2", "status") == "delivered");
}

TEST_CASE("an event that names only an order of several parcels tells of none of them") {
  ShopFolder shop;
  shop.orders("order_id\n1\n");
  shop.write("shipments.csv", "order_id,shipment_id\n1,a\n1,b\n");
  shop.write("events.csv", "order_id,at,status\n1,2026-03-05T10:00Z,delivered\n");
  shop.add(RecordKind::shipment, "shipments.csv");
  shop.add(RecordKind::event, "events.csv");
  const Records records = shop.read({"delivered_at", "status"});
  CHECK(order_cell(records, "1", "delivered_at") == "-");
  CHECK(records.events.rows.size() == 1);
}

TEST_CASE("a source of events alone could hold what they tell") {
  ShopFolder shop;
  shop.orders("order_id\n1\n2\n");
  shop.write("events.csv", "order_id,tracking,at,status,promised_at\n1,A,2026-03-05T10:00Z,in_transit,2026-03-07\n1,B,2026-03-06T10:00Z,delivered,2026-03-08\n");
  shop.add(RecordKind::event, "events.csv");
  const Records records = shop.read({"delivered_at", "status", "promised_at"});
  CHECK(order_cell(records, "1", "delivered_at") == "-");  // A is still on its way
  CHECK(text(records, "1", "status") == "in_transit");
  CHECK(order_cell(records, "1", "promised_at") == "2026-03-08");
  CHECK(order_cell(records, "2", "delivered_at") == "-");
  CHECK(records.shipments.begin == std::vector<std::uint32_t>{0, 2, 2});
}
