// A decision table as a spreadsheet saves it: one row of headings, then one row a rule. io/project_file.cpp reads
// the file named by `csv`; here its cells take the place of `rows` under [derived] and of the rules of a policy table.
#pragma once
#include <string>
#include <vector>

#include "core/base/node.h"

namespace amends {

struct DecisionSheet {
  std::vector<Node> header;             // strings with their places
  std::vector<std::vector<Node>> rows;  // each as wide as the header
};

// `table` is derived.NAME, from whose inputs and outputs the columns are told apart.
void lay_out_derived(Entry& table, DecisionSheet sheet);

// `table` is policy.NAME. A column is a fact to test, or one of name, why and the keys of a remedy; where a fact
// has such a name, "when kind" and "give kind" say which.
void lay_out_policy(Entry& table, DecisionSheet sheet);

}  // namespace amends
