// The list of subcommands, and their command lines by CLI11 (the only file that includes it).
#include <deque>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cmd/command.h"
#include "core/base/text.h"

namespace amends {
namespace {

const Command* const commands[] = {&init_command,    &run_command,    &calls_command,  &explain_command, &check_command,  &compensate_command,
                                    &draft_command,   &send_command,    &outbox_command, &promise_command, &incidents_command, &ledger_command, &test_command,
                                    &simulate_command, &report_command, &lint_command,      &doctor_command, &fields_command, &calendar_command};

class CliArguments : public Arguments {
 public:
  explicit CliArguments(CLI::App& app) : app_(app) {}

  void flag(const std::string& name, bool& to, const std::string& help) override { app_.add_flag(name, to, help); }
  void option(const std::string& name, std::string& to, const std::string& metavar, const std::string& help) override {
    app_.add_option(name, to, help)->type_name(metavar);
  }
  void choice(const std::string& name, std::string& to, std::vector<std::string> words, const std::string& help) override {
    app_.add_option(name, to, help)->type_name(joined(words, "|"))->check([name, words](const std::string& given) {
      for (const std::string& word : words)
        if (word == given) return std::string{};
      throw Error{{}, fmt::format("{} does not know {}", name, quoted(given)), suggestion(given, words)};
      return std::string{};
    });
  }
  void positional(const std::string& name, std::string& to, const std::string& help, bool required) override {
    app_.add_option(name, to, help)->type_name("")->required(required);
  }
  void positionals(const std::string& name, std::vector<std::string>& to, const std::string& help, bool required) override {
    app_.add_option(name, to, help)->type_name("")->required(required);
  }
  Arguments& subcommand(const std::string& name, const std::string& help, bool& chosen) override {
    CLI::App* sub = app_.add_subcommand(name, help);
    sub->callback([&chosen] { chosen = true; });
    app_.require_subcommand(1);
    return children_.emplace_back(*sub);
  }

 private:
  CLI::App& app_;
  std::deque<CliArguments> children_;
};

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command* command : commands) names.emplace_back(command->name);
  return names;
}

// The subcommand the user meant: `amends chekc` is refused by name, with the nearest one.
void refuse_unknown_command(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  const std::vector<std::string> names = command_names();
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return;
  throw Error{{}, fmt::format("there is no command {}", quoted(argv[1])), suggestion(argv[1], names)};
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

[[noreturn]] void refuse(const CLI::App& app, const CLI::ParseError& fault, int argc, char** argv) {
  const CLI::App* used = &app;
  std::string asking = "amends";
  for (; !used->get_subcommands().empty(); asking += " " + used->get_name()) used = used->get_subcommands().front();
  asking += " --help";
  const std::vector<std::string> names = option_names(*used);
  for (int i = 1; i < argc; ++i) {
    const std::string given = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    if (!given.starts_with("--") || std::find(names.begin(), names.end(), given) != names.end()) continue;
    const std::string near = nearest(given, names);
    throw Error{{}, fmt::format("there is no option {}", given), near.empty() ? "see " + asking : "did you mean " + near + "?"};
  }
  std::string message = fault.what();
  while (!message.empty() && (message.back() == '\n' || message.back() == '.')) message.pop_back();
  throw Error{{}, message, "see " + asking};
}

}  // namespace

Exit run_command_line(int argc, char** argv, const Clock& clock) {
  CLI::App app{"amends finds the promises a business broke, works out what each customer is owed,\n"
               "and writes the apology, before anybody has to complain.", "amends"};
  app.set_version_flag("--version", "amends " AMENDS_VERSION);
  app.get_formatter()->column_width(34);
  app.require_subcommand(1);
  std::deque<CliArguments> arguments;
  Run chosen;
  for (const Command* command : commands) {
    CLI::App* sub = app.add_subcommand(command->name, command->help)->group(command->group);
    sub->footer(fmt::format("More: man amends-{}", command->name));
    const Run run = command->setup(arguments.emplace_back(*sub));
    sub->final_callback([&chosen, run] { chosen = run; });
  }
  // After the subcommands, which would inherit it.
  app.footer("A first project: amends init shop && cd shop && amends run\nEach command has its own --help and manual page.");
  refuse_unknown_command(argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return static_cast<Exit>(app.exit(asked));
  } catch (const CLI::ParseError& fault) {
    if (argc > 1) refuse(app, fault, argc, argv);
    throw Error{{}, "no command was given", "amends --help lists them; a first project: amends init shop"};
  }
  return chosen(clock);
}

}  // namespace amends
