#include "core/records/join.h"

#include <algorithm>
#include <numeric>

#include "core/records/id_index.h"
#include "core/records/joined_facts.h"
#include "core/records/raw_table.h"
#include "core/records/versions.h"

namespace amends {
namespace {

// "9" before "10", then by everything else: an order's lines stand alike however the file was sorted.
bool stands_before(const Table& table, const Column* id, Row a, Row b) {
  if (id != nullptr && id->text[a] != id->text[b]) {
    if (id->text[a].size() != id->text[b].size()) return id->text[a].size() < id->text[b].size();
    return id->text[a] < id->text[b];
  }
  for (const Column& column : table.columns)
    if (const int order = compare(column, a, b)) return order < 0;
  return a < b;
}

class Join {
 public:
  Join(Records& records, const JoinInput& input) : records_(records), input_(input), orders_(records.table(RecordKind::order)) {}

  void run() {
    add_order_columns(records_, input_.asked, *input_.schema);
    records_.contradictory.assign(orders_.rows(), 0);
    records_.customer.assign(orders_.rows(), no_row);
    IdIndex by_id({orders_.find("order_id")});
    by_id.reserve(orders_.rows());
    for (Row row = 0; row < orders_.rows(); ++row) by_id.add(row);
    flag(RecordKind::order, identity(orders_.rows()));

    link(RecordKind::shipment, by_id, records_.shipments);
    link(RecordKind::item, by_id, records_.items);
    link(RecordKind::contact, by_id, records_.contacts);
    link(RecordKind::event, by_id, records_.events);
    Links credits;
    link(RecordKind::credit, by_id, credits);
    link_customers();
    fill_order_facts(records_, input_.asked, input_.ahead, input_.zone);
  }

 private:
  static std::vector<Row> identity(std::size_t rows) {
    std::vector<Row> all(rows);
    std::iota(all.begin(), all.end(), Row{0});
    return all;
  }

  // Orphans among events are counted where they find their parcels.
  Row order_named(const IdIndex& by_id, RecordKind kind, std::string_view id, std::string_view tracking) {
    if (id.empty() && kind != RecordKind::shipment) return no_row;
    const Row order = id.empty() ? no_row : by_id.find(id);
    const bool is_orphan = order == no_row && !input_.not_yet.contains(id.empty() ? tracking : id);
    if (is_orphan && kind != RecordKind::event) ++records_.orphans[static_cast<int>(kind)];
    return order;
  }

  void link(RecordKind kind, const IdIndex& by_id, Links& links) {
    const Table& table = records_.table(kind);
    const Column* ids = table.find("order_id");
    const Column* tracking = kind == RecordKind::shipment ? table.find("tracking") : nullptr;
    if (!records_.mapped[static_cast<std::size_t>(kind)]) return;
    std::vector<Row> order_of(table.rows(), no_row);
    if (ids != nullptr)
      for (Row row = 0; row < table.rows(); ++row)
        order_of[row] = order_named(by_id, kind, ids->text[row], tracking == nullptr ? std::string_view{} : tracking->text[row]);
    gather(table, order_of, links);
    if (kind == RecordKind::contact) keep_loose(order_of);
    flag(kind, order_of);
  }

  void keep_loose(const std::vector<Row>& order_of) {
    const auto& doubtful = input_.contradictory[static_cast<int>(RecordKind::contact)];
    for (Row row = 0; row < order_of.size(); ++row)
      if (order_of[row] == no_row) records_.loose_contacts.push_back({row, row < doubtful.size() && doubtful[row] != 0});
  }

  void gather(const Table& table, const std::vector<Row>& order_of, Links& links) const {
    links.begin.assign(orders_.rows() + 1, 0);
    for (const Row order : order_of)
      if (order != no_row) ++links.begin[order + 1];
    std::partial_sum(links.begin.begin(), links.begin.end(), links.begin.begin());
    links.rows.resize(links.begin.back());
    std::vector<std::uint32_t> at(links.begin.begin(), links.begin.end() - 1);
    for (Row row = 0; row < order_of.size(); ++row)
      if (order_of[row] != no_row) links.rows[at[order_of[row]]++] = row;
    const Column* own_id = id_columns(table).second;
    for (std::size_t i = 0; i + 1 < links.begin.size(); ++i)
      if (links.begin[i + 1] - links.begin[i] > 1)
        std::sort(links.rows.begin() + links.begin[i], links.rows.begin() + links.begin[i + 1],
                  [&](Row a, Row b) { return stands_before(table, own_id, a, b); });
  }

  void link_customers() {
    const Table& customers = records_.table(RecordKind::customer);
    const Column* told = orders_.find("customer_id");
    const Column* known = customers.find("customer_id");
    if (known == nullptr || (told == nullptr && records_.loose_contacts.empty())) return;
    IdIndex by_id({known});
    by_id.reserve(customers.rows());
    for (Row row = 0; row < customers.rows(); ++row) by_id.add(row);
    const auto& doubtful = input_.contradictory[static_cast<int>(RecordKind::customer)];
    const auto is_doubtful = [&](Row customer) { return customer != no_row && customer < doubtful.size() && doubtful[customer] != 0; };
    for (Row order = 0; told != nullptr && order < orders_.rows(); ++order) {
      if (told->is_empty(order)) continue;
      const Row customer = records_.customer[order] = by_id.find(told->text[order]);
      if (is_doubtful(customer)) records_.contradictory[order] = 1;
    }
    const Column* const writers = records_.table(RecordKind::contact).find("customer_id");
    for (LooseRow& loose : records_.loose_contacts)
      if (writers != nullptr && !writers->is_empty(loose.row) && is_doubtful(by_id.find(writers->text[loose.row]))) loose.is_doubtful = true;
  }

  void flag(RecordKind kind, const std::vector<Row>& order_of) {
    const auto& doubtful = input_.contradictory[static_cast<int>(kind)];
    for (Row row = 0; row < doubtful.size() && row < order_of.size(); ++row)
      if (doubtful[row] != 0 && order_of[row] != no_row) records_.contradictory[order_of[row]] = 1;
  }

  Records& records_;
  const JoinInput& input_;
  Table& orders_;
};

}  // namespace

void join(Records& records, const JoinInput& input) { Join(records, input).run(); }

}  // namespace amends
