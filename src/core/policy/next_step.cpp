#include "core/policy/next_step.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/money.h"
#include "core/base/text.h"

namespace amends {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "EUR", a sign such as $ or one beyond ASCII.
bool is_currency(std::string_view text) {
  return text == "$" || currency_named(text) || (!text.empty() && static_cast<unsigned char>(text[0]) >= 0x80 && text.size() <= 3);
}

std::string without_marks(std::string_view number) {
  std::string digits;
  std::copy_if(number.begin(), number.end(), std::back_inserter(digits), is_digit);
  return digits;
}

// The last mark before one or two digits parts the cents; all others group thousands.
std::string plain_number(std::string_view number) {
  const std::size_t mark = number.find_last_of(".,");
  if (mark == std::string_view::npos || number.size() - mark > 3 || mark + 1 == number.size()) return without_marks(number);
  return without_marks(number.substr(0, mark)) + "." + without_marks(number.substr(mark + 1));
}

}  // namespace

std::string fact_suggestion(std::string_view name, const Schema& schema, std::string_view otherwise) {
  const std::string near = nearest(name, schema.names());
  if (!near.empty()) return otherwise.empty() ? suggestion(name, {near}) : suggestion(name, {near}, otherwise);
  return fmt::format("amends fields lists the facts there are; {}", otherwise.empty() ? std::string_view("your own go under [fields]") : otherwise);
}

std::string amount_hint(std::string_view text) {
  text = trimmed(text);
  const auto* const first = std::find_if(text.begin(), text.end(), is_digit);
  const auto last = std::find_if(text.rbegin(), text.rend(), is_digit);
  if (first == text.end()) return {};
  const auto begin = static_cast<std::size_t>(first - text.begin());
  const auto end = text.size() - static_cast<std::size_t>(last - text.rbegin());
  const std::string_view number = text.substr(begin, end - begin);
  const std::string_view before = trimmed(text.substr(0, begin));
  const std::string_view after = trimmed(text.substr(end));
  const bool is_number = number.find_first_not_of("0123456789.,") == std::string_view::npos;
  const bool is_dressed = (is_currency(before) && after.empty()) || (before.empty() && is_currency(after));
  const bool has_comma = before.empty() && after.empty() && number.find(',') != std::string_view::npos;
  if (!is_number || !(is_dressed || has_comma)) return {};
  return fmt::format("write {}: an amount is a number alone, in the case's currency", quoted(plain_number(number)));
}

std::string literal_hint(Type wanted) {
  switch (wanted) {
    case Type::money: return "write an amount such as \"20.00\"";
    case Type::number: return "write a number such as 3";
    case Type::percent: return "write a percentage such as \"25%\"";
    case Type::duration: return "write a duration such as \"3 days\"";
    case Type::boolean: return "write true or false";
    default: return {};
  }
}

}  // namespace amends
