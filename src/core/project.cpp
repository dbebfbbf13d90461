#include "core/project.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/database_path.h"
#include "core/base/text.h"
#include "core/policy/next_step.h"
#include "core/records/kinds.h"

namespace amends {
namespace {

std::string slug(std::string_view name) {
  std::string out;
  for (const char c : lower(name)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (plain) out += c;
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

const Node& required(const Node& table, std::string_view key, std::string_view what, std::string_view example) {
  const Node* node = table.find(key);
  if (node == nullptr)
    throw Error{table.where(), fmt::format("{} has no {}", what, key), fmt::format("write {}", example)};
  return *node;
}

std::string text_or(const Node& table, std::string_view key, std::string standard) {
  const Node* node = table.find(key);
  return node == nullptr ? std::move(standard) : string_of(*node, key);
}

std::int64_t duration_of(const Node& node, std::string_view what) {
  const std::optional<std::int64_t> ms = read_duration(string_of(node, what));
  if (!ms) fail(node, fmt::format("{} is not a length of time", quoted(node.text)), "write \"30 min\", \"26 h\" or \"90 days\"");
  return *ms;
}

Zone zone_of(const Node& node) {
  const std::optional<Zone> zone = Zone::named(string_of(node, "timezone"));
  if (!zone)
    fail(node, fmt::format("{} is not a time zone of the IANA list", quoted(node.text)),
         "write \"Europe/London\"; the names stand in /usr/share/zoneinfo");
  return *zone;
}

Currency currency_of(const Node& node) {
  const std::optional<Currency> currency = currency_named(string_of(node, "currency"));
  if (!currency) fail(node, fmt::format("{} is not a currency of ISO 4217", quoted(node.text)), "write \"GBP\" or \"EUR\"");
  return *currency;
}

void read_shop(const Node& node, Shop& shop) {
  only_keys(node, {"id", "name", "timezone", "currency", "locale", "country", "signatory", "contact"}, "shop");
  shop.name = string_of(required(node, "name", "[shop]", "name = \"Northwind Tea\""), "name");
  shop.id = text_or(node, "id", slug(shop.name));
  if (shop.id.empty()) fail(node, "the shop's name has no letter or digit", "write id = \"my-shop\"");
  shop.zone = zone_of(required(node, "timezone", "[shop]", "timezone = \"Europe/London\""));
  shop.currency = currency_of(required(node, "currency", "[shop]", "currency = \"GBP\""));
  shop.locale = text_or(node, "locale", "en");
  shop.country = text_or(node, "country", "");
  if (const Node* person = node.find("signatory")) {
    only_keys(*person, {"name", "title", "email"}, "signatory");
    shop.signatory = {text_or(*person, "name", ""), text_or(*person, "title", ""), text_or(*person, "email", "")};
  }
  if (const Node* contact = node.find("contact")) {
    only_keys(*contact, {"phone", "email", "hours"}, "contact");
    shop.phone = text_or(*contact, "phone", "");
    shop.email = text_or(*contact, "email", "");
    shop.hours = text_or(*contact, "hours", "");
  }
}

std::map<std::string, std::string> words_of(const Node& node, std::string_view what) {
  if (!node.is_table()) fail(node, fmt::format("{} is a table", what), fmt::format("write {} = {{ a = \"b\" }}", what));
  std::map<std::string, std::string> words;
  for (const Entry& entry : node.entries) words[entry.key] = string_of(entry.value, entry.key);
  return words;
}

std::vector<std::string> names_of(const std::vector<Word>& words) {
  std::vector<std::string> names;
  for (const Word& word : words) names.push_back(word.name);
  return names;
}

// The file's words on the left, ours on the right.
std::map<std::string, std::string> mapped_words(const Node& node, std::string_view what, const std::vector<Word>& ours) {
  const std::vector<std::string> known = names_of(ours);
  for (const Entry& entry : node.entries)
    if (std::find(known.begin(), known.end(), string_of(entry.value, what)) == known.end())
      fail(entry.value, fmt::format("{} is not one of the {}", quoted(entry.value.text), what),
           suggestion(entry.value.text, known));
  return words_of(node, what);
}

// What a subject holds on the left, on the right the kind of miss it claims.
std::map<std::string, std::string> claims_of(const Node& node, RecordKind kind) {
  if (kind != RecordKind::contact) fail(node, fmt::format("{} have no subjects", source_name_of(kind)), "write subjects under [sources.contacts]");
  std::vector<Word> claimed;
  for (const Word& word : vocabulary().kinds)
    if (const std::optional<Kind> miss = kind_named(word.name); miss && !is_about_time(*miss)) claimed.push_back(word);  // the clock tells these
  for (const Entry& entry : node.entries)
    if (trimmed(entry.key).empty()) fail(entry.value, "every subject holds nothing", "write subjects = { \"never arrived\" = \"lost\" }");
  return mapped_words(node, "kinds", claimed);
}

// Left: a field of amends or one of [fields]; right: the header in the file.
std::map<std::string, std::string> mapped_columns(const Node& node, RecordKind kind, const Schema& schema) {
  for (const Entry& entry : node.entries) {
    const Slot own = schema.find(entry.key);
    const bool is_own = own != no_slot && schema.at(own).origin == Origin::own;
    if (canonical(kind, entry.key) != nullptr || is_own) continue;
    std::vector<std::string> names;
    for (const Field& field : vocabulary().fields)
      if (field.origin == Origin::record && field.record == kind) names.push_back(field.name);
    throw Error{where_of_key(node, entry.key),
                fmt::format("{} is not a field of {}", quoted(entry.key), source_name_of(kind)),
                suggestion(entry.key, names, "your own go under [fields]")};
  }
  return words_of(node, "columns");
}

char separator_of(const Node& node) {
  const std::string& text = string_of(node, "separator");
  if (text.size() != 1 || std::string_view(",;\t|").find(text[0]) == std::string_view::npos)
    fail(node, fmt::format("{} does not separate columns", quoted(text)), "write \",\", \";\", \"|\" or \"\\t\"");
  return text[0];
}

bool has_decimal_comma(const Node& node) {
  const std::string& text = string_of(node, "decimal");
  if (text != "," && text != ".") fail(node, fmt::format("{} is no decimal sign", quoted(text)), "write \",\" for 1.234,50 or \".\" for 1234.50");
  return text == ",";
}

// Of the line nothing is shown: a password may stand anywhere in it.
void refuse_other_address(const std::string& path, const Node& node) {
  if (!is_other_address(path)) return;
  Where where = node.where();
  where.text.clear();
  throw Error{where, "amends reads sqlite: and postgresql:// addresses, and this is another",
              "write sqlite:FILE#TABLE or postgresql://user@host/database#TABLE; of other databases export a file"};
}

SourceSpec read_source(const Entry& entry, const Schema& schema) {
  const Node& node = entry.value;
  const std::optional<RecordKind> kind = record_kind_named(entry.key);
  if (!kind) {
    std::vector<std::string> names;
    for (int i = 0; i < record_kinds; ++i) names.emplace_back(source_name_of(static_cast<RecordKind>(i)));
    throw Error{{entry.value.source ? entry.value.source->name : "", entry.line, entry.column, entry.key.size(),
                 entry.value.where().text},
                fmt::format("there are no records called {}", quoted(entry.key)), suggestion(entry.key, names)};
  }
  const std::string what = "sources." + entry.key;
  only_keys(node,
            {"path", "preset", "columns", "statuses", "causes", "carriers", "format", "separator", "decimal", "encoding", "dates", "timezone",
             "midnight_is_date", "max_age", "min_rows", "subjects"},
            what);
  SourceSpec spec;
  spec.kind = *kind;
  spec.where = node.where();
  spec.paths = strings_of(required(node, "path", "[" + what + "]", "path = \"exports/" + entry.key + "-*.csv\""), "path");
  for (const std::string& path : spec.paths) refuse_other_address(path, *node.find("path"));
  spec.preset = text_or(node, "preset", "");
  spec.format = text_or(node, "format", "");
  spec.encoding = text_or(node, "encoding", "utf-8");
  if (const Node* separator = node.find("separator")) spec.separator = separator_of(*separator);
  if (const Node* decimal = node.find("decimal")) spec.decimal_comma = has_decimal_comma(*decimal);
  if (const Node* columns = node.find("columns")) spec.columns = mapped_columns(*columns, *kind, schema);
  if (const Node* words = node.find("statuses")) spec.statuses = mapped_words(*words, "statuses", vocabulary().statuses);
  if (const Node* words = node.find("causes")) spec.causes = mapped_words(*words, "causes", vocabulary().causes);
  if (const Node* words = node.find("subjects")) spec.subjects = claims_of(*words, *kind);
  if (const Node* words = node.find("carriers")) spec.carriers = words_of(*words, "carriers");
  if (const Node* dates = node.find("dates")) spec.dates = strings_of(*dates, "dates");
  if (const Node* zone = node.find("timezone")) spec.zone = zone_of(*zone);
  if (const Node* flag = node.find("midnight_is_date")) spec.midnight_is_date = boolean_of(*flag, "midnight_is_date");
  if (const Node* age = node.find("max_age")) spec.max_age = duration_of(*age, "max_age");
  if (const Node* age = node.find("max_age"); age != nullptr && spec.max_age <= 0)
    fail(*age, fmt::format("{} is no age an export can have", quoted(age->text)), "write \"26 h\", or take max_age out");
  if (const Node* rows = node.find("min_rows")) spec.min_rows = integer_of(*rows, "min_rows");
  if (const Node* rows = node.find("min_rows"); rows != nullptr && spec.min_rows < 0)
    fail(*rows, fmt::format("{} is no number of rows", rows->text), "write how many rows the export has at least, such as 100");
  return spec;
}

void read_encodings(const SourceSpec& spec, const Node& node) {
  static const std::vector<std::string> encodings = {"utf-8", "latin1", "windows-1252"};
  if (std::find(encodings.begin(), encodings.end(), spec.encoding) == encodings.end())
    fail(*node.find("encoding"), fmt::format("{} is not an encoding amends reads", quoted(spec.encoding)),
         suggestion(spec.encoding, encodings));
  static const std::vector<std::string> formats = {"", "csv", "tsv", "jsonl"};
  if (std::find(formats.begin(), formats.end(), spec.format) == formats.end())
    fail(*node.find("format"), fmt::format("{} is not a format amends reads", quoted(spec.format)),
         suggestion(spec.format, {"csv", "tsv", "jsonl"}));
}

void read_fields(const Node& node, Project& project) {
  for (const Entry& entry : node.entries) {
    Field field = read_field(entry);
    const Slot known = project.schema.find(field.name);
    if (known != no_slot)
      throw Error{where_of_key(node, entry.key), fmt::format("{} is already a fact of amends", quoted(field.name)),
                  fmt::format("take another name, such as my_{0}, and say what your data call it: [sources.orders] (or facts) columns = {{ my_{0} = \"{0}\" }}", field.name)};
    project.schema.add(std::move(field));
  }
}

bool is_part_of_a_list(const Schema& schema, std::string_view name) {
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const FieldType& type = schema.at(static_cast<Slot>(i)).type;
    const std::vector<Member>* members = type.element ? &type.element->members : &type.members;
    for (const Member& member : *members)
      if (member.name == name) return true;
  }
  return false;
}

// [sources.facts]: the keys of plain facts that are not called like the facts they tell.
void read_fact_names(const Node& node, Project& project) {
  only_keys(node, {"columns"}, "sources.facts");
  const Node* columns = node.find("columns");
  if (columns == nullptr) return;
  if (!columns->is_table()) fail(*columns, "columns is a table", "write columns = { event = \"kind\" }");
  for (const Entry& entry : columns->entries) {
    const bool is_unknown = project.schema.find(entry.key) == no_slot && !is_part_of_a_list(project.schema, entry.key);
    if (is_unknown)
      throw Error{where_of_key(*columns, entry.key), fmt::format("there is no fact {}", quoted(entry.key)),
                  fact_suggestion(entry.key, project.schema, "your own go under [fields]")};
    project.fact_names[string_of(entry.value, entry.key)] = entry.key;
  }
}

std::optional<Ratio> read_brake(const Node& node) {
  const std::string& text = string_of(node, "brake");
  if (text == "off") return std::nullopt;
  const std::optional<Ratio> times =
      text.ends_with('x') ? read_decimal(std::string_view(text).substr(0, text.size() - 1)) : std::nullopt;
  if (!times || *times < Ratio(1)) fail(node, fmt::format("{} is not a brake", quoted(text)), "write \"3x\" or \"off\"");
  return times;
}

std::optional<Ratio> read_alike(const Node& node) {
  const std::string& text = string_of(node, "alike");
  if (text == "off") return std::nullopt;
  const std::optional<Ratio> percent = text.ends_with('%') ? read_decimal(trimmed(std::string_view(text).substr(0, text.size() - 1))) : std::nullopt;
  if (!percent || percent->is_negative() || *percent > Ratio(100)) fail(node, fmt::format("{} is no share of the letters", quoted(text)), "write \"50%\" or \"off\"");
  return *percent / Ratio(100);
}

void read_ledger_keys(const Node& node, Project& project) {
  only_keys(node, {"path", "since"}, "ledger");
  project.ledger_path = text_or(node, "path", project.ledger_path);
  if (const Node* since = node.find("since")) {
    const Stamp stamp = read_iso(scalar_of(*since, "since"));
    if (stamp.kind != Stamp::Kind::date) fail(*since, "since is a date", "write since = 2026-11-01");
    project.since = stamp.date;
  }
}

void read_report(const Node& node, Project& project) {
  only_keys(node, {"topics"}, "report");
  const Node* topics = node.find("topics");
  if (topics == nullptr) return;
  if (!topics->is_table()) fail(*topics, "topics is a table", "write [report.topics], and below it: delivery = [\"where is\", \"tracking\"]");
  for (const Entry& entry : topics->entries) {
    Topic topic{entry.key, {}};
    for (const std::string& word : strings_of(entry.value, entry.key)) {
      topic.words.push_back(lower(trimmed(word)));
      if (topic.words.back().empty()) fail(entry.value, fmt::format("an empty word would make every message one of {}", quoted(entry.key)), "leave it out");
    }
    if (topic.words.empty()) fail(entry.value, fmt::format("{} names no word", quoted(entry.key)), "write delivery = [\"where is\", \"tracking\"]");
    project.topics.push_back(std::move(topic));
  }
}

// Calls read(node) when the file has the table.
template <class Read>
void with_table(const Node& root, std::string_view key, Read read) {
  const Node* node = root.find(key);
  if (node == nullptr) return;
  if (!node->is_table()) fail(*node, fmt::format("{} is a table", key), fmt::format("write [{}]", key));
  read(*node);
}

// Calls read(node) for each of an array of tables, [[key]].
template <class Read>
void with_each(const Node& root, std::string_view key, Read read) {
  const Node* node = root.find(key);
  if (node == nullptr) return;
  if (!node->is_array()) fail(*node, fmt::format("there may be several of {}", key), fmt::format("write [[{}]]", key));
  for (const Node& item : node->items) read(item);
}

void unique_names(const std::vector<Guarantee>& guarantees) {
  std::set<std::string> names;
  for (const Guarantee& guarantee : guarantees) {
    std::vector<std::string> own = guarantee.was;
    own.push_back(guarantee.name);
    for (const std::string& name : own)
      if (!names.insert(name).second)
        throw Error{guarantee.where, fmt::format("two guarantees are or were called {}", quoted(name)),
                    "a case is known by this name: give each guarantee its own, in name and was"};
  }
}

}  // namespace

const Guarantee* Project::guarantee_named(std::string_view name) const {
  for (const Guarantee& guarantee : guarantees)
    if (guarantee.name == name || std::find(guarantee.was.begin(), guarantee.was.end(), name) != guarantee.was.end())
      return &guarantee;
  return nullptr;
}

void read_project(const Node& root, Project& project) {
  only_keys(root,
            {"shop", "include", "sources", "fields", "sets", "derived", "calendars", "guarantee", "exception", "policy", "kinds", "lost", "transit",
             "message", "ledger", "outbox", "run", "history", "incidents", "stand_firm", "approver", "report"},
            "amends.toml");
  read_shop(required(root, "shop", "amends.toml", "[shop], or run: amends init"), project.shop);
  project.schema = standard_schema();
  with_table(root, "fields", [&](const Node& node) { read_fields(node, project); });
  with_table(root, "sets", [&](const Node& node) {
    for (const Entry& entry : node.entries) project.sets[entry.key] = strings_of(entry.value, entry.key);
  });
  with_table(root, "calendars", [&](const Node& node) {
    project.calendars = read_calendars(node, project.shop.zone, project.calendar_texts);
  });
  with_table(root, "history", [&](const Node& node) { project.history = read_history(node, project.schema, project.language()); });
  with_each(root, "guarantee", [&](const Node& node) { add_facts_of(read_on(node), project.schema); });
  project.derived = read_derived(root, project.schema, project.language());
  with_table(root, "sources", [&](const Node& node) {
    for (const Entry& entry : node.entries) {
      if (entry.key == "facts") {
        read_fact_names(entry.value, project);
        continue;
      }
      project.sources.push_back(read_source(entry, project.schema));
      read_encodings(project.sources.back(), entry.value);
    }
  });
  with_each(root, "guarantee", [&](const Node& node) {
    project.guarantees.push_back(read_guarantee(node, project.language(), project.calendars));
  });
  with_table(root, "lost", [&](const Node& node) { project.lost = read_lost(node, project.shop.zone, project.calendars); });
  with_each(root, "transit", [&](const Node& node) { project.transit.push_back(read_transit(node, project.shop.zone, project.calendars)); });
  unique_names(project.guarantees);
  std::vector<PromiseException> exceptions;
  with_each(root, "exception", [&](const Node& node) { exceptions.push_back(read_exception(node, project.language(), project.calendars)); });
  attach(exceptions, project.guarantees, project.schema);
  project.policy = read_policy(root, project.language(), project.shop.currency, project.derived);
  with_each(root, "stand_firm", [&](const Node& node) { project.stand_firm.push_back(read_stand_firm(node, project.language())); });
  with_each(root, "approver", [&](const Node& node) { project.approvers.push_back(read_approver(node, project.shop.currency)); });
  with_each(root, "message",
            [&](const Node& node) { project.messages.push_back(read_message(node, project.language(), project.derived)); });
  with_table(root, "ledger", [&](const Node& node) { read_ledger_keys(node, project); });
  with_table(root, "outbox", [&](const Node& node) { project.outbox = read_outbox_rules(node, project.shop.zone, project.calendars); });
  with_table(root, "report", [&](const Node& node) { read_report(node, project); });
  with_table(root, "run", [&](const Node& node) {
    only_keys(node, {"brake", "alike", "stale"}, "run");
    if (const Node* stale = node.find("stale")) project.stale_ms = string_of(*stale, "stale") == "off" ? 0 : duration_of(*stale, "stale");
    if (const Node* brake = node.find("brake")) project.brake = read_brake(*brake);
    if (const Node* alike = node.find("alike")) project.alike = read_alike(*alike);
  });
  with_table(root, "incidents", [&](const Node& node) { project.incidents = read_incidents(node, project.schema); });
  with_table(root, "history", [&](const Node& node) {
    if (const Node* within = node.find("within")) project.history_ms = duration_of(*within, "within");
  });
}

}  // namespace amends
