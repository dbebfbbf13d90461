// What a command may not write over: the files the project itself is made of. Asked before anything is read or
// written; the command line is refused, not the file.
#pragma once
#include <string>
#include <vector>

#include "core/project.h"

namespace amends {

struct AskedOutput {
  std::string option;  // --output, --rejects
  std::string path;    // empty and "-": none, or stdout
};

// Error (usage) when an output is one of `files`, by whatever name.
struct OwnFile {
  std::string path;
  std::string what;  // "the project file"
};
void refuse_outputs(const std::vector<AskedOutput>& outputs, const std::vector<OwnFile>& files);

// The project file with its includes, the files of the sources, and the ledger with what stands beside it.
std::vector<OwnFile> own_files(const Project& project);

}  // namespace amends
