// Filters on text.
#include <array>

#include "core/code_points.h"
#include "core/html.h"
#include "core/liquid_filters.h"
#include "core/liquid_value.h"
#include "core/locale.h"
#include "core/text.h"

namespace amends::liquid {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

std::string text(const Value& value, const FilterContext& context) {
  return text_of(value, context.locale);
}

std::string_view without_left(std::string_view s) {
  const auto first = s.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{} : s.substr(first);
}
std::string_view without_right(std::string_view s) {
  return s.substr(0, s.find_last_not_of(blanks) + 1);
}

enum class Which { all, first, last };

std::string replaced(std::string_view in, std::string_view sought, std::string_view by, Which which) {
  std::string out(in);
  if (which == Which::last) {
    const auto at = out.rfind(sought);
    return at == std::string::npos ? out : out.replace(at, sought.size(), by);
  }
  for (auto at = out.find(sought); at != std::string::npos;) {
    out.replace(at, sought.size(), by);
    if (which == Which::first) break;
    const std::size_t from = at + by.size() + (sought.empty() ? 1 : 0);
    at = from <= out.size() ? out.find(sought, from) : std::string::npos;
  }
  return out;
}

template <Which which>
Value replace(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string by = a.plain.size() > 1 ? text(a.plain[1], c) : "";
  return c.string(replaced(text(input, c), text(a.plain[0], c), by, which));
}

template <Which which>
Value remove(const Value& input, const Arguments& a, const FilterContext& c) {
  return c.string(replaced(text(input, c), text(a.plain[0], c), "", which));
}

Value upcase(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(upper_case(text(input, c), c.locale.name));
}
Value downcase(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(lower_case(text(input, c), c.locale.name));
}
Value capitalize(const Value& input, const Arguments&, const FilterContext& c) {
  const std::string s = text(input, c);
  if (s.empty()) return c.string("");
  const std::size_t first = code_point_length(s, 0);
  return c.string(upper_case(s.substr(0, first), c.locale.name) + lower_case(s.substr(first), c.locale.name));
}

Value strip(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(std::string(without_left(without_right(text(input, c)))));
}
Value lstrip(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(std::string(without_left(text(input, c))));
}
Value rstrip(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(std::string(without_right(text(input, c))));
}
Value strip_newlines(const Value& input, const Arguments&, const FilterContext& c) {
  std::string s = replaced(text(input, c), "\r\n", "", Which::all);
  return c.string(replaced(s, "\n", "", Which::all));
}
Value newline_to_br(const Value& input, const Arguments&, const FilterContext& c) {
  std::string s = replaced(text(input, c), "\r\n", "\n", Which::all);
  return c.string(replaced(s, "\n", "<br />\n", Which::all));
}

Value append(const Value& input, const Arguments& a, const FilterContext& c) {
  return c.string(text(input, c) + text(a.plain[0], c));
}
Value prepend(const Value& input, const Arguments& a, const FilterContext& c) {
  return c.string(text(a.plain[0], c) + text(input, c));
}

Value escape(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(escaped_html(text(input, c)));
}

bool begins_entity(std::string_view s) {
  const auto end = s.find(';');
  if (end == std::string_view::npos || end < 2 || end > 10) return false;
  return s.substr(1, end - 1)
             .find_first_not_of("#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
         std::string_view::npos;
}

Value escape_once(const Value& input, const Arguments&, const FilterContext& c) {
  const std::string s = text(input, c);
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i)
    out += s[i] == '&' && begins_entity(std::string_view(s).substr(i))
               ? "&"
               : escaped_html(std::string_view(s).substr(i, 1));
  return c.string(out);
}

Value url_encode(const Value& input, const Arguments&, const FilterContext& c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char ch : text(input, c)) {
    const auto byte = static_cast<unsigned char>(ch);
    const bool plain =
        (byte < 0x80 && std::isalnum(byte) != 0) || ch == '-' || ch == '_' || ch == '.' || ch == '~';
    if (plain)
      out += ch;
    else if (ch == ' ')
      out += '+';
    else
      (out += '%') += {digits[byte >> 4U], digits[byte & 15U]};
  }
  return c.string(out);
}

