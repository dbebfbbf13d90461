#include "core/mail/mail_outcome.h"

#include <array>
#include <cctype>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::array<std::int64_t, 4> pauses = {1, 5, 30, 120};  // minutes

// sysexits.h, and what a shell answers for a program that is not there.
enum : int { usage = 64, data = 65, no_input = 66, no_user = 67, no_host = 68, unavailable = 69, software = 70, no_create = 73, input_output = 74,
             temporary = 75, protocol = 76, no_permission = 77, configuration = 78, not_executable = 126, not_found = 127 };

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_status_at(std::string_view text, std::size_t at) {
  return at + 3 <= text.size() && text[at] >= '2' && text[at] <= '5' && is_digit(text[at + 1]) && is_digit(text[at + 2]) &&
         (at + 3 == text.size() || !is_digit(text[at + 3]));
}

// The last one counts: that of the final word of the conversation.
std::string status_in(std::string_view output) {
  std::string status;
  for (const std::string_view mark : {std::string_view("server message: "), std::string_view("smtpstatus=")})
    for (std::size_t at = output.find(mark); at != std::string_view::npos; at = output.find(mark, at + 1))
      if (is_status_at(output, at + mark.size())) status = output.substr(at + mark.size(), 3);
  return status;
}

// "5.1.1" behind "550 " or "550-".
std::string enhanced_in(std::string_view output, std::string_view status) {
  if (status.empty()) return {};
  for (std::size_t at = output.find(status); at != std::string_view::npos; at = output.find(status, at + 1)) {
    std::size_t end = at + 4;
    if (end >= output.size() || (output[at + 3] != ' ' && output[at + 3] != '-') || output[end] != status[0]) continue;
    while (end < output.size() && (is_digit(output[end]) || output[end] == '.')) ++end;
    const std::string_view found = output.substr(at + 4, end - at - 4);
    if (found.size() >= 5 && found.size() <= 9 && split(found, '.').size() == 3 && is_digit(found.back())) return std::string(found);
  }
  return {};
}

bool is_id_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_'; }

// Postfix: "queued as 4ABC"; Exim: "OK id=1abc-02-3".
std::string queue_id_in(std::string_view output) {
  constexpr std::size_t longest = 64;
  for (const std::string_view mark : {std::string_view("queued as "), std::string_view("OK id="), std::string_view("Ok id=")}) {
    const std::size_t found = output.find(mark);
    if (found == std::string_view::npos) continue;
    std::size_t end = found + mark.size();
    while (end < output.size() && is_id_character(output[end])) ++end;
    std::string id(output.substr(found + mark.size(), std::min(end - found - mark.size(), longest)));
    while (id.ends_with('.')) id.pop_back();
    if (!id.empty()) return id;
  }
  return {};
}

Fate fate_by_status(char first) { return first == '4' ? Fate::later : first == '5' ? Fate::refused : Fate::uncertain; }

Fate fate_by_exit(int code, bool may_have_queued) {
  switch (code) {
    case data:
    case no_user: return Fate::refused;
    case no_host: return Fate::later;
    case temporary: return may_have_queued ? Fate::uncertain : Fate::later;
    case usage:
    case no_input:
    case no_permission:
    case configuration:
    case not_executable:
    case not_found: return Fate::stop;
    default: return code >= software && code <= no_create ? Fate::stop : Fate::uncertain;
  }
}

// After the message was given over, nobody can know: the peer may have it though the command heard nothing (RFC 1047).
bool is_after_data(int code) { return code == input_output || code == protocol; }

// msmtp says 74 too when it finds no configuration: then nothing has left.
bool lacks_configuration(const MailReply& reply) {
  return reply.exit_code == input_output && reply.output.find("configuration file") != std::string::npos;
}

Fate fate_of(const MailReply& reply, std::string_view status, bool may_have_queued) {
  if (!reply.fault.empty()) return Fate::stop;
  if (reply.timed_out || reply.signal != 0) return Fate::uncertain;
  if (reply.exit_code == 0) return Fate::handed;
  if (lacks_configuration(reply)) return Fate::stop;
  if (is_after_data(reply.exit_code)) return Fate::uncertain;
  const Fate by_exit = fate_by_exit(reply.exit_code, may_have_queued);
  return by_exit == Fate::stop || status.empty() ? by_exit : fate_by_status(status[0]);
}

std::string reason_of(const MailReply& reply, const std::string& status, const std::string& enhanced) {
  if (!reply.fault.empty()) return reply.fault;
  if (reply.timed_out) return "the mail command took too long";
  if (reply.signal != 0) return fmt::format("the mail command was killed by signal {}", reply.signal);
  if (reply.exit_code == 0) return {};
  const std::string exit = fmt::format("exit {}", reply.exit_code);
  if (status.empty()) return exit;
  return enhanced.empty() ? fmt::format("{}, {}", status, exit) : fmt::format("{} {}, {}", status, enhanced, exit);
}

}  // namespace

std::string_view name_of(Fate fate) {
  constexpr std::string_view names[] = {"handed", "refused", "later", "uncertain", "approved"};
  return names[static_cast<std::size_t>(fate)];
}

bool blames_address(std::string_view code, std::string_view enhanced) {
  if (!enhanced.empty()) return enhanced.starts_with("5.1.") || enhanced == "5.2.1";
  return code == "550" || code == "551" || code == "553";
}

MailOutcome outcome_of(const MailReply& reply, bool may_have_queued) {
  MailOutcome outcome;
  outcome.smtp_status = status_in(reply.output);
  const std::string enhanced = enhanced_in(reply.output, outcome.smtp_status);
  outcome.fate = fate_of(reply, outcome.smtp_status, may_have_queued);
  outcome.reason = reason_of(reply, outcome.smtp_status, enhanced);
  outcome.queue_id = queue_id_in(reply.output);
  if (outcome.fate == Fate::refused)
    outcome.is_address = outcome.smtp_status.empty() ? is_one_of(fmt::format("{}", reply.exit_code), {"65", "67"}) : blames_address(outcome.smtp_status, enhanced);
  return outcome;
}

std::optional<Instant> next_try(int attempts, Instant now) {
  if (attempts < 1 || static_cast<std::size_t>(attempts) > pauses.size()) return std::nullopt;
  return Instant{now.ms + pauses[static_cast<std::size_t>(attempts) - 1] * ms_per_minute};
}

}  // namespace amends
