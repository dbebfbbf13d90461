// From the files of a project to Records: read, replayed to the as-of, versions merged, joined.
//
// A source in doubt (a glob without a file, an export without rows, one older than max_age or shorter than
// min_rows) stops with Exit::io, before anything is decided. Single bad rows are set aside in
// Records::rejected and the others go on.
#pragma once
#include <set>
#include <string>

#include "core/project.h"
#include "core/records/records.h"

namespace amends {

// The fields somebody asks for, by record; canonical or own. What is needed to tell rows apart, to join and
// to replay them is read besides. Order-level facts may come from any source that can tell them.
struct Wanted {
  std::set<std::string, std::less<>> fields[record_kinds];
  std::set<std::string, std::less<>>& of(RecordKind kind) { return fields[static_cast<int>(kind)]; }
  const std::set<std::string, std::less<>>& of(RecordKind kind) const { return fields[static_cast<int>(kind)]; }
};

class Inputs;

Records read_records(const Project& project, Instant as_of, const Wanted& wanted);
// The same, of what `inputs` opens.
Records read_records(const Project& project, Instant as_of, const Wanted& wanted, Inputs& inputs);

}  // namespace amends
