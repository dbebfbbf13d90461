#include "core/records/fields.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/embedded.h"
#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::string_view kind_names[] = {"order", "shipment", "item", "event", "customer", "contact", "credit"};
constexpr std::string_view source_names[] = {"orders",    "shipments", "items",  "events",
                                             "customers", "contacts",  "credits"};
constexpr Type scalar_types[] = {Type::string,  Type::number, Type::money,    Type::percent,  Type::boolean, Type::date,
                                 Type::instant, Type::time,   Type::monthday, Type::duration, Type::span};

std::optional<Type> scalar_named(std::string_view name) {
  for (const Type type : scalar_types)
    if (name_of(type) == name) return type;
  return std::nullopt;
}

std::vector<std::string> scalar_names() {
  std::vector<std::string> names;
  for (const Type type : scalar_types) names.emplace_back(name_of(type));
  return names;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view part : split(text, '|')) words.emplace_back(trimmed(part));
  return words;
}

// "late | overdue", "money EUR", "date?" without a default.
std::optional<FieldType> read_plain_type(std::string_view text) {
  FieldType type;
  text = trimmed(text);
  if (!text.empty() && text.back() == '?') {
    type.optional = true;
    text = trimmed(text.substr(0, text.size() - 1));
  }
  if (text.find('|') != std::string_view::npos) {
    type.words = words_of(text);
    return std::any_of(type.words.begin(), type.words.end(), [](const auto& w) { return w.empty(); })
               ? std::nullopt
               : std::optional(type);
  }
  if (text.starts_with("money ")) {
    const std::optional<Currency> currency = currency_named(trimmed(text.substr(6)));
    if (!currency) return std::nullopt;
    type.base = Type::money;
    type.currency = *currency;
    return type;
  }
  const std::optional<Type> base = scalar_named(text);
  if (!base) return std::nullopt;
  type.base = *base;
  return type;
}

FieldType read_scalar_type(const Node& node) {
  const std::string& text = string_of(node, "a type");
  const std::size_t equals = text.find('=');
  const std::string_view name = trimmed(std::string_view(text).substr(0, equals));
  std::optional<FieldType> type = read_plain_type(name);
  if (!type)
    fail(node, fmt::format("{} is not a type", quoted(name)), suggestion(name, scalar_names()));
  if (equals == std::string::npos) return *type;
  Node standard = node;
  standard.text = trimmed(std::string_view(text).substr(equals + 1));
  if (!read_value(standard.text, *type, Currency{}, Zone::utc()))
    fail(node, fmt::format("the default {} is not a {}", quoted(standard.text), print(*type)));
  type->standard = std::make_shared<const Node>(std::move(standard));
  return *type;
}

std::string_view cell(const std::vector<std::string_view>& cells, std::size_t i) {
  if (i >= cells.size()) throw std::logic_error("templates/fields.tsv has a short line");
  return cells[i];
}

FieldType built_in_type(std::string_view text) {
  const std::optional<FieldType> type = read_plain_type(text);
  if (!type) throw std::logic_error(fmt::format("templates/fields.tsv: {} is not a type", text));
  return *type;
}

Field record_field(const std::vector<std::string_view>& cells) {
  Field field;
  const auto kind = std::find(std::begin(kind_names), std::end(kind_names), cell(cells, 1));
  if (kind == std::end(kind_names)) throw std::logic_error("templates/fields.tsv: unknown record");
  field.record = static_cast<RecordKind>(kind - std::begin(kind_names));
  field.name = cell(cells, 2);
  field.type = built_in_type(cell(cells, 3));
  field.stage = cell(cells, 4);
  field.meaning = cell(cells, 5);
  return field;
}

// "[string]": a list.
FieldType judged_type(std::string_view text) {
  if (!text.starts_with('[')) return built_in_type(text);
  FieldType list;
  list.base = Type::list;
  list.element = std::make_shared<const FieldType>(built_in_type(text.substr(1, text.size() - 2)));
  return list;
}

Field judged_field(const std::vector<std::string_view>& cells) {
  Field field;
  field.name = cell(cells, 1);
  field.origin = is_one_of(field.name, {"misses_before", "contacts_before", "days_since_contact"}) ? Origin::history : Origin::judged;
  field.type = judged_type(cell(cells, 2));
  field.stage = cell(cells, 3);
  field.meaning = cell(cells, 4);
  return field;
}

