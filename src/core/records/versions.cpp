#include "core/records/versions.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "core/records/replay.h"

namespace amends {
namespace {

constexpr std::array<std::string_view, 5> first_counts = {"promised_at", "ship_by", "first_attempt_at", "delivered_at", "shipped_at"};

bool is_first_counting(std::string_view field) {
  return std::find(first_counts.begin(), first_counts.end(), field) != first_counts.end();
}

const Column* first_present(const Table& table, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const Column* column = table.find(name)) return column;
  return nullptr;
}

class Merge {
 public:
  Merge(RawTable& raw, const WhereOfRow& where, std::vector<Contradiction>& contradictions)
      : raw_(raw), table_(raw.table), where_(where), contradictions_(contradictions), ids_(id_columns(raw.table)),
        updated_(raw.table.find("updated_at")) {}

  void run() {
    raw_.contradictory.assign(raw_.rows(), 0);
    find_groups();
    if (!has_versions_ && first_.size() == raw_.rows()) return;
    std::vector<Row> keep;
    for (const Row first : first_) settle(first, keep);
    std::sort(keep.begin(), keep.end());
    keep_rows(raw_, keep);
  }

 private:
  void find_groups() {
    next_.assign(raw_.rows(), no_row);
    std::vector<Row> last(raw_.rows(), no_row);
    IdIndex index(ids_);
    index.reserve(raw_.rows());
    for (Row row = 0; row < raw_.rows(); ++row) {
      if (raw_.known[row] == 0) continue;
      const Row first = index.add(row);
      last[first] = first == row ? row : (next_[last[first]] = row);
      if (first == row) first_.push_back(row);
      else has_versions_ = true;
    }
  }

  bool has_own_id(Row row) const {
    if (table_.kind == RecordKind::order || table_.kind == RecordKind::customer) return true;
    if (ids_.second != nullptr && !ids_.second->is_empty(row)) return true;
    return table_.kind == RecordKind::shipment && updated_ != nullptr && !updated_->is_empty(row);
  }

  void settle(Row first, std::vector<Row>& keep) {
    if (next_[first] == no_row) return keep.push_back(first);
    group_.clear();
    for (Row row = first; row != no_row; row = next_[row]) group_.push_back(row);
    if (!has_own_id(first)) return settle_set(keep);
    timed_ = updated_ != nullptr && std::none_of(group_.begin(), group_.end(), [this](Row r) { return updated_->is_empty(r); });
    std::sort(group_.begin(), group_.end(), [this](Row a, Row b) { return is_before(a, b); });
    find_contradiction(first);
    merge_into(first);
    keep.push_back(first);
  }

  // Versions by time where all tell theirs, else by file; equal ones by content, so that chance has no say.
  bool is_before(Row a, Row b) const {
    const std::int64_t ua = updated_ == nullptr ? 0 : updated_->whole[a];
    const std::int64_t ub = updated_ == nullptr ? 0 : updated_->whole[b];
    const std::uint32_t fa = table_.places[a].file, fb = table_.places[b].file;
    if (timed_ && ua != ub) return ua < ub;
    if (fa != fb) return fa < fb;
    if (ua != ub) return ua < ub;
    return compare_rows(a, b) < 0;
  }

  int compare_rows(Row a, Row b) const {
    for (const Column& column : table_.columns)
      if (const int order = compare(column, a, b)) return order;
    return currency_of(a).compare(currency_of(b));
  }

  std::string_view currency_of(Row row) const {
    return table_.currency.empty() ? std::string_view{} : table_.currency[row].name();
  }

  bool are_peers(Row a, Row b) const {
    if (table_.places[a].file != table_.places[b].file) return false;
    return updated_ == nullptr || updated_->whole[a] == updated_->whole[b];
  }

  void find_contradiction(Row first) {
    for (const Column& column : table_.columns) {
      if (column.name == "customer_id" && table_.kind == RecordKind::order && tell_two_values(column, first)) return;
      for (std::size_t i = 1; i < group_.size(); ++i) {
        const Row a = group_[i - 1], b = group_[i];
        if (!are_peers(a, b) || compare(column, a, b) == 0) continue;
        if (raw_.folded && (column.is_empty(a) || column.is_empty(b))) continue;
        return contradict(first, column.name, a, b);
      }
      if (raw_.folded && tell_two_folded(column, first)) return;
    }
    if (table_.kind == RecordKind::order) tell_two_currencies(first);
  }

  bool tell_two_values(const Column& column, Row first) {
    Row told = no_row;
    for (const Row row : group_) {
      if (column.is_empty(row)) continue;
      if (told != no_row && compare(column, told, row) != 0) return contradict(first, column.name, told, row), true;
      told = row;
    }
    return false;
  }

  // Rows of one file that fold into one may leave a cell empty, not fill it differently.
  bool tell_two_folded(const Column& column, Row first) {
    Row told = no_row;
    for (const Row row : group_) {
      if (column.is_empty(row)) continue;
      if (told != no_row && are_peers(told, row) && compare(column, told, row) != 0)
        return contradict(first, column.name, told, row), true;
      told = row;
    }
    return false;
  }

  void tell_two_currencies(Row first) {
    Row told = no_row;
    for (const Row row : group_) {
      if (currency_of(row).empty()) continue;
      if (told != no_row && currency_of(told) != currency_of(row)) return contradict(first, "currency", told, row);
      told = row;
    }
  }

