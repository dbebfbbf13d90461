// The files of the user's own cases: tests/*.toml, .jsonl and .csv beside the project file, read, and written anew with
// what comes out (`amends test --update`), all else in them as it stood.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/trial/policy_test.h"

namespace amends {

struct PolicyTestFile {
  std::string path;
  std::shared_ptr<const Source> source;
  std::vector<PolicyCase> cases;
};

// Those named, or else all below the project's tests/, by name. Error when there are none.
std::vector<std::string> policy_test_files(const Project& project, const std::vector<std::string>& named);

PolicyTestFile read_policy_tests(const std::string& path, const Project& project);

// The file's text with what came out in the cases that expected something else, or nothing yet; `results` beside
// file.cases. The same text when all passed.
std::string with_results(const PolicyTestFile& file, const std::vector<PolicyCaseResult>& results);

}  // namespace amends
