// A case that a proof found, as facts that the real decision code can judge: for each axis a value of its box, for
// all other facts an ordinary one. Lint prints nothing that the decision code has not confirmed on such a case.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/finding.h"
#include "core/proofs/policy_space.h"

namespace amends {

class Witness : public FactSource {
 public:
  Witness(const Schema& schema, const Derivations& derivations, const RegionFinder& finder, Currency currency)
      : schema_(schema), derivations_(derivations), finder_(finder), currency_(currency) {}

  void take(const PolicySpace& space, const Box& box);
  void set(Slot slot, Value value) { told_[slot] = std::move(value); }
  void set_place(Slot slot, const Ratio& place) { set(slot, value_of(slot, place)); }

  Value at(Slot slot) const override;
  Currency currency() const override { return currency_; }
  std::string lacks(Slot slot, std::vector<Slot>& missing) const override;

  // These facts alone, as somebody would tell them: of all others what their absence means.
  Facts only(const std::vector<Slot>& slots, const Zone& zone) const;
  // "late_days", "3", of the facts named.
  std::vector<std::pair<std::string, std::string>> facts(const std::vector<Slot>& slots, const Zone& zone) const;

 private:
  Value value_of(Slot slot, const Ratio& place);
  Value ordinary(Slot slot) const;
  Value ordinary_amount(const Field& field, Currency currency) const;
  std::size_t best_cell(const PolicySpace& space, const Box& box, std::size_t axis) const;
  void agree_on_lateness(const PolicySpace& space, const Box& box);
  void tell(const char* name, const Ratio& number) const;

  const Schema& schema_;
  const Derivations& derivations_;
  const RegionFinder& finder_;
  Currency currency_;
  mutable std::map<Slot, Value> told_;
  std::shared_ptr<std::deque<std::string>> words_ = std::make_shared<std::deque<std::string>>();  // copies share them
};

}  // namespace amends
