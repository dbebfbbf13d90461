// The first look at a row, while its file goes by: its id as a number, and whether anything in it asks for a second
// look. An order whose rows are all clean and which is in time or not due yet is counted and forgotten; every other
// one is read again, by the parts that know all the rules (row_parser.h, versions.h, join.h, miss.h).
//
// What is decided here must be what they would decide. So a row is clean only where that is certain: every cell asked
// for reads well, no time lies ahead, every status is an ordinary one; and it is odd wherever in doubt.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/guarantees/clock.h"
#include "core/judging/destination.h"
#include "core/judging/kept_order.h"
#include "core/judging/matching.h"
#include "io/records/id_code.h"
#include "io/records/input_file.h"
#include "io/records/keep.h"
#include "io/records/row_parser.h"
#include "io/records/source_file.h"
#include "io/records/structure.h"

namespace amends {

// What an order's row says by itself.
enum class OrderClass : std::uint8_t {
  settled,  // counted by its own facts: `in_time` and `open` cases
  waiting,  // `waiting` cases besides, for its parcels: in time when all arrive before `time`
  not_yet,  // placed at or after the as-of
  odd,
};
// What a parcel's row says. Rows of other kinds are `silent` or odd.
enum class RowClass : std::uint8_t { arrived, on_its_way, silent, odd };

// Whether a row of an odd order counts: an order stands where the first that does stands.
enum class RowUse : std::uint8_t {
  used,
  doubtful,  // a version of after the as-of
  unused,    // set aside, or not known yet
};

struct OrderTag {
  OrderClass order = OrderClass::odd;
  RowUse use = RowUse::used;
  std::uint8_t in_time = 0, open = 0, waiting = 0;  // cases, at most 15 each
  bool may_be_open = false;  // nothing but a parcel's arrival or the clock can end its waiting
};
inline constexpr std::uint8_t most_cases = 15;
inline constexpr std::uint16_t any_hours = 0xffff;  // of an order: since ever

struct SievedRow {
  WideId id;
  std::int64_t time = 0;       // an order: the first instant too late; a parcel: its arrival, at the latest; in ms
  std::uint16_t hours = 0;     // before `time`: since when an order's arrival is no contradiction; when a parcel may have arrived already
  std::uint64_t position = 0;  // in the sequence of all files
  RecordKind kind = RecordKind::order;
  RowClass row = RowClass::odd;
  OrderTag order;
  std::uint16_t own_id = 0;    // of a shipment, item or credit: a few bits of its own id's hash; 0: has none
};

// Of a parcel's row besides, where kept orders are asked for.
struct KeptParcelRow {
  std::uint32_t group = 0;              // in KeptGroups, of what this row alone tells
  std::int64_t shipped = Moment::none;  // both raw
  std::int64_t met = Moment::none;      // a parcel: its arrival
};
// Of an order's, likewise.
struct KeptOrderRow : KeptParcelRow {
  std::int64_t placed = Moment::none;  // raw, of an instant
  std::int64_t start = Moment::none;   // likewise
  std::int64_t due = Moment::none;     // raw
  std::int64_t limit = 0;              // the first instant too late, grace included; in ms
  std::uint64_t person = 0;
  std::int32_t day = 0;                // of its due, in the due's zone
  std::uint8_t guarantee = KeptOrder::no_guarantee;
  std::uint8_t zone = 0;               // of the due, in KeptGroups
};

struct UncodedRow {  // whose id has no code
  std::string id;    // empty: it has none, or cannot be read
  std::uint64_t position = 0;
  RecordKind kind = RecordKind::order;
  RowUse use = RowUse::used;   // of an order's
};

struct SievedRows {
  std::vector<SievedRow> rows;
  std::vector<KeptOrderRow> told;  // beside them, where kept orders are asked for
  std::vector<UncodedRow> uncoded;
  std::int64_t newest = Moment::none;  // the latest time of a fact, in ms
  std::size_t read = 0;                // rows that are not blank
  std::size_t clean = 0;
  Utf8Count utf8;                      // of what is not well formed

  void clear() {
    rows.clear();
    told.clear();
    uncoded.clear();
    newest = Moment::none;
    read = clean = 0;
    utf8 = {};
  }
};

// What is to be told of orders that kept their promise.
struct KeptPlan {
  KeptGroups* groups = nullptr;      // null: nothing, they are only counted
  std::vector<bool> customers_tell;  // beside its facts: what the order and its parcels do not
  bool with_persons = false;         // whose each order is
  bool tells_sending = false;        // a source tells when parcels left
};

// What is decided before the first row: which facts a promise is kept by, and who tells them.
struct SievePlan {
  const Project* project = nullptr;
  Instant as_of;
  const Keep* keep = nullptr;
  IdCode code;
  std::vector<bool> told_elsewhere;  // by slot: a source besides the orders may tell this fact of an order
  bool parcels_tell = false;         // shipments hold delivered_at
  bool parcels_tell_status = false;  // and this a status, which may say what no time tells
  bool status_is_told = false;       // some source holds it
  bool lines_have_currency = false;  // items or credits say which, so that an order in another one may contradict them
  bool is_always_odd[record_kinds] = {};  // rows of this kind: they have cases of their own, or may speak against their order
  bool watches_open = false;         // an order that is not due yet may be lost or sure to be late
  KeptPlan kept;
  bool is_possible = false;          // false: every order is looked at again
};

class RowSieve {
 public:
  // Keeps references.
  RowSieve(const SievePlan& plan, const SourceFile& file);
  ~RowSieve();
  // The next rows come from other bytes: what points into the last ones is forgotten.
  void start_chunk();
  // `broken`: some byte of the row is not UTF-8, or zero.
  void take(const Structure& rows, std::size_t row, std::uint64_t position, bool broken, SievedRows& out);

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace amends
