// What the records show against the goods of an order, a parcel or a line: lost, misdelivered, damaged, out of stock or
// short, each with the record that shows it.
//
// Statuses and causes say it outright. Of a parcel's events a damage counts though a delivery follows. Pieces are
// counted where lines and parcels tell how many they are. Silence counts by [lost]. What a customer writes
// ([sources.contacts] subjects) counts beside any of these; alone it is enough only where no status speaks against it: of
// things damaged or missing none but plain delivery, of all else nothing at all. Nobody can tell of these before the goods are there.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/project.h"
#include "core/records/arrived_goods.h"
#include "core/records/case_table.h"
#include "core/records/kinds.h"

namespace amends {

// How a row stands, as far as it is known.
struct GoodsStanding {
  std::string_view status;
  Moment status_at;
  bool has_arrived = false;
  bool is_called_off = false;  // nothing is on its way any more
  bool counts_causes = false;  // under a promise of the goods themselves
};

// The columns of a table that evidence is found in; null: it has none.
struct EvidenceColumns {
  explicit EvidenceColumns(const Table& table);
  const Column *status, *status_at, *delivered_at, *shipped_at, *first_attempt_at, *announced_at, *cause, *carrier, *shipment_id, *tracking, *at, *subject;
};

// Where a parcel, or what has no parcels, stood and since when.
struct Stand {
  Moment since;
  std::string_view status;
};

class EvidenceFinder {
 public:
  // Keeps references.
  EvidenceFinder(const Records& records, const CaseTable& cases, const Project& project, Instant as_of);
  // Of each of its parcels, one after another in time, as events tell and the record itself does last. A record's last
  // status that nobody dated has no `since`.
  std::vector<std::vector<Stand>> stands_of(Row row) const;
  // Gravest kind first.
  std::vector<Evidence> of(Row row, const GoodsStanding& standing) const;

 private:
  using Found = std::vector<Evidence>;
  std::vector<Row> parcels_of(Row row) const;
  void find_status(Row row, const GoodsStanding& standing, Found& found) const;
  void find_in_parcels(Row row, const std::vector<Row>& parcels, const GoodsStanding& standing, Found& found) const;
  void find_cause(std::string_view cause, const Evidence& as, const GoodsStanding& standing, bool was_shipped, Found& found) const;
  void find_in_events(Row row, const std::vector<Row>& parcels, Found& found) const;
  void find_in_lines(Row row, const GoodsStanding& standing, Found& found) const;
  void find_missing_pieces(Row row, const std::vector<Row>& parcels, const GoodsStanding& standing, Found& found) const;
  void find_silence(Row row, const std::vector<Row>& parcels, const GoodsStanding& standing, Found& found) const;
  std::optional<Evidence> silence_of(Row row, Row parcel) const;
  void find_lost_with_its_parcels(Row line, Found& found) const;
  std::optional<Evidence> loss_of(Row line, Row parcel) const;
  bool may_tell_of_state(Row row, Moment written) const;
  void find_claims(Row row, const GoodsStanding& standing, Found& found) const;
  std::vector<Stand> stands_of(Row order, Row parcel) const;
  bool is_of_parcel(Row event, Row parcel, Row order) const;
  std::pair<Moment, bool> last_heard(Row order, Row parcel) const;
  Evidence of_case(Kind kind, Row row) const;
  Evidence of_record(Kind kind, RecordKind record, Row row) const;
  std::string place_of(const Place& place) const;

  const Records& records_;
  const CaseTable& cases_;
  const Project& project_;
  Instant as_of_;
  const EvidenceColumns case_, order_, parcel_, line_, event_, contact_;
  ArrivedGoods goods_;
  std::vector<std::pair<std::string, Kind>> claims_;  // by what a subject holds, in lower case
};

}  // namespace amends
