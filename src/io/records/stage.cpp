#include "io/records/stage.h"

#include <cerrno>
#include <cstring>
#include <unordered_set>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "io/records/stage_lines.h"

namespace amends {
using namespace stage;

namespace {

std::string json_list(const List& items, const Zone& zone) {
  Json json;
  json.open('[');
  for (const Value& item : items) json.raw(json_of(item, zone));
  return json.close(']').str();
}

std::string json_record(const Record& record, const Zone& zone) {
  Json json;
  json.open('{');
  for (const auto& [name, value] : record)
    if (!value.is_missing()) json.key(name).raw(json_of(value, zone));
  return json.close('}').str();
}

std::string quoted_json(std::string_view text) { return Json{}.text(text).str(); }

void write_lateness(Json& json, const Lateness& lateness) {
  json.field("late_minutes", lateness.minutes).field("late_hours", lateness.hours);
  json.field("late_days", lateness.days);
  if (lateness.early_minutes > 0) json.field("early_minutes", lateness.early_minutes);
  if (lateness.business_days_known) json.field("late_business_days", lateness.business_days);
}

void write_kinds(Json& json, const Miss& miss) {
  const std::vector<Kind> kinds = miss.kinds.all();
  if (kinds.size() > 1) {
    json.key("also_kinds").open('[');
    for (std::size_t i = 1; i < kinds.size(); ++i) json.text(name_of(kinds[i]));
    json.close(']');
  }
  if (miss.evidence.empty()) return;
  json.key("evidence").open('[');
  for (const Evidence& e : miss.evidence) {
    json.open('{').field("kind", name_of(e.kind)).field("record", name_of(e.record)).optional("record_id", e.record_id).field("says", e.says);
    if (!e.at.is_none()) json.field("at", print(e.at, miss.zone));
    json.optional("where", e.where).close('}');
  }
  json.close(']');
}

void write_miss(Json& json, const Miss& miss, const Project& project, Instant as_of) {
  json.field("case", miss.key).field("order", miss.record_id);
  write_record(json, miss.record, miss.own_id);
  json.field("guarantee", miss.guarantee);
  json.field("kind", name_of(miss.kind));
  write_kinds(json, miss);
  json.field("person", miss.person);
  if (!miss.start.is_none()) json.field("start", print(miss.start, miss.zone));
  json.field("due", print(miss.due, miss.zone)).field("due_at", print(miss.due_instant, miss.zone));
  json.field("due_date", print(miss.due_date)).field("zone", miss.zone.name());
  if (!miss.met.is_none()) json.field("met_at", print(miss.met, miss.zone));
  json.flag("closed", miss.closed);
  if (miss.lateness_known) write_lateness(json, miss.lateness);
  json.field("as_of", print(as_of, project.shop.zone));
  json.field("currency", miss.facts.money.name());
  if (miss.by_hand)
    json.key("by_hand").open('{').field("amount", amount(*miss.by_hand)).field("currency", miss.by_hand->currency.name()).close('}');
  json.key("facts").open('{');
  miss.facts.each([&](Slot slot, const Value& value) { json.key(project.schema.at(slot).name).raw(json_of(value, miss.zone)); });
  json.close('}');
}

void write_offer(Json& json, const Offer& offer) {
  json.key("choice").open('{').key("options").open('[');
  for (const Offer::Option& option : offer.options) {
    json.open('{').field("name", option.name).field("kind", option.kind).optional("what", option.what);
    if (option.money) json.field("amount", amount(*option.money)).field("currency", option.money->currency.name());
    if (option.quantity) json.field("quantity", print(*option.quantity));
    json.close('}');
  }
  json.close(']').optional("default", offer.standard);
  if (offer.by) json.field("by", print(*offer.by));
  json.close('}');
}

void write_owed(Json& json, std::string_view name, const std::vector<OwedRemedy>& owed) {
  json.key(name).open('[');
  for (const OwedRemedy& r : owed) {
    json.open('{');
    write_remedy(json, r.table, r.rule, r.kind, r.what, r.money, r.quantity);
    if (r.offer) write_offer(json, *r.offer);
    write_terms(json, r);
    json.close('}');
  }
  json.close(']');
}

// --- reading ---

struct ValueReader {
  Facts& facts;  // keeps strings
  const Zone& zone;

  Value read(const Node& node, const FieldType& type) const {
    if (node.is_array()) return read_list(node);
    if (node.is_table()) return read_record(node, RecordKind::item);
    if (node.kind == Node::Kind::null) return Value::null();
    const std::string_view text = facts.keep(node.text);
    if (type.base == Type::string) return Value::of_string(text);
    // A promise may be a date though its field holds instants.
    if (type.base == Type::instant) return Value::of_moment(moment_of(read_iso(text), zone));
    const std::optional<Value> value = read_value(text, type, facts.money, zone);
    if (!value) fail(node, fmt::format("{} is not a {}", quoted(text), print(type)));
    return *value;
  }

