// [[approver]]: who may grant what is held, and up to how much of one case. `ledger approve --by NAME` asks.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/money.h"
#include "core/base/node.h"

namespace amends {

struct Approver {
  std::string name;
  std::optional<Money> limit;  // of one case in all; none: whatever it comes to
  Where where;
};

Approver read_approver(const Node& node, Currency currency);

// The one of that name; null for a shop that names no approvers. Error when the name is none of theirs.
const Approver* approver_named(const std::vector<Approver>& approvers, const std::string& name);

// Whether a case that comes to these sums, one a currency, is within what they may approve.
bool may_approve(const Approver& approver, const std::vector<Money>& sums);

// "Maya Chen (GBP 100.00)"
std::string words_of(const Approver& approver);

}  // namespace amends
