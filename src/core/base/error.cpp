#include "core/base/error.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/database_path.h"
#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::size_t shown = 100;  // of a long line: what surrounds the fault

struct Window {
  std::string before, fault, after;
};

// The part of the line that is shown; cuts stand at character borders.
Window window_of(const Where& where) {
  const std::string& text = where.text;
  std::size_t at = std::min(where.column == 0 ? 0 : where.column - 1, text.size());
  const auto at_border = [&](std::size_t i) {
    while (i > 0 && i < text.size() && (static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) --i;
    return i;
  };
  std::size_t end = std::min(at + std::max<std::size_t>(where.length, 1), text.size());
  if (end > at + shown) end = at_border(at + shown);
  const std::size_t from = at > shown / 2 && text.size() > shown ? at_border(at - shown / 2) : 0;
  const std::size_t until = at_border(std::min(text.size(), std::max(end, from + shown)));
  return {(from > 0 ? "..." : "") + text.substr(from, at - from), text.substr(at, end - at),
          text.substr(end, until - end) + (until < text.size() ? "..." : "")};
}

std::string without_controls(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

// With a password taken out a line's columns are no longer those of the file.
Where safe_to_show(Where where) {
  std::string safe = without_passwords(where.text);
  if (safe == where.text) return where;
  where.text = std::move(safe);
  where.column = 0;
  return where;
}

}  // namespace

std::string describe(const Where& at, std::string_view severity, std::string_view message,
                     std::string_view hint) {
  const Where where = safe_to_show(at);
  std::string out;
  if (!where.file.empty()) {
    out += where.file;
    if (where.line > 0) out += fmt::format(":{}", where.line);
    if (where.line > 0 && where.column > 0) out += fmt::format(":{}", where.column);
  } else {
    out += "amends";
  }
  out += fmt::format(": {}: {}\n", severity, without_passwords(message));
  if (where.line > 0 && !where.text.empty()) {
    const Window w = window_of(where);
    const std::string number = fmt::format("{}", where.line);
    out += fmt::format("  {} | {}\n", number, without_controls(w.before + w.fault + w.after));
    const std::size_t carets = std::max<std::size_t>(1, display_width(without_controls(w.fault)));
    if (where.column > 0)
      out += fmt::format("  {} | {}{}\n", std::string(number.size(), ' '),
                         std::string(display_width(without_controls(w.before)), ' '), std::string(carets, '^'));
  }
  if (!hint.empty()) out += fmt::format("  hint: {}\n", without_passwords(hint));
  return out;
}

std::string describe(const Error& error) { return describe(error.where, "error", error.message, error.hint); }

}  // namespace amends