  void contradict(Row first, const std::string& field, Row a, Row b) {
    raw_.contradictory[first] = 1;
    Contradiction found;
    found.kind = table_.kind;
    found.id = ids_.first == nullptr ? std::string{} : std::string(ids_.first->text[first]);
    if (ids_.second != nullptr && !ids_.second->is_empty(first)) found.id += fmt::format("/{}", ids_.second->text[first]);
    found.field = field;
    for (const Row row : {a, b}) found.rows.push_back(where_(table_.places[row], raw_.offsets[row]));
    contradictions_.push_back(std::move(found));
  }

  void merge_into(Row target) {
    const Row last = group_.back();
    std::vector<Row> sources;
    for (const Column& column : table_.columns) sources.push_back(winner(column));
    Currency currency;
    for (const Row row : group_)
      if (!currency_of(row).empty()) currency = table_.currency[row];
    const Place place = table_.places[last];
    const std::uint64_t offset = raw_.offsets[last];
    raw_.ahead[target] = std::any_of(group_.begin(), group_.end(), [this](Row r) { return raw_.ahead[r] != 0; }) ? 1 : 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      Column& column = table_.columns[i];
      if (sources[i] == no_row) clear_cell(column, target);
      else copy_cell(column, sources[i], column, target);
    }
    if (!table_.currency.empty()) table_.currency[target] = currency;
    table_.places[target] = place;
    raw_.offsets[target] = offset;
  }

  // The row whose cell stands for the whole group; no_row when all are empty.
  Row winner(const Column& column) const {
    const bool first_wins = is_first_counting(column.name);
    const bool is_status = column.name == "status";
    Row found = no_row;
    for (const Row row : group_) {
      if (column.is_empty(row)) continue;
      if (found != no_row && first_wins) break;
      if (found != no_row && is_status && column.text[found] == "delivered" && is_before_arrival(column.text[row])) continue;
      found = row;
    }
    return found;
  }

  // Rows without an id of their own.
  void settle_set(std::vector<Row>& keep) {
    std::vector<Row> rows = group_;
    if (table_.kind == RecordKind::item || table_.kind == RecordKind::shipment) {
      const auto file = [this](Row row) { return table_.places[row].file; };
      const std::uint32_t newest = file(*std::max_element(rows.begin(), rows.end(), [&](Row a, Row b) { return file(a) < file(b); }));
      std::erase_if(rows, [&](Row row) { return file(row) != newest; });
    }
    if (table_.kind == RecordKind::credit) {
      keep_fullest(rows);
    } else if (table_.kind != RecordKind::item) {
      std::stable_sort(rows.begin(), rows.end(), [this](Row a, Row b) { return compare_rows(a, b) < 0; });
      const auto is_again = [this](Row a, Row b) {
        if (compare_rows(a, b) != 0) return false;
        raw_.ahead[b] = raw_.ahead[a] |= raw_.ahead[b];  // whichever of the two is kept
        return true;
      };
      rows.erase(std::unique(rows.begin(), rows.end(), is_again), rows.end());
    }
    keep.insert(keep.end(), rows.begin(), rows.end());
  }

  // Equal rows of one file are so many credits; equal rows of several files are the same ones told again.
  void keep_fullest(std::vector<Row>& rows) const {
    const auto file = [this](Row row) { return table_.places[row].file; };
    std::stable_sort(rows.begin(), rows.end(), [&](Row a, Row b) {
      const int order = compare_rows(a, b);
      return order != 0 ? order < 0 : file(a) < file(b);
    });
    std::vector<Row> fullest;
    for (auto begin = rows.begin(); begin != rows.end();) {
      const auto end = std::find_if(begin, rows.end(), [&](Row row) { return compare_rows(*begin, row) != 0; });
      auto best = begin, best_end = begin;
      for (auto part = begin; part != end;) {
        const auto next = std::find_if(part, end, [&](Row row) { return file(row) != file(*part); });
        if (next - part > best_end - best) best = part, best_end = next;
        part = next;
      }
      fullest.insert(fullest.end(), best, best_end);
      begin = end;
    }
    rows = std::move(fullest);
  }

  RawTable& raw_;
  Table& table_;
  const WhereOfRow& where_;
  std::vector<Contradiction>& contradictions_;
  IdColumns ids_;
  const Column* updated_;
  std::vector<Row> first_, next_, group_;
  bool has_versions_ = false;
  bool timed_ = false;  // every version of the group tells when it was changed
};

}  // namespace

IdColumns id_columns(const Table& table) {
  switch (table.kind) {
    case RecordKind::order: return {table.find("order_id")};
    case RecordKind::customer: return {table.find("customer_id")};
    case RecordKind::shipment: return {table.find("order_id"), first_present(table, {"shipment_id", "tracking"}), table.find("item_id")};
    case RecordKind::item: return {table.find("order_id"), table.find("item_id")};
    case RecordKind::contact: return {first_present(table, {"order_id", "customer_id"}), table.find("contact_id")};
    case RecordKind::event: return {first_present(table, {"order_id", "shipment_id", "tracking"})};
    case RecordKind::credit: return {table.find("order_id"), table.find("reference")};
  }
  return {};
}

void merge_versions(RawTable& raw, const WhereOfRow& where, std::vector<Contradiction>& contradictions) {
  Merge(raw, where, contradictions).run();
}

}  // namespace amends
