// Pictures of a report as inline SVG. Lengths across are percents and lengths down are pixels, so that words keep their
// size on a telephone and on a desk. Colours come from the page's style sheet by class.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace amends {

struct PictureColumn {
  std::string label;            // below
  std::string words;            // above; empty: none
  std::vector<double> parts;    // one on the other, by class part-0, part-1, ...
  std::optional<double> mark;   // a line across
  std::string flag = {};        // of what happened then, above all columns: its words; empty: none
};
// `top`: what the highest column stands for, in words. `description`: for who cannot see it.
std::string columns_picture(const std::vector<PictureColumn>& columns, const std::string& top, const std::string& description);

struct PictureRow {
  std::string name, words;
  double length = 0;            // of the longest
};
std::string rows_picture(const std::vector<PictureRow>& rows, const std::string& description);

}  // namespace amends
