#include "core/time/ical_lines.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Up to one of `marks` that stands outside of quotes.
std::size_t end_of_part(std::string_view text, std::size_t at, std::string_view marks) {
  for (bool in_quotes = false; at < text.size(); ++at) {
    if (text[at] == '"') in_quotes = !in_quotes;
    else if (!in_quotes && marks.find(text[at]) != std::string_view::npos) return at;
  }
  return std::string_view::npos;
}

std::string without_quotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return std::string(text);
}

IcalLine read_line(const std::string& text, Where where) {
  IcalLine line;
  line.where = std::move(where);
  std::size_t at = end_of_part(text, 0, ":;");
  if (at == std::string::npos || !is_name(std::string_view(text).substr(0, at)))
    fail(line, "this is no line of a calendar", "a line is NAME:VALUE; export the file again as iCalendar (.ics)");
  line.name = upper(std::string_view(text).substr(0, at));
  while (text[at] == ';') {
    const std::size_t end = end_of_part(text, at + 1, ":;");
    const std::string_view part = std::string_view(text).substr(at + 1, end == std::string::npos ? end : end - at - 1);
    const std::size_t equals = part.find('=');
    if (end == std::string::npos || equals == std::string_view::npos)
      fail(line, fmt::format("{} has a parameter that cannot be read", line.name), "a parameter is ;NAME=VALUE, before the colon");
    line.parameters.emplace_back(upper(part.substr(0, equals)), without_quotes(part.substr(equals + 1)));
    at = end;
  }
  line.value = text.substr(at + 1);
  return line;
}

}  // namespace

std::string_view IcalLine::parameter(std::string_view wanted) const {
  for (const auto& [known, given] : parameters)
    if (known == wanted) return given;
  return {};
}

void fail(const IcalLine& line, std::string message, std::string hint) { throw Error{line.where, std::move(message), std::move(hint)}; }

std::vector<IcalLine> ical_lines(const Source& source) {
  std::vector<IcalLine> lines;
  std::string text;  // of the line so far
  Where where;
  const auto finish = [&] {
    if (!trimmed(text).empty()) lines.push_back(read_line(text, where));
    text.clear();
  };
  std::size_t number = 0;
  for (std::string_view line : split(source.text, '\n')) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (!line.empty() && (line[0] == ' ' || line[0] == '\t')) {
      text += line.substr(1);
      continue;
    }
    finish();
    text = line;
    where = {source.name, number, 1, std::max<std::size_t>(1, line.size()), std::string(line)};
  }
  finish();
  return lines;
}

std::string ical_text(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      text += value[i];
      continue;
    }
    const char c = value[++i];
    text += c == 'n' || c == 'N' ? ' ' : c;
  }
  return std::string(trimmed(text));
}

}  // namespace amends
