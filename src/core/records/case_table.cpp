#include "core/records/case_table.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/records/id_index.h"
#include "core/records/parcel_facts.h"
#include "core/records/parcels.h"
#include "core/records/person.h"
#include "core/records/raw_table.h"
#include "core/records/replay.h"
#include "core/records/versions.h"

namespace amends {
namespace {

// What only the record itself can tell of itself.
bool is_own_story(RecordKind on, std::string_view name) {
  return canonical(on, name) != nullptr && (is_fact_time(on, name) || is_one_of(name, {"status", "cause"}));
}

// What a parcel alone can tell of the line it brings.
bool is_parcels_story(std::string_view name) { return is_own_story(RecordKind::shipment, name) || name == "tracking"; }

// What an order tells of whoever placed it and of what they bought: nothing for somebody else who writes about it.
bool is_of_buyer(std::string_view name) {
  return canonical(RecordKind::customer, name) != nullptr || is_one_of(name, {"order_value", "shipping_fee", "refunded", "tracking", "person_id"});
}

// A status by which the order takes along what belongs to it.
bool is_called_off(std::string_view status) { return is_one_of(status, {"cancelled", "refunded", "unavailable", "out_of_stock"}); }

const Links& links_of(RecordKind on, const Records& records) {
  return on == RecordKind::shipment ? records.shipments : on == RecordKind::item ? records.items : records.contacts;
}

void add_empty(Column& column) {
  if (column.is_text()) column.text.emplace_back();
  else column.whole.push_back(Moment::none);
}

bool is_before_sending(std::string_view status) { return is_one_of(status, {"created", "paid", "processing"}); }

class Laying {
 public:
  Laying(RecordKind on, const Records& records, const Schema& schema, const Zone& zone, const HeldGuarantees* held)
      : records_(records), orders_(records.orders()), table_(records.table(on)), held_(held), parcels_(records, zone), by_customer_({records.table(RecordKind::customer).find("customer_id")}) {
    out_.on = on;
    out_.own = std::make_unique<Table>();
    out_.own->kind = on;
    add_columns(schema);
  }

  CaseTable all() {
    out_.begin.push_back(0);
    const Links& links = links_of(out_.on, records_);
    for (Row order = 0; order < orders_.rows(); ++order) {
      add_rows_of(order, rows_of(links, order));
      out_.begin.push_back(static_cast<std::uint32_t>(out_.records.size()));
    }
    if (out_.on == RecordKind::contact)
      for (const LooseRow& loose : records_.loose_contacts) add(no_row, loose.row, loose.is_doubtful);
    name_rows();
    out_.table = out_.own.get();
    out_.order_ids = out_.own->find("order_id");
    return std::move(out_);
  }

 private:
  // Where a column's cells come from.
  struct Origin {
    const Column* own = nullptr;
    const Column* parcel = nullptr;    // of a line whose parcels are told
    const Column* order = nullptr;     // where the record is silent; null: nowhere
    const Column* customer = nullptr;  // of a contact by somebody else than the order's customer
    bool is_of_buyer = false;
  };

  void add_columns(const Schema& schema) {
    for (const Column& column : table_.columns) add_column(column, schema);
    for (const Column& column : orders_.columns)
      if (table_.find(column.name) == nullptr) add_column(column, schema);
    if (out_.on == RecordKind::contact)
      for (const Column& column : records_.table(RecordKind::customer).columns)
        if (out_.own->find(column.name) == nullptr) add_column(column, schema);
  }

  void add_column(const Column& like, const Schema& schema) {
    Origin origin;
    origin.own = table_.find(like.name);
    const bool is_standing = is_one_of(like.name, {"status", "status_at"});
    const bool may_fall_back = !is_standing && !is_own_story(out_.on, like.name) && like.name != "order_id";
    const Column* const order = orders_.find(like.name);
    if (may_fall_back && order != nullptr && order->is_text() == like.is_text()) origin.order = order;
    const Column* const parcel = out_.on == RecordKind::item && !is_standing ? records_.table(RecordKind::shipment).find(like.name) : nullptr;
    const bool parcels_may_tell = parcel != nullptr && parcel->is_text() == like.is_text() && canonical(RecordKind::item, like.name) == nullptr;
    if (parcels_may_tell) origin.parcel = parcel;
    if (out_.on == RecordKind::contact) origin.customer = records_.table(RecordKind::customer).find(like.name);
    origin.is_of_buyer = is_of_buyer(like.name);
    if (origin.own == nullptr && origin.parcel == nullptr && origin.order == nullptr && origin.customer == nullptr && !is_standing) return;
    Column column;
    column.name = like.name;
    column.type = like.type;
    column.slot = schema.find(like.name);
    out_.own->columns.push_back(std::move(column));
    origins_.push_back(origin);
  }

  void add_rows_of(Row order, std::span<const Row> rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool is_told = i > 0 && out_.on == RecordKind::shipment && is_same_parcel(table_, rows[i - 1], rows[i]);
      if (!is_told) add(order, rows[i], records_.contradictory.size() > order && records_.contradictory[order] != 0);
    }
  }

