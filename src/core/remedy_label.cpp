#include "core/remedy_label.h"

#include <cctype>

#include <fmt/format.h>

#include "core/text.h"

namespace amends {

std::string iso_period(std::string_view text) {
  text = trimmed(text);
  std::size_t digits = 0;
  while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) ++digits;
  const std::string_view number = text.substr(0, digits);
  const std::string_view unit = trimmed(text.substr(digits));
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
    if (!manner(owed[i]).empty()) all.push_back(manner(owed[i]));
    if (!owed[i].pay_by.empty()) all.push_back("pay_by:" + owed[i].pay_by);
  }
  return all;
}

}  // namespace amends
