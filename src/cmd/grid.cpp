#include "cmd/grid.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {

void Grid::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) std::replace_if(cell.begin(), cell.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  rows_.push_back(std::move(cells));
}

std::string Grid::text() const {
  std::vector<std::size_t> widths(right_.size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string gap(widths[i] - display_width(row[i]), ' ');
      if (widths[i] > 0) line += "  " + (right_[i] ? gap + row[i] : row[i] + gap);
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

std::string bar(Int128 value, Int128 longest, int width, bool utf8) {
  if (value <= 0 || longest <= 0) return {};
  if (!utf8) return std::string(static_cast<std::size_t>(std::max<Int128>(1, value * width / longest)), '#');
  static constexpr const char* eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto length = static_cast<int>(std::max<Int128>(1, value * width * 8 / longest));
  std::string out;
  for (int i = 0; i < length / 8; ++i) out += "█";
  return out + eighths[length % 8];
}

bool is_utf8_terminal() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string locale = lower(value);
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

Ratio units_of(Int128 minor, Currency currency) { return Ratio(minor, 1) * minor_unit(currency); }

std::string money_words(Int128 minor, Currency currency) { return fmt::format("{} {}", currency.name(), amount(units_of(minor, currency), currency)); }

}  // namespace amends
