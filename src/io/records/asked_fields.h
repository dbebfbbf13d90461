// Which columns of each source are worth reading: what is wanted, and what replay, versions and the join need.
#pragma once
#include "io/records/column_plan.h"
#include "io/records/sources.h"

namespace amends {

// `with_times`: every time a source tells besides, for its age.
AskedFields asked_fields(RecordKind kind, const Wanted& wanted, const Project& project, bool with_times);

// The facts of a parcel that its events may tell, among those wanted.
std::vector<std::string_view> parcel_facts_in(const Wanted& wanted);

// The order-level facts among what is wanted of orders.
std::vector<Field> order_facts_in(const Wanted& wanted, const Project& project);

}  // namespace amends
