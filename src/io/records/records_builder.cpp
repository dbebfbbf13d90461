#include "io/records/records_builder.h"

#include <algorithm>
#include <memory>
#include <tuple>

#include "core/records/id_index.h"
#include "core/records/parcel_events.h"
#include "core/records/parcels.h"
#include "core/records/replay.h"
#include "core/records/versions.h"
#include "io/records/asked_fields.h"
#include "io/records/input_file.h"

namespace amends {

RecordsBuilder::RecordsBuilder(const Project& project, Instant as_of, const Wanted& wanted) : project_(project), as_of_(as_of), parcel_facts_(parcel_facts_in(wanted)) {
  for (int k = 0; k < record_kinds; ++k) raw_[k].table.kind = static_cast<RecordKind>(k);
  join_.asked = order_facts_in(wanted, project);
  join_.schema = &project.schema;
  join_.zone = project.shop.zone;
}

void RecordsBuilder::settle(RecordKind kind) {
  RawTable& raw = raw_[static_cast<int>(kind)];
  if (kind == RecordKind::shipment) find_orders_of_parcels(raw, raw_[static_cast<int>(RecordKind::order)].table, project_.shop.zone);
  raw.known.assign(raw.rows(), 1);
  raw.ahead.assign(raw.rows(), 0);
  replay(raw, as_of_, project_.shop.zone);
  records_.rows_read[static_cast<int>(kind)] += static_cast<std::size_t>(std::count(raw.known.begin(), raw.known.end(), 1));
  if (kind == RecordKind::order) note_orders_not_yet(raw);
  if (kind == RecordKind::event) tell_parcels_of(raw);
  merge_versions(raw, [this](const Place& place, std::uint64_t offset) { return line_at(place, offset); }, records_.contradictions);
  for (Currency& currency : raw.table.currency)
    if (currency.is_none()) currency = project_.shop.currency;
  if (kind == RecordKind::shipment) share_facts_among_lines(raw);  // events may still add parcels
  else join_.contradictory[static_cast<int>(kind)] = std::move(raw.contradictory);
  if (kind == RecordKind::order) index_currencies();
}

// A parcel that only events tell of is a parcel; a fact they could hold is no longer one that no source holds.
void RecordsBuilder::tell_parcels_of(RawTable& events) {
  const Table& table = events.table;
  const bool can_tell = table.find("at") != nullptr && (table.find("status") != nullptr || table.find("promised_at") != nullptr);
  if (!records_.mapped[static_cast<std::size_t>(RecordKind::event)] || !can_tell) return;
  const EventContext context{raw(RecordKind::order).table, join_.not_yet, parcel_facts_, project_.shop.zone};
  records_.orphans[static_cast<int>(RecordKind::event)] += tell_parcels(events, raw(RecordKind::shipment), context);
  records_.mapped[static_cast<std::size_t>(RecordKind::shipment)] = true;
}

void RecordsBuilder::note_orders_not_yet(const RawTable& raw) {
  for (const char* name : {"order_id", "tracking"})
    if (const Column* ids = raw.table.find(name))
      for (Row row = 0; row < raw.rows(); ++row)
        if (raw.known[row] == 0 && !ids->is_empty(row)) join_.not_yet.insert(ids->text[row]);
}

Where RecordsBuilder::line_at(const Place& place, std::uint64_t offset) const {
  const auto at = static_cast<std::size_t>(offset);
  Where where = where_at(records_.files[place.file], *records_.buffers[place.file], at, 1, {place.line, at});
  where.length = std::max<std::size_t>(1, where.text.size());
  return where;
}

// Amounts of a line or a credit are in their order's currency; only a shop with several needs to look.
void RecordsBuilder::index_currencies() {
  const Table& orders = raw(RecordKind::order).table;
  const Currency shop = project_.shop.currency;
  if (std::all_of(orders.currency.begin(), orders.currency.end(), [&](Currency c) { return c == shop; })) return;
  auto index = std::make_shared<IdIndex>(IdColumns{orders.find("order_id")});
  for (Row row = 0; row < orders.rows(); ++row) index->add(row);
  currency_of_order_ = [index, &orders](std::string_view id) -> std::optional<Currency> {
    const Row order = index->find(id);
    if (order == no_row) return std::nullopt;
    return orders.currency[order];
  };
}

void RecordsBuilder::take_settled(RecordKind kind, RawTable table) {
  join_.contradictory[static_cast<int>(kind)] = std::move(table.contradictory);
  raw(kind) = std::move(table);
}

Records RecordsBuilder::finish() {
  RawTable& shipments = raw(RecordKind::shipment);
  join_.contradictory[static_cast<int>(RecordKind::shipment)] = std::move(shipments.contradictory);
  join_.ahead = std::move(shipments.ahead);
  for (int k = 0; k < record_kinds; ++k) records_.tables[k] = std::move(raw_[k].table);
  join(records_, join_);
  sort_findings(records_);
  return std::move(records_);
}

void sort_findings(Records& records) {
  std::stable_sort(records.contradictions.begin(), records.contradictions.end(),
                   [](const Contradiction& a, const Contradiction& b) { return std::tie(a.kind, a.id, a.field) < std::tie(b.kind, b.id, b.field); });
  std::stable_sort(records.unknown_words.begin(), records.unknown_words.end(),
                   [](const UnknownWord& a, const UnknownWord& b) { return std::tie(a.kind, a.field, a.word) < std::tie(b.kind, b.field, b.word); });
}

void append_findings(const Records& from, Records& to) {
  to.rejected.insert(to.rejected.end(), from.rejected.begin(), from.rejected.end());
  to.contradictions.insert(to.contradictions.end(), from.contradictions.begin(), from.contradictions.end());
  for (const UnknownWord& word : from.unknown_words) {
    const std::size_t place = place_of_unknown(to, word.kind, word.field, word.word);
    if (place == to.unknown_words.size()) {
      to.unknown_words.push_back(word);
      continue;
    }
    UnknownWord& known = to.unknown_words[place];
    known.count += word.count;
    if (std::tie(word.first.file, word.first.line) < std::tie(known.first.file, known.first.line)) known.first = word.first;
  }
  to.without_rows.insert(to.without_rows.end(), from.without_rows.begin(), from.without_rows.end());
  for (const LocalTimes& times : from.local_times) {
    const auto known = std::find_if(to.local_times.begin(), to.local_times.end(), [&](const LocalTimes& t) { return t.kind == times.kind && t.zone == times.zone; });
    if (known == to.local_times.end()) to.local_times.push_back(times);
    else known->count += times.count;
  }
  for (int kind = 0; kind < record_kinds; ++kind) {
    to.rows_read[kind] += from.rows_read[kind];
    to.orphans[kind] += from.orphans[kind];
  }
}

}  // namespace amends
