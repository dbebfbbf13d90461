// What a subcommand is: a name, a line of help, and a setup that declares its options and returns what runs.
// CLI11 takes twelve seconds to compile, so commands.cpp alone includes it, behind Arguments.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/time/time.h"

namespace amends {

class Arguments {
 public:
  virtual ~Arguments() = default;
  // name: "-q,--quiet". What is bound lives as long as the run.
  virtual void flag(const std::string& name, bool& to, const std::string& help) = 0;
  virtual void option(const std::string& name, std::string& to, const std::string& metavar, const std::string& help) = 0;
  virtual void choice(const std::string& name, std::string& to, std::vector<std::string> words, const std::string& help) = 0;
  virtual void positional(const std::string& name, std::string& to, const std::string& help, bool required) = 0;
  virtual void positionals(const std::string& name, std::vector<std::string>& to, const std::string& help, bool required) = 0;
  virtual Arguments& subcommand(const std::string& name, const std::string& help, bool& chosen) = 0;
};

struct Clock {
  Instant now;  // read once, by main
};

using Run = std::function<Exit(const Clock&)>;

struct Command {
  const char* name;
  const char* group;  // heading in `amends --help`
  const char* help;
  Run (*setup)(Arguments&);
};

extern const Command init_command, check_command, compensate_command, draft_command, send_command, outbox_command, run_command, explain_command,
    promise_command, ledger_command, lint_command, fields_command, calendar_command, test_command, simulate_command, calls_command, doctor_command, incidents_command,
    report_command;

// Parses the command line and runs what it names. Throws Error.
Exit run_command_line(int argc, char** argv, const Clock& clock);

}  // namespace amends
