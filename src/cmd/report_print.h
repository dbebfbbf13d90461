// A report as text for a terminal, as JSON, as one HTML page, and what people ask as the beginnings of a help page.
#pragma once
#include <string>

#include "cmd/report_reading.h"

namespace amends {

std::string report_text(const ReportData& data, By by, const Context& context);
// Every figure of the pages, and those left out of them (templates/schemas/report.json). Add, never rename.
std::string report_json(const ReportData& data, const Context& context);
// One file: no script, nothing fetched; every picture with its table.
std::string report_page(const ReportData& data, By by, const Context& context);
// Markdown: each topic with how often it is asked, what is true of the orders, and room for the answer.
std::string report_faq(const ReportData& data, const Context& context);

}  // namespace amends
