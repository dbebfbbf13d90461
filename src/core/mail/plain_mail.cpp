#include "core/mail/plain_mail.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/mail/header.h"
#include "core/time/locale.h"

namespace amends {
namespace {

// On one line: mail programs differ in how they read a folded header of what they take for a person's draft.
std::string unfolded(std::string field) {
  for (std::size_t at = field.find("\n "); at != std::string::npos; at = field.find("\n ", at)) field.erase(at, 1);
  return field;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

bool needs_no_quotes(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c & 0x80) != 0 || c == ' ' || std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("'&+-/!").find(c) != std::string_view::npos;
  };
  return std::all_of(name.begin(), name.end(), is_plain);
}

// s-nail decodes a name before it looks for addresses, so that an encoded one with an @ or a bracket in it would be
// another recipient; and what it puts in quotes itself it encodes with them, unless it finds it encoded.
std::string phrase(const std::string& name) {
  if (needs_no_quotes(name)) return name;
  if (name.find("=?") != std::string::npos) return {};
  if (is_ascii(name)) return quoted_string(name);
  return name.find_first_of("@<>\"\\;:[]") == std::string::npos ? encoded_words(name, 0) : std::string();
}

std::string field(std::string_view name, const Mailbox& written) {
  require_fit(name, written.name);
  require_address(name, written);
  const std::string who = phrase(nfc(written.name));
  return who.empty() ? fmt::format("{}: {}\n", name, written.address) : unfolded(fmt::format("{}: {} <{}>\n", name, who, written.address));
}

std::string subject_field(const std::string& subject) {
  require_fit("Subject", subject);
  const bool is_plain = subject.find("=?") == std::string::npos;  // which begins what they decode
  return is_plain ? fmt::format("Subject: {}\n", subject) : unfolded(text_field("Subject", subject));
}

}  // namespace

std::string plain_mail(const Message& message) {
  std::string out = field("From", message.from) + field("To", message.to);
  if (!message.reply_to.address.empty()) out += field("Reply-To", message.reply_to);
  out += subject_field(nfc(message.subject));
  require_fit("Message-ID", message.message_id);
  out += fmt::format("Message-ID: <{}>\n", message.message_id);
  if (message.automatic) out += "Auto-Submitted: auto-generated\n";
  return out + '\n' + nfc(message.text);
}

}  // namespace amends
