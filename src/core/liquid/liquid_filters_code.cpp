// Filters between text and what machines read: HTML, addresses, base64.
#include <array>
#include <optional>

#include "core/base/text.h"
#include "core/liquid/liquid_filters.h"
#include "core/liquid/liquid_value.h"
#include "core/mail/html.h"

namespace amends::liquid {
namespace {

std::string text(const Value& value, const FilterContext& context) {
  return text_of(value, context.locale);
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Value escape(const Value& input, const Arguments&, const FilterContext& c) {
  if (is_nothing(input) || is_markup(input)) return input;
  return markup(c.work.keep(escaped_html(text(input, c))));
}

// &name; or &#123;
bool begins_reference(std::string_view s) {
  const bool numbered = s.size() > 1 && s[1] == '#';
  const std::size_t begin = numbered ? 2 : 1;
  std::size_t i = begin;
  while (i < s.size() && (numbered ? is_digit(s[i]) : is_letter(s[i]))) ++i;
  return i > begin && i < s.size() && s[i] == ';';
}

Value escape_once(const Value& input, const Arguments&, const FilterContext& c) {
  const std::string s = text(input, c);
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i)
    if (s[i] == '&' && begins_reference(std::string_view(s).substr(i)))
      out += '&';
    else
      append_escaped_html(out, std::string_view(s).substr(i, 1));
  return markup(c.work.keep(out));
}

// Where HTML is written the text is escaped first: only the line breaks are markup.
Value newline_to_br(const Value& input, const Arguments&, const FilterContext& c) {
  const bool in_html = c.context == Template::Context::html;
  const std::string s = in_html && !is_markup(input) ? escaped_html(text(input, c)) : text(input, c);
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\r' && i + 1 < s.size() && s[i + 1] == '\n') continue;
    if (s[i] == '\n') out += "<br />";
    out += s[i];
  }
  return in_html ? markup(c.work.keep(out)) : c.string(out);
}

// Takes out all from `open` to `close`, shortest first; an `open` that is never closed stays.
std::string without(std::string_view s, std::string_view open, std::string_view close) {
  std::string out;
  std::size_t from = 0;
  for (auto at = s.find(open); at != std::string_view::npos; at = s.find(open, from)) {
    const auto end = s.find(close, at + open.size());
    if (end == std::string_view::npos) break;
    out += s.substr(from, at - from);
    from = end + close.size();
  }
  return out + std::string(s.substr(from));
}

Value strip_html(const Value& input, const Arguments&, const FilterContext& c) {
  // In one pass, since a comment may hold a script and a script a comment: the first to open wins.
  struct Block {
    std::string_view open, close;
    bool closed = true;  // once no end is found, none is sought again
  };
  std::array<Block, 3> blocks{{{"<script", "</script>"}, {"<!--", "-->"}, {"<style", "</style>"}}};
  const std::string whole = text(input, c);
  const std::string_view s = whole;
  c.work.spend(s.size() / 8);
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    std::size_t end = std::string_view::npos;
    for (Block& block : blocks) {
      if (!block.closed || !s.substr(i).starts_with(block.open)) continue;
      end = s.find(block.close, i + block.open.size());
      block.closed = end != std::string_view::npos;
      if (block.closed) end += block.close.size();
      break;
    }
    if (end == std::string_view::npos)
      out += s[i++];
    else
      i = end;
  }
  return c.string(without(out, "<", ">"));
}

constexpr std::string_view hex = "0123456789ABCDEF";

Value url_encode(const Value& input, const Arguments&, const FilterContext& c) {
  if (is_nothing(input)) return {};
  std::string out;
  for (const char ch : text(input, c)) {
    const auto byte = static_cast<unsigned char>(ch);
    if (is_letter(ch) || is_digit(ch) || ch == '-' || ch == '_' || ch == '.' || ch == '~')
      out += ch;
    else if (ch == ' ')
      out += '+';
    else
      (out += '%') += {hex[byte >> 4U], hex[byte & 15U]};
  }
  return c.string(out);
}

std::optional<unsigned> hex_digit(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

Value url_decode(const Value& input, const Arguments&, const FilterContext& c) {
  if (is_nothing(input)) return {};
  const std::string s = text(input, c);
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto high = s[i] == '%' && i + 2 < s.size() ? hex_digit(s[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(s[i + 2]) : std::nullopt;
    if (low) {
      out += static_cast<char>(*high << 4U | *low);
      i += 2;
    } else {
      out += s[i] == '+' ? ' ' : s[i];
    }
  }
  if (first_invalid_utf8(out) != std::string::npos) throw FilterFault{"what it decodes to is not UTF-8", {}};
  return c.string(out);
}

constexpr std::string_view common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

char base64_digit(unsigned value, bool url_safe) {
  if (value < common.size()) return common[value];
  return value == 62 ? (url_safe ? '-' : '+') : (url_safe ? '_' : '/');
}

std::optional<unsigned> base64_value(char c, bool url_safe) {
  if (const auto at = common.find(c); at != std::string_view::npos) return static_cast<unsigned>(at);
  if (c == (url_safe ? '-' : '+')) return 62U;
  if (c == (url_safe ? '_' : '/')) return 63U;
  return std::nullopt;
}

template <bool url_safe>
Value base64_encode(const Value& input, const Arguments&, const FilterContext& c) {
  const std::string s = text(input, c);
  std::string out;
  for (std::size_t i = 0; i < s.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8U | (i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= s.size() ? base64_digit(group >> (18 - 6 * k) & 63U, url_safe) : '=';
  }
  return c.string(out);
}

std::optional<std::string> base64_decoded(std::string_view s, bool url_safe) {
  const std::size_t padding = s.ends_with("==") ? 2 : s.ends_with('=') ? 1 : 0;
  if (!url_safe && s.size() % 4 != 0) return std::nullopt;
  if (padding > 0 && s.size() % 4 != 0) return std::nullopt;
  s.remove_suffix(padding);
  if (s.size() % 4 == 1) return std::nullopt;
  std::string out;
  unsigned held = 0, bits = 0;
  for (const char ch : s) {
    const auto value = base64_value(ch, url_safe);
    if (!value) return std::nullopt;
    held = (held << 6U | *value) & 0xFFFFU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits & 0xFFU);
  }
  return out;
}

template <bool url_safe>
Value base64_decode(const Value& input, const Arguments&, const FilterContext& c) {
  const auto decoded = base64_decoded(text(input, c), url_safe);
  if (!decoded) throw FilterFault{"this is not base64", {}};
  if (first_invalid_utf8(*decoded) != std::string::npos) throw FilterFault{"what it decodes to is not UTF-8", {}};
  return c.string(*decoded);
}

constexpr std::array table{
    Filter{"base64_decode", 0, 0, base64_decode<false>},
    Filter{"base64_encode", 0, 0, base64_encode<false>},
    Filter{"base64_url_safe_decode", 0, 0, base64_decode<true>},
    Filter{"base64_url_safe_encode", 0, 0, base64_encode<true>},
    Filter{"escape", 0, 0, escape},
    Filter{"escape_once", 0, 0, escape_once},
    Filter{"h", 0, 0, escape},
    Filter{"newline_to_br", 0, 0, newline_to_br},
    Filter{"strip_html", 0, 0, strip_html},
    Filter{"url_decode", 0, 0, url_decode},
    Filter{"url_encode", 0, 0, url_encode},
};

}  // namespace

std::span<const Filter> code_filters() {
  return table;
}

}  // namespace amends::liquid
