// amends doctor: everything checked at once, on one screen: what lint finds, sources, calendars, letters, ledger, outbox,
// mail command, clock and disk.
#include <filesystem>

#include <fmt/format.h>

#include "cmd/checkup.h"
#include "cmd/sentences.h"
#include "core/base/database_path.h"
#include "io/limits.h"
#include "io/unfinished_file.h"

namespace amends {
namespace {

struct DoctorCommand : Options {};

constexpr std::uint64_t room_for_letters = std::uint64_t{64} << 20;

// A night may rewrite all of it: the log beside the ledger grows as large as what changed.
std::uint64_t room_for_ledger(const std::string& path) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(path, none);
  return room_for_letters + (none ? 0 : 2 * static_cast<std::uint64_t>(size));
}

void check_machine(const OutboxRules& mail, const std::string& ledger_path, const Zone& zone, Instant now, const Ledger* ledger, Checkups& checkups) {
  check_mail_command(mail, checkups);
  check_clock(zone, now, ledger, checkups);
  check_disk(folder_of(ledger_path), room_for_ledger(ledger_path), "the ledger", checkups);
  check_disk(Limits().tmp, room_for_letters, "records that do not fit into memory", checkups);
}

Checkups checkups_of(const Context& context, Instant now) {
  const Project& project = *context.project;
  Checkups checkups;
  check_configuration(context, checkups);
  check_calendars(context, checkups);
  const std::unique_ptr<Ledger> ledger = check_ledger(context, checkups);
  check_records(context, ledger.get(), checkups);
  if (ledger) check_outbox(context, *ledger, checkups);
  check_machine(project.outbox, path_in(project, project.ledger_path), project.shop.zone, now, ledger.get(), checkups);
  return checkups;
}

// Of a project that cannot be read; without any, there is nothing to look at.
Checkups checkups_without_project(const Error& fault, Instant now) {
  if (fault.where.line == 0) throw fault;
  Checkups checkups = {wrong("configuration", fault)};
  check_machine({}, "amends.db", Zone::utc(), now, nullptr, checkups);
  return checkups;
}

std::size_t count_of(const Checkups& checkups, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(checkups.begin(), checkups.end(), [&](const Checkup& c) { return c.verdict == verdict; }));
}

// A hint may end in lines to paste.
std::string under_one_another(const std::string& hint) {
  std::string text;
  for (const char c : hint) text += c == '\n' ? "\n" + std::string(28, ' ') : std::string(1, c);
  return text;
}

std::string as_text(const Checkups& checkups) {
  std::string out;
  for (const Checkup& c : checkups) {
    out += fmt::format("{:<5}  {:<13}  {}\n", name_of(c.verdict), c.subject, without_passwords(c.message));
    if (!c.hint.empty() && c.verdict != Verdict::ok) out += fmt::format("{:22}hint: {}\n", "", under_one_another(without_passwords(c.hint)));
  }
  const std::size_t look = count_of(checkups, Verdict::look), bad = count_of(checkups, Verdict::wrong);
  if (look + bad == 0) return out + "\nAll is well.\n";
  return out + fmt::format("\n{} wrong, {} to look at.\n", bad, look);
}

Sheet as_sheet(const Checkups& checkups) {
  Sheet sheet{"checkup", {{"subject"}, {"verdict"}, {"message"}, {"hint"}}, {}};
  for (const Checkup& c : checkups) sheet.rows.push_back({c.subject, std::string(name_of(c.verdict)), without_passwords(c.message), without_passwords(c.hint)});
  return sheet;
}

Checkups looked_at(const DoctorCommand& options, const Clock& clock) {
  std::unique_ptr<Context> context;
  try {
    context = std::make_unique<Context>(options, clock);
  } catch (const Error& fault) {
    return checkups_without_project(fault, clock.now);
  }
  return checkups_of(*context, clock.now);
}

Exit run(const DoctorCommand& options, const Clock& clock) {
  const Checkups checkups = looked_at(options, clock);
  const std::string format = options.format.empty() ? "text" : options.format;
  Output out(options.output);
  out.write(format == "text" ? as_text(checkups) : print(as_sheet(checkups), format));
  out.close();
  return count_of(checkups, Verdict::wrong) > 0 ? Exit::findings : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<DoctorCommand>();
  arguments.option("-c,--config", options->config, "FILE", "The project file; default: amends.toml here or in a parent folder");
  arguments.option("--as-of", options->as_of, "TIME", "Judge as things stood then; default: now");
  arguments.choice("--format", options->format, {"text", "csv", "tsv", "json", "jsonl"}, "How to print");
  arguments.option("-o,--output", options->output, "FILE", "Write there instead of stdout");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  return verdict == Verdict::ok ? "ok" : verdict == Verdict::look ? "look" : "wrong";
}

std::string age_words(std::int64_t ms) {
  if (ms < ms_per_minute) return "under a minute";
  if (ms < ms_per_hour) return counted(static_cast<std::size_t>(ms / ms_per_minute), "minute", "minutes");
  if (ms < 2 * ms_per_day) return counted(static_cast<std::size_t>(ms / ms_per_hour), "hour", "hours");
  return counted(static_cast<std::size_t>(ms / ms_per_day), "day", "days");
}

std::string size_words(std::uint64_t bytes) {
  constexpr std::uint64_t mib = std::uint64_t{1} << 20;
  return bytes < 1024 * mib ? fmt::format("{} MiB", bytes / mib) : fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(1024 * mib));
}

Checkup wrong(const std::string& subject, const Error& fault) {
  const Where& where = fault.where;
  const std::string place = where.file.empty() ? "" : where.line == 0 ? where.file + ": " : fmt::format("{}:{}:{}: ", where.file, where.line, where.column);
  return {subject, Verdict::wrong, place + fault.message, fault.hint};
}

const Command doctor_command{"doctor", "Project", "Check everything at once", setup};

}  // namespace amends
