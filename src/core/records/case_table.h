// The records that guarantees are about, as one table of each kind: of orders the orders themselves; of shipments,
// items and contacts a table with a row a record that holds its own columns laid over those of its order. So
// everything that judges an order (matching.h, verdict.h, miss_record.h) judges a parcel or a message just as well.
//
// Laid over means: what happened, and when, only the record itself can tell of itself; what describes it (service,
// country, a promise) is the order's where the record is silent. An order that was called off takes its parcels with
// it. Of a line its parcels tell this, where they say which lines they bring (line_parcels.h). A contact by somebody else than the order's customer
// is told nothing of the buyer or of what was bought. A contact that names no order known stands behind all others, with its customer's facts.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/judging/miss.h"
#include "core/records/line_parcels.h"

namespace amends {

struct CaseTable {
  RecordKind on = RecordKind::order;
  const Table* table = nullptr;           // of orders the records' own
  const Column* order_ids = nullptr;      // of it
  std::vector<std::uint32_t> begin;       // of each order its rows: begin[order] .. begin[order + 1]; empty for orders
  std::vector<Row> orders, records;       // of each row: its order's (no_row: none known) and its own in its table
  std::vector<std::string> ids;           // as the case key has them: ORDER/OWN, or OWN of what names no order
  std::vector<std::string_view> own_ids;  // empty: nothing tells it from others
  std::vector<std::uint8_t> doubtful;     // rows that contradict another
  std::vector<std::uint8_t> of_several;   // of messages: they name no order, and the ledger knows their id of several
  std::vector<std::uint8_t> by_other;     // of contacts: written by somebody else than the order's customer
  std::vector<LineParcels> brought_by;    // of items: one a row
  std::unique_ptr<Table> own;

  Row order_of(Row row) const { return on == RecordKind::order ? row : orders[row]; }
  Row record_of(Row row) const { return on == RecordKind::order ? row : records[row]; }
  std::string_view id(Row row) const;
  std::string_view own_id(Row row) const;
  std::string_view order_id(Row row) const;
};

// Whose each case is, as Miss::person.
class CasePersons {
 public:
  // Keeps a reference.
  explicit CasePersons(const CaseTable& cases);
  std::string of(Row row) const;

 private:
  const CaseTable& cases_;
  const Column* person_id_;
  const Column* customer_id_;
  const Column* email_;
};

// Of parcels: a row as the records name it tonight.
ToldParcel told_parcel(const CaseTable& cases, const Table& shipments, Row row);

// `zone`: the shop's. `held`: what the ledger has known without its order stays known so; may be null.
CaseTable case_table(RecordKind on, const Records& records, const Schema& schema, const Zone& zone, const HeldGuarantees* held);

}  // namespace amends
