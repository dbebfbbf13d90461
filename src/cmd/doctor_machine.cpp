// What doctor says about the machine: what could send mail, whether the clock can be right, room on the disk.
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "cmd/checkup.h"
#include "core/base/command_words.h"
#include "core/base/text.h"
#include "io/mail/mail_command.h"

namespace amends {
namespace {

constexpr Instant this_was_written{1767225600000};  // 2026-01-01: no clock that is right stands before

// Where a shell would find it; servers keep sendmail beside root's programs.
std::optional<std::string> program_path(const std::string& name) {
  const char* const path = std::getenv("PATH");
  const std::string folders = std::string(path == nullptr ? "" : path) + ":/usr/sbin";
  for (const std::string_view folder : split(folders, ':'))
    if (const std::string found = fmt::format("{}/{}", folder, name); !folder.empty() && ::access(found.c_str(), X_OK) == 0) return found;
  return std::nullopt;
}

}  // namespace

void check_mail_command(const OutboxRules& rules, Checkups& checkups) {
  try {
    if (!rules.sms_via.empty()) MailCommand(command_words(rules.sms_via, rules.sms_where));
    if (!rules.via.empty())
      return checkups.push_back({"mail", Verdict::ok, fmt::format("{} is there; nothing was sent to try it", MailCommand(command_words(rules.via, rules.via_where)).name())});
  } catch (const Error& fault) {
    return checkups.push_back(wrong("mail", fault));
  }
  for (const char* name : {"msmtp", "sendmail"})
    if (const std::optional<std::string> path = program_path(name))
      return checkups.push_back({"mail", Verdict::ok, fmt::format("{} is there; nothing was sent to try it", *path)});
  checkups.push_back({"mail", Verdict::look, "neither msmtp nor sendmail is installed: letters can leave as files only",
                      "apt install msmtp, or see RECIPES in man amends-draft"});
}

void check_clock(const Zone& zone, Instant now, const Ledger* ledger, Checkups& checkups) {
  const std::string words = fmt::format("{} ({})", print_moment(Moment(now), zone), zone.name());
  const std::string hint = "timedatectl shows whether it is kept by a time server";
  if (now < this_was_written) return checkups.push_back({"clock", Verdict::wrong, words + ", which cannot be", hint});
  const std::vector<LedgerRun> runs = ledger == nullptr ? std::vector<LedgerRun>{} : ledger->runs();
  const bool is_behind = !runs.empty() && runs.front().as_of > now;
  if (is_behind)
    return checkups.push_back({"clock", Verdict::wrong, fmt::format("{}, and the ledger knows of {}", words, print_moment(Moment(runs.front().as_of), zone)),
                               hint + "; until then a run writes nothing"});
  checkups.push_back({"clock", Verdict::ok, words});
}

void check_disk(const std::string& folder, std::uint64_t needed, const std::string& what, Checkups& checkups) {
  struct statvfs facts {};
  if (::statvfs(folder.c_str(), &facts) != 0) return checkups.push_back({"disk", Verdict::wrong, folder + " is no folder that can be read", "make it"});
  const std::uint64_t free = static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
  const std::string words = fmt::format("{}: {} free for {}", folder, size_words(free), what);
  if (::access(folder.c_str(), W_OK) != 0)
    return checkups.push_back({"disk", Verdict::wrong, folder + " cannot be written to", fmt::format("chmod it: it holds {}", what)});
  if (free < needed)
    return checkups.push_back({"disk", Verdict::wrong, words, fmt::format("make room: {} are needed", size_words(needed))});
  checkups.push_back({"disk", Verdict::ok, words});
}

}  // namespace amends
