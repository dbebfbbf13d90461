// Messages as bytes: multipart/alternative in quoted-printable (RFC 2045, 2046), one closed shape. No line
// of a body can begin with "From ", "." or "~", so that mbox, SMTP and old mail programs leave it alone.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "core/base/code_points.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/mail/header.h"
#include "core/mail/letter.h"
#include "core/mail/sms.h"
#include "core/time/locale.h"

namespace amends {
namespace {

// "=_" never occurs in quoted-printable: after = stand two hexadecimal digits or the line's end.
constexpr std::string_view boundary = "=_amends";
constexpr std::size_t longest_line = 76;  // RFC 2045, 6.7 (5), the soft break included

// What stands for itself; a blank does, but at the end of a line.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = ' '; c <= '~'; ++c) table[c] = c != '=';
  table['\t'] = true;
  return table;
}();

// Eight at a time, in one word: false where a byte is a control, a sign of equality or beyond ASCII.
bool all_plain(const char* text) {
  constexpr std::uint64_t ones = ~std::uint64_t{0} / 255, high = ones << 7U;
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  const auto has_zero = [](std::uint64_t x) { return (x - ones) & ~x; };
  return ((word | (word - ones * ' ') | has_zero(word ^ (ones * '=')) | has_zero(word ^ (ones * 0x7F))) & high) == 0;
}

// One logical line at a time, without its end.
class QuotedLines {
 public:
  explicit QuotedLines(std::string& out) : out_(out) {}

  void add(std::string_view line) {
    line_ = line;
    plain_until_ = line.size() - (line.ends_with(' ') || line.ends_with('\t') ? 1 : 0);
    at_ = column_ = 0;
    while (at_ < line_.size())
      if ((column_ == 0 && needs_guard()) || !add_run()) add_character();
    out_ += '\n';
  }

 private:
  // As many plain characters as the line has room for; the last of all needs none for a soft break behind it.
  bool add_run() {
    const char* const begin = line_.data() + at_;
    const char* const until = begin + std::min(longest_line, plain_until_ - std::min(plain_until_, at_));
    const char* end = begin;
    while (until - end >= 8 && all_plain(end)) end += 8;
    while (end < until && plain[static_cast<unsigned char>(*end)]) ++end;
    const auto run = static_cast<std::size_t>(end - begin);
    if (run == 0) return false;
    const bool ends = at_ + run == line_.size();
    const std::size_t room = longest_line - 1 - column_;
    if (room == 0 && !(ends && run == 1)) return soft_break(), true;
    append(ends && run == room + 1 ? run : std::min(run, room));
    return true;
  }

  void append(std::size_t bytes) {
    out_.append(line_, at_, bytes);
    at_ += bytes;
    column_ += bytes;
  }

  // A character whole, so that no reader sees half of it; guarded, its first byte only.
  void add_character() {
    const bool guarded = column_ == 0 && needs_guard();
    const std::size_t length = guarded ? 1 : code_point_length(line_, at_);
    const std::size_t room = longest_line - (at_ + length == line_.size() ? 0 : 1);
    if (column_ + 3 * length > room) return soft_break();
    for (std::size_t i = 0; i < length; ++i) add_byte(static_cast<unsigned char>(line_[at_ + i]));
    at_ += length;
  }

  void add_byte(unsigned char byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const std::array<char, 3> quoted = {'=', digits[byte >> 4U], digits[byte & 15U]};
    out_.append(quoted.data(), quoted.size());
    column_ += quoted.size();
  }

  void soft_break() {
    out_ += "=\n";
    column_ = 0;
  }

  bool needs_guard() const {
    const char c = line_[at_];
    return c == '.' || c == '~' || (c == 'F' && line_.substr(at_).starts_with("From "));
  }

  std::string_view line_;
  std::string& out_;
  std::size_t at_ = 0, column_ = 0, plain_until_ = 0;
};

void append_quoted_printable(std::string& out, std::string_view text) {
  QuotedLines lines(out);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.add(text.substr(at, end - at));
    at = end + 1;
  }
}

void append_part(std::string& out, std::string_view type, std::string_view text) {
  for (const std::string_view words : {std::string_view("--"), boundary, std::string_view("\nContent-Type: "), type})
    out += words;
  out += "; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n";
  if (is_surely_nfc(text))
    append_quoted_printable(out, text);
  else
    append_quoted_printable(out, nfc(text));
  out += '\n';
}

}  // namespace

std::string eml(const Message& message, Instant date, const Zone& zone) { return dated(undated_eml(message), date, zone); }

std::string dated(const std::string& undated, Instant date, const Zone& zone) {
  const std::size_t subject = undated.find("\nSubject: ") + 1;  // the first one: what stands before it is encoded
  std::string out;
  out.reserve(undated.size() + 64);
  out.append(undated, 0, subject);
  out += fmt::format("Date: {}\n", rfc5322_date(date, zone));
  return out.append(undated, subject);
}

std::string undated_eml(const Message& message) {
  require_address("From", message.from);
  require_address("To", message.to);
  std::string out;
  out.reserve(1024 + (message.text.size() + message.html.size()) * 9 / 8);
  out += mailbox_field("From", in_nfc(message.from));
  out += text_field("Subject", nfc(message.subject));
  out += mailbox_field("To", in_nfc(message.to));
  if (!message.reply_to.address.empty()) {
    require_address("Reply-To", message.reply_to);
    out += mailbox_field("Reply-To", in_nfc(message.reply_to));
  }
  require_fit("Message-ID", message.message_id);
  out += fmt::format("Message-ID: <{}>\n", message.message_id);
  if (message.automatic) out += "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: OOF, AutoReply\n";
  out += fmt::format("MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=\"{}\"\n\n", boundary);
  append_part(out, "text/plain", message.text);
  append_part(out, "text/html", message.html);
  out += fmt::format("--{}--\n", boundary);
  return out;
}

std::string mbox_entry(const Message& message, Instant date, const Zone& zone) {
  const Zone utc = Zone::utc();
  const Date day = utc.date_at(date);
  const YearMonthDay d = civil(day);
  const std::int64_t seconds = utc.ms_of_day(date) / ms_per_second;
  const std::string head = fmt::format("From {} {} {} {:2} {:02}:{:02}:{:02} {}\n", message.from.address,
                                       weekday_name(weekday(day)), month_name(d.month), d.day, seconds / 3600,
                                       seconds / 60 % 60, seconds % 60, d.year);
  return head + eml(message, date, zone) + '\n';
}

std::string plain_text(const Message& message) {
  const std::string& name = message.to.name;
  const std::string to = name.empty() ? message.to.address : fmt::format("{} <{}>", name, message.to.address);
  if (message.channel == Channel::sms) return fmt::format("SMS to: {} ({})\n\n{}", to, words_of(sms_size(message.text)), message.text + "\n");
  return fmt::format("To: {}\nSubject: {}\n\n{}", to, message.subject, message.text);
}

std::string message_id(std::string_view key, std::string_view case_key, std::string_view purpose,
                       int revision, std::string_view sender_address) {
  const std::string named = fmt::format("v1|{}|{}|{}", case_key, purpose, revision);
  const std::string digest = base32(hmac_sha256(key, named)).substr(0, 26);
  return fmt::format("{}@{}", digest, sender_address.substr(sender_address.find('@') + 1));
}

}  // namespace amends
