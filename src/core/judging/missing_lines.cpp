#include "core/judging/missing_lines.h"

#include <algorithm>

namespace amends {
namespace {

const Value& member(const Value& record, std::string_view name) {
  static const Value untold;
  if (record.type != Type::record) return untold;
  for (const auto& [key, value] : *record.record)
    if (key == name) return value;
  return untold;
}

std::string_view text(const Value& record, std::string_view name) {
  const Value& value = member(record, name);
  return value.type == Type::string ? value.text : std::string_view{};
}

const List& list(const Value& value) {
  static const List nothing;
  return value.type == Type::list ? *value.list : nothing;
}

std::optional<Ratio> quantity_of(const Value& record) {
  const Value& quantity = member(record, "quantity");
  if (quantity.type != Type::number) return std::nullopt;
  return quantity.ratio;
}

Value name_of_line(const Value& item) {
  const Value& name = member(item, "name");
  return name.is_known() ? name : Value::null();
}

}  // namespace

OrderLines::OrderLines(const Value& items, const Value& parcels) : items_(items), parcels_(parcels) {}

const Value* OrderLines::item_named(std::string_view item_id) const {
  for (const Value& item : list(items_))
    if (!item_id.empty() && text(item, "item_id") == item_id) return &item;
  return nullptr;
}

std::optional<Ratio> OrderLines::awaited(const Value& item) const {
  const std::string_view id = text(item, "item_id");
  std::optional<Ratio> awaited = quantity_of(item);
  if (id.empty() || !awaited || list(parcels_).empty()) return std::nullopt;
  for (const Value& parcel : list(parcels_)) {
    if (list(member(parcel, "lines")).empty()) return std::nullopt;
    for (const Value& line : list(member(parcel, "lines"))) {
      const std::optional<Ratio> brought = quantity_of(line);
      if (text(line, "item_id").empty() || !brought) return std::nullopt;
      const bool has_arrived = member(parcel, "delivered_at").is_known();
      if (has_arrived && text(line, "item_id") == id) awaited = *awaited - *brought;
    }
  }
  return std::max(*awaited, Ratio(0));
}

// A row without any quantity column is one piece, as in exports with a row for each.
std::optional<OrderLines::Line> OrderLines::whole(const Value& item) const {
  const bool has_column = std::any_of(item.record->begin(), item.record->end(), [](const auto& m) { return m.first == "quantity"; });
  const std::optional<Ratio> quantity = has_column ? quantity_of(item) : Ratio(1);
  if (!quantity) return std::nullopt;
  return Line{name_of_line(item), *quantity};
}

std::optional<std::vector<OrderLines::Line>> OrderLines::of_parcel(std::string_view shipment_id) const {
  std::vector<Line> lines;
  for (const Value& parcel : list(parcels_)) {
    if (text(parcel, "shipment_id") != shipment_id) continue;
    for (const Value& brought : list(member(parcel, "lines"))) {
      const Value* item = item_named(text(brought, "item_id"));
      const std::optional<Ratio> quantity = quantity_of(brought);
      if (item == nullptr || !quantity) return std::nullopt;
      lines.push_back({name_of_line(*item), *quantity});
    }
  }
  return lines;
}

// One thing that shows the miss without naming lines leaves it open which they are.
std::vector<OrderLines::Line> OrderLines::of_evidence(const Miss& miss) const {
  std::vector<Line> all;
  for (const Evidence& evidence : miss.evidence) {
    if (evidence.kind != miss.kind) continue;
    if (evidence.record == RecordKind::item) {
      const Value* item = item_named(evidence.record_id);
      const std::optional<Line> line = item == nullptr ? std::nullopt : whole(*item);
      const bool is_partly = miss.kind == Kind::short_ && line && line->quantity > Ratio(1);  // how many of them nobody says
      if (!line || is_partly) return {};
      all.push_back(*line);
    } else if (evidence.record == RecordKind::shipment && miss.kind != Kind::short_) {
      const auto lines = of_parcel(evidence.record_id);
      if (!lines || lines->empty()) return {};
      all.insert(all.end(), lines->begin(), lines->end());
    }
  }
  return all;
}

std::vector<OrderLines::Line> OrderLines::missing(const Miss& miss) const {
  if (is_about_time(miss.kind)) return {};
  if (miss.kind == Kind::short_) {
    std::vector<Line> counted;
    for (const Value& item : list(items_)) {
      const std::optional<Ratio> awaited_pieces = awaited(item);
      if (awaited_pieces && *awaited_pieces > Ratio(0)) counted.push_back({name_of_line(item), *awaited_pieces});
    }
    if (!counted.empty()) return counted;
  }
  return of_evidence(miss);
}

}  // namespace amends