  void add(Row order, Row record, bool is_doubtful) {
    out_.orders.push_back(order);
    out_.records.push_back(record);
    out_.doubtful.push_back(is_doubtful ? 1 : 0);
    const LineParcels* const brought = out_.on == RecordKind::item ? &out_.brought_by.emplace_back(parcels_of_line(records_, order, record)) : nullptr;
    const Row customer = other_customer(order, record);
    const bool is_by_other = is_other_customer(order, record);
    if (out_.on == RecordKind::contact) out_.by_other.push_back(is_by_other ? 1 : 0);
    const auto row = static_cast<Row>(out_.records.size() - 1);
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      Column& to = out_.own->columns[i];
      const Origin& from = origins_[i];
      add_empty(to);
      if (from.own != nullptr && !from.own->is_empty(record)) copy_cell(*from.own, record, to, row);
      else if (is_by_other && (from.customer != nullptr || from.is_of_buyer)) {
        if (from.customer != nullptr && customer != no_row) copy_cell(*from.customer, customer, to, row);
      } else if (brought != nullptr && brought->is_told && lay_parcel(*brought, from, record, to, row)) {
        // its parcels told it, or that it has not happened
      } else if (from.order != nullptr && order != no_row) copy_cell(*from.order, order, to, row);
    }
    if (brought != nullptr && brought->is_told) lay_standing_of_parcels(*brought, order, row);
    else if (order != no_row) lay_standing(order, row);
    out_.own->places.push_back(table_.places[record]);
    const bool has_currency = order != no_row && order < orders_.currency.size();
    out_.own->currency.push_back(has_currency ? orders_.currency[order] : Currency{});
  }

  std::span<const Row> lines_of(const LineParcels& brought, const Row& line) const {
    return brought.is_named ? std::span(&line, 1) : std::span<const Row>{};  // parcels that name none bring others too
  }

  // False where the order is to tell it.
  bool lay_parcel(const LineParcels& brought, const Origin& from, Row line, Column& to, Row row) const {
    if (from.parcel == nullptr) return false;
    const Row parcel = parcels_.telling(*from.parcel, lines_of(brought, line), brought.living);
    if (parcel != no_row) copy_cell(*from.parcel, parcel, to, row);
    return parcel != no_row || is_parcels_story(to.name);
  }

  // Where the line says nothing itself, it stands where its parcels do; what has none has not left, though others have.
  void lay_standing_of_parcels(const LineParcels& brought, Row order, Row row) {
    Column* const own = out_.own->find("status");
    if (own == nullptr || !own->text[row].empty()) return;
    const ParcelFacts::Standing standing = brought.living.empty() ? ParcelFacts::Standing{} : parcels_.standing(lines_of(brought, out_.records[row]), brought.living);
    const std::string_view word = text_at(orders_.find("status"), order);
    const bool goes_with_order = is_called_off(word) && !says_arrived(standing.status) && standing.status != "lost";
    if (goes_with_order) return lay_standing(order, row);
    own->text[row] = brought.living.empty() && !word.empty() ? (is_before_sending(word) ? word : "processing") : standing.status;
    const Column* const since = records_.table(RecordKind::shipment).find("status_at");
    Column* const own_since = out_.own->find("status_at");
    if (own_since != nullptr && since != nullptr && standing.row != no_row) copy_cell(*since, standing.row, *own_since, row);
  }

  // A parcel tells where it stands itself, unless its order was called off before it arrived; a line, where it says
  // nothing, stands where its order does.
  void lay_standing(Row order, Row row) {
    Column* const own = out_.own->find("status");
    const std::string_view word = text_at(orders_.find("status"), order);
    if (own == nullptr || word.empty()) return;
    const bool is_parcel = out_.on == RecordKind::shipment;
    const bool stands = is_parcel ? !is_called_off(word) || says_arrived(own->text[row]) || own->text[row] == "lost" : !own->text[row].empty();
    if (stands) return;
    own->text[row] = word;
    const Column* const since = orders_.find("status_at");
    Column* const own_since = out_.own->find("status_at");
    if (own_since == nullptr) return;
    clear_cell(*own_since, row);
    if (since != nullptr) copy_cell(*since, order, *own_since, row);
  }

  bool is_other_customer(Row order, Row record) const {
    if (out_.on != RecordKind::contact) return false;
    const std::string_view writer = text_at(table_.find("customer_id"), record);
    return order == no_row || (!writer.empty() && writer != text_at(orders_.find("customer_id"), order));
  }

  Row other_customer(Row order, Row record) {
    if (!is_other_customer(order, record)) return no_row;
    const Table& customers = records_.table(RecordKind::customer);
    if (customers.find("customer_id") == nullptr) return no_row;
    if (!is_indexed_)
      for (Row row = 0; row < customers.rows(); ++row) by_customer_.add(row);
    is_indexed_ = true;
    const std::string_view id = text_at(table_.find("customer_id"), record);
    return id.empty() ? no_row : by_customer_.find(id);
  }

