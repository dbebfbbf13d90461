// amends init: writes a starter project whose sample records are dated around today.
#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "cmd/command.h"
#include "core/base/embedded.h"
#include "core/base/text.h"
#include "io/output.h"

namespace amends {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view starter = "init/";

// @DAY-3@ becomes a date; @TIME-3 14:05@ a local time of that day.
std::string dated(std::string_view text, Date today) {
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t mark = text.find('@', at);
    out += text.substr(at, mark - at);
    if (mark == std::string_view::npos) return out;
    const std::size_t end = text.find('@', mark + 1);
    std::string_view token = end == std::string_view::npos ? std::string_view{} : text.substr(mark + 1, end - mark - 1);
    const bool is_time = token.starts_with("TIME");
    if (!is_time && !token.starts_with("DAY")) {
      out += '@';
      at = mark + 1;
      continue;
    }
    token.remove_prefix(is_time ? 4 : 3);
    const std::size_t blank = token.find(' ');
    std::string_view digits = token.substr(0, blank);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    int days = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), days);
    out += print(Date{today.days + days});
    if (is_time && blank != std::string_view::npos) out += fmt::format("T{}", token.substr(blank + 1));
    at = end + 1;
  }
}

// Of a CSV, only the header.
std::string header_of(std::string_view text) { return std::string(text.substr(0, text.find('\n') + 1)); }

struct InitOptions {
  std::string folder = ".";
  bool bare = false;
};

void refuse_existing(const fs::path& folder) {
  for (const Embedded& file : embedded_files()) {
    if (!file.path.starts_with(starter)) continue;
    const fs::path path = folder / file.path.substr(starter.size());
    std::error_code ignored;
    if (fs::exists(path, ignored))
      throw Error{{path.string()}, "this file is already there, and nothing was written", "name a new folder: amends init shop"};
  }
}

Exit run(const InitOptions& options, const Clock& clock) {
  const fs::path folder = options.folder;
  refuse_existing(folder);
  const Date today = Zone::named("Europe/London").value_or(Zone::utc()).date_at(clock.now);  // the starter's zone
  for (const Embedded& file : embedded_files()) {
    if (!file.path.starts_with(starter)) continue;
    const fs::path path = folder / file.path.substr(starter.size());
    std::error_code fault;
    fs::create_directories(path.parent_path(), fault);
    if (fault) throw Error{{path.parent_path().string()}, fmt::format("cannot be made: {}", fault.message()), "", Exit::io};
    const bool sample = path.extension() == ".csv";
    Output out(path.string());
    out.write(sample && options.bare ? header_of(file.bytes) : dated(file.bytes, today));
    out.close();
    fmt::print("{}\n", path.string());
  }
  if (options.bare) {
    fmt::print("\nNext: put your exports in place, or point [sources] in amends.toml at them; amends lint says whether it holds together\n");
    return Exit::ok;
  }
  const std::string go = options.folder == "." ? "" : fmt::format("cd {} && ", options.folder);
  fmt::print("\nNext: {}amends run        finds what was missed, decides, drafts the letters\n", go);
  fmt::print("      amends.toml is yours to change; amends lint says whether it holds together\n");
  return Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<InitOptions>();
  arguments.positional("folder", options->folder, "Where to write it; default: here", false);
  arguments.flag("--bare", options->bare, "Without sample records");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command init_command{"init", "Project", "Write a starter project that runs at once", setup};

}  // namespace amends
