#include "cmd/report_pictures.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/mail/html.h"

namespace amends {
namespace {

constexpr int columns_top = 36, columns_height = 150, columns_bottom = 22;
constexpr int flag_height = 6;
constexpr int row_height = 36;
constexpr std::size_t most_labels = 5, most_words = 12;  // that stand side by side on a telephone
constexpr std::size_t fewest_places = 5, widest_name = 26;

std::string percent(double share) { return fmt::format("{:.3f}%", share * 100); }

double height_of(const PictureColumn& c) { return std::max(std::accumulate(c.parts.begin(), c.parts.end(), 0.0), c.mark.value_or(0)); }

std::string opening(int height, const std::string& description) {
  return fmt::format("<svg class=\"picture\" role=\"img\" width=\"100%\" height=\"{}\" aria-label=\"{}\">\n", height, escaped_html(description));
}

// As many columns of a terminal as there is room for.
std::string cut_to(const std::string& name, std::size_t room) {
  if (display_width(name) <= room) return name;
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    std::size_t next = i + 1;
    while (next < name.size() && (static_cast<unsigned char>(name[next]) & 0xC0) == 0x80) ++next;
    if (display_width(out) + display_width(name.substr(i, next - i)) >= room) break;
    out += name.substr(i, next - i);
    i = next;
  }
  return out + "…";
}

class Columns {
 public:
  Columns(const std::vector<PictureColumn>& columns, const std::string& top, const std::string& description) : columns_(columns) {
    for (const PictureColumn& c : columns) longest_ = std::max(longest_, height_of(c));
    svg_ = opening(columns_top + columns_height + columns_bottom, description);
    svg_ += fmt::format("<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/><text class=\"soft\" x=\"0\" y=\"12\">{1}</text>\n", columns_top,
                        escaped_html(top));
    for (std::size_t i = 0; i < columns.size(); ++i) column(i);
    svg_ += fmt::format("<line class=\"base\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/>\n</svg>\n", bottom);
  }
  std::string svg() const { return svg_; }

 private:
  static constexpr int bottom = columns_top + columns_height;

  // A single column does not fill the page.
  std::size_t places() const { return std::max(columns_.size(), fewest_places); }
  double x(double place) const { return place / static_cast<double>(places()); }
  double pixels(double value) const { return longest_ <= 0 ? 0 : value / longest_ * columns_height; }

  void column(std::size_t i) {
    const PictureColumn& c = columns_[i];
    const auto place = static_cast<double>(i);
    svg_ += fmt::format("<g><title>{}{}{}{}{}</title>", escaped_html(c.label), c.words.empty() ? "" : ": ", escaped_html(c.words), c.flag.empty() ? "" : ", ", escaped_html(c.flag));
    double y = bottom;
    for (std::size_t part = 0; part < c.parts.size(); ++part) {
      const double height = pixels(c.parts[part]);
      y -= height;
      if (height > 0)
        svg_ += fmt::format("<rect class=\"part-{}\" x=\"{}\" y=\"{:.2f}\" width=\"{}\" height=\"{:.2f}\"/>", part, percent(x(place + 0.15)), y, percent(x(0.7)), height);
    }
    if (c.mark)
      svg_ += fmt::format("<line class=\"mark\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.2f}\" y2=\"{2:.2f}\"/>", percent(x(place + 0.05)), percent(x(place + 0.95)),
                          bottom - pixels(*c.mark));
    if (!c.flag.empty())
      svg_ += fmt::format("<rect class=\"flag\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", percent(x(place)), columns_top - flag_height, percent(x(1)), flag_height);
    words(i, bottom - pixels(std::accumulate(c.parts.begin(), c.parts.end(), 0.0)));
    svg_ += "</g>\n";
  }

  void words(std::size_t i, double y) {
    const PictureColumn& c = columns_[i];
    const double middle = x(static_cast<double>(i) + 0.5);
    if (columns_.size() <= most_words && !c.words.empty())
      svg_ += fmt::format("<text x=\"{}\" y=\"{:.2f}\" text-anchor=\"middle\">{}</text>", percent(middle), y - 4, escaped_html(c.words));
    const std::size_t every = (columns_.size() + most_labels - 1) / most_labels;
    if (i % every != 0) return;
    const bool is_wide = places() == fewest_places, is_first = !is_wide && i == 0, is_last = !is_wide && i + 1 == columns_.size();
    svg_ += fmt::format("<text class=\"soft\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>", is_first ? "0" : is_last ? "100%" : percent(middle), bottom + 16,
                        is_first ? "start" : is_last ? "end" : "middle", escaped_html(c.label));
  }

  const std::vector<PictureColumn>& columns_;
  double longest_ = 0;
  std::string svg_;
};

}  // namespace

std::string columns_picture(const std::vector<PictureColumn>& columns, const std::string& top, const std::string& description) {
  return Columns(columns, top, description).svg();
}

std::string rows_picture(const std::vector<PictureRow>& rows, const std::string& description) {
  double longest = 0;
  for (const PictureRow& row : rows) longest = std::max(longest, row.length);
  std::string svg = opening(static_cast<int>(rows.size()) * row_height, description);
  int y = 0;
  for (const PictureRow& row : rows) {
    svg += fmt::format("<g><title>{0}: {1}</title><text x=\"0\" y=\"{2}\">{3}</text><text class=\"soft\" x=\"100%\" y=\"{2}\" text-anchor=\"end\">{1}</text>",
                       escaped_html(row.name), escaped_html(row.words), y + 13, escaped_html(cut_to(row.name, widest_name)));
    svg += fmt::format(
        "<rect class=\"track\" x=\"0\" y=\"{0}\" width=\"100%\" height=\"10\"/><rect class=\"part-0\" x=\"0\" y=\"{0}\" width=\"{1}\" height=\"10\"/></g>\n", y + 18,
        percent(longest <= 0 ? 0 : row.length / longest));
    y += row_height;
  }
  return svg + "</svg>\n";
}

}  // namespace amends
