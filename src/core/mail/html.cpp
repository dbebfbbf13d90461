// The HTML part, derived from the text: paragraphs, lists of "- " lines, and links to https addresses,
// mailboxes and phone numbers. Everything is escaped; nothing is loaded from anywhere.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/mail/html.h"
#include "core/mail/letter.h"
#include "core/time/locale.h"

namespace amends {

namespace {

bool is_special(char c) {
  return c == '&' || c == '<' || c == '>' || c == '"' || c == '\'';
}

std::string_view reference(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#39;";
  }
}

}  // namespace

void append_escaped_html(std::string& out, std::string_view text) {
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_special(text[at])) continue;
    out += text.substr(from, at - from);
    out += reference(text[at]);
    from = at + 1;
  }
  out += text.substr(from);
}

std::string escaped_html(std::string_view text) {
  std::string out;
  append_escaped_html(out, text);
  return out;
}

namespace {

std::string anchor(std::string_view href, std::string_view text) {
  return fmt::format("<a href=\"{}\">{}</a>", escaped_html(href), escaped_html(text));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool ends_a_word(char c) {
  return c == ' ' || c == '\t';
}

// A sentence's own marks are not part of the link.
std::size_t without_marks(std::string_view word) {
  const auto last = word.find_last_not_of(".,;:!?)'\"");
  return last == std::string_view::npos ? 0 : last + 1;
}

// How many bytes at the start of `rest` are a phone number: + and at least seven digits.
std::size_t phone_length(std::string_view rest) {
  if (!rest.starts_with('+') || rest.size() < 2 || !is_digit(rest[1])) return 0;
  std::size_t digits = 0, end = 0;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (is_digit(rest[i])) {
      ++digits;
      end = i + 1;
    } else if (std::string_view(" -()/").find(rest[i]) == std::string_view::npos) {
      break;
    }
  }
  return digits >= 7 && digits <= 15 ? end : 0;
}

std::string digits_of(std::string_view phone) {
  std::string out = "+";
  std::copy_if(phone.begin(), phone.end(), std::back_inserter(out), is_digit);
  return out;
}

std::string linked_word(std::string_view word) {
  const std::size_t end = without_marks(word);
  const std::string_view link = word.substr(0, end);
  std::string why;
  if (link.starts_with("https://") && link.size() > 8) return anchor(link, link) + escaped_html(word.substr(end));
  if (link.find('@') != std::string_view::npos && usable_address(link, why))
    return anchor(fmt::format("mailto:{}", link), link) + escaped_html(word.substr(end));
  return escaped_html(word);
}

std::string linked(std::string_view line) {
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    if (const std::size_t length = phone_length(line.substr(at))) {
      const std::string_view phone = line.substr(at, length);
      out += anchor("tel:" + digits_of(phone), phone);
      at += length;
      continue;
    }
    std::size_t end = at;
    while (end < line.size() && !ends_a_word(line[end])) ++end;
    out += linked_word(line.substr(at, end - at));
    for (at = end; at < line.size() && ends_a_word(line[at]); ++at) out += line[at];
  }
  return out;
}

bool is_list(const std::vector<std::string_view>& lines) {
  return std::all_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return line.starts_with("- "); });
}

std::string block(const std::vector<std::string_view>& lines) {
  std::string out;
  if (is_list(lines)) {
    for (const std::string_view line : lines) out += fmt::format("<li>{}</li>\n", linked(line.substr(2)));
    return fmt::format("<ul>\n{}</ul>\n", out);
  }
  for (const std::string_view line : lines) out += (out.empty() ? "" : "<br>\n") + linked(line);
  return fmt::format("<p>{}</p>\n", out);
}

std::string blocks(std::string_view text) {
  std::string out;
  std::vector<std::string_view> lines;
  const auto flush = [&] {
    if (!lines.empty()) out += block(lines);
    lines.clear();
  };
  for (const std::string_view line : split(text, '\n')) {
    if (trimmed(line).empty())
      flush();
    else
      lines.push_back(line);
  }
  flush();
  return out;
}

bool reads_right_to_left(std::string_view locale) {
  const std::string language = language_of(locale);
  return language == "ar" || language == "fa" || language == "he" || language == "ur";
}

std::string_view title_of(std::string_view text) {
  const std::string_view first = trimmed(text.substr(0, text.find('\n')));
  return first.substr(0, without_marks(first));
}

}  // namespace

std::string html_of(std::string_view text, std::string_view locale, std::string_view title) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\"{}>\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n</head>\n"
      "<body style=\"font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: "
      "36em\">\n{}</body>\n</html>\n",
      escaped_html(locale), reads_right_to_left(locale) ? " dir=\"rtl\"" : "", escaped_html(title.empty() ? title_of(text) : title),
      blocks(text));
}

}  // namespace amends
