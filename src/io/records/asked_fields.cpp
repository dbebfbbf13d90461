#include "io/records/asked_fields.h"

#include <algorithm>
#include <optional>

#include "core/records/replay.h"

namespace amends {
namespace {

using Names = std::set<std::string, std::less<>>;

std::vector<std::string_view> always_read(RecordKind kind) {
  switch (kind) {
    case RecordKind::order: return {"order_id", "customer_id", "tracking", "currency", "updated_at", "placed_at"};
    case RecordKind::shipment:
      return {"order_id", "shipment_id", "tracking", "item_id", "quantity", "updated_at", "status", "status_at", "shipped_at", "delivered_at"};
    case RecordKind::item: return {"order_id", "item_id", "quantity", "currency", "updated_at"};
    case RecordKind::event: return {"order_id", "shipment_id", "tracking", "at", "status", "promised_at", "cause"};
    case RecordKind::customer: return {"customer_id", "updated_at"};
    case RecordKind::contact: return {"contact_id", "order_id", "customer_id", "at"};
    case RecordKind::credit: return {"order_id", "reference", "amount", "currency", "at"};
  }
  return {};
}

// What a source of this kind may add to an order.
void add_order_level(RecordKind kind, const Names& of_orders, Names& names) {
  if (kind == RecordKind::shipment || kind == RecordKind::customer) names.insert(of_orders.begin(), of_orders.end());
  if (kind != RecordKind::item) return;
  const auto wants = [&](std::string_view name) { return of_orders.contains(name); };
  if (wants("order_value") || wants("goods_value"))
    for (const char* name : {"price", "quantity", "line_total"}) names.insert(name);
  if (wants("order_value") || wants("shipping_fee")) names.insert("shipping_fee");
}

// What cases about such records may ask for, each of whose facts it may hold itself.
void add_promised(RecordKind kind, const Project& project, const Names& of_orders, Names& names) {
  const bool is_promised_on = std::any_of(project.guarantees.begin(), project.guarantees.end(), [&](const Guarantee& g) { return g.on == kind && kind != RecordKind::order; });
  if (is_promised_on) names.insert(of_orders.begin(), of_orders.end());
}

// What may show that the goods are lost, damaged, or not all there.
void add_evidence(RecordKind kind, const Project& project, Names& names) {
  const bool promises_goods = std::any_of(project.guarantees.begin(), project.guarantees.end(), [](const Guarantee& g) { return g.promises_goods(); });
  const bool hears_claims = std::any_of(project.sources.begin(), project.sources.end(), [](const SourceSpec& s) { return !s.subjects.empty(); });
  if (kind == RecordKind::item && promises_goods) names.insert("status");
  if (kind == RecordKind::contact && hears_claims) names.insert("subject");
  if (kind == RecordKind::shipment && project.lost) names.insert({"announced_at", "carrier"});
}

// What tells since when a status holds.
void add_times_of_status(Names& names) {
  if (!names.contains("status")) return;
  for (const char* name : {"delivered_at", "shipped_at", "cancelled_at", "refunded_at", "paid_at"}) names.insert(name);
}

std::optional<Field> field_named(RecordKind kind, std::string_view name, const Project& project) {
  if (const Field* field = canonical(kind, name)) return *field;
  const Slot slot = project.schema.find(name);
  if (slot == no_slot || project.schema.at(slot).origin != Origin::own) return std::nullopt;
  return project.schema.at(slot);
}

}  // namespace

AskedFields asked_fields(RecordKind kind, const Wanted& wanted, const Project& project, bool with_times) {
  Names names = wanted.of(kind);
  for (const std::string_view name : always_read(kind)) names.emplace(name);
  add_order_level(kind, wanted.of(RecordKind::order), names);
  add_promised(kind, project, wanted.of(RecordKind::order), names);
  add_evidence(kind, project, names);
  add_times_of_status(names);
  if (with_times)
    for (const Field& field : vocabulary().fields)
      if (field.origin == Origin::record && field.record == kind && is_fact_time(kind, field.name)) names.insert(field.name);

  AskedFields asked{kind, {}};
  for (const std::string& name : names)
    if (const std::optional<Field> field = field_named(kind, name, project)) asked.fields.push_back(*field);
  return asked;
}

std::vector<std::string_view> parcel_facts_in(const Wanted& wanted) {
  std::vector<std::string_view> facts = {"status", "status_at", "shipped_at", "delivered_at"};  // always read
  for (const std::string_view name : {"first_attempt_at", "promised_at", "revised_promised_at", "cause"})
    if (wanted.of(RecordKind::order).contains(name) || wanted.of(RecordKind::shipment).contains(name)) facts.push_back(name);
  return facts;
}

std::vector<Field> order_facts_in(const Wanted& wanted, const Project& project) {
  std::vector<Field> facts;
  for (const std::string& name : wanted.of(RecordKind::order))
    if (const std::optional<Field> field = field_named(RecordKind::order, name, project)) facts.push_back(*field);
  return facts;
}

}  // namespace amends
