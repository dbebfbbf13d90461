#include "core/mail/mail_log.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace amends {
namespace {

constexpr std::string_view blank = " \t";

// "NOQUEUE: reject:" is of a letter that was not taken; "warning:" of none.
bool is_queue_id(std::string_view word) {
  return word.size() >= 6 && word != "NOQUEUE" && word != "warning" && std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

// "... postfix/smtp[12]: 4ABC: rest" gives 4ABC and the rest; false: not a line about a letter.
bool split_line(std::string_view line, std::string_view& queue_id, std::string_view& rest) {
  const std::size_t program = line.find("]: ");
  if (program == std::string_view::npos) return false;
  rest = line.substr(program + 3);
  const std::size_t colon = rest.find(": ");
  if (colon == std::string_view::npos || !is_queue_id(rest.substr(0, colon))) return false;
  queue_id = rest.substr(0, colon);
  rest.remove_prefix(colon + 2);
  return true;
}

// What follows `name=` up to a comma or blank; empty: it is not there.
std::string_view value_of(std::string_view rest, std::string_view name) {
  for (std::size_t at = rest.find(name); at != std::string_view::npos; at = rest.find(name, at + 1)) {
    const bool begins = at == 0 || blank.find(rest[at - 1]) != std::string_view::npos;
    const std::size_t from = at + name.size();
    if (!begins || from >= rest.size() || rest[from] != '=') continue;
    return rest.substr(from + 1, std::min(rest.find_first_of(", \t", from), rest.size()) - from - 1);
  }
  return {};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool are_alnum(std::string_view text) { return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; }); }

// The code at the beginning of what a server said.
std::string_view code_at(std::string_view said) {
  const std::string_view code = said.substr(0, 3);
  return code.size() == 3 && std::all_of(code.begin(), code.end(), is_digit) && (said.size() == 3 || !is_digit(said[3])) ? code : std::string_view{};
}

// "(host mx said: 550 5.1.1 ...": the code.
std::string_view code_in(std::string_view rest) {
  constexpr std::string_view said = " said: ";
  const std::size_t at = rest.find(said);
  return at == std::string_view::npos ? std::string_view{} : code_at(rest.substr(at + said.size()));
}

// "5.1.1" behind "550 " or "550-".
std::string_view enhanced_at(std::string_view said) {
  if (said.size() < 5) return {};
  const std::string_view word = said.substr(4, said.find_first_of(" \t", 4) - 4);
  return word.size() >= 5 && word[0] == said[0] && word[1] == '.' && is_digit(word.back()) ? word : std::string_view{};
}

// Exim's: 1tAbCd-0001Xy-Zz, since 4.97 longer.
bool is_exim_id(std::string_view word) {
  const bool is_long = word.size() == 23;
  if (!is_long && word.size() != 16) return false;
  const std::size_t last = is_long ? 18 : 13;
  return word[6] == '-' && word[last] == '-' && are_alnum(word.substr(0, 6)) && are_alnum(word.substr(7, last - 7)) && are_alnum(word.substr(last + 1));
}

// "2026-04-01 10:00:01 [11] 1tAbCd-0001Xy-Zz => rest" gives the id and the rest; false: not a line about a letter. The time may be
// written in several ways, and syslog puts more before it.
bool split_exim_line(std::string_view line, std::string_view& queue_id, std::string_view& rest) {
  constexpr int most_words = 10;
  std::size_t from = 0;
  for (int n = 0; n < most_words; ++n) {
    const std::size_t end = line.find(' ', from);
    if (end == std::string_view::npos) return false;
    if (is_exim_id(line.substr(from, end - from))) {
      queue_id = line.substr(from, end - from);
      rest = line.substr(end + 1);
      return true;
    }
    from = end + 1;
  }
  return false;
}

// What the other server said to Exim; empty: it came to nothing without one.
std::string_view said_to_exim(std::string_view rest) {
  constexpr std::string_view mark = "SMTP error from remote mail server";
  std::size_t at = rest.find(mark);
  if (at == std::string_view::npos) return {};
  while ((at = rest.find(": ", at)) != std::string_view::npos) {
    at += 2;
    if (!code_at(rest.substr(at)).empty()) return rest.substr(at);
  }
  return {};
}

NamelessLog nameless_line(std::string_view line) {
  const auto has = [&](std::string_view words) { return line.find(words) != std::string_view::npos; };
  if (has(" evpid=") && has(" to=<")) return NamelessLog::opensmtpd;
  return has(" recipients=") && has(" exitcode=EX_") ? NamelessLog::msmtp : NamelessLog::none;
}

}  // namespace

void MailLog::take_in(std::string_view queue_id, std::string_view message_id) {
  has_ids_ = has_ids_ || !message_id.empty();
  if (message_id.starts_with('<') && message_id.ends_with('>')) message_id = message_id.substr(1, message_id.size() - 2);
  if (!wanted_.contains(std::string(message_id))) {
    if (const auto reused = ids_.find(queue_id); reused != ids_.end()) ids_.erase(reused);  // short ids come again
    return;
  }
  ids_.insert_or_assign(std::string(queue_id), std::string(message_id));
  LoggedLetter& letter = letters_[std::string(message_id)];
  letter.queue_id = queue_id;
  letter.was_queued = true;
}

void MailLog::deliver(std::string_view queue_id, std::string_view rest) {
  const auto known = ids_.find(queue_id);
  const std::string_view status = value_of(rest, "status");
  if (known == ids_.end() || status.empty()) return;
  LoggedLetter& letter = letters_[known->second];
  letter.status = status;
  letter.dsn = value_of(rest, "dsn");
  letter.reply_code = code_in(rest);
}

// "<=" it came; "=>" it was delivered, "->" and ">>" likewise; "==" it waits; "**" it came back.
void MailLog::read_exim(std::string_view queue_id, std::string_view rest) {
  const std::string_view flag = rest.substr(0, rest.find(' '));
  if (flag == "<=") return take_in(queue_id, value_of(rest, "id"));
  const auto known = ids_.find(queue_id);
  if (known == ids_.end()) return;
  LoggedLetter& letter = letters_[known->second];
  if (flag == "=>" || flag == "->" || flag == ">>") letter.status = "sent";
  else if (flag == "==") letter.status = "deferred";
  else if (flag == "**") letter.status = rest.find("retry time") == std::string_view::npos ? "bounced" : "expired";
  else return;
  const std::string_view said = letter.status == "sent" ? std::string_view{} : said_to_exim(rest);
  letter.reply_code = code_at(said);
  letter.dsn = enhanced_at(said);
}

void MailLog::add(std::string_view line) {
  std::string_view queue_id, rest;
  if (split_exim_line(line, queue_id, rest)) return read_exim(queue_id, rest);
  if (const NamelessLog program = nameless_line(line); program != NamelessLog::none) nameless_ = program;
  if (!split_line(line, queue_id, rest)) return;
  const std::string_view message_id = value_of(rest, "message-id");
  if (!message_id.empty()) take_in(queue_id, message_id);
  else deliver(queue_id, rest);
}

}  // namespace amends