Vocabulary read_vocabulary() {
  Vocabulary v;
  for (const std::string_view line : split(embedded("fields.tsv"), '\n')) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string_view> cells = split(line, '\t');
    const std::string_view list = cells[0];
    if (list == "field") v.fields.push_back(record_field(cells));
    else if (list == "judged") v.fields.push_back(judged_field(cells));
    else if (list == "status") v.statuses.push_back({std::string(cell(cells, 1)), std::string(cell(cells, 2)), {}});
    else if (list == "kind") v.kinds.push_back({std::string(cell(cells, 1)), std::string(cell(cells, 2)), {}});
    else if (list == "cause") v.causes.push_back({std::string(cell(cells, 1)), std::string(cell(cells, 2)), {}});
    else if (list == "remedy")
      v.remedies.push_back({std::string(cell(cells, 1)), std::string(cell(cells, 3)), std::string(cell(cells, 2))});
    else throw std::logic_error(fmt::format("templates/fields.tsv: unknown list {}", list));
  }
  return v;
}

std::vector<std::string> names_of(const std::vector<Word>& words) {
  std::vector<std::string> names;
  for (const Word& word : words) names.push_back(word.name);
  return names;
}

std::optional<Value> read_ratio(std::string_view text, Type type) {
  const std::optional<Ratio> ratio = read_decimal(text);
  if (!ratio) return std::nullopt;
  return type == Type::number ? Value::of_number(*ratio) : Value::of_percent(*ratio / 100);
}

std::optional<Value> read_money(std::string_view text, Currency currency) {
  const std::optional<Ratio> ratio = read_decimal(text);
  if (!ratio) return std::nullopt;
  return Value::of_money(*ratio, currency);
}

std::optional<Value> read_moment(std::string_view text, Type type, const Zone& zone) {
  const Stamp stamp = read_iso(text);
  if (stamp.kind == Stamp::Kind::bad) return std::nullopt;
  if (type == Type::date)
    return stamp.kind == Stamp::Kind::date ? std::optional(Value::of_date(stamp.date)) : std::nullopt;
  return Value::of_moment(moment_of(stamp, zone));
}

std::optional<Value> read_monthday(std::string_view text) {
  const Stamp stamp = read_iso("2000-" + std::string(text));  // a leap year
  if (stamp.kind != Stamp::Kind::date) return std::nullopt;
  const YearMonthDay c = civil(stamp.date);
  return Value::of(Type::monthday, c.month * 100 + c.day);
}

std::optional<Value> read_span(std::string_view text, const Zone& zone) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<Value> from = read_moment(text.substr(0, slash), Type::instant, zone);
  const std::optional<Value> until = read_moment(text.substr(slash + 1), Type::instant, zone);
  if (!from || !until || from->type != Type::instant || until->type != Type::instant) return std::nullopt;
  Value span = Value::of(Type::span, from->whole);
  span.until = until->whole;
  return span;
}

template <class T>
std::optional<Value> of_read(Type type, const std::optional<T>& whole) {
  if (!whole) return std::nullopt;
  return Value::of(type, *whole);
}

std::optional<Value> read_boolean(std::string_view text) {
  const std::string word = lower(text);
  if (word == "true" || word == "yes" || word == "1" || word == "y" || word == "t") return Value::of_boolean(true);
  if (word == "false" || word == "no" || word == "0" || word == "n" || word == "f") return Value::of_boolean(false);
  return std::nullopt;
}

std::optional<Value> read_string(std::string_view text, const FieldType& type) {
  if (type.words.empty()) return Value::of_string(text);
  for (const std::string& word : type.words)
    if (word == text) return Value::of_string(text);
  return std::nullopt;
}

}  // namespace

std::string_view name_of(RecordKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }
std::string_view source_name_of(RecordKind kind) { return source_names[static_cast<std::size_t>(kind)]; }

std::optional<RecordKind> record_kind_named(std::string_view source_name) {
  const auto found = std::find(std::begin(source_names), std::end(source_names), source_name);
  if (found == std::end(source_names)) return std::nullopt;
  return static_cast<RecordKind>(found - std::begin(source_names));
}

