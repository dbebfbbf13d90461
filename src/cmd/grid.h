// What pages for a terminal are made of: cells under one another, bars, sums of money.
#pragma once
#include <string>
#include <vector>

#include "core/base/money.h"

namespace amends {

// Cells under one another, by the width a terminal gives them; the columns named in `right` stand right. A column
// without a word takes no room.
class Grid {
 public:
  explicit Grid(std::vector<bool> right) : right_(std::move(right)) {}
  void add(std::vector<std::string> cells);
  bool is_empty() const { return rows_.empty(); }
  std::string text() const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

// Its length is the share of the longest; what is there at all is seen. Blocks where the terminal's characters are
// UTF-8, else ASCII.
std::string bar(Int128 value, Int128 longest, int width, bool utf8);
bool is_utf8_terminal();

Ratio units_of(Int128 minor, Currency currency);
std::string money_words(Int128 minor, Currency currency);  // "GBP 12.34"

}  // namespace amends
