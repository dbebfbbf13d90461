#include "core/mail/outbox_rules.h"

#include <fmt/format.h>

#include "core/base/command_words.h"
#include "core/base/number.h"
#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::int64_t most_jobs = 64;

// A calendar by its name, or hours as a calendar has them.
Calendar read_window_hours(const Node& window, const Zone& zone, const Calendars& calendars) {
  if (window.is_string()) return calendar_named(window, string_of(window, "window"), calendars);
  if (!window.is_table()) fail(window, "window is a calendar's name, or hours", "write window = { mon-fri = [\"09:00-18:00\"] }");
  Node hours = window;
  Node calendar = window;
  calendar.entries = {{"hours", window.line, window.column, std::move(hours)}};
  Node table = window;
  table.entries = {{"window", window.line, window.column, std::move(calendar)}};
  return read_calendars(table, zone, {}).at("window");
}

std::int64_t read_jobs(const Node& node) {
  const std::int64_t jobs = integer_of(node, "jobs");
  if (jobs < 1 || jobs > most_jobs) fail(node, fmt::format("jobs is {}", jobs), fmt::format("write a number from 1 to {}", most_jobs));
  return jobs;
}

void read_via(const Node& table, std::string& via, Where& where) {
  const Node* node = table.find("via");
  if (node == nullptr) return;
  via = string_of(*node, "via");
  where = node->where();
  command_words(via, where);
}

std::int64_t length_of(std::string_view unit) {
  if (is_one_of(unit, {"s", "sec", "second"})) return ms_per_second;
  if (is_one_of(unit, {"min", "m", "minute"})) return ms_per_minute;
  if (is_one_of(unit, {"h", "hour"})) return ms_per_hour;
  return unit == "day" ? ms_per_day : 0;
}

}  // namespace

std::optional<SendRate> read_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<Ratio> count = read_decimal(trimmed(text.substr(0, slash)));
  const std::int64_t length = length_of(trimmed(text.substr(slash + 1)));
  if (!count || !count->is_whole() || length == 0 || *count < Ratio(1) || *count > Ratio(1000000)) return std::nullopt;
  const std::int64_t n = static_cast<std::int64_t>(whole_of(*count));
  return SendRate{(length + n - 1) / n};
}

OutboxRules read_outbox_rules(const Node& outbox, const Zone& shop_zone, const Calendars& calendars) {
  only_keys(outbox, {"approve", "via", "sms", "window", "rate", "jobs", "timeout"}, "outbox");
  OutboxRules rules;
  if (const Node* approve = outbox.find("approve")) {
    const std::string& who = string_of(*approve, "approve");
    if (who != "person" && who != "auto") fail(*approve, fmt::format("approve is {}", quoted(who)), "write \"person\" or \"auto\"");
    rules.approve_by_person = who == "person";
  }
  read_via(outbox, rules.via, rules.via_where);
  if (const Node* sms = outbox.find("sms")) {
    if (!sms->is_table()) fail(*sms, "sms is a table", "write [outbox.sms] with via = \"COMMAND\"");
    only_keys(*sms, {"via"}, "outbox.sms");
    read_via(*sms, rules.sms_via, rules.sms_where);
  }
  if (const Node* window = outbox.find("window")) rules.window = read_window_hours(*window, shop_zone, calendars);
  if (const Node* rate = outbox.find("rate")) {
    const std::optional<SendRate> read = read_rate(string_of(*rate, "rate"));
    if (!read) fail(*rate, fmt::format("{} is no rate", quoted(rate->text)), "write rate = \"20/min\"");
    rules.rate = *read;
  }
  if (const Node* jobs = outbox.find("jobs")) rules.jobs = read_jobs(*jobs);
  if (const Node* timeout = outbox.find("timeout")) {
    const std::optional<std::int64_t> ms = read_duration(string_of(*timeout, "timeout"));
    if (!ms || *ms <= 0) fail(*timeout, fmt::format("{} is no length of time", quoted(timeout->text)), "write timeout = \"5 min\"");
    rules.timeout_ms = *ms;
  }
  return rules;
}

Instant opening_at_or_after(const Calendar& window, const Zone& zone, Instant at) {
  Calendar there = window;
  there.zone = zone;
  Instant opens = at;
  there.each_opening(at, [&](const Opening& opening) {
    opens = std::max(at, opening.from);
    return false;
  });
  return opens;
}

}  // namespace amends
