#include "io/records/stage_lines.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "io/records/json_tree.h"

namespace amends::stage {

void each_line(const std::string& text, const std::function<void(const Node&, std::size_t)>& use) {
  if (!text.empty() && !text.ends_with('\n'))
    throw Error{{"-"}, "the input ends in the middle of a line", "the stage before was cut off: run it again", Exit::io};
  if (text.empty()) return;
  std::size_t number = 0;
  for (const std::string_view line : split(std::string_view(text).substr(0, text.size() - 1), '\n')) {
    ++number;
    use(read_json(line, "-", number), number);
  }
}

const Node& member(const Node& line, std::string_view key) {
  const Node* node = line.find(key);
  if (node == nullptr)
    fail(line, fmt::format("this line has no {}", quoted(key)), "feed what amends check or compensate printed");
  return *node;
}

std::string text_of(const Node& line, std::string_view key) { return scalar_of(member(line, key), key); }

std::string text_or_empty(const Node& line, std::string_view key) {
  const Node* node = line.find(key);
  return node == nullptr ? std::string{} : scalar_of(*node, key);
}

std::int64_t whole_at(const Node& line, std::string_view key) { return integer_of(member(line, key), key); }

std::vector<std::string> texts_at(const Node& node, std::string_view key) {
  std::vector<std::string> texts;
  if (const Node* list = node.find(key))
    for (const Node& item : list->items) texts.push_back(scalar_of(item, key));
  return texts;
}

Moment moment_at(const Node& line, std::string_view key, const Zone& zone) {
  const Node* node = line.find(key);
  if (node == nullptr) return {};
  const Stamp stamp = read_iso(scalar_of(*node, key));
  if (stamp.kind == Stamp::Kind::bad) fail(*node, fmt::format("{} is not a time", quoted(node->text)), "write RFC 3339");
  return moment_of(stamp, zone);
}

Zone zone_at(const Node& line, const Project& project) {
  const std::string name = text_or_empty(line, "zone");
  if (name.empty()) return project.shop.zone;
  const std::optional<Zone> zone = Zone::named(name);
  if (!zone) fail(*line.find("zone"), fmt::format("{} is not a time zone", quoted(name)));
  return *zone;
}

Currency currency_at(const Node& line, const Project& project) {
  const std::string code = text_or_empty(line, "currency");
  if (code.empty()) return project.shop.currency;
  const std::optional<Currency> currency = currency_named(code);
  if (!currency) fail(*line.find("currency"), fmt::format("{} is not a currency", quoted(code)));
  return *currency;
}

std::optional<Money> money_at(const Node& node, const Project& project) {
  const Node* text = node.find("amount");
  if (text == nullptr) return std::nullopt;
  const Currency currency = currency_at(node, project);
  const std::optional<std::int64_t> minor = read_minor(scalar_of(*text, "amount"), currency);
  if (!minor) fail(*text, fmt::format("{} is not an amount", quoted(text->text)));
  return Money{*minor, currency};
}

RecordKind record_of(const Node& line) {
  const std::string name = text_or_empty(line, "record");
  for (const RecordKind kind : promised_on)
    if (name_of(kind) == name) return kind;
  if (!name.empty()) fail(member(line, "record"), fmt::format("nothing is promised on a record {}", quoted(name)), "feed what amends check or compensate printed");
  return RecordKind::order;
}

Kind kind_of(const Node& node) {
  const std::optional<Kind> kind = kind_named(scalar_of(node, "kind"));
  if (!kind) fail(node, fmt::format("{} is not a kind of miss", quoted(node.text)));
  return *kind;
}

Grant read_grant(const Node& node, const Miss& miss, Instant as_of, const Project& project) {
  Grant g;
  g.key = text_of(node, "key");
  g.case_key = miss.key;
  g.record_id = miss.record_id;
  g.person = miss.person;
  g.due = miss.due_instant;
  g.as_of = as_of;
  const std::optional<GrantState> state = grant_state_named(text_of(node, "state"));
  if (!state) fail(member(node, "state"), fmt::format("{} is not a state", quoted(text_of(node, "state"))));
  g.state = *state;
  g.reason = text_or_empty(node, "reason");
  g.sequence = static_cast<int>(whole_at(node, "sequence"));
  g.table = text_of(node, "table");
  g.rule = text_of(node, "rule");
  g.kind = text_of(node, "kind");
  g.what = text_or_empty(node, "what");
  g.money = money_at(node, project);
  if (const Node* quantity = node.find("quantity")) g.quantity = read_decimal(scalar_of(*quantity, "quantity"));
  g.duration = text_or_empty(node, "duration");
  g.valid = text_or_empty(node, "valid");
  g.within = text_or_empty(node, "within");
  g.manner = text_or_empty(node, "manner");
  g.pay_by = text_or_empty(node, "pay_by");
  g.basis = text_or_empty(node, "basis");
  g.steps = texts_at(node, "steps");
  return g;
}

void write_record(Json& json, RecordKind record, const std::string& own_id) {
  if (record != RecordKind::order) json.field("record", name_of(record)).field("record_id", own_id);
}

void write_remedy(Json& json, const std::string& table, const std::string& rule, const std::string& kind,
                  const std::string& what, const std::optional<Money>& money, const std::optional<Ratio>& quantity) {
  json.field("table", table).field("rule", rule).field("kind", kind).optional("what", what);
  if (money) json.field("amount", amount(*money)).field("currency", money->currency.name());
  if (quantity) json.field("quantity", print(*quantity));
}

void write_grants(Json& json, const std::vector<Grant>& grants) {
  json.key("grants").open('[');
  for (const Grant& g : grants) {
    json.open('{').field("key", g.key).field("state", name_of(g.state)).optional("reason", g.reason);
    json.field("sequence", g.sequence);
    write_remedy(json, g.table, g.rule, g.kind, g.what, g.money, g.quantity);
    write_terms(json, g);
    json.close('}');
  }
  json.close(']');
}

}  // namespace amends::stage