  Value read_list(const Node& node) const {
    List items;
    for (const Node& item : node.items)
      items.push_back(item.is_table() ? read_record(item, RecordKind::item) : Value::of_string(facts.keep(item.text)));
    return Value::of_list(std::move(items));
  }

  // Members of items and shipments, by their canonical types; others are strings.
  Value read_record(const Node& node, RecordKind kind) const {
    Record record;
    for (const Entry& entry : node.entries) {
      const Field* field = canonical(kind, entry.key);
      if (field == nullptr) field = canonical(RecordKind::shipment, entry.key);
      record.emplace_back(entry.key, read(entry.value, field == nullptr ? FieldType{} : field->type));
    }
    return Value::of_record(std::move(record));
  }
};

void read_kinds(const Node& line, Miss& miss) {
  miss.kinds.add(miss.kind);
  if (const Node* also = line.find("also_kinds"))
    for (const Node& node : also->items) miss.kinds.add(kind_of(node));
  const Node* const evidence = line.find("evidence");
  if (evidence == nullptr) return;
  for (const Node& node : evidence->items) {
    Evidence& e = miss.evidence.emplace_back();
    e.kind = kind_of(member(node, "kind"));
    const std::string record = text_of(node, "record");
    for (int kind = 0; kind < record_kinds; ++kind)
      if (name_of(static_cast<RecordKind>(kind)) == record) e.record = static_cast<RecordKind>(kind);
    e.record_id = text_or_empty(node, "record_id");
    e.says = text_of(node, "says");
    e.at = moment_at(node, "at", miss.zone);
    e.where = text_or_empty(node, "where");
  }
}

Miss read_miss(const Node& line, const Project& project) {
  Miss miss;
  miss.key = text_of(line, "case");
  miss.record_id = text_of(line, "order");
  miss.record = record_of(line);
  miss.own_id = miss.record == RecordKind::order ? miss.record_id : text_of(line, "record_id");
  miss.guarantee = text_of(line, "guarantee");
  miss.person = text_of(line, "person");
  miss.zone = zone_at(line, project);
  miss.kind = kind_of(member(line, "kind"));
  read_kinds(line, miss);
  miss.start = moment_at(line, "start", miss.zone);
  miss.due = moment_at(line, "due", miss.zone);
  const Moment due_at = moment_at(line, "due_at", miss.zone);
  if (!due_at.is_instant()) fail(line, "due_at is not an instant", "write RFC 3339");
  miss.due_instant = due_at.instant();
  miss.due_date = moment_at(line, "due_date", miss.zone).date();
  miss.met = moment_at(line, "met_at", miss.zone);
  miss.closed = boolean_of(member(line, "closed"), "closed");
  miss.lateness_known = line.find("late_minutes") != nullptr;
  if (miss.lateness_known) {
    miss.lateness = {whole_at(line, "late_minutes"), whole_at(line, "late_hours"), whole_at(line, "late_days")};
    if (line.find("early_minutes") != nullptr) miss.lateness.early_minutes = whole_at(line, "early_minutes");
    miss.lateness.business_days_known = line.find("late_business_days") != nullptr;
    if (miss.lateness.business_days_known) miss.lateness.business_days = whole_at(line, "late_business_days");
  }
  miss.facts.money = currency_at(line, project);
  if (const Node* by_hand = line.find("by_hand")) miss.by_hand = money_at(*by_hand, project);
  const ValueReader reader{miss.facts, miss.zone};
  for (const Entry& entry : member(line, "facts").entries) {
    const Slot slot = project.schema.find(entry.key);
    if (slot != no_slot) miss.facts.set(slot, reader.read(entry.value, project.schema.at(slot).type));
  }
  return miss;
}

std::shared_ptr<const Offer> read_offer(const Node& node, const Project& project) {
  Offer offer;
  for (const Node& one : member(node, "options").items) {
    Offer::Option& option = offer.options.emplace_back(Offer::Option{text_of(one, "name"), text_of(one, "kind"), text_or_empty(one, "what"), money_at(one, project), {}});
    if (const Node* quantity = one.find("quantity")) option.quantity = read_decimal(scalar_of(*quantity, "quantity"));
  }
  offer.standard = text_or_empty(node, "default");
  const Moment by = moment_at(node, "by", project.shop.zone);
  if (by.is_date()) offer.by = by.date();
  return std::make_shared<const Offer>(std::move(offer));
}

std::optional<OwedRemedy> offered_at(const Node& line, const Project& project) {
  const Node* owed = line.find("owed");
  if (owed == nullptr) return std::nullopt;
  for (const Node& remedy : owed->items) {
    const Node* choice = remedy.find("choice");
    if (choice == nullptr) continue;
    OwedRemedy offered;
    offered.table = text_of(remedy, "table");
    offered.rule = text_of(remedy, "rule");
    offered.money = money_at(remedy, project);
    offered.offer = read_offer(*choice, project);
    return offered;
  }
  return std::nullopt;
}

void read_stage_line(const Node& line, std::size_t number, const Project& project, StageInput& input, std::unordered_set<std::string>& seen) {
  const std::string type = text_of(line, "type");
  if (whole_at(line, "v") != stage_version)
    fail(member(line, "v"), fmt::format("version {} of these lines is not known", text_of(line, "v")), "use one version of amends for all stages");
  input.unjudged += type == "unjudged";
  if (type != "miss" && type != "decision") return;  // told by the stage that found them
  const Moment as_of = moment_at(line, "as_of", project.shop.zone);
  if (!as_of.is_instant()) fail(line, "as_of is not an instant", "write RFC 3339");
  input.judgement.as_of = as_of.instant();
  if (!input.stage.empty() && input.stage != type) fail(line, fmt::format("a {} after lines of type {}", type, input.stage));
  input.stage = type;
  Miss miss = read_miss(line, project);
  if (!seen.insert(miss.key).second)
    throw Error{{"-", number, 1, 1, {}}, fmt::format("the case {} comes twice", miss.key), "feed what amends check printed once"};
  StageCase told;
  if (const Node* list = line.find("grants"))
    for (const Node& node : list->items) told.grants.push_back(read_grant(node, miss, input.judgement.as_of, project));
  if (const Node* standing = line.find("standing")) told.standing = string_of(*standing, "standing");
  if (const Node* accruing = line.find("accruing")) told.accruing = !accruing->items.empty();
  told.withheld = text_or_empty(line, "cannot_judge");
  told.offered = offered_at(line, project);
  input.cases.push_back(std::move(told));
  input.judgement.misses.push_back(std::move(miss));
}

}  // namespace

std::string json_of(const Value& v, const Zone& zone) {
  switch (v.type) {
    case Type::missing:
    case Type::null: return "null";
    case Type::boolean: return v.whole != 0 ? "true" : "false";
    case Type::number: {
      const std::string text = print(v.ratio);
      return text.find('/') == std::string::npos ? text : quoted_json(text);
    }
    case Type::money: return quoted_json(amount(v.ratio, v.currency));
    case Type::string: return quoted_json(v.text);
    case Type::list: return json_list(*v.list, zone);
    case Type::record: return json_record(*v.record, zone);
    default: return quoted_json(print(v, zone));
  }
}

std::string miss_line(const Miss& miss, const Project& project, Instant as_of) {
  Json json;
  json.open('{').field("type", "miss").field("v", stage_version);
  write_miss(json, miss, project, as_of);
  return json.close('}').str() + "\n";
}

std::string unjudged_line(const Unjudged& unjudged, const Project& project, Instant as_of) {
  Json json;
  json.open('{').field("type", "unjudged").field("v", stage_version).field("case", unjudged.key);
  json.field("order", unjudged.record_id);
  write_record(json, unjudged.record, unjudged.own_id);
  json.field("guarantee", unjudged.guarantee);
  if (!unjudged.due.is_none()) json.field("due", print(unjudged.due, project.shop.zone));
  json.key("missing").open('[');
  for (const std::string& name : unjudged.missing) json.text(name);
  json.close(']').field("reason", unjudged.reason).field("as_of", print(as_of, project.shop.zone));
  return json.close('}').str() + "\n";
}

std::string unmatched_line(std::string_view record_id, Instant as_of) {
  Json json;
  json.open('{').field("type", "unmatched").field("v", stage_version).field("order", record_id);
  json.field("as_of", print(as_of, Zone::utc()));
  return json.close('}').str() + "\n";
}

std::string decision_line(const NightCase& c, const Project& project, Instant as_of) {
  Json json;
  json.open('{').field("type", "decision").field("v", stage_version);
  write_miss(json, *c.miss, project, as_of);
  json.field("standing", c.standing);
  if (!c.decision.judged) json.field("cannot_judge", c.decision.reason);
  write_owed(json, "owed", c.decision.owed);
  write_owed(json, "accruing", c.accruing);
  write_grants(json, c.grants);
  json.field("owed_total", amount(c.owed));
  if (c.ahead) json.field("ahead", amount(*c.ahead));
  return json.close('}').str() + "\n";
}

std::string unwritten_line(const Unwritten& u) {
  Json json;
  json.open('{').field("type", u.call ? "call" : "unwritten").field("v", stage_version).field("case", u.case_key);
  json.field("order", u.record_id).field("purpose", u.purpose).field("reason", u.reason).optional("code", u.code);
  return json.close('}').str() + "\n";
}

std::optional<std::string> piped_input() {
  struct stat info {};
  if (::fstat(STDIN_FILENO, &info) != 0 || !(S_ISFIFO(info.st_mode) || S_ISREG(info.st_mode))) return std::nullopt;
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error{{"-"}, fmt::format("stdin cannot be read: {}", std::strerror(errno)), "", Exit::io};
    if (n == 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

StageInput read_stage(const std::string& text, const Project& project) {
  StageInput input;
  std::unordered_set<std::string> seen;
  stage::each_line(text, [&](const Node& line, std::size_t number) { read_stage_line(line, number, project, input, seen); });
  return input;
}

}  // namespace amends
