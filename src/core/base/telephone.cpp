#include "core/base/telephone.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::size_t fewest_digits = 7, most_digits = 15;  // E.164, 6.1; none of fewer is in use anywhere

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return std::string_view(" -./()").find(c) != std::string_view::npos; }

constexpr std::size_t most_before_slash = 7;  // digits of country and area; behind more, a second number follows

// Blanks and hyphens that keep a line together, as exports hold them, are those of the keyboard.
std::string with_plain_separators(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> plain[] = {{"\u00a0", " "}, {"\u202f", " "}, {"\u2009", " "}, {"\u2010", "-"}, {"\u2011", "-"}, {"\u2013", "-"}};
  for (const auto& [found, by] : plain)
    for (std::size_t at = 0; (at = text.find(found, at)) != std::string::npos;) text.replace(at, found.size(), by);
  return text;
}

// The character that begins there, however many bytes it has.
std::string_view character_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) ++end;
  return text.substr(at, end - at);
}

// The 0 that is dialled inside the country alone, as it is often written: +44 (0)20.
std::string without_trunk_zero(std::string text) {
  if (const std::size_t at = text.find("(0)"); at != std::string::npos) text.erase(at, 3);
  return text;
}

}  // namespace

std::optional<std::string> usable_telephone(std::string_view text, std::string& why) {
  std::string number = without_trunk_zero(std::string(trimmed(with_plain_separators(std::string(text)))));
  if (number.starts_with("00")) number.replace(0, 2, "+");
  if (number.empty()) why = "no telephone number is known";
  else if (!number.starts_with('+')) why = "the telephone number does not begin with + and the country's code";
  else why.clear();
  if (!why.empty()) return std::nullopt;
  std::string digits;
  for (std::size_t i = 1; i < number.size(); ++i) {
    const char c = number[i];
    if (is_digit(c)) digits += c;
    else if (why.empty() && !is_separator(c)) why = fmt::format("{} may not stand in a telephone number", quoted(character_at(number, i)));
    else if (why.empty() && c == '/' && digits.size() > most_before_slash) why = "there are two telephone numbers in one field";
  }
  if (why.empty() && digits.starts_with('0')) why = "no country's code begins with 0";
  if (why.empty() && (digits.size() < fewest_digits || digits.size() > most_digits))
    why = fmt::format("a telephone number has {} to {} digits, and this one {}", fewest_digits, most_digits, digits.size());
  if (!why.empty()) return std::nullopt;
  return "+" + digits;
}

}  // namespace amends
