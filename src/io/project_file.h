// Finds and reads amends.toml with its includes.
#pragma once
#include <memory>
#include <string>

#include "core/project.h"

namespace amends {

// The named file, or amends.toml in this folder or the nearest parent. Error when there is none.
std::string config_file(const std::string& config);

// Reads it and checks it whole. The project never moves once read:
// its guarantees point at its calendars.
std::unique_ptr<Project> open_project(const std::string& config);

// A project as it stood when the ledger kept its text (each file after a line
// "# file: BYTES NAME"; part of the ledger format).
std::unique_ptr<Project> project_from_text(const std::string& text);
// The text that project_from_text() reads back, without passwords of sources.
std::string text_of(const Project& project);

// The whole file; Error with Exit::io when it cannot be read.
std::string read_file(const std::string& path);

// `path` below the project's folder unless it is absolute.
std::string path_in(const Project& project, const std::string& path);

}  // namespace amends