std::string print(const FieldType& type) {
  std::string out;
  if (type.base == Type::list) {
    out = "[" + (type.element ? print(*type.element) : "") + "]";
  } else if (type.base == Type::record) {
    std::vector<std::string> parts;
    for (const auto& [name, member] : type.members) parts.push_back(name + " = " + print(member));
    out = type.is_case ? "case?" : "{ " + joined(parts, ", ") + " }";
  } else {
    out = type.words.empty() ? std::string(name_of(type.base)) : joined(type.words, " | ");
    if (!type.currency.is_none()) out += " " + std::string(type.currency.name());
  }
  return out + (type.optional ? "?" : "");
}

Slot Schema::add(Field field) {
  const Slot known = find(field.name);
  if (known != no_slot) {
    fields_[known] = std::move(field);
    return known;
  }
  fields_.push_back(std::move(field));
  return static_cast<Slot>(fields_.size() - 1);
}

Slot Schema::find(std::string_view name) const {
  for (std::size_t i = 0; i < fields_.size(); ++i)
    if (fields_[i].name == name) return static_cast<Slot>(i);
  return no_slot;
}

std::vector<std::string> Schema::names() const {
  std::vector<std::string> names;
  for (const Field& field : fields_) names.push_back(field.name);
  return names;
}

const Vocabulary& vocabulary() {
  static const Vocabulary v = read_vocabulary();
  return v;
}

const Field* canonical(RecordKind record, std::string_view name) {
  for (const Field& field : vocabulary().fields)
    if (field.origin == Origin::record && field.record == record && field.name == name) return &field;
  return nullptr;
}

// Statuses and causes are words of their own everywhere.
Field with_words(Field field) {
  if (field.origin == Origin::record && field.name == "status") field.type.words = names_of(vocabulary().statuses);
  if (field.origin == Origin::record && field.name == "cause") field.type.words = names_of(vocabulary().causes);
  return field;
}

// "items", "shipments" and "contacts": the records that belong to the order.
Field list_of(std::string name, RecordKind kind, std::string meaning) {
  FieldType element;
  element.base = Type::record;
  for (const Field& field : vocabulary().fields)
    if (field.origin == Origin::record && field.record == kind) element.members.push_back({field.name, with_words(field).type});
  Field list;
  list.name = std::move(name);
  list.type.base = Type::list;
  list.type.optional = true;
  list.type.element = std::make_shared<const FieldType>(std::move(element));
  list.stage = "draft";
  list.meaning = std::move(meaning);
  return list;
}

Schema standard_schema() {
  Schema schema;
  for (Field field : vocabulary().fields) {
    const bool reachable = field.origin != Origin::record || field.record == RecordKind::order;
    if (!reachable) continue;
    schema.add(with_words(std::move(field)));
  }
  schema.add(list_of("items", RecordKind::item, "The order's lines"));
  schema.add(list_of("shipments", RecordKind::shipment, "The order's parcels"));
  schema.add(list_of("contacts", RecordKind::contact, "What the customer wrote or said about the order"));
  return schema;
}

void add_facts_of(RecordKind kind, Schema& schema) {
  for (Field field : vocabulary().fields) {
    const bool is_own = field.origin == Origin::record && field.record == kind;
    if (is_own && schema.find(field.name) == no_slot) schema.add(std::move(field));
  }
}

namespace {

// name = "T", or "name?" = { ... } where it may be null.
Member read_member(const Entry& entry) {
  Member member{entry.key, read_type(entry.value)};
  if (member.name.empty() || member.name.back() != '?') return member;
  member.name.pop_back();
  member.type.optional = true;
  return member;
}

// "case?": an element that may set any field of the case.
FieldType read_element(const Node& node) {
  if (!node.is_string() || (node.text != "case?" && node.text != "case")) return read_type(node);
  FieldType type;
  type.base = Type::record;
  type.is_case = true;
  return type;
}

}  // namespace

FieldType read_type(const Node& node) {
  if (node.is_array()) {
    if (node.items.size() != 1) fail(node, "a list type has one element type", "write [\"string\"]");
    FieldType type;
    type.base = Type::list;
    type.element = std::make_shared<const FieldType>(read_element(node.items[0]));
    return type;
  }
  if (!node.is_table()) return read_scalar_type(node);
  FieldType type;
  type.base = Type::record;
  for (const Entry& entry : node.entries) type.members.push_back(read_member(entry));
  return type;
}

