// All files of all sources but customers, opened for the engine: each with its header read and its columns planned, in
// reading order, and some ids of orders to learn their shape from.
#pragma once
#include <string>
#include <vector>

#include "core/project.h"
#include "io/records/input.h"
#include "io/records/source_file.h"
#include "io/records/sources.h"

namespace amends {

struct SourceFiles {
  std::vector<SourceFile> files;  // their `columns` are not set
  Table columns[record_kinds];    // without rows
  std::vector<std::string> order_ids;
  bool is_delimited = true;       // false: one is not, and the headers behind it were not read
  bool has_parcels_without_order = false;
};

SourceFiles open_source_files(const Project& project, const Wanted& wanted, Inputs& inputs);

}  // namespace amends
