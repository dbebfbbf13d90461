// One order's facts as conditions and the policy ask for them: the cells of its row in the joined orders table,
// the declared default or nothing where no source holds the column, and its items and shipments as lists.
#pragma once
#include <vector>

#include "core/records.h"

namespace amends {

class OrderFacts : public FactSource {
 public:
  OrderFacts(const Records& records, const Schema& schema, Currency shop_currency);
  void go_to(Row order) { order_ = order; }
  Value at(Slot slot) const override;
  Currency currency() const override;

 private:
  Value list(const Table& table, const Links& links) const;

  const Records& records_;
  Currency shop_currency_;
  std::vector<const Column*> columns_;  // by slot
  std::vector<FieldType> absent_;       // by slot: what a missing column means
  Slot items_ = no_slot, shipments_ = no_slot;
  Row order_ = 0;
};

}  // namespace amends
