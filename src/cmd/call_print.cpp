#include "cmd/call_print.h"

#include <fmt/format.h>

#include "cmd/sentences.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace amends {
namespace {

Value fact_of(const CallLine& line, const Project& project, std::string_view name) {
  const Slot slot = line.miss == nullptr ? no_slot : project.schema.find(name);
  return slot == no_slot ? Value{} : line.miss->facts.at(slot);
}

// Without the line end at its end.
std::string_view words_of(const CallLine& line) {
  std::string_view words = line.text;
  while (words.ends_with('\n')) words.remove_suffix(1);
  return words;
}

std::string moment_text(Moment moment, const Zone& zone) { return moment.is_date() ? print(moment.date()) : print(moment.instant(), zone); }

std::string amount_of(const Value& value) { return value.type == Type::money ? amount(value.ratio, value.currency) : ""; }
std::string currency_of(const Value& value) { return value.type == Type::money ? std::string(value.currency.name()) : ""; }
std::string number_of(const Value& value) { return value.type == Type::number ? print(value.ratio) : ""; }

std::string deadline_text(const PrintedCall& call, const Zone& zone) {
  if (!call.deadline) return call.line->within.empty() ? "" : "within " + call.line->within;
  if (call.deadline->is_day) return print_day(zone.date_at(Instant{call.deadline->until.ms - 1}));
  return print_moment(Moment(Instant{call.deadline->until.ms - 1}), zone);
}

bool is_over(const PrintedCall& call, Instant as_of) { return call.deadline && call.deadline->until <= as_of; }

std::string history_of(const PrintedCall& call, const Context& context) {
  const Zone& zone = context.project->shop.zone;
  std::vector<std::string> parts;
  if (call.contact)
    parts.push_back(fmt::format("wrote on {}{}{}", print_day(call.contact->at.is_date() ? call.contact->at.date() : zone.date_at(call.contact->at.instant())), call.contact->order.empty() || call.contact->order == call.line->record_id ? "" : " about " + call.contact->order,
                                call.contact->subject.empty() ? "" : ": " + quoted(call.contact->subject)));
  if (call.letter) parts.push_back(fmt::format("letter of {} ({}, {})", print_day(zone.date_at(call.letter->at)), call.letter->purpose, call.letter->state));
  return joined(parts, "; ");
}

std::string stake_of(const PrintedCall& call, const Project& project) {
  const CallLine& line = *call.line;
  if (line.miss == nullptr) return "the order is not in the records any more";
  const Value value = fact_of(line, project, "order_value");
  const Value misses = fact_of(line, project, "misses_before");
  std::vector<std::string> parts;
  parts.push_back(std::string(name_of(line.miss->kind)));
  if (const std::string late = lateness_words(*line.miss); !late.empty()) parts.back() += ", " + late;
  if (value.type == Type::money) parts.push_back(fmt::format("{} {}", value.currency.name(), amount_of(value)));
  if (misses.type == Type::number && misses.ratio > Ratio(0)) parts.push_back(fmt::format("{} before", misses.ratio == Ratio(1) ? "once" : number_of(misses) + " times"));
  return joined(parts, "; ");
}

std::string as_text(const std::vector<PrintedCall>& calls, const Context& context) {
  const Project& project = *context.project;
  std::string out;
  std::size_t number = 0;
  for (const PrintedCall& call : calls) {
    const CallLine& line = *call.line;
    const std::string deadline = deadline_text(call, project.shop.zone);
    const std::string who = line.name.empty() ? "the customer" : line.name;
    out += fmt::format("{}{}\n", out.empty() ? "" : "\n",
                       context.bold(fmt::format("{}. {} {} about {}", ++number, line.channel == Channel::call ? "Call" : "Write by hand to", who, record_words(line.case_key))));
    const auto add = [&](std::string_view name, const std::string& text) {
      if (!text.empty()) out += fmt::format("   {:<9} {}\n", name, text);
    };
    const std::string by = deadline.starts_with("within") || deadline.empty() ? deadline : "by " + deadline;
    add("deadline", by + (is_over(call, context.as_of) ? " (over)" : ""));
    add("reach", joined(line.phone.empty() ? std::vector{line.email} : line.email.empty() ? std::vector{line.phone} : std::vector{line.phone, line.email}, ", "));
    add("why", line.reason);
    add("at stake", stake_of(call, project));
    add("history", history_of(call, context));
    if (line.text.empty()) add("to say", line.no_text);
    if (line.text.empty()) continue;
    for (const std::string_view words : split(words_of(line), '\n')) out += words.empty() ? "\n" : fmt::format("     {}\n", words);
  }
  return out;
}

Sheet sheet_of(const std::vector<PrintedCall>& calls, const Context& context) {
  const Project& project = *context.project;
  Sheet sheet{"call",
              {{"order"}, {"channel"}, {"name"}, {"phone"}, {"email"}, {"deadline"}, {"over"}, {"reason"}, {"kind"}, {"late"}, {"value"}, {"currency"}, {"misses_before"},
               {"last_contact"}, {"last_contact_subject"}, {"last_letter"}, {"last_letter_purpose"}, {"text"}, {"case"}, {"purpose"}},
              {}};
  const Zone& zone = project.shop.zone;
  for (const PrintedCall& call : calls) {
    const CallLine& line = *call.line;
    const Value value = fact_of(line, project, "order_value");
    sheet.rows.push_back({line.record_id, std::string(name_of(line.channel)), line.name, line.phone, line.email, deadline_text(call, zone), is_over(call, context.as_of) ? "yes" : "", line.reason,
                          line.miss == nullptr ? "" : std::string(name_of(line.miss->kind)), line.miss == nullptr ? "" : lateness_words(*line.miss), amount_of(value), currency_of(value),
                          number_of(fact_of(line, project, "misses_before")), call.contact ? moment_text(call.contact->at, zone) : "", call.contact ? call.contact->subject : "",
                          call.letter ? print(call.letter->at, zone) : "", call.letter ? call.letter->purpose : "", line.text.empty() ? line.no_text : std::string(words_of(line)), line.case_key, line.purpose});
  }
  return sheet;
}

Sheet table_of(const std::vector<PrintedCall>& calls, const Context& context) {
  Sheet sheet{"call", {{"order"}, {"do"}, {"who"}, {"phone"}, {"by"}, {"at stake"}, {"why"}}, {}};
  for (const PrintedCall& call : calls) {
    const CallLine& line = *call.line;
    sheet.rows.push_back({record_words(line.case_key), std::string(name_of(line.channel)), line.name, line.phone,
                          deadline_text(call, context.project->shop.zone) + (is_over(call, context.as_of) ? " (over)" : ""), stake_of(call, *context.project), line.reason});
  }
  return sheet;
}

// Part of what people read by program (templates/schemas/call.json). Add, never rename.
std::string as_json(const PrintedCall& call, const Context& context) {
  const CallLine& line = *call.line;
  const Project& project = *context.project;
  const Zone& zone = project.shop.zone;
  Json json;
  json.open('{').field("type", "call").field("v", 1).field("case", line.case_key).field("order", line.record_id).field("purpose", line.purpose).field("reason", line.reason);
  json.field("key", line.key).field("channel", name_of(line.channel)).optional("locale", line.locale);
  json.optional("name", line.name).optional("phone", line.phone).optional("email", line.email).optional("within", line.within);
  if (call.deadline) json.field("deadline", print(call.deadline->until, zone)).flag("over", is_over(call, context.as_of));
  if (line.miss != nullptr) json.field("kind", name_of(line.miss->kind)).field("late_minutes", line.miss->lateness.minutes);
  if (const Value value = fact_of(line, project, "order_value"); value.type == Type::money) json.field("value", amount_of(value)).field("currency", currency_of(value));
  if (const Value misses = fact_of(line, project, "misses_before"); misses.type == Type::number) json.field("misses_before", whole_of(misses.ratio));
  if (call.contact) json.key("last_contact").open('{').field("at", moment_text(call.contact->at, zone)).optional("subject", call.contact->subject).optional("order", call.contact->order).close('}');
  if (call.letter) json.key("last_letter").open('{').field("at", print(call.letter->at, zone)).field("purpose", call.letter->purpose).field("state", call.letter->state).close('}');
  json.optional("text", std::string(words_of(line))).optional("no_text", line.no_text);
  return json.close('}').str() + "\n";
}

std::string as_json(const NewCustomer& c, const Context& context) {
  const Zone& zone = context.project->shop.zone;
  Json json;
  json.open('{').field("type", "welcome").field("v", 1).field("day", print(zone.date_at(context.as_of))).field("person", c.person).field("order", c.order);
  json.optional("name", c.name).optional("phone", c.phone).optional("email", c.email).field("placed_at", print(c.placed, zone));
  if (c.value) json.field("value", amount(*c.value)).field("currency", c.value->currency.name());
  return json.close('}').str() + "\n";
}

// One array, or a line each.
std::string listed(const std::vector<std::string>& lines, const std::string& format) {
  if (format == "jsonl") return joined(lines, "");
  std::string out = "[";
  for (const std::string& line : lines) out += (out.size() > 1 ? ",\n" : "\n") + line.substr(0, line.size() - 1);
  return out + (lines.empty() ? "]\n" : "\n]\n");
}

std::string spreadsheet(Sheet sheet, const std::string& format) {
  for (auto& row : sheet.rows)
    for (std::string& cell : row) cell = formula_safe(std::move(cell));
  return print(sheet, format);
}

Sheet sheet_of(const std::vector<NewCustomer>& customers, const Zone& zone) {
  Sheet sheet{"welcome", {{"order"}, {"name"}, {"phone"}, {"email"}, {"placed_at"}, {"value"}, {"currency"}, {"person"}}, {}};
  for (const NewCustomer& c : customers)
    sheet.rows.push_back({c.order, c.name, c.phone, c.email, print(c.placed, zone), c.value ? amount(*c.value) : "", c.value ? std::string(c.value->currency.name()) : "", c.person});
  return sheet;
}

Sheet table_of(const std::vector<NewCustomer>& customers, const Zone& zone) {
  Sheet sheet{"welcome", {{"order"}, {"who"}, {"phone"}, {"email"}, {"ordered"}, {"for"}}, {}};
  for (const NewCustomer& c : customers) sheet.rows.push_back({c.order, c.name, c.phone, c.email, print_day(zone.date_at(c.placed)), c.value ? print(*c.value) : ""});
  return sheet;
}

}  // namespace

std::string formula_safe(std::string cell) {
  if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos) cell.insert(0, "'");
  return cell;
}

std::string print_calls(const std::vector<PrintedCall>& calls, const Context& context) {
  const std::string format = context.format("text");
  if (format == "text") return as_text(calls, context);
  if (format == "table") return print(table_of(calls, context), format);
  if (format == "csv" || format == "tsv") return spreadsheet(sheet_of(calls, context), format);
  std::vector<std::string> lines;
  for (const PrintedCall& call : calls) lines.push_back(as_json(call, context));
  return listed(lines, format);
}

std::string print_welcomes(const std::vector<NewCustomer>& customers, const Context& context) {
  const std::string format = context.format("text");
  if (format == "text" || format == "table") return print(table_of(customers, context.project->shop.zone), "table");
  if (format == "csv" || format == "tsv") return spreadsheet(sheet_of(customers, context.project->shop.zone), format);
  std::vector<std::string> lines;
  for (const NewCustomer& c : customers) lines.push_back(as_json(c, context));
  return listed(lines, format);
}

}  // namespace amends
