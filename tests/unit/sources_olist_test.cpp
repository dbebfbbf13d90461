// The public Olist orders, where they stand beside the project.
#include <doctest/doctest.h>

#include <filesystem>

#include "io/records/sources.h"

using namespace amends;

namespace {

const std::string folder = AMENDS_SOURCE_DIR "/../shared/data/olist";

SourceSpec olist_source(RecordKind kind, const std::string& name) {
  SourceSpec spec;
  spec.kind = kind;
  spec.preset = "olist";
  spec.paths = {"olist_" + name + "_dataset.csv"};
  return spec;
}

Project olist() {
  Project project;
  project.folder = folder;
  project.shop.zone = *Zone::named("America/Sao_Paulo");
  project.shop.currency = *currency_named("BRL");
  project.schema = standard_schema();
  project.sources = {olist_source(RecordKind::order, "orders"), olist_source(RecordKind::item, "order_items"),
                     olist_source(RecordKind::customer, "customers"), olist_source(RecordKind::contact, "order_reviews")};
  return project;
}

Wanted everything_asked() {
  Wanted wanted;
  for (const char* name : {"order_id", "status", "placed_at", "promised_at", "delivered_at", "shipped_at", "order_value", "person_id", "region"})
    wanted.of(RecordKind::order).insert(name);
  return wanted;
}

std::int64_t sum(const Column& column) {
  std::int64_t total = 0;
  for (const std::int64_t minor : column.whole) total += minor == Moment::none ? 0 : minor;
  return total;
}

}  // namespace

TEST_CASE("Olist: orders, items, customers and reviews become records") {
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: the Olist folder is missing");
    return;
  }
  const Project project = olist();
  const Records records = read_records(project, Instant{1543629600000}, everything_asked());
  CHECK(records.rejected.empty());
  CHECK(records.contradictions.empty());
  CHECK(records.unknown_words.empty());
  CHECK(records.orders().rows() == 20000);
  CHECK(records.table(RecordKind::item).rows() == 22618);

  const Column& status = *records.orders().find("status");
  const Column& delivered = *records.orders().find("delivered_at");
  const Column& promised = *records.orders().find("promised_at");
  const Column& value = *records.orders().find("order_value");
  const Column& person = *records.orders().find("person_id");
  std::size_t arrived = 0, late = 0, worthless = 0, nobody = 0, moments = 0;
  std::int64_t late_value = 0;
  for (Row row = 0; row < records.orders().rows(); ++row) {
    worthless += value.is_empty(row) ? 1 : 0;
    nobody += person.is_empty(row) ? 1 : 0;
    moments += Moment::from_raw(promised.whole[row]).is_instant() ? 1 : 0;
    if (status.text[row] != "delivered" || delivered.is_empty(row)) continue;
    ++arrived;
    const Moment at = Moment::from_raw(delivered.whole[row]);
    if (project.shop.zone.date_at(at.instant()) <= Moment::from_raw(promised.whole[row]).date()) continue;
    ++late;
    late_value += value.whole[row];
  }
  CHECK(arrived == 19429);
  CHECK(late == 1333);
  CHECK(late_value == 23602971);
  CHECK(worthless == 154);
  CHECK(nobody == 0);
  CHECK(moments == 0);  // every promise is a day
  CHECK(sum(value) > 0);
}

TEST_CASE("Olist, replayed: what happened later is not known") {
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: the Olist folder is missing");
    return;
  }
  const Project project = olist();
  const Instant as_of = project.shop.zone.start_of(*date_of(2018, 9, 1));
  const Records records = read_records(project, as_of, everything_asked());
  const Column& status = *records.orders().find("status");
  const Column& delivered = *records.orders().find("delivered_at");
  const Column& promised = *records.orders().find("promised_at");
  std::size_t overdue = 0, no_time = 0;
  for (Row row = 0; row < records.orders().rows(); ++row) {
    const bool past = project.shop.zone.start_of(Date{Moment::from_raw(promised.whole[row]).date().days + 1}) <= as_of;
    if (!delivered.is_empty(row) || status.text[row] == "cancelled" || status.text[row] == "unavailable") continue;
    if (status.text[row] == "delivered") ++no_time;
    else if (past) ++overdue;
  }
  CHECK(overdue == 338);
  CHECK(no_time == 1);
}
