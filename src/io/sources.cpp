#include "io/sources.h"

#include <algorithm>
#include <tuple>

#include "core/id_index.h"
#include "core/join.h"
#include "core/replay.h"
#include "core/versions.h"
#include "io/source_reader.h"

namespace amends {
namespace {

constexpr int index_of(RecordKind kind) { return static_cast<int>(kind); }

class RecordsReader {
 public:
  RecordsReader(const Project& project, Instant as_of, const Wanted& wanted)
      : project_(project), as_of_(as_of), wanted_(wanted) {
    for (int k = 0; k < record_kinds; ++k) raw_[k].table.kind = static_cast<RecordKind>(k);
  }

  Records read() {
    read_kind(RecordKind::order);
    index_currencies();
    for (const RecordKind kind : {RecordKind::shipment, RecordKind::item, RecordKind::customer, RecordKind::contact,
                                  RecordKind::event, RecordKind::credit})
      read_kind(kind);
    for (int k = 0; k < record_kinds; ++k) records_.tables[k] = std::move(raw_[k].table);
    join_.asked = order_facts_in(wanted_, project_);
    join_.schema = &project_.schema;
    join_.zone = project_.shop.zone;
    join(records_, join_);
    sort_findings();
    return std::move(records_);
  }

 private:
  void read_kind(RecordKind kind) {
    for (const SourceSpec& spec : project_.sources)
      if (spec.kind == kind) read_one(spec);
    settle(kind);
  }

  void read_one(const SourceSpec& spec) {
    const RecordKind kind = spec.kind;
    records_.mapped[static_cast<std::size_t>(kind)] = true;
    SourceTarget target;
    target.raw = &raw_[index_of(kind)];
    target.asked = asked_fields(kind, wanted_, project_, spec.max_age > 0);
    target.currency_of_order = currency_of_order_;
    if (preset_named(spec.preset, spec.where).part(kind).folds_items) {
      target.items = &raw_[index_of(RecordKind::item)];
      target.asked_items = asked_fields(RecordKind::item, wanted_, project_, false);
      target.raw->folded = target.items->folded = true;
      records_.mapped[static_cast<std::size_t>(RecordKind::item)] = true;
    }
    read_source(project_, spec, as_of_, inputs_, target, records_);
  }

  // From all versions to one row an id, as it stood at the as-of.
  void settle(RecordKind kind) {
    RawTable& raw = raw_[index_of(kind)];
    raw.known.assign(raw.rows(), 1);
    raw.ahead.assign(raw.rows(), 0);
    replay(raw, as_of_, project_.shop.zone);
    records_.rows_read[index_of(kind)] += static_cast<std::size_t>(std::count(raw.known.begin(), raw.known.end(), 1));
    if (kind == RecordKind::order) note_orders_not_yet(raw);
    merge_versions(raw, [this](const Place& place, std::uint64_t offset) { return line_at(place, offset); }, records_.contradictions);
    for (Currency& currency : raw.table.currency)
      if (currency.is_none()) currency = project_.shop.currency;
    join_.contradictory[index_of(kind)] = std::move(raw.contradictory);
    if (kind == RecordKind::shipment) join_.ahead = std::move(raw.ahead);
  }

  void note_orders_not_yet(const RawTable& raw) {
    const Column* ids = raw.table.find("order_id");
    for (Row row = 0; row < raw.rows(); ++row)
      if (raw.known[row] == 0) join_.not_yet.insert(ids->text[row]);
  }

  Where line_at(const Place& place, std::uint64_t offset) const {
    const auto at = static_cast<std::size_t>(offset);
    Where where = where_at(records_.files[place.file], *records_.buffers[place.file], at, 1, {place.line, at});
    where.length = std::max<std::size_t>(1, where.text.size());
    return where;
  }

  // Amounts of a line or a credit are in their order's currency; only a shop with several needs to look.
  void index_currencies() {
    const Table& orders = raw_[index_of(RecordKind::order)].table;
    const Currency shop = project_.shop.currency;
    if (std::all_of(orders.currency.begin(), orders.currency.end(), [&](Currency c) { return c == shop; })) return;
    auto index = std::make_shared<IdIndex>(IdColumns{orders.find("order_id"), nullptr});
    for (Row row = 0; row < orders.rows(); ++row) index->add(row);
    currency_of_order_ = [index, &orders](std::string_view id) -> std::optional<Currency> {
      const Row order = index->find(id);
      if (order == no_row) return std::nullopt;
      return orders.currency[order];
    };
  }

  void sort_findings() {
    std::stable_sort(records_.contradictions.begin(), records_.contradictions.end(),
                     [](const Contradiction& a, const Contradiction& b) { return std::tie(a.kind, a.id, a.field) < std::tie(b.kind, b.id, b.field); });
    std::stable_sort(records_.unknown_words.begin(), records_.unknown_words.end(),
                     [](const UnknownWord& a, const UnknownWord& b) { return std::tie(a.kind, a.field, a.word) < std::tie(b.kind, b.field, b.word); });
  }

  const Project& project_;
  Instant as_of_;
  const Wanted& wanted_;
  Inputs inputs_;
  Records records_;
  RawTable raw_[record_kinds];
  JoinInput join_;
  std::function<std::optional<Currency>(std::string_view)> currency_of_order_;
};

}  // namespace

Records read_records(const Project& project, Instant as_of, const Wanted& wanted) {
  return RecordsReader(project, as_of, wanted).read();
}

}  // namespace amends
