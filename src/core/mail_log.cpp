#include "core/mail_log.h"

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

// "(host mx said: 550 5.1.1 ...": the code.
std::string_view code_in(std::string_view rest) {
  constexpr std::string_view said = " said: ";
  const std::size_t at = rest.find(said);
  if (at == std::string_view::npos || at + said.size() + 3 > rest.size()) return {};
  const std::string_view code = rest.substr(at + said.size(), 3);
  return std::all_of(code.begin(), code.end(), [](unsigned char c) { return std::isdigit(c) != 0; }) ? code : std::string_view{};
}

}  // namespace

void MailLog::take_in(std::string_view queue_id, std::string_view message_id) {
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

void MailLog::add(std::string_view line) {
  std::string_view queue_id, rest;
  if (!split_line(line, queue_id, rest)) return;
  const std::string_view message_id = value_of(rest, "message-id");
  if (!message_id.empty()) take_in(queue_id, message_id);
  else deliver(queue_id, rest);
}

}  // namespace amends
