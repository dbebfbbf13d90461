#include "core/policy/remedy_label.h"

#include <cctype>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {

namespace {

std::pair<std::string_view, std::string_view> number_and_unit(std::string_view text) {
  text = trimmed(text);
  std::size_t digits = 0;
  while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) ++digits;
  return {text.substr(0, digits), trimmed(text.substr(digits))};
}

}  // namespace

std::string multiplied(std::string_view period, const Ratio& times) {
  const auto [number, unit] = number_and_unit(period);
  const std::optional<Ratio> count = read_decimal(number);
  if (!count) return std::string(period);
  const Ratio all = *count * times;
  const std::string_view one = unit.ends_with('s') && unit.size() > 1 ? unit.substr(0, unit.size() - 1) : unit;
  const bool is_word = one.size() > 3;
  return fmt::format("{} {}{}", print(all), one, all == Ratio(1) || !is_word ? "" : "s");
}

std::string iso_period(std::string_view text) {
  const auto [number, unit] = number_and_unit(text);
  if (number.empty() || unit.empty()) return std::string(text);
  for (const std::string_view calendar : {"year", "month", "week", "day"})
    if (unit.starts_with(calendar)) return fmt::format("P{}{}", number, static_cast<char>(std::toupper(calendar[0])));
  if (unit.starts_with("business ")) return std::string(text);
  return fmt::format("PT{}{}", number, static_cast<char>(std::toupper(unit[0])));
}

std::string parameters_after(std::string_view label, const OwedRemedy& remedy) {
  std::string all(label);
  const auto add = [&](const std::string& parameter) {
    if (!parameter.empty()) all += ":" + parameter;
  };
  add(remedy.what);
  if (remedy.quantity) add(print(*remedy.quantity));
  add(iso_period(remedy.duration));
  add(iso_period(remedy.valid));
  return all;
}

std::vector<std::string> labels_of(const std::vector<OwedRemedy>& owed) {
  std::vector<std::string> all;
  const auto manner = [](const OwedRemedy& remedy) { return remedy.is_manner_said ? remedy.manner : std::string(); };
  for (std::size_t i = 0; i < owed.size(); ++i) {
    if (!owed[i].label.empty()) all.push_back(owed[i].label);
    const bool goes_on = i + 1 < owed.size() && manner(owed[i + 1]) == manner(owed[i]) && owed[i + 1].pay_by == owed[i].pay_by;
    if (goes_on) continue;
    // What is said behind the next one would else be read of this one too.
    const bool is_unlike = i + 1 < owed.size() && (owed[i + 1].manner != owed[i].manner || owed[i + 1].pay_by != owed[i].pay_by);
    const bool says_nothing = manner(owed[i]).empty() && owed[i].pay_by.empty();
    if (!manner(owed[i]).empty() || (is_unlike && says_nothing)) all.push_back(owed[i].manner);
    if (!owed[i].pay_by.empty()) all.push_back("pay_by:" + owed[i].pay_by);
  }
  return all;
}

}  // namespace amends