Field read_field(const Entry& entry) {
  Field field;
  field.origin = Origin::own;
  field.name = entry.key;
  field.stage = "compensate";
  const Node* type = entry.value.is_table() ? entry.value.find("type") : nullptr;
  if (type == nullptr) {
    field.type = read_type(entry.value);
  } else {
    only_keys(entry.value, {"type", "public", "meaning"}, "field " + entry.key);
    field.type = read_type(*type);
    if (const Node* told = entry.value.find("public")) field.told = boolean_of(*told, "public");
    if (const Node* meaning = entry.value.find("meaning")) field.meaning = string_of(*meaning, "meaning");
  }
  if (!field.name.empty() && field.name.back() == '?') {
    field.name.pop_back();
    field.type.optional = true;
  }
  return field;
}

std::optional<Value> read_value(std::string_view text, const FieldType& type, Currency currency, const Zone& zone) {
  if (text.empty()) {
    if (type.standard) return read_value(type.standard->text, type, currency, zone);
    return type.optional ? Value::null() : Value{};
  }
  switch (type.base) {
    case Type::string: return read_string(text, type);
    case Type::number: return read_ratio(text, Type::number);
    case Type::percent: return read_ratio(text.back() == '%' ? text.substr(0, text.size() - 1) : text, Type::percent);
    case Type::money: return read_money(text, type.currency.is_none() ? currency : type.currency);
    case Type::boolean: return read_boolean(text);
    case Type::date:
    case Type::instant: return read_moment(text, type.base, zone);
    case Type::time: return of_read(Type::time, read_time_of_day(text));
    case Type::monthday: return read_monthday(text);
    case Type::duration: return of_read(Type::duration, read_duration(text));
    case Type::span: return read_span(text, zone);
    default: return std::nullopt;
  }
}

std::unique_ptr<FactSource> FactSource::with(std::vector<std::pair<Slot, Value>> element) const {
  return std::make_unique<ElementFacts>(*this, std::move(element));
}

const std::pair<Slot, Value>* ElementFacts::told(Slot slot) const {
  for (const auto& one : element_)
    if (one.first == slot) return &one;
  return nullptr;
}

Value ElementFacts::at(Slot slot) const {
  const auto* own = told(slot);
  return own != nullptr ? own->second : whole_.at(slot);
}

std::string ElementFacts::lacks(Slot slot, std::vector<Slot>& missing) const {
  if (told(slot) == nullptr) return whole_.lacks(slot, missing);
  missing.push_back(slot);
  return {};
}

namespace {

// Also of a const one.
template <class Values>
auto place_of(Values& values, Slot slot) {
  return std::lower_bound(values.begin(), values.end(), slot, [](const auto& entry, Slot s) { return entry.first < s; });
}

}  // namespace

Value Facts::at(Slot slot) const {
  if (const auto found = place_of(values_, slot); found != values_.end() && found->first == slot) return found->second;
  return std::binary_search(nulls_.begin(), nulls_.end(), slot) ? Value::null() : Value{};
}

void Facts::set(Slot slot, Value value) {
  const auto null = std::lower_bound(nulls_.begin(), nulls_.end(), slot);
  const bool was_null = null != nulls_.end() && *null == slot;
  if (value.is_null() && was_null) return;
  if (was_null) nulls_.erase(null);
  const auto found = place_of(values_, slot);
  if (found != values_.end() && found->first == slot) found->second = std::move(value);
  else if (value.is_null()) nulls_.insert(std::lower_bound(nulls_.begin(), nulls_.end(), slot), slot);
  else if (!value.is_missing()) values_.emplace(found, slot, std::move(value));
}

void Facts::take_all(std::vector<std::pair<Slot, Value>>& told) {
  const auto is_kept = [](const auto& one) { return !one.second.is_missing() && !one.second.is_null(); };
  const auto kept = static_cast<std::size_t>(std::count_if(told.begin(), told.end(), is_kept));
  const auto nulls = static_cast<std::size_t>(std::count_if(told.begin(), told.end(), [](const auto& one) { return one.second.is_null(); }));
  constexpr std::size_t told_later = 2;  // misses_before and one more: no second room is wanted for them
  values_.clear();
  nulls_.clear();
  values_.reserve(kept + told_later);
  nulls_.reserve(nulls);
  for (auto& one : told) {
    if (one.second.is_null()) nulls_.push_back(one.first);
    else if (is_kept(one)) values_.push_back(std::move(one));
  }
}

std::string_view Facts::keep(std::string_view text) {
  if (!words_) words_ = std::make_shared<std::deque<std::string>>();
  return words_->emplace_back(text);
}

}  // namespace amends
