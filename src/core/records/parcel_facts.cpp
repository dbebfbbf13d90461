#include "core/records/parcel_facts.h"

#include <algorithm>
#include <iterator>

#include "core/records/raw_table.h"

namespace amends {

ParcelFacts::ParcelFacts(const Records& records, const Zone& zone)
    : table_(records.table(RecordKind::shipment)), status_(table_.find("status")), delivered_(table_.find("delivered_at")), zone_(zone), goods_(records, zone) {}

bool ParcelFacts::has_ended(Row parcel) const { return status_ != nullptr && has_ended_on_its_way(status_->text[parcel]); }

bool ParcelFacts::is_cancelled(Row parcel) const { return status_ != nullptr && status_->text[parcel] == "cancelled"; }

Row ParcelFacts::telling(const Column& from, std::span<const Row> lines, std::span<const Row> living) const {
  if (living.empty()) return no_row;
  if (from.name == "delivered_at") return last_arrival(from, lines, living);
  if (from.name == "promised_at" || from.name == "revised_promised_at") return last(from, living, false);
  if (from.name == "shipped_at" || from.name == "first_attempt_at") return first(from, living);
  const bool alike = std::all_of(living.begin(), living.end(), [&](Row r) { return compare(from, r, living[0]) == 0; });
  return alike && !from.is_empty(living[0]) ? living[0] : no_row;
}

// By quantity where it is told. Else all parcels are awaited, but one that ended without arriving only as long
// as there is no other.
Row ParcelFacts::last_arrival(const Column& delivered, std::span<const Row> lines, std::span<const Row> living) const {
  const Arrival arrival = goods_.of(lines, living);
  if (arrival.goods != Arrival::Goods::untold) return arrival.last;
  std::vector<Row> awaited;
  std::copy_if(living.begin(), living.end(), std::back_inserter(awaited), [&](Row r) { return !has_ended(r) || !delivered.is_empty(r); });
  return last(delivered, awaited, true);
}

// A date is over at its end.
std::int64_t ParcelFacts::end_of(const Column& column, Row row) const {
  const Moment at = Moment::from_raw(column.whole[row]);
  return at.is_date() ? zone_.start_of(Date{at.date().days + 1}).ms - 1 : at.instant().ms;
}

Row ParcelFacts::last(const Column& column, std::span<const Row> living, bool all_needed) const {
  Row found = no_row;
  for (const Row row : living) {
    if (column.is_empty(row)) {
      if (all_needed) return no_row;
      continue;
    }
    if (found == no_row || end_of(column, row) > end_of(column, found)) found = row;
  }
  return found;
}

Row ParcelFacts::first(const Column& column, std::span<const Row> living) const {
  Row found = no_row;
  for (const Row row : living)
    if (!column.is_empty(row) && (found == no_row || end_of(column, row) < end_of(column, found))) found = row;
  return found;
}

// Where all goods have arrived, how they did: what another parcel was to bring has come. Where some are still
// to come though every known parcel has arrived, they are not delivered.
ParcelFacts::Standing ParcelFacts::standing(std::span<const Row> lines, std::span<const Row> living) const {
  if (status_ == nullptr) return {};
  std::vector<Row> telling(living.begin(), living.end());
  const Arrival arrival = goods_.of(lines, living);
  if (arrival.goods == Arrival::Goods::arrived) std::erase_if(telling, [&](Row row) { return delivered_->is_empty(row); });
  const Row row = slowest(telling);
  if (row == no_row) return {};
  if (arrival.goods == Arrival::Goods::awaited && status_->text[row] == "delivered") return {"processing", no_row};
  return {status_->text[row], row};
}

// The gravest fault of a parcel; else, of those not ended, where the slowest stands; else how all of them ended.
Row ParcelFacts::slowest(const std::vector<Row>& living) const {
  constexpr std::string_view order[] = {"lost", "misdelivered", "damaged", "short", unknown_word,
                                        "created", "paid", "processing", "shipped", "in_transit", "out_for_delivery",
                                        "attempted", "available_for_pickup", "delivered",
                                        "out_of_stock", "unavailable", "returned", "refunded"};
  const bool is_untold = std::any_of(living.begin(), living.end(), [this](Row row) { return status_->text[row].empty(); });
  for (const std::string_view word : order) {
    if (word == "out_of_stock" && is_untold) return no_row;
    for (const Row row : living)
      if (status_->text[row] == word) return row;
  }
  return no_row;
}

}  // namespace amends
