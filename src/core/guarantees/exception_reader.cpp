// Reads [[exception]]: when a promise is moved or suspended, of which days, and why.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/guarantees/due_reader.h"

namespace amends {
namespace {

Date read_day(const Node& node, std::string_view text) {
  const Stamp stamp = read_iso(trimmed(text));
  if (stamp.kind != Stamp::Kind::date) fail(node, fmt::format("{} is not a date", quoted(trimmed(text))), "write \"2026-12-10..2026-12-24\"");
  return stamp.date;
}

// "2026-12-10..2026-12-24", or one day.
void read_days(const Node& node, std::string_view key, PromiseException& exception) {
  const std::string& text = scalar_of(node, key);
  const std::size_t dots = text.find("..");
  exception.first = read_day(node, std::string_view(text).substr(0, dots));
  exception.last = dots == std::string::npos ? exception.first : read_day(node, std::string_view(text).substr(dots + 2));
  if (exception.last < exception.first) fail(node, fmt::format("{} ends before it begins", quoted(text)), "write the earlier day first");
}

}  // namespace

PromiseException read_exception(const Node& node, const Language& language, const Calendars& calendars) {
  only_keys(node, {"when", "guarantee", "start", "due", "moved", "suspended", "reason"}, "exception");
  PromiseException exception;
  exception.where = node.where();
  const Node* start = node.find("start");
  const Node* due = node.find("due");
  if (start != nullptr && due != nullptr) fail(*due, "an exception is of days of start or of due", "take one out");
  exception.by_due = due != nullptr;
  exception.is_dated = start != nullptr || due != nullptr;
  if (start != nullptr) read_days(*start, "start", exception);
  if (due != nullptr) read_days(*due, "due", exception);
  if (const Node* when = node.find("when")) exception.when = read_condition_before_judging(*when, language);
  if (const Node* names = node.find("guarantee")) exception.guarantees = strings_of(*names, "guarantee");
  const Node* reason = node.find("reason");
  if (reason == nullptr) fail(node, "an exception has no reason", "write reason = \"storm in the north\"; explain shows it");
  exception.reason = string_of(*reason, "reason");
  const Node* moved = node.find("moved");
  const Node* suspended = node.find("suspended");
  exception.suspends = suspended != nullptr && boolean_of(*suspended, "suspended");
  if (exception.suspends == (moved != nullptr)) fail(node, "an exception moves a promise or suspends it", "write moved = \"2 business days\" or suspended = true");
  if (moved != nullptr) exception.moved = read_length(*moved, "moved", nullptr, language, calendars);
  return exception;
}

}  // namespace amends
