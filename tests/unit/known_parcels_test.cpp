// Which parcel of the ledger one of tonight's is, after its numbers came, changed or went.
#include <doctest/doctest.h>

#include "core/records/known_parcels.h"

using namespace amends;

namespace {

using Ids = std::vector<std::string>;

ToldParcel parcel(std::string_view shipment_id, std::string_view tracking, std::string place, std::string shipped = "2026-03-02", std::string delivered = {}) {
  return {shipment_id.empty() ? tracking : shipment_id, shipment_id, tracking, std::move(place), std::move(shipped), std::move(delivered)};
}

KnownParcels knowing(const std::string& id, const ToldParcel& told) {
  KnownParcels known;
  known.add("1", id, ids_of(told));
  return known;
}

}  // namespace

TEST_CASE("a parcel is found by any of the numbers it ever had") {
  KnownParcels known = knowing("1/JD01", parcel("", "JD01", "1 of 1"));
  known.add("1", "1/JD01", ids_of(parcel("S1", "JD02", "1 of 1")));
  for (const ToldParcel& told : {parcel("", "JD01", "1 of 2"), parcel("S1", "", "1 of 2"), parcel("S1", "JD03", "1 of 2"), parcel("", "JD02", "1 of 2")})
    CHECK(known.ids("1", std::vector{told}) == Ids{"1/JD01"});
  CHECK(known.ids("1", std::vector{parcel("S2", "JD04", "1 of 2")}) == Ids{""});
  CHECK(known.ids("2", std::vector{parcel("S1", "JD01", "1 of 1")}) == Ids{""});
}

TEST_CASE("a parcel of which nothing is remembered is found by its name alone") {
  KnownParcels known;
  known.add("1", "1/JD01", {});
  CHECK(known.ids("1", std::vector{parcel("S1", "JD01", "1 of 1")}) == Ids{"1/JD01"});
  CHECK(known.ids("1", std::vector{parcel("", "JD02", "1 of 1")}) == Ids{""});
}

TEST_CASE("two parcels of one night never share a case") {
  const KnownParcels known = knowing("1/S1", parcel("S1", "JD01", "1 of 1"));
  CHECK(known.ids("1", std::vector{parcel("S2", "JD01", "1 of 2"), parcel("S1", "JD01", "2 of 2")}) == Ids{"", "1/S1"});
  CHECK(known.ids("1", std::vector{parcel("S2", "JD01", "1 of 2"), parcel("S3", "JD01", "2 of 2")}) == Ids{"1/S1", ""});
}

TEST_CASE("numbers that two parcels exchange follow the shop's own") {
  KnownParcels known = knowing("1/S1", parcel("S1", "JD01", "1 of 2"));
  known.add("1", "1/S2", ids_of(parcel("S2", "JD02", "2 of 2")));
  CHECK(known.ids("1", std::vector{parcel("S1", "JD02", "1 of 2"), parcel("S2", "JD01", "2 of 2")}) == Ids{"1/S1", "1/S2"});
}

TEST_CASE("without a number in common the place tells, unless the parcel must be another") {
  const KnownParcels known = knowing("1/JD01", parcel("", "JD01", "1 of 1"));
  CHECK(known.ids("1", std::vector{parcel("", "JD02", "1 of 1")}) == Ids{"1/JD01"});
  CHECK(known.ids("1", std::vector{parcel("S1", "", "1 of 1")}) == Ids{"1/JD01"});
  CHECK(known.ids("1", std::vector{parcel("", "JD02", "1 of 2")}) == Ids{""});
  CHECK(known.ids("1", std::vector{parcel("", "JD02", "1 of 1", "2026-03-05")}) == Ids{""});
  const KnownParcels numbered = knowing("1/S1", parcel("S1", "JD01", "1 of 1"));
  CHECK(numbered.ids("1", std::vector{parcel("S2", "JD02", "1 of 1")}) == Ids{""});
  const KnownParcels delivered = knowing("1/JD01", parcel("", "JD01", "1 of 1", "2026-03-02", "2026-03-08"));
  CHECK(delivered.ids("1", std::vector{parcel("", "JD02", "1 of 1")}) == Ids{""});
  CHECK(delivered.ids("1", std::vector{parcel("", "JD02", "1 of 1", "2026-03-02", "2026-03-08")}) == Ids{"1/JD01"});
}

TEST_CASE("a parcel that nothing names is nobody") {
  const KnownParcels known = knowing("1/JD01", parcel("", "JD01", "1 of 1"));
  CHECK(known.ids("1", std::vector{parcel("", "", "1 of 1")}) == Ids{""});
}
