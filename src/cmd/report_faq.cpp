// What people ask, as the start of an honest help page: the questions and the facts are there, the answers are yours.
#include <fmt/format.h>

#include "cmd/report_print.h"
#include "cmd/report_tables.h"
#include "cmd/sentences.h"
#include "core/base/text.h"

namespace amends {
namespace {

// Customers wrote it: it stays text in Markdown, on one line.
std::string escaped_markdown(std::string_view text) {
  std::string out;
  for (const char c : trimmed(text)) {
    if (std::string_view("\\`*_{}[]<>#+-!|&~").find(c) != std::string_view::npos) out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

std::string people_words(const TopicFigures& topic) { return topic.people == 0 ? "" : fmt::format(" by {}", counted(topic.people, "person", "people")); }

std::string truth_of(const TopicFigures& topic) {
  std::vector<std::string> parts;
  for (const auto& [kind, count] : topic.kinds)
    parts.push_back(fmt::format("{} about an order that was {}", count, kind == "at_risk" ? "at risk" : kind == "out_of_stock" ? "out of stock" : kind));
  if (topic.no_miss > 0) parts.push_back(fmt::format("{} about an order without a known miss", topic.no_miss));
  if (topic.no_order > 0) parts.push_back(fmt::format("{} that named no order", topic.no_order));
  std::string text = joined(parts, ", ") + ".";
  if (topic.before_due + topic.after_due > 0) text += fmt::format(" {} came before the order was due, {} after.", topic.before_due, topic.after_due);
  if (topic.late_days) text += fmt::format(" Of the late ones half were late by {} or less.", counted(static_cast<std::size_t>(*topic.late_days), "day", "days"));
  return text;
}

}  // namespace

std::string report_faq(const ReportData& data, const Context& context) {
  const Project& project = *context.project;
  std::string out = fmt::format("# What people ask {}\n\nFrom {}, as of {}.\n", escaped_markdown(project.shop.name),
                                counted(data.contacts.contacts, "message", "messages"), print_moment(Moment(context.as_of), project.shop.zone));
  for (const TopicFigures& topic : data.contacts.topics) {
    out += fmt::format("\n## {}\n\n", topic.name.empty() ? "Something else" : escaped_markdown(topic.name));
    out += fmt::format("Asked {}{}.\n\n", topic.contacts == 1 ? "once" : fmt::format("{} times", topic.contacts), people_words(topic));
    out += fmt::format("What is true of these orders: {}\n\nAnswer:\n", truth_of(topic));
  }
  return out;
}

}  // namespace amends
