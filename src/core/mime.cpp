// Messages as bytes: multipart/alternative in quoted-printable (RFC 2045, 2046), one closed shape. No line
// of a body can begin with "From ", "." or "~", so that mbox, SMTP and old mail programs leave it alone.
#include <fmt/format.h>

#include "core/code_points.h"
#include "core/hash.h"
#include "core/header.h"
#include "core/letter.h"
#include "core/locale.h"
#include "core/text.h"

namespace amends {
namespace {

// "=_" never occurs in quoted-printable: after = stand two hexadecimal digits or the line's end.
constexpr std::string_view boundary = "=_amends";
constexpr std::size_t longest_line = 76;  // RFC 2045, 6.7 (5), the soft break included

std::string q_byte(char c) {
  return fmt::format("={:02X}", static_cast<unsigned char>(c));
}

bool is_printable(char c) {
  return c >= ' ' && c <= '~' && c != '=';
}

// One logical line, without its end.
class QuotedLine {
 public:
  explicit QuotedLine(std::string_view line) : line_(line) {}

  std::string run() {
    for (std::size_t i = 0; i < line_.size();) {
      const std::size_t length = code_point_length(line_, i);
      put(i, character(i, length), i + length == line_.size());
      i += length;
    }
    return std::move(out_);
  }

 private:
  std::string character(std::size_t at, std::size_t length) const {
    const char c = line_[at];
    const bool last = at + 1 == line_.size();
    if ((c == ' ' || c == '\t') && !last) return std::string(1, c);
    if (is_printable(c) && c != ' ') return std::string(1, c);
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out += q_byte(line_[at + i]);
    return out;
  }

  void put(std::size_t at, std::string text, bool last) {
    const std::size_t room = longest_line - (last ? 0 : 1);
    if (column_ + text.size() > room) {
      out_ += "=\n";
      column_ = 0;
    }
    if (column_ == 0 && needs_guard(at)) text = q_byte(text[0]);
    out_ += text;
    column_ += text.size();
  }

  bool needs_guard(std::size_t at) const {
    return line_.substr(at).starts_with("From ") || line_[at] == '.' || line_[at] == '~';
  }

  std::string_view line_;
  std::string out_;
  std::size_t column_ = 0;
};

std::string quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += QuotedLine(text.substr(at, end - at)).run();
    out += '\n';
    at = end + 1;
  }
  return out;
}

std::string part(std::string_view type, std::string_view text) {
  return fmt::format(
      "--{}\nContent-Type: {}; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{}\n", boundary,
      type, quoted_printable(nfc(text)));
}

Mailbox normal(const Mailbox& mailbox) {
  return {nfc(mailbox.name), mailbox.address};
}

void require_address(std::string_view field, const Mailbox& mailbox) {
  std::string why;
  const auto usable = usable_address(mailbox.address, why);
  if (usable && *usable != mailbox.address) why = fmt::format("it has to be written {}", *usable);
  if (!why.empty())
    throw Error{Where{std::string(field), 0, 0, 1, {}},
                fmt::format("{} {}: {}", field, quoted(mailbox.address), why),
                {}};
}

}  // namespace

std::string eml(const Message& message, Instant date, const Zone& zone) {
  require_address("From", message.from);
  require_address("To", message.to);
  std::string out = mailbox_field("From", normal(message.from));
  out += fmt::format("Date: {}\n", rfc5322_date(date, zone));
  out += text_field("Subject", nfc(message.subject));
  out += mailbox_field("To", normal(message.to));
  if (!message.reply_to.address.empty()) {
    require_address("Reply-To", message.reply_to);
    out += mailbox_field("Reply-To", normal(message.reply_to));
  }
  require_fit("Message-ID", message.message_id);
  out += fmt::format("Message-ID: <{}>\n", message.message_id);
  if (message.automatic) out += "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: OOF, AutoReply\n";
  out += fmt::format("MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=\"{}\"\n\n", boundary);
  out += part("text/plain", message.text);
  out += part("text/html", message.html);
  out += fmt::format("--{}--\n", boundary);
  return out;
}

std::string mbox_entry(const Message& message, Instant date, const Zone&) {
  const Zone utc = Zone::utc();
  const Date day = utc.date_at(date);
  const YearMonthDay d = civil(day);
  const std::int64_t seconds = utc.ms_of_day(date) / ms_per_second;
  const std::string head = fmt::format("From {} {} {} {:2} {:02}:{:02}:{:02} {}\n", message.from.address,
                                       weekday_name(weekday(day)), month_name(d.month), d.day, seconds / 3600,
                                       seconds / 60 % 60, seconds % 60, d.year);
  return head + eml(message, date, utc) + '\n';
}

std::string plain_text(const Message& message) {
  const std::string& name = message.to.name;
  const std::string to = name.empty() ? message.to.address : fmt::format("{} <{}>", name, message.to.address);
  return fmt::format("To: {}\nSubject: {}\n\n{}", to, message.subject, message.text);
}

std::string message_id(std::string_view key, std::string_view case_key, std::string_view purpose,
                       int revision, std::string_view sender_address) {
  const std::string named = fmt::format("v1|{}|{}|{}", case_key, purpose, revision);
  const std::string digest = base32(hmac_sha256(key, named)).substr(0, 26);
  return fmt::format("{}@{}", digest, sender_address.substr(sender_address.find('@') + 1));
}

}  // namespace amends
