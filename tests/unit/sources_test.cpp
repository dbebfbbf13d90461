// Files into columns: headers, cells, what is set aside and what stops.
#include <doctest/doctest.h>

#include "core/base/text.h"
#include "io/records/preset.h"
#include "shop_folder.h"

using namespace amends;

namespace {

Error error_of(const ShopFolder& shop, std::initializer_list<const char*> wanted = {}) {
  try {
    shop.read(wanted);
  } catch (const Error& error) {
    return error;
  }
  return Error{Where{}, "no error"};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("headers match trimmed and in any case; unknown columns are ignored") {
  ShopFolder shop;
  shop.orders("\xef\xbb\xbf ORDER_ID , Promised At ,whatever,STATUS\r\n7,2026-03-31,\"a,b\",Delivered\r\n");
  const Records records = shop.read({"promised_at", "status", "delivered_at"});
  CHECK(order_cell(records, "7", "promised_at") == "2026-03-31");
  CHECK(order_cell(records, "7", "status") == print(Value::of_string("delivered"), Zone::utc()));
  CHECK(records.orders().find("whatever") == nullptr);
  CHECK(records.orders().find("delivered_at") == nullptr);
  CHECK(records.rows_read[0] == 1);
}

TEST_CASE("explicit columns win over the preset, the preset over canonical names") {
  ShopFolder shop;
  shop.own("bay", Type::number);
  SourceSpec& spec = shop.orders("Order No,total,order_value,Bay No.\n7,1.00,2.00,4\n");
  spec.columns = {{"order_value", "Total"}, {"bay", "Bay No."}};
  const Records records = shop.read({"order_value", "bay"});
  CHECK(order_cell(records, "7", "order_value") == "GBP 1.00");
  CHECK(order_cell(records, "7", "bay") == "4");
}

TEST_CASE("a mapped header that is missing names the nearest and what to write") {
  ShopFolder shop;
  shop.orders("Name,Totl\n7,1\n").columns = {{"order_id", "Name"}, {"order_value", "Total"}};
  const Error error = error_of(shop, {"order_value"});
  CHECK(has(error.message, "has no column \"Total\""));
  CHECK(error.hint == "write columns = { order_value = \"Totl\" } under [sources.orders]");
  CHECK(error.where.line == 1);
  CHECK(error.where.text == "Name,Totl");
}

TEST_CASE("the key is needed, once") {
  ShopFolder missing;
  missing.orders("ordr_id,status\n7,paid\n");
  CHECK(has(error_of(missing, {"status"}).message, "has no column for order_id"));
  CHECK(has(error_of(missing, {"status"}).hint, "order_id = \"ordr_id\""));
  ShopFolder twice;
  twice.orders("order_id,status,Order_ID\n7,paid,8\n");
  CHECK(has(error_of(twice).message, "stands twice"));
  ShopFolder headless;
  headless.orders("7,paid\n8,paid\n");
  CHECK(has(error_of(headless).message, "has no header"));
}

TEST_CASE("a field that does not exist stops at the project file") {
  ShopFolder shop;
  shop.orders("order_id\n7\n").columns = {{"order_valu", "order_id"}};
  const Error error = error_of(shop);
  CHECK(error.where.file == "amends.toml");
  CHECK(has(error.hint, "order_value"));
}

TEST_CASE("a cell of any length makes a short message") {
  ShopFolder shop;
  shop.orders("order_id,promised_at\n1,2026-03-01\n2," + std::string(5000000, 'x') + "\n");
  const Records records = shop.read({"promised_at"});
  REQUIRE(records.rejected.size() == 1);
  const Rejected& r = records.rejected[0];
  CHECK(r.reason == "\"" + std::string(100, 'x') + "...\" is not a date");
  CHECK(r.raw.size() == 5000002);
  CHECK(describe(r.where, "row set aside", r.reason, r.hint).size() < 1000);
  CHECK(nearest(std::string(5000000, 'x'), {"promised_at"}).empty());
}

TEST_CASE("a header that comes again is no order") {
  ShopFolder shop;
  shop.orders("Order_ID,note\n1,a\n Order_ID,note\n2,b\n");
  const Records records = shop.read();
  CHECK(records.orders().rows() == 2);
  REQUIRE(records.rejected.size() == 1);
  CHECK(records.rejected[0].reason == "this row is the header again");
}

TEST_CASE("rows that cannot be read are set aside with place, reason and hint; the others go on") {
  ShopFolder shop;
  shop.orders(
      "order_id,promised_at,order_value\n"
      "1,31/03/26,5\n"
      "2,2026-03-31\n"
      "3,2026-03-31,5,6\n"
      "4,2026-03-31,\"1,234.50\"\n"
      "5,2026-03-31,£5\n"
      "6,2026-03-31,1.005\n"
      ",2026-03-31,5\n"
      "8,2026-03-31,20\n"
      "9,2026-03-31,20.00\n"
      "10,\"2026-03-31,5\n");
  const Records records = shop.read({"promised_at", "order_value"});
  REQUIRE(records.rejected.size() == 8);
  CHECK(records.rejected[0].reason == "\"31/03/26\" is not a date");
  CHECK(records.rejected[0].hint == "write 2026-03-31, or declare dates = [\"%d/%m/%y\"]");
  CHECK(records.rejected[0].where.line == 2);
  CHECK(records.rejected[0].where.column == 3);
  CHECK(records.rejected[0].where.length == 8);
  CHECK(records.rejected[0].where.text == "1,31/03/26,5");
  CHECK(records.rejected[0].raw == "1,31/03/26,5");
  CHECK(records.rejected[1].reason == "this row has 2 cells, the header 3");
  CHECK(records.rejected[2].where.column == 16);
  CHECK(has(records.rejected[3].hint, "without separators"));
  CHECK(has(records.rejected[4].hint, "the number alone"));
  CHECK(records.rejected[5].hint == "GBP has 2 decimals");
  CHECK(records.rejected[6].reason == "order_id is empty");
  CHECK(records.rejected[7].reason == "this quote is never closed");
  CHECK(records.orders().rows() == 2);
  CHECK(order_cell(records, "8", "order_value") == order_cell(records, "9", "order_value"));
  CHECK(records.rows_read[0] == 10);
}

TEST_CASE("the hint on a date names the format that would read it") {
  ShopFolder shop;
  shop.orders("order_id,promised_at\n1,3/31/2026 2:05 PM\n2,31.03.2026 14:05\n3,soon\n4,2026-03-31\n");
  const Records records = shop.read({"promised_at"});
  REQUIRE(records.rejected.size() == 3);
  CHECK(has(records.rejected[0].hint, "dates = [\"%m/%d/%Y %I:%M %p\"]"));
  CHECK(has(records.rejected[1].hint, "dates = [\"%d.%m.%Y %H:%M\"]"));
  CHECK(records.rejected[2].hint == "write 2026-03-31 or 2026-03-31 14:05");
}

TEST_CASE("a bad cell nobody asks for rejects nothing") {
  ShopFolder shop;
  shop.orders("order_id,promised_at,order_value\n1,soon,5\n");
  const Records records = shop.read({"order_value"});
  CHECK(records.rejected.empty());
  CHECK(records.orders().find("promised_at") == nullptr);
}

TEST_CASE("a file in another encoding is refused, and read when told") {
  ShopFolder shop;
  shop.orders("order_id,customer_name\n1,Jos\xe9\n2,Zo\xeb\n");
  const Error error = error_of(shop, {"customer_name"});
  CHECK(error.exit == Exit::io);
  CHECK(error.where.line == 2);
  CHECK(error.where.column == 6);
  CHECK(has(error.hint, "encoding = \"latin1\""));
  shop.project.sources[0].encoding = "latin1";
  CHECK(order_cell(shop.read({"customer_name"}), "1", "customer_name") == print(Value::of_string("José"), Zone::utc()));
  shop.project.sources[0].encoding = "klingon";
  CHECK(has(error_of(shop).message, "klingon"));
}

TEST_CASE("single broken bytes in a UTF-8 file cost their rows") {
  ShopFolder shop;
  shop.orders(std::string("order_id,customer_name\n1,José\n2,Zoë\n3,a\xff\n4,b") + '\0' + "\n5,c\n");
  const Records records = shop.read({"customer_name"});
  REQUIRE(records.rejected.size() == 2);
  CHECK(records.rejected[0].where.line == 4);
  CHECK(records.rejected[0].where.column == 4);
  CHECK(has(records.rejected[1].reason, "zero byte"));
  CHECK(records.orders().rows() == 3);
}

TEST_CASE("UTF-16, empty files and headers alone say so") {
  ShopFolder wide;
  wide.orders(std::string("\xff\xfe" "o\0", 4));
  CHECK(has(error_of(wide).message, "UTF-16"));
  ShopFolder empty;
  empty.orders("");
  CHECK(has(error_of(empty).message, "is empty"));
  CHECK(error_of(empty).exit == Exit::io);
  ShopFolder header;
  header.orders("order_id,status\n");
  CHECK(has(error_of(header).message, "has no row"));
  CHECK(error_of(header).exit == Exit::io);
}

TEST_CASE("doubt about a source stops with io") {
  ShopFolder glob;
  glob.add(RecordKind::order, "orders-*.csv");
  CHECK(has(error_of(glob).message, "no file matches"));
  CHECK(error_of(glob).exit == Exit::io);
  ShopFolder gone;
  gone.add(RecordKind::order, "orders.csv");
  CHECK(error_of(gone).exit == Exit::io);
  ShopFolder few;
  few.orders("order_id\n1\n2\n").min_rows = 3;
  CHECK(has(error_of(few).message, "2 rows"));
  CHECK(error_of(few).exit == Exit::io);
  ShopFolder old;
  old.orders("order_id,placed_at,delivered_at\n1,2026-03-01,2026-03-05T10:00Z\n").max_age = 26 * ms_per_hour;
  CHECK(old.read_at("2026-03-06T11:00Z").orders().rows() == 1);
  CHECK(error_of(old).exit == Exit::io);
  CHECK(has(error_of(old).message, "is stale"));
}

TEST_CASE("files of a glob are read in name order") {
  ShopFolder shop;
  shop.write("orders-2.csv", "order_id\nb\n");
  shop.write("orders-1.csv", "order_id\na\n");
  shop.add(RecordKind::order, "orders-*.csv");
  const Records records = shop.read();
  REQUIRE(records.orders().rows() == 2);
  CHECK(records.orders().find("order_id")->text[0] == "a");
  CHECK(records.files[records.orders().places[1].file].ends_with("orders-2.csv"));
  CHECK(records.orders().places[1].line == 2);
}

TEST_CASE("words are mapped; unknown ones are counted, and neither known nor empty") {
  ShopFolder shop;
  shop.orders("order_id,status,cause\n1,Unterwegs,snow\n2,weird,storm\n3,weird,\n4,Canceled,\n").statuses = {{"unterwegs", "in_transit"}};
  shop.project.sources[0].causes = {{"snow", "weather"}};
  const Records records = shop.read({"status", "cause"});
  CHECK(records.orders().find("status")->text[0] == "in_transit");
  CHECK(records.orders().find("cause")->text[0] == "weather");
  CHECK(records.orders().find("status")->text[1] == unknown_word);
  CHECK(records.orders().find("status")->text[3] == "cancelled");
  REQUIRE(records.unknown_words.size() == 2);
  CHECK(records.unknown_words[0].field == "cause");
  CHECK(records.unknown_words[1].word == "weird");
  CHECK(records.unknown_words[1].count == 2);
  CHECK(records.unknown_words[1].first.line == 3);
  shop.project.sources[0].statuses = {{"x", "flying"}};
  CHECK(has(error_of(shop).message, "not a status"));
}

TEST_CASE("words of an own field are closed too") {
  ShopFolder shop;
  Field size;
  size.name = "size";
  size.origin = Origin::own;
  size.type.words = {"small", "large"};
  shop.project.schema.add(size);
  shop.orders("order_id,size,service,carrier,city\n1,Small,a,ups,c\n2,huge,a,ups,c\n");
  const Records records = shop.read({"size", "service", "carrier", "city"});
  CHECK(records.orders().find("size")->text[0] == "small");
  CHECK(records.orders().find("size")->text[1] == unknown_word);
  REQUIRE(records.unknown_words.size() == 1);
  CHECK(records.unknown_words[0].word == "huge");
}

TEST_CASE("another separator is named") {
  ShopFolder shop;
  shop.orders("order_id;status\n1;paid\n");
  CHECK(has(error_of(shop).hint, "semicolons"));
  shop.orders("order_id\tstatus\n1\tpaid\n");
  CHECK(has(error_of(shop).hint, "format = \"tsv\""));
  shop.project.sources[0].format = "tsv";
  shop.project.sources.resize(1);
  CHECK(shop.read().orders().rows() == 1);
}

TEST_CASE("a JSON line may leave a mapped name out, even all of them may") {
  ShopFolder shop;
  shop.orders("{\"order_id\":1}\n", "orders.jsonl").columns = {{"cancelled_at", "cancelled.at"}};
  CHECK(shop.read({"cancelled_at"}).orders().find("cancelled_at") == nullptr);
}

TEST_CASE("times without zone are the source's, declared formats come first, midnights of promises may be days") {
  ShopFolder shop;
  SourceSpec& spec = shop.orders(
      "order_id,promised_at,delivered_at,placed_at\n"
      "1,2026-07-02 00:00:00,2026-07-02 00:00:00,03/07/2026 10:00\n"
      "2,2026-07-02T00:00:00Z,2026-07-02T00:00:00Z,2026-07-01\n");
  spec.midnight_is_date = true;
  spec.dates = {"%m/%d/%Y %H:%M"};
  spec.zone = Zone::named("America/New_York");
  const Records records = shop.read({"promised_at", "delivered_at", "placed_at"});
  CHECK(records.rejected.empty());
  CHECK(order_cell(records, "1", "promised_at") == "2026-07-02");
  CHECK(order_cell(records, "2", "promised_at") == "2026-07-02");
  CHECK(order_cell(records, "1", "delivered_at") == "2026-07-02T05:00:00+01:00");
  CHECK(order_cell(records, "2", "delivered_at") == "2026-07-02T01:00:00+01:00");
  CHECK(order_cell(records, "1", "placed_at") == "2026-03-07T15:00:00Z");
}

TEST_CASE("amounts are in the currency of their row, items' in their order's") {
  ShopFolder shop;
  shop.orders("order_id,currency,shipping_fee\n1,JPY,1500\n2,,2.50\n3,kwd,1.234\n4,XXQ,1\n");
  shop.write("items.csv", "order_id,price,quantity\n1,700,2\n2,1.25,3\n3,0.001,1\n");
  shop.add(RecordKind::item, "items.csv");
  const Records records = shop.read({"shipping_fee", "order_value"});
  CHECK(order_cell(records, "1", "shipping_fee") == "JPY 1500");
  CHECK(order_cell(records, "3", "shipping_fee") == "KWD 1.234");
  CHECK(order_cell(records, "1", "order_value") == "JPY 1400");
  CHECK(order_cell(records, "2", "order_value") == "GBP 3.75");
  CHECK(order_cell(records, "3", "order_value") == "KWD 0.001");
  REQUIRE(records.rejected.size() == 1);
  CHECK(records.rejected[0].reason == "\"XXQ\" is not a currency");
}

TEST_CASE("JSON lines: nested names, digits as written, escapes, broken lines") {
  ShopFolder shop;
  SourceSpec& spec = shop.orders(
      "{\"order_id\":\"1\",\"total\":{\"gross\":78.50},\"customer_name\":\"Jos\\u00e9 \\\"X\\\"\",\"gift\":true,\"details\":[{\"at\":\"2026-03-01\"}]}\r\n"
      "{\"order_id\":2,\"total\":{\"gross\":\"20\"},\"customer_name\":null}\n"
      "\n"
      "{\"order_id\":3,\"total\":{\"gross\":1e3}}\n"
      "{\"order_id\":4,\n"
      "[1]\n"
      "{\"order_id\":5} {\"order_id\":6}\n"
      "{\"total\":{\"gross\":1}}\n",
      "orders.jsonl");
  spec.columns = {{"order_value", "total.gross"}, {"promised_at", "details.0.at"}};
  const Records records = shop.read({"order_value", "customer_name", "gift", "promised_at"});
  CHECK(records.orders().rows() == 2);
  CHECK(order_cell(records, "1", "order_value") == "GBP 78.50");
  CHECK(order_cell(records, "2", "order_value") == "GBP 20.00");
  CHECK(records.orders().find("customer_name")->text[0] == "José \"X\"");
  CHECK(order_cell(records, "2", "customer_name") == "-");
  CHECK(order_cell(records, "1", "gift") == "true");
  CHECK(order_cell(records, "1", "promised_at") == "2026-03-01");
  REQUIRE(records.rejected.size() == 5);
  CHECK(records.rejected[0].reason == "\"1e3\" is not an amount in GBP");
  CHECK(records.rejected[0].where.line == 4);
  CHECK(records.rejected[0].where.column == 32);
  CHECK(records.rejected[1].where.line == 5);
  CHECK(has(records.rejected[3].reason, "more than one"));
  CHECK(records.rejected[4].reason == "order_id is empty");
}

TEST_CASE("Shopify: line items fold into orders, totals from the row that has them") {
  ShopFolder shop;
  shop.orders(
      "Name,Email,Financial Status,Fulfillment Status,Fulfilled at,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Shipping Zip,Cancelled at,Vendor\n"
      "#1,a@example.com,paid,fulfilled,2026-03-03 15:40:00 -0500,USD,78.50,2026-03-02 09:14:02 -0500,1,Mug,48.00,'01101,,Example\n"
      "#1,a@example.com,,,,,,2026-03-02 09:14:02 -0500,2,\"Saucer, \"\"small\"\"\",9.00,,,Example\n"
      "#2,,paid,unfulfilled,,JPY,1500,2026-03-08 03:30:00 -0400,1,Tea,1500,,,Example\n"
      "#2,,,,,,,2026-03-08 03:30:00 -0400,1,Bag,0,,,Example\n").preset = "shopify";
  for (const char* name : {"name", "price", "quantity"}) shop.wanted.of(RecordKind::item).insert(name);
  const Records records = shop.read({"order_value", "email", "postcode", "shipped_at", "status", "goods_value", "delivered_at"});
  CHECK(records.rejected.empty());
  CHECK(records.contradictions.empty());
  REQUIRE(records.orders().rows() == 2);
  CHECK(order_cell(records, "#1", "order_value") == "USD 78.50");
  CHECK(records.orders().find("postcode")->text[0] == "01101");
  CHECK(order_cell(records, "#1", "shipped_at") == "2026-03-03T20:40:00Z");
  CHECK(records.orders().find("status")->text[0] == "shipped");
  CHECK(order_cell(records, "#1", "goods_value") == "USD 66.00");
  CHECK(order_cell(records, "#2", "order_value") == "JPY 1500");
  CHECK(records.table(RecordKind::item).rows() == 4);
  CHECK(records.items.begin == std::vector<std::uint32_t>{0, 2, 4});
  CHECK(records.orders().find("delivered_at") == nullptr);
  CHECK(records.mapped[static_cast<std::size_t>(RecordKind::item)]);
}

TEST_CASE("presets name only canonical fields") {
  for (const std::string& name : preset_names())
    for (int k = 0; k < record_kinds; ++k)
      for (const auto& column : preset_named(name, Where{}).part(static_cast<RecordKind>(k)).columns) {
        const std::string field = column.first;
        CHECK_MESSAGE(canonical(static_cast<RecordKind>(k), field) != nullptr, name, ": ", field);
      }
  CHECK_THROWS_AS(preset_named("shopfy", Where{}), Error);
}

TEST_CASE("an amount beyond all reason sets its row aside") {
  ShopFolder shop;
  shop.orders("order_id,order_value\n1,10000000000000.00\n2,10000000000000.01\n3,-10000000000000.01\n");
  const Records records = shop.read({"order_value"});
  CHECK(records.orders().rows() == 1);
  REQUIRE(records.rejected.size() == 2);
  CHECK(records.rejected[0].hint == "no amount is over 10000000000000.00");
}
