#include "core/records/arrived_goods.h"

#include <algorithm>
#include <iterator>

namespace amends {
namespace {

template <typename Pieces>
bool is_nothing(const Pieces& pieces) {
  return std::all_of(pieces.begin(), pieces.end(), [](const auto& entry) { return !(Ratio(0) < entry.second); });
}

template <typename Pieces>
void take_off(Pieces& from, const Pieces& pieces) {
  for (const auto& [line, quantity] : pieces)
    if (const auto found = from.find(line); found != from.end()) found->second = found->second - quantity;
}

}  // namespace

bool has_ended_on_its_way(std::string_view status) {
  constexpr std::string_view words[] = {"out_of_stock", "unavailable", "returned", "refunded"};
  return std::find(std::begin(words), std::end(words), status) != std::end(words);
}

ArrivedGoods::ArrivedGoods(const Records& records, const Zone& zone)
    : records_(records), shipments_(records.table(RecordKind::shipment)), zone_(zone), delivered_(shipments_.find("delivered_at")),
      status_(shipments_.find("status")),
      is_told_(delivered_ != nullptr && shipments_.find("quantity") != nullptr && records.table(RecordKind::item).find("quantity") != nullptr) {}

Arrival ArrivedGoods::of(std::span<const Row> lines, std::span<const Row> parcels) const {
  if (!is_told_) return {};
  const Table& items = records_.table(RecordKind::item);
  if (lines.empty() || parcels.empty()) return {};
  const bool by_line = tell_lines(items, lines) && tell_lines(shipments_, parcels);
  try {
    std::optional<Pieces> ordered = pieces_of(items, lines, by_line);
    if (!ordered || !pieces_of(shipments_, parcels, by_line)) return {};
    return arrival(std::move(*ordered), parcels, by_line);
  } catch (const Overflow&) {
    return {};
  }
}

std::optional<PieceCount> ArrivedGoods::count(Row order, std::span<const Row> parcels) const {
  if (!is_told_) return std::nullopt;
  const Table& items = records_.table(RecordKind::item);
  const std::span<const Row> lines = rows_of(records_.items, order);
  if (lines.empty() || parcels.empty()) return std::nullopt;
  std::vector<Row> arrived;
  std::copy_if(parcels.begin(), parcels.end(), std::back_inserter(arrived), [this](Row row) { return !delivered_->is_empty(row); });
  const bool by_line = tell_lines(items, lines) && tell_lines(shipments_, parcels);
  try {
    const std::optional<Pieces> ordered = pieces_of(items, lines, by_line);
    const std::optional<Pieces> came = pieces_of(shipments_, arrived, by_line);
    if (!ordered || !came) return std::nullopt;
    PieceCount count{Ratio(0), Ratio(0)};
    for (const auto& [line, quantity] : *ordered) {
      count.ordered = count.ordered + quantity;
      if (const auto found = came->find(line); found != came->end()) count.arrived = count.arrived + std::min(quantity, found->second);
    }
    return count;
  } catch (const Overflow&) {
    return std::nullopt;
  }
}

bool ArrivedGoods::tell_lines(const Table& table, std::span<const Row> rows) const {
  const Column* const lines = table.find("item_id");
  return lines != nullptr && std::none_of(rows.begin(), rows.end(), [&](Row row) { return lines->is_empty(row); });
}

std::optional<ArrivedGoods::Pieces> ArrivedGoods::pieces_of(const Table& table, std::span<const Row> rows, bool by_line) const {
  const Column* const lines = table.find("item_id");
  const Column& quantities = *table.find("quantity");
  Pieces pieces;
  for (const Row row : rows) {
    const std::optional<Ratio> quantity = quantities.is_empty(row) ? std::nullopt : read_decimal(quantities.text[row]);
    if (!quantity || *quantity < Ratio(0)) return std::nullopt;
    const auto [found, added] = pieces.try_emplace(by_line ? lines->text[row] : std::string_view{}, *quantity);
    if (!added) found->second = found->second + *quantity;
  }
  return pieces;
}

// A date is over at its end.
std::int64_t ArrivedGoods::end_of(Row parcel) const {
  const Moment at = Moment::from_raw(delivered_->whole[parcel]);
  return at.is_date() ? zone_.start_of(Date{at.date().days + 1}).ms - 1 : at.instant().ms;
}

// What nobody brings any more: of a line's pieces that no living parcel holds, those that had been in one
// which ended. The others are still to come.
void ArrivedGoods::forgo_ended(Pieces& awaited, std::span<const Row> parcels, bool by_line) const {
  std::vector<Row> ended, living;
  for (const Row parcel : parcels) (has_ended(parcel) ? ended : living).push_back(parcel);
  if (ended.empty()) return;
  const Pieces gone = *pieces_of(shipments_, ended, by_line);
  const Pieces held = *pieces_of(shipments_, living, by_line);
  for (auto& [line, quantity] : awaited) {
    const auto lost = gone.find(line), kept = held.find(line);
    if (lost == gone.end()) continue;
    const Ratio homeless = kept == held.end() ? quantity : quantity - kept->second;
    if (Ratio(0) < homeless) quantity = quantity - std::min(homeless, lost->second);
  }
}

bool ArrivedGoods::has_ended(Row parcel) const {
  return delivered_->is_empty(parcel) && status_ != nullptr && has_ended_on_its_way(status_->text[parcel]);
}

Arrival ArrivedGoods::arrival(Pieces awaited, std::span<const Row> parcels, bool by_line) const {
  forgo_ended(awaited, parcels, by_line);
  if (is_nothing(awaited)) return {};
  std::vector<Row> arrived;
  std::copy_if(parcels.begin(), parcels.end(), std::back_inserter(arrived), [this](Row row) { return !delivered_->is_empty(row); });
  std::stable_sort(arrived.begin(), arrived.end(), [this](Row a, Row b) { return end_of(a) < end_of(b); });
  for (const Row parcel : arrived) {
    take_off(awaited, *pieces_of(shipments_, std::span(&parcel, 1), by_line));
    if (is_nothing(awaited)) return {Arrival::Goods::arrived, parcel};
  }
  return {Arrival::Goods::awaited, no_row};
}

}  // namespace amends
