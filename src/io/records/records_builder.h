// From raw tables to Records: replayed to the as-of, versions merged, joined. Whoever reads rows, all of a project's
// or one batch of them, fills raw(kind), settles the kinds one after the other, orders first, and finishes.
#pragma once
#include <functional>
#include <optional>
#include <string_view>

#include "core/records/join.h"
#include "core/records/raw_table.h"
#include "io/records/sources.h"

namespace amends {

// Contradictions and unknown words, in an order that tells nothing of how they were found.
void sort_findings(Records& records);
// What was set aside, counted and found odd in some of the records, to that of the others.
void append_findings(const Records& from, Records& to);

class RecordsBuilder {
 public:
  RecordsBuilder(const Project& project, Instant as_of, const Wanted& wanted);

  Records& records() { return records_; }
  RawTable& raw(RecordKind kind) { return raw_[static_cast<int>(kind)]; }
  // From all versions to one row an id, as it stood at the as-of.
  void settle(RecordKind kind);
  // Takes a table that has been settled elsewhere.
  void take_settled(RecordKind kind, RawTable table);
  // The currency of an order, once orders are settled; empty when all are in the shop's.
  const std::function<std::optional<Currency>(std::string_view order_id)>& currency_of_order() const { return currency_of_order_; }
  const std::vector<std::uint8_t>& contradictory(RecordKind kind) const { return join_.contradictory[static_cast<int>(kind)]; }
  Records finish();

 private:
  void note_orders_not_yet(const RawTable& raw);
  void tell_parcels_of(RawTable& events);
  Where line_at(const Place& place, std::uint64_t offset) const;
  void index_currencies();

  const Project& project_;
  Instant as_of_;
  std::vector<std::string_view> parcel_facts_;  // that events may tell
  Records records_;
  RawTable raw_[record_kinds];
  JoinInput join_;
  std::function<std::optional<Currency>(std::string_view)> currency_of_order_;
};

}  // namespace amends