  void name_rows() {
    const Column* const own = id_columns(table_).second;
    out_.own_ids.resize(out_.records.size());
    for (Row row = 0; row < out_.records.size(); ++row) {
      out_.own_ids[row] = text_at(own, out_.records[row]);
      out_.ids.push_back(name_of_row(row));
      if (out_.on == RecordKind::contact) out_.of_several.push_back(is_of_several(row) ? 1 : 0);
    }
    if (out_.on == RecordKind::shipment && held_ != nullptr && !held_->parcels.is_empty())
      for (Row order = 0; order < orders_.rows(); ++order) name_known_parcels(order);
  }

  std::string name_of_row(Row row) const {
    const std::string_view order = text_at(out_.own->find("order_id"), row);
    const std::string_view own = out_.own_ids[row];
    if (own.empty()) return std::string(order);
    if (order.empty()) return name_of_loose(own);
    const bool was_without_order = out_.on == RecordKind::contact && held_ != nullptr && held_->of(RecordKind::contact).contains(std::string(own));
    return was_without_order ? std::string(own) : fmt::format("{}/{}", order, own);
  }

  bool is_of_several(Row row) const {
    if (held_ == nullptr || !text_at(out_.own->find("order_id"), row).empty()) return false;
    const std::string own(out_.own_ids[row]);
    const auto known = held_->messages_of_orders.find(own);
    return known != held_->messages_of_orders.end() && known->second.empty() && !held_->of(RecordKind::contact).contains(own);
  }

  // A message may name its order first and later no more.
  std::string name_of_loose(std::string_view own) const {
    if (out_.on != RecordKind::contact || held_ == nullptr || held_->of(RecordKind::contact).contains(std::string(own))) return std::string(own);
    const auto known = held_->messages_of_orders.find(std::string(own));
    return known == held_->messages_of_orders.end() || known->second.empty() ? std::string(own) : known->second;
  }

  // Parcels that the ledger knows, maybe by other numbers.
  void name_known_parcels(Row order) {
    std::vector<ToldParcel> parcels;
    for (Row row = out_.begin[order]; row < out_.begin[order + 1]; ++row) parcels.push_back(told_parcel(out_, table_, row));
    if (parcels.empty()) return;
    std::vector<std::string> known = held_->parcels.ids(std::string(text_at(orders_.find("order_id"), order)), parcels);
    for (std::size_t i = 0; i < known.size(); ++i)
      if (!known[i].empty()) out_.ids[out_.begin[order] + i] = std::move(known[i]);
  }

  const Records& records_;
  const Table& orders_;
  const Table& table_;
  const HeldGuarantees* held_;
  const ParcelFacts parcels_;
  IdIndex by_customer_;
  bool is_indexed_ = false;
  CaseTable out_;
  std::vector<Origin> origins_;  // beside the columns
};

}  // namespace

std::string_view CaseTable::id(Row row) const { return on == RecordKind::order ? text_at(order_ids, row) : std::string_view(ids[row]); }
std::string_view CaseTable::own_id(Row row) const { return on == RecordKind::order ? id(row) : own_ids[row]; }
std::string_view CaseTable::order_id(Row row) const { return text_at(order_ids, row); }

CasePersons::CasePersons(const CaseTable& cases)
    : cases_(cases), person_id_(cases.table->find("person_id")), customer_id_(cases.table->find("customer_id")), email_(cases.table->find("email")) {}

std::string CasePersons::of(Row row) const {
  std::string known = person_named(text_at(person_id_, row), text_at(customer_id_, row), text_at(email_, row));
  if (!known.empty()) return known;
  const std::string_view order = cases_.order_id(row);
  return order.empty() ? std::string("contact:").append(cases_.own_id(row)) : std::string("order:").append(order);
}

ToldParcel told_parcel(const CaseTable& cases, const Table& shipments, Row row) {
  static const Zone utc = Zone::utc();
  const Row parcel = cases.records[row], order = cases.orders[row];
  ToldParcel told;
  told.own_id = cases.own_ids[row];
  told.tracking = text_at(shipments.find("tracking"), parcel);
  told.shipment_id = text_at(shipments.find("shipment_id"), parcel);
  if (told.shipment_id == told.tracking) told.shipment_id = {};
  told.place = fmt::format("{} of {}", row - cases.begin[order] + 1, cases.begin[order + 1] - cases.begin[order]);
  told.shipped_at = print(moment_at(shipments.find("shipped_at"), parcel), utc);
  told.delivered_at = print(moment_at(shipments.find("delivered_at"), parcel), utc);
  return told;
}

CaseTable case_table(RecordKind on, const Records& records, const Schema& schema, const Zone& zone, const HeldGuarantees* held) {
  if (on != RecordKind::order) return Laying(on, records, schema, zone, held).all();
  CaseTable orders;
  orders.table = &records.orders();
  orders.order_ids = records.orders().find("order_id");
  return orders;
}

}  // namespace amends