std::size_t length_argument(const Arguments& a, std::size_t standard) {
  if (a.plain.empty()) return standard;
  if (is_nothing(a.plain[0])) throw FilterFault{"the length is not a number", {}};
  const std::int64_t n = whole_part(a.plain[0]);
  return n < 0 ? 0 : static_cast<std::size_t>(n);
}

std::string ending(const Arguments& a, const FilterContext& c) {
  return a.plain.size() > 1 ? text(a.plain[1], c) : "...";
}

Value truncate(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string s = text(input, c);
  const std::string end = ending(a, c);
  const std::size_t limit = length_argument(a, 50);
  if (count_code_points(s) <= limit) return c.string(s);
  const std::size_t kept = limit - std::min(limit, count_code_points(end));
  return c.string(s.substr(0, offset_of_code_point(s, kept)) + end);
}

std::vector<std::string_view> words_of(std::string_view s) {
  std::vector<std::string_view> words;
  for (std::size_t at = s.find_first_not_of(blanks); at != std::string_view::npos;
       at = s.find_first_not_of(blanks, at)) {
    const std::size_t end = std::min(s.find_first_of(blanks, at), s.size());
    words.push_back(s.substr(at, end - at));
    at = end;
    if (at >= s.size()) break;
  }
  return words;
}

Value truncatewords(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string s = text(input, c);
  const auto words = words_of(s);
  const std::size_t limit = std::max<std::size_t>(length_argument(a, 15), 1);
  if (words.size() <= limit) return c.string(s);
  std::string out;
  for (std::size_t i = 0; i < limit; ++i) (out += i == 0 ? "" : " ") += words[i];
  return c.string(out + ending(a, c));
}

Value split_(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string_view s = c.keep(text(input, c));
  const std::string between = text(a.plain[0], c);
  List parts;
  if (between == " ") {
    for (const std::string_view word : words_of(s)) parts.push_back(Value::of_string(word));
    return Value::of_list(std::move(parts));
  }
  if (between.empty()) {
    for (std::size_t i = 0; i < s.size(); i += code_point_length(s, i))
      parts.push_back(Value::of_string(s.substr(i, code_point_length(s, i))));
    return Value::of_list(std::move(parts));
  }
  std::size_t from = 0;
  for (auto at = s.find(between); at != std::string_view::npos; at = s.find(between, from)) {
    parts.push_back(Value::of_string(s.substr(from, at - from)));
    from = at + between.size();
  }
  parts.push_back(Value::of_string(s.substr(from)));
  while (!parts.empty() && parts.back().text.empty()) parts.pop_back();
  return Value::of_list(std::move(parts));
}

constexpr std::array table{
    Filter{"append", 1, 1, append},
    Filter{"capitalize", 0, 0, capitalize},
    Filter{"downcase", 0, 0, downcase},
    Filter{"escape", 0, 0, escape},
    Filter{"escape_once", 0, 0, escape_once},
    Filter{"lstrip", 0, 0, lstrip},
    Filter{"newline_to_br", 0, 0, newline_to_br},
    Filter{"prepend", 1, 1, prepend},
    Filter{"remove", 1, 1, remove<Which::all>},
    Filter{"remove_first", 1, 1, remove<Which::first>},
    Filter{"remove_last", 1, 1, remove<Which::last>},
    Filter{"replace", 1, 2, replace<Which::all>},
    Filter{"replace_first", 1, 2, replace<Which::first>},
    Filter{"replace_last", 2, 2, replace<Which::last>},
    Filter{"rstrip", 0, 0, rstrip},
    Filter{"split", 1, 1, split_},
    Filter{"strip", 0, 0, strip},
    Filter{"strip_newlines", 0, 0, strip_newlines},
    Filter{"truncate", 0, 2, truncate},
    Filter{"truncatewords", 0, 2, truncatewords},
    Filter{"upcase", 0, 0, upcase},
    Filter{"url_encode", 0, 0, url_encode},
};

}  // namespace

std::span<const Filter> text_filters() {
  return table;
}

}  // namespace amends::liquid
