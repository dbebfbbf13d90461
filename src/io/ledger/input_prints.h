// Sizes and SHA-256 of what a night is decided from: the project with its calendars, and the record files. Read once more,
// after the judging, on nights that write something; a file that has changed since is noticed.
#pragma once
#include <string>
#include <vector>

#include "core/project.h"
#include "io/ledger/ledger_inputs.h"

namespace amends {

class InputWatch {
 public:
  // Remembers how the record files look now, before they are read.
  explicit InputWatch(const Project& project);
  // What stdin and databases gave is not read twice: they are left out. Error (io) when a file is not as it was.
  std::vector<InputPrint> prints() const;

 private:
  struct File {
    std::string kind, name, path;
    std::int64_t bytes = 0, changed_ns = 0;
  };
  static bool look_at(File& file);
  InputPrint print_of(const File& file) const;

  const Project& project_;
  std::vector<File> files_;
};

}  // namespace amends
