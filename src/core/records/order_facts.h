// A case's facts as conditions and the policy ask for them: the cells of its row in the joined orders table or in
// that of what belongs to orders, the declared default or nothing where no source holds the column, and its items and shipments as lists.
#pragma once
#include <span>
#include <vector>

#include "core/records/case_table.h"

namespace amends {

class OrderFacts : public FactSource {
 public:
  // Keeps references.
  OrderFacts(const Records& records, const CaseTable& cases, const Schema& schema, Currency shop_currency);
  void go_to(Row row) { row_ = row; }
  Value at(Slot slot) const override;
  Currency currency() const override;

 private:
  Value list(const Table& table, const Links& links) const;
  void add_lines(Record& parcel, const Table& table, std::span<const Row> rows) const;

  const Records& records_;
  const CaseTable& cases_;
  Currency shop_currency_;
  std::vector<const Column*> columns_;  // by slot
  std::vector<FieldType> absent_;       // by slot: what a missing column means
  Slot items_ = no_slot, shipments_ = no_slot, contacts_ = no_slot, currency_ = no_slot;
  Row row_ = 0;
};

}  // namespace amends
