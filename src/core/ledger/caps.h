// What the caps leave free, and what a refund may still pay back. A cap counts what was granted or issued in
// its own currency, whatever the case; what is held or void does not count. settlement.cpp asks for each
// grant in turn and tells what it granted.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/ledger/settlement.h"

namespace amends {

class Caps {
 public:
  Caps(const Policy& policy, const Schema& schema, const Given& given, Instant as_of, const Holds& test);

  struct Fit {
    std::int64_t minor = 0;  // from 0 to the grant's money
    std::string reason;      // what keeps the rest back; empty when all of it fits
  };
  Fit fit(const Grant& grant, const Miss& miss) const;
  void count(const Grant& grant);

 private:
  using Sums = std::unordered_map<std::string, Int128>;  // minor units by case, order or person

  bool counts_under(const CapRule& cap, const Grant& grant) const;
  void tighten(Fit& fit, Int128 room, std::string reason) const;
  void tighten_refund(Fit& fit, const Grant& grant, const Miss& miss) const;

  const Policy& policy_;
  const Holds& test_;
  Slot paid_ = no_slot;      // order_value
  Slot refunded_ = no_slot;  // told by the shop, given back elsewhere
  Instant as_of_;
  std::vector<Sums> used_;   // one a cap
  Sums refunds_issued_;      // by order and currency
  Sums refunds_coming_;      // likewise, not issued yet; held ones too, a person may still release them
};

}  // namespace amends
