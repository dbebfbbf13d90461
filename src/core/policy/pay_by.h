// By when a remedy is paid: `pay_by` of a remedy or a table, read into the expression that computes it. It takes the
// grammar of a guarantee's `due`, and any date or instant as its start.
#pragma once
#include "core/policy/policy.h"

namespace amends {

PayBy read_pay_by(const Node& node, const Language& language);

// `when` for a decision of that moment.
Expr counted_from(const PayBy& pay_by, Instant decision, const Zone& zone);

}  // namespace amends
