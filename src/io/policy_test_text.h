// The text of a file of tests with what came out in place of what was expected; comments, order and layout stay.
// policy_test_files.h names the kinds of files.
#pragma once
#include <string>
#include <vector>

#include "core/trial/policy_test.h"

namespace amends {

std::string toml_with_results(const std::string& text, const std::vector<PolicyCaseResult>& results);
std::string json_with_results(const std::string& text, const std::vector<PolicyCaseResult>& results);
std::string sheet_with_results(const std::string& text, const std::vector<PolicyCaseResult>& results);

}  // namespace amends
