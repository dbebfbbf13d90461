// What lint has to say, from every part that looks for faults.
#pragma once
#include <string>
#include <vector>

#include "core/project.h"

namespace amends {

struct Finding {
  Where where;
  std::string severity;  // error, warning, note
  std::string message;
  std::string hint;
  std::string code{};    // of a rule of letters
  std::string letter{};  // its id, where the file holds several
};
using Findings = std::vector<Finding>;

// Whether the files of the sources can be opened and have the columns that reading needs, whether those a preset
// needs stand in their headers, and whether a file without a preset looks like one. Reads the beginning of each file alone.
void find_in_headers(const Project& project, Findings& findings);

}  // namespace amends
