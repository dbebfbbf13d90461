#include "core/mail/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/base/code_points.h"
#include "core/base/text.h"
#include "core/time/locale.h"

namespace amends {
namespace {

constexpr std::size_t fold_at = 78;       // RFC 5322, 2.1.1
constexpr std::size_t encoded_line = 76;  // RFC 2047, 2
constexpr std::size_t encoded_word = 75;
constexpr std::size_t encoded_frame = 12;  // =?utf-8?Q? and ?=
// Servers cut or refuse headers of tens of kilobytes, and a text may take three times its size encoded.
constexpr std::size_t longest_value = 4000;

// Letters that show nothing: as a name they would leave a gap.
bool is_filler(std::uint32_t p) {
  return p == 0x115F || p == 0x1160 || p == 0x3164 || p == 0xFFA0;
}

bool is_unfit(std::uint32_t p) {
  const auto within = [p](std::uint32_t first, std::uint32_t last) { return p >= first && p <= last; };
  return p < 0x20 || within(0x7F, 0x9F) || p == 0xAD || p == 0x61C || p == 0x180E || p == 0x200B ||
         within(0x200E, 0x200F) || within(0x2028, 0x202E) || within(0x2060, 0x206F) || p == 0xFEFF ||
         within(0xFFF9, 0xFFFB) || within(0xE0000, 0xE007F) || is_filler(p);
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

// What RFC 2047, 5 (3) lets stand for itself in a phrase.
bool is_plain_in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '!' || c == '*' ||
         c == '+' || c == '-' || c == '/';
}

void append_q_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ')
      out += '_';
    else if (is_plain_in_word(c))
      out += c;
    else
      (out += '=') += {digits[byte >> 4U], digits[byte & 15U]};
  }
}

std::string all_q_encoded(std::string_view text) {
  std::string out;
  append_q_encoded(out, text);
  return out;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Plain when it is ASCII that folds at single blanks and cannot be taken for encoded-words.
bool stays_plain(std::string_view value) {
  if (!is_ascii(value) || value.find("=?") != std::string_view::npos) return false;
  if (value.starts_with(' ') || value.ends_with(' ') || value.find("  ") != std::string_view::npos)
    return false;
  std::size_t longest = 0, length = 0;
  for (const char c : value) longest = std::max(longest, length = c == ' ' ? 0 : length + 1);
  return longest < 60;
}

std::string folded(std::string_view name, std::string_view value) {
  std::string out = fmt::format("{}:", name);
  std::size_t column = out.size();
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find(' ', at), value.size());
    const std::size_t length = end - at + 1;
    if (column + length > fold_at && column > name.size() + 1) {
      out += '\n';
      column = 0;
    }
    out += ' ';
    out += value.substr(at, end - at);
    column += length;
    at = end + 1;
  }
  return out + '\n';
}

// Columns after the last line end.
std::size_t last_column(std::string_view text) {
  const auto end = text.rfind('\n');
  return end == std::string_view::npos ? text.size() : text.size() - end - 1;
}

}  // namespace

std::optional<Unfit> unfit_for_header(std::string_view value) {
  for (std::size_t i = 0; i < value.size(); i += code_point_length(value, i)) {
    if (value[i] >= ' ' && value[i] <= '~') continue;
    const std::uint32_t point = code_point_at(value, i);
    if (is_unfit(point)) return Unfit{i, point};
  }
  return std::nullopt;
}

std::string words_of(const Unfit& unfit) {
  const bool ends_line = unfit.point == '\n' || unfit.point == '\r';
  return fmt::format("{} at byte {}", ends_line ? "a line break" : fmt::format("the invisible character U+{:04X}", unfit.point),
                     unfit.offset + 1);
}

void require_fit(std::string_view field, std::string_view value) {
  if (const auto unfit = unfit_for_header(value))
    throw Error{{}, fmt::format("{} holds {}", field, words_of(*unfit)), "take it out"};
  if (value.size() > longest_value)
    throw Error{{}, fmt::format("{} is {} bytes long, which mail servers cut or refuse", field, value.size()),
                fmt::format("keep it below {}", longest_value)};
}

std::string encoded_words(std::string_view text, std::size_t used) {
  const bool in_q = all_q_encoded(text).size() * 2 <= base64_size(text.size()) * 3;
  const auto size = [&](std::string_view part) {
    return in_q ? all_q_encoded(part).size() : base64_size(part.size());
  };
  std::size_t room = std::min(encoded_word, encoded_line - std::min(encoded_line, used)) - encoded_frame;
  std::string out;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    const std::string_view part = text.substr(begin, end - begin);
    out += out.empty() ? "" : "\n ";
    out += in_q ? "=?utf-8?Q?" + all_q_encoded(part) + "?=" : "=?utf-8?B?" + base64(part) + "?=";
    begin = end;
    room = encoded_word - encoded_frame;
  };
  for (std::size_t i = 0; i < text.size(); i += code_point_length(text, i))
    if (size(text.substr(begin, i + code_point_length(text, i) - begin)) > room) close(i);
  close(text.size());
  return out;
}

std::string text_field(std::string_view name, std::string_view value) {
  require_fit(name, value);
  if (stays_plain(value)) return folded(name, value);
  return fmt::format("{}: {}\n", name, encoded_words(value, name.size() + 2));
}

std::string mailbox_field(std::string_view name, const Mailbox& mailbox) {
  require_fit(name, mailbox.name);
  require_fit(name, mailbox.address);
  std::string out = fmt::format("{}: ", name);
  if (mailbox.name.empty()) return out + mailbox.address + '\n';
  const std::string quoted_name = quoted_string(mailbox.name);
  const bool plain = is_ascii(mailbox.name) && out.size() + quoted_name.size() <= fold_at &&
                     mailbox.name.find("=?") == std::string::npos;
  out += plain ? quoted_name : encoded_words(mailbox.name, out.size());
  const std::string address = "<" + mailbox.address + ">";
  out += last_column(out) + 1 + address.size() > (plain ? fold_at : encoded_line) ? "\n " : " ";
  return out + address + '\n';
}

std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
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

Mailbox in_nfc(const Mailbox& mailbox) {
  return {nfc(mailbox.name), mailbox.address};
}

std::string rfc5322_date(Instant at, const Zone& zone) {
  const Date date = zone.date_at(at);
  const YearMonthDay day = civil(date);
  const std::int64_t seconds = zone.ms_of_day(at) / ms_per_second;
  const int offset = zone.offset_seconds(at) / 60;
  const int size = offset < 0 ? -offset : offset;
  return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}", weekday_name(weekday(date)), day.day,
                     month_name(day.month), day.year, seconds / 3600, seconds / 60 % 60, seconds % 60,
                     offset < 0 ? '-' : '+', size / 60, size % 60);
}

}  // namespace amends
