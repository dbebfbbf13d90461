// The figures of a report as tables of words, alike for the terminal and the HTML page.
#pragma once
#include <string>
#include <vector>

#include "cmd/report_reading.h"

namespace amends {

struct ReportTable {
  std::string id;                       // of the HTML
  std::string title;
  std::vector<std::string> headings;
  std::vector<bool> right;              // beside them
  std::vector<std::vector<std::string>> rows;
  std::vector<std::int64_t> bars;       // beside the rows, of a table whose rows are drawn
  std::size_t left_out = 0;             // rows that would be too many
  std::string note;
  bool is_empty() const { return rows.empty(); }
};

ReportTable totals_table(const ReportData& data);
ReportTable groups_table(const ReportData& data, By by, std::size_t most);
ReportTable incidents_table(const ReportData& data, std::size_t most);
// Names of those that some promises of a month or week belong to.
std::string incidents_of(const ReportData& data, By by, const std::string& name);
ReportTable speeds_table(const ReportData& data, By by, std::size_t most);
ReportTable telling_table(const ReportData& data);
ReportTable money_table(const ReportData& data);
ReportTable money_by_month_table(const ReportData& data, std::size_t most);
ReportTable remedies_table(const ReportData& data, std::size_t most);
ReportTable unanswered_table(const ReportData& data, std::size_t most);
ReportTable topics_table(const ReportData& data, std::size_t most);
ReportTable unlike_table(const ReportData& data, std::size_t most);
ReportTable again_table(const ReportData& data);
ReportTable calibration_table(const ReportData& data);

std::string percent_words(std::size_t part, std::size_t whole);  // "11.2 %"; empty: of nothing
std::string wait_words(std::int64_t ms);                         // "25 min", "7 h", "3.5 days"
std::string name_words(By by, const std::string& name);          // of a group, also of one without a name
std::string period_words(const Period& period);                  // "due from 2026-03-01 on, before 2026-04-01"; may be empty
std::string kinds_words(const TopicFigures& topic);              // "3 late, 1 overdue, 2 without a miss"

}  // namespace amends
