// One row an id. Rows of one id in several files, or with a later updated_at, are versions and merge field by
// field: the first promise, the first delivery, otherwise the later. Two different rows of one id that
// nothing puts in order, or two values of customer or currency, are a contradiction.
//
// What comes out does not depend on the order of rows inside the files, except that rows keep the order in
// which their ids first appear.
#pragma once
#include <functional>
#include <vector>

#include "core/records/id_index.h"
#include "core/records/raw_table.h"

namespace amends {

// The whole line of a row, for a contradiction.
using WhereOfRow = std::function<Where(const Place& place, std::uint64_t offset)>;

// Rows that are not known are dropped. Rows without an id of their own (an order's lines, say) are versions
// only as a set: of items and shipments the last file's set stands; of contacts and events each
// different row stands once, and a credit as often as the file that tells it most often.
void merge_versions(RawTable& raw, const WhereOfRow& where, std::vector<Contradiction>& contradictions);

// The columns that tell one row of this record from another: the order's id and its own, where there is one.
IdColumns id_columns(const Table& table);

}  // namespace amends
