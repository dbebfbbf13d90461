// The report for a terminal.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/grid.h"
#include "cmd/report_print.h"
#include "cmd/report_tables.h"
#include "cmd/risk_report.h"
#include "cmd/sentences.h"

namespace amends {
namespace {

constexpr std::size_t most_rows = 12, most_times = 24, most_waiting = 5, most_unlike = 5;
constexpr int bar_width = 24;

class Page {
 public:
  Page(const ReportData& data, By by, const Context& context) : data_(data), by_(by), context_(context), utf8_(is_utf8_terminal()) {}

  std::string text() {
    head();
    section(totals_table(data_));
    section(groups_table(data_, by_, by_ == By::month || by_ == By::week ? most_times : most_rows));
    section(incidents_table(data_, most_rows));
    if (by_ != By::kind) section(groups_table(data_, By::kind, most_rows));
    if (data_.has_ledger) of_ledger();
    else text_ += "\nThere is no ledger yet: what was granted and told, and how fast, is known once amends run has run.\n";
    contacts();
    section(again_table(data_));
    section(calibration_table(data_));
    return std::move(text_);
  }

 private:
  void head() {
    const Project& project = *context_.project;
    const std::string period = period_words(data_.period);
    text_ +=
        fmt::format("{}, as of {}{}\n", context_.bold(project.shop.name), print_moment(Moment(context_.as_of), project.shop.zone), period.empty() ? "" : ", " + period);
  }

  void section(const ReportTable& table) {
    if (table.is_empty()) return;
    text_ += "\n" + context_.bold(table.title) + "\n";
    // A bar stands beside the number it draws, the first of the row.
    const auto with_bar = [&](auto row, auto bar) {
      if (!table.bars.empty()) row.insert(row.begin() + 2, bar);
      return row;
    };
    Grid grid(with_bar(table.right, false));
    grid.add(with_bar(table.headings, ""));
    const std::int64_t longest = table.bars.empty() ? 0 : *std::max_element(table.bars.begin(), table.bars.end());
    for (std::size_t i = 0; i < table.rows.size(); ++i) grid.add(with_bar(table.rows[i], table.bars.empty() ? "" : bar(table.bars[i], longest, bar_width, utf8_)));
    text_ += grid.text();
    if (table.left_out > 0) text_ += fmt::format("  ... and {} more: --format json lists them all\n", table.left_out);
    if (!table.note.empty()) text_ += "  " + table.note + "\n";
  }

  void of_ledger() {
    section(money_table(data_));
    section(remedies_table(data_, most_rows));
    section(speeds_table(data_, by_, most_rows));
    section(telling_table(data_));
    section(unlike_table(data_, most_unlike));
  }

  void contacts() {
    const ContactFigures& c = data_.contacts;
    section(topics_table(data_, most_rows));
    if (c.contacts == 0) return;
    if (!c.tells_replies) {
      text_ += "\nNo source tells when messages were answered (first_reply_at).\n";
      return;
    }
    text_ += fmt::format("\n{}, {} answered{}\n", counted(c.contacts, "message", "messages"), c.answered,
                         c.answered == 0 ? "" : fmt::format(": half within {}, nine of ten within {}", wait_words(c.reply.median), wait_words(c.reply.ninetieth)));
    section(unanswered_table(data_, most_waiting));
  }

  const ReportData& data_;
  By by_;
  const Context& context_;
  bool utf8_;
  std::string text_;
};

}  // namespace

std::string report_text(const ReportData& data, By by, const Context& context) { return Page(data, by, context).text(); }

}  // namespace amends
