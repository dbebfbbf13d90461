// A database whose tables and queries are sources. sqlite_records.cpp and postgresql_records.cpp are the two kinds;
// io/records/input.h keeps them.
#pragma once
#include <memory>
#include <string>

#include "core/base/database_path.h"
#include "io/records/byte_store.h"

namespace amends {

// Open for reading only, in one transaction: whatever is read of it is of one moment.
class RecordDatabase {
 public:
  virtual ~RecordDatabase() = default;
  // Appends a table's or query's rows as CSV with a header: NULL is an empty cell. Error (io) with the database's
  // own words when it cannot; none of it then counts.
  virtual void copy(const DatabasePath& path, Spool& to) = 0;
};

// `path` names the one that is asked for first, for messages.
std::unique_ptr<RecordDatabase> open_sqlite(const DatabasePath& path);
std::unique_ptr<RecordDatabase> open_postgresql(const DatabasePath& path);

}  // namespace amends
