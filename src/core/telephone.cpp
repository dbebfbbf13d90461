#include "core/telephone.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"

namespace amends {
namespace {

constexpr std::size_t fewest_digits = 7, most_digits = 15;  // E.164, 6.1; none of fewer is in use anywhere

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return std::string_view(" -./()").find(c) != std::string_view::npos; }

// The 0 that is dialled inside the country alone, as it is often written: +44 (0)20.
std::string without_trunk_zero(std::string text) {
  if (const std::size_t at = text.find("(0)"); at != std::string::npos) text.erase(at, 3);
  return text;
}

}  // namespace

std::optional<std::string> usable_telephone(std::string_view text, std::string& why) {
  std::string number = without_trunk_zero(std::string(trimmed(text)));
  if (number.starts_with("00")) number.replace(0, 2, "+");
  if (number.empty()) why = "no telephone number is known";
  else if (!number.starts_with('+')) why = "the telephone number does not begin with + and the country's code";
  else why.clear();
  if (!why.empty()) return std::nullopt;
  std::string digits;
  for (const char c : number.substr(1)) {
    if (is_digit(c)) digits += c;
    else if (why.empty() && !is_separator(c)) why = fmt::format("{} may not stand in a telephone number", quoted(std::string(1, c)));
  }
  if (why.empty() && digits.starts_with('0')) why = "no country's code begins with 0";
  if (why.empty() && (digits.size() < fewest_digits || digits.size() > most_digits))
    why = fmt::format("a telephone number has {} to {} digits, and this one {}", fewest_digits, most_digits, digits.size());
  if (!why.empty()) return std::nullopt;
  return "+" + digits;
}

}  // namespace amends
