// From what its rows tell (row_sieve.h) to an order that kept its promise, as core/records/joined_facts.h and core/judging/timekeeper.h
// would tell it. One thread's; used by sift.h while it joins.
#pragma once
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/judging/kept_order.h"
#include "io/records/row_sieve.h"

namespace amends {

class KeptJoin {
 public:
  // Keeps a reference. `take` hears of some orders at a time.
  using Take = std::function<void(std::span<const KeptOrder>)>;
  KeptJoin(const SievePlan& plan, const Take& take) : plan_(plan), groups_(*plan.kept.groups), take_(take) {}

  // An order's own row, then its parcels'; finish() is false where they do not tell the order for certain.
  void start(const KeptOrderRow& order);
  void add(const KeptParcelRow& parcel);
  bool finish();
  void hand_over();

 private:
  bool tell_promise(KeptOrder& kept);
  void tell_times(KeptOrder& kept, const Guarantee& guarantee, Moment met) const;
  std::uint32_t group_of_order();
  std::uint32_t of_both_parcels(std::uint32_t a, std::uint32_t b);
  std::uint32_t number_of_order(std::uint32_t order, std::uint32_t parcels);

  const SievePlan& plan_;
  KeptGroups& groups_;
  const Take& take_;
  KeptOrderRow order_;
  std::size_t parcels_ = 0;
  std::uint32_t parcel_group_ = 0;
  Moment shipped_, arrived_;  // the first, the last
  bool is_certain_ = true;
  std::unordered_map<std::uint64_t, std::uint32_t> of_orders_, of_parcels_;  // by two groups
  std::vector<KeptOrder> kept_;
};

}  // namespace amends
