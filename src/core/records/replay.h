// The records as they stood at an earlier moment: a fact whose own time is at or after the as-of is not
// known yet. Works on every version of every row, before they are merged.
#pragma once
#include <string_view>

#include "core/records/raw_table.h"

namespace amends {

// Whether a column tells when something happened, as against what was promised.
bool is_fact_time(RecordKind kind, std::string_view field);

// Rows that were not there yet (placed or written later, or a later version of a row) lose `known`; later facts become empty; a
// status that one of these had brought about goes back to where the record stood before.
// A date counts from its first moment in `zone`.
void replay(RawTable& raw, Instant as_of, const Zone& zone);

// Whether the status says that the goods have arrived.
bool says_arrived(std::string_view status);
// Whether it says where they stood before that: such a word never undoes an arrival.
bool is_before_arrival(std::string_view status);

}  // namespace amends
