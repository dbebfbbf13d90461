// CSV files that people hand to a command: rows by the names of their columns, in any order; other columns are ignored.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace amends {

struct NamedRow {
  Where where;                     // all of it
  std::vector<std::string> cells;  // those required, then the optional ones; empty where there is no such column
  std::vector<Where> places;       // of the cells
  bool is_short = false;           // a required one is not there
};

// "-" is stdin. Error for a required column that is missing, which shows the header.
std::vector<NamedRow> read_named_rows(const std::string& path, const std::vector<std::string_view>& required,
                                      const std::vector<std::string_view>& optional = {});

}  // namespace amends
