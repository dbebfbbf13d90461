#include "core/records/replay.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/text.h"
#include "core/records/versions.h"

namespace amends {
namespace {

class Replay {
 public:
  Replay(RawTable& raw, Instant as_of, const Zone& zone) : raw_(raw), as_of_(as_of), zone_(zone) {}

  void run() {
    for (const std::string_view field : {"placed_at", "at"}) forget_rows(raw_.table.find(field));
    forget_versions(raw_.table.find("updated_at"));
    mark_arrivals_ahead(raw_.table.find("delivered_at"));
    Column* status = raw_.table.find("status");
    if (status != nullptr) forget_statuses(*status);
    for (Column& column : raw_.table.columns)
      if (is_fact_time(raw_.table.kind, column.name)) forget_facts(column);
  }

 private:
  bool is_ahead(const Column* column, Row row) const {
    if (column == nullptr || column->whole[row] == Moment::none) return false;
    const Moment at = Moment::from_raw(column->whole[row]);
    return (at.is_date() ? zone_.start_of(at.date()) : at.instant()) >= as_of_;
  }
  bool is_known(const Column* column, Row row) const {
    return column != nullptr && !column->is_empty(row) && !is_ahead(column, row);
  }

  void forget_rows(const Column* column) {
    if (column == nullptr || column->is_text()) return;
    for (Row row = 0; row < raw_.rows(); ++row)
      if (is_ahead(column, row)) raw_.known[row] = 0;
  }

  // A version written later tells what was not known, but where it is the only one, its facts tell by their
  // own times what was: of several such ones the earliest stays.
  void forget_versions(const Column* updated) {
    if (updated == nullptr || updated->is_text()) return;
    IdIndex index(id_columns(raw_.table));
    index.reserve(raw_.rows());
    std::vector<Row> first(raw_.rows(), no_row);
    std::vector<std::int64_t> earliest(raw_.rows(), std::numeric_limits<std::int64_t>::max());
    for (Row row = 0; row < raw_.rows(); ++row) {
      if (raw_.known[row] == 0) continue;
      first[row] = index.add(row);
      earliest[first[row]] = std::min(earliest[first[row]], time_of(*updated, row));
    }
    for (Row row = 0; row < raw_.rows(); ++row)
      if (first[row] != no_row && is_ahead(updated, row) && time_of(*updated, row) > earliest[first[row]]) raw_.known[row] = 0;
  }

  // An empty one is older than any.
  std::int64_t time_of(const Column& column, Row row) const {
    if (column.is_empty(row)) return std::numeric_limits<std::int64_t>::min();
    const Moment at = Moment::from_raw(column.whole[row]);
    return (at.is_date() ? zone_.start_of(at.date()) : at.instant()).ms;
  }

  void mark_arrivals_ahead(const Column* delivered) {
    for (Row row = 0; row < raw_.rows(); ++row) raw_.ahead[row] = is_ahead(delivered, row) ? 1 : 0;
  }

  void forget_facts(Column& column) {
    for (Row row = 0; row < raw_.rows(); ++row)
      if (is_ahead(&column, row)) clear_cell(column, row);
  }

  void forget_statuses(Column& status) {
    const Column* const delivered = raw_.table.find("delivered_at");
    const Column* const shipped = raw_.table.find("shipped_at");
    const Column* const cancelled = raw_.table.find("cancelled_at");
    const Column* const refunded = raw_.table.find("refunded_at");
    const Column* const paid = raw_.table.find("paid_at");
    const Column* const since = raw_.table.find("status_at");
    for (Row row = 0; row < raw_.rows(); ++row) {
      std::string_view& word = status.text[row];
      if (says_arrived(word) && is_ahead(delivered, row)) word = !is_ahead(shipped, row) ? "in_transit" : is_ahead(paid, row) ? "created" : "processing";
      else if ((!word.empty() && is_ahead(since, row)) || (word == "cancelled" && is_ahead(cancelled, row)) || (word == "refunded" && is_ahead(refunded, row)))
        word = is_known(delivered, row) ? "delivered" : is_known(shipped, row) ? "in_transit" : "processing";
      else if (is_one_of(word, {"shipped", "in_transit", "out_for_delivery", "attempted", "available_for_pickup"}) &&
               is_ahead(shipped, row))
        word = is_ahead(paid, row) ? "created" : "processing";
      else if (is_one_of(word, {"paid", "processing"}) && is_ahead(paid, row)) word = "created";
    }
  }

  RawTable& raw_;
  Instant as_of_;
  const Zone& zone_;
};

}  // namespace

bool is_fact_time(RecordKind kind, std::string_view field) {
  const Field* const known = canonical(kind, field);
  return known != nullptr && known->type.base == Type::instant && !is_one_of(field, {"promised_at", "revised_promised_at", "ship_by"});
}

bool is_before_arrival(std::string_view status) {
  return is_one_of(status, {"created", "paid", "processing", "shipped", "in_transit", "out_for_delivery", "attempted",
                            "available_for_pickup", "unavailable"});
}

bool says_arrived(std::string_view status) {
  return is_one_of(status, {"delivered", "returned", "damaged", "misdelivered", "short"});
}

void replay(RawTable& raw, Instant as_of, const Zone& zone) { Replay(raw, as_of, zone).run(); }

}  // namespace amends
