#include "core/letter_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/carriers.h"
#include "core/text.h"

namespace amends {
namespace {

Value or_null(Value value) {
  return value.is_missing() ? Value::null() : value;
}

Value text_or_null(std::string_view text) {
  return text.empty() ? Value::null() : Value::of_string(text);
}

class FactsOfLetter {
 public:
  FactsOfLetter(const LetterInput& input, std::deque<std::string>& words)
      : in_(input), miss_(input.miss), guarantee_(input.project.guarantee_named(input.miss.guarantee)), shop_(input.project.shop), words_(words) {
    for (const Grant& grant : input.told)
      if (grant.state == GrantState::granted || grant.state == GrantState::issued) told_.push_back(&grant);
  }

  Value all() {
    Record all = own();
    const auto set = [&](std::string name, Value value) {
      std::erase_if(all, [&](const auto& field) { return field.first == name; });
      all.emplace_back(std::move(name), std::move(value));
    };
    set("shop", shop());
    set("customer", customer());
    set("order", order());
    set("orders", Value::of_list({order()}));
    set("shipments", shipments());
    set("promise", promise());
    set("miss", miss());
    set("remedies", remedies());
    set("total", total());
    set("next", next());
    set("cause", Value::of_record({{"told", fact("cause_told")}}));
    set("before",
        in_.last_apology ? Value::of_record({{"date", Value::of_date(*in_.last_apology)}}) : Value::null());
    return Value::of_record(std::move(all));
  }

 private:
  Value fact(std::string_view name) const {
    const Slot slot = in_.project.schema.find(name);
    return slot == no_slot ? Value::null() : or_null(miss_.facts.at(slot));
  }

  Value shop() const {
    const Person& p = shop_.signatory;
    return Value::of_record({{"name", text_or_null(shop_.name)},
                             {"signatory", Value::of_record({{"name", text_or_null(p.name)},
                                                             {"title", text_or_null(p.title)},
                                                             {"email", text_or_null(p.email)}})},
                             {"phone", text_or_null(shop_.phone)},
                             {"email", text_or_null(shop_.email)},
                             {"hours", text_or_null(shop_.hours)}});
  }

  Value customer() const {
    return Value::of_record({{"name", fact("customer_name")},
                             {"first_name", fact("first_name")},
                             {"email", fact("email")},
                             {"locale", fact("locale")}});
  }

  Value order() const {
    const Value items = list_of("items", {"name", "quantity", "price"});
    return Value::of_record({{"id", text_or_null(miss_.record_id)},
                             {"placed_at", fact("placed_at")},
                             {"total", fact("order_value")},
                             {"items", items}});
  }

  // A list fact with the members letters know; null when nobody told it or it is empty.
  Value list_of(std::string_view name, const std::vector<std::string_view>& members) const {
    const Value known = fact(name);
    if (known.type != Type::list || known.list->empty()) return Value::null();
    List out;
    for (const Value& item : *known.list) out.push_back(picked(item, members));
    return Value::of_list(std::move(out));
  }

  static Value picked(const Value& item, const std::vector<std::string_view>& members) {
    Record record;
    for (const std::string_view member : members) record.emplace_back(std::string(member), Value::null());
    if (item.type != Type::record) return Value::of_record(std::move(record));
    for (auto& [name, value] : record)
      for (const auto& [given, v] : *item.record)
        if (given == name) value = or_null(v);
    return Value::of_record(std::move(record));
  }

  // Without a shipments source the order itself says what its one parcel did. Carriers by their names.
  Value shipments() const {
    static const std::vector<std::string_view> members = {"carrier", "tracking", "shipped_at", "delivered_at",
                                                          "status"};
    const Value known = list_of("shipments", members);
    if (!known.is_null()) return with_carriers_named(known);
    Record one;
    for (const std::string_view member : members) one.emplace_back(std::string(member), fact(member));
    const bool told =
        std::any_of(one.begin(), one.end() - 1, [](const auto& field) { return field.second.is_known(); });
    return told ? with_carriers_named(Value::of_list({Value::of_record(std::move(one))})) : Value::null();
  }

  static Value with_carriers_named(const Value& parcels) {
    List out;
    for (const Value& parcel : *parcels.list) {
      Record record = *parcel.record;
      for (auto& [name, value] : record)
        if (name == "carrier" && value.is_known()) value = Value::of_string(carrier_name(value.text));
      out.push_back(Value::of_record(std::move(record)));
    }
    return Value::of_list(std::move(out));
  }

  // In the language of the letter.
  std::string_view promised_words() const {
    if (guarantee_ == nullptr) return {};
    const Value own = fact("locale");
    return words_told(*guarantee_, letter_locale(own.type == Type::string ? own.text : std::string_view{}, shop_.locale));
  }

  Value promise() const {
    return Value::of_record(
        {{"words", text_or_null(promised_words())},
         {"due", or_null(Value::of_moment(miss_.due))},
         {"due_date", miss_.due.is_none() ? Value::null() : Value::of_date(miss_.due_date)},
         {"by_date", Value::of_boolean(miss_.due.is_date())},
         {"met_by", guarantee_ == nullptr ? Value::null() : Value::of_string(guarantee_->met_by)},
         {"record", Value::of_string(name_of(miss_.record))},
         {"opens", guarantee_ == nullptr || guarantee_->due.from.empty() ? Value::null() : fact(guarantee_->due.from)}});
  }

  Value miss() const {
    const Lateness& late = miss_.lateness;
    const auto counted = [&](std::int64_t n) {
      return miss_.lateness_known ? Value::of_number(n) : Value::null();
    };
    return Value::of_record({{"kind", Value::of_string(name_of(miss_.kind))},
                             {"late_days", counted(late.days)},
                             {"late_hours", counted(late.hours)},
                             {"late_minutes", counted(late.minutes)},
                             {"late_business_days", late.business_days_known ? counted(late.business_days) : Value::null()},
                             {"early_minutes", Value::of_number(late.early_minutes)},
                             {"met_at", or_null(Value::of_moment(miss_.met))},
                             {"guarantee", Value::of_string(miss_.guarantee)},
                             {"open", Value::of_boolean(miss_.met.is_none() && !miss_.closed)},
                             {"misses_before", fact("misses_before")},
                             {"accrues", Value::of_boolean(in_.accrues)}});
  }

  Value remedies() const {
    List out;
    for (const Grant* grant : told_) {
      out.push_back(Value::of_record(
          {{"kind", Value::of_string(grant->kind)},
           {"what", text_or_null(grant->what)},
           {"amount", grant->money ? Value::of_money(*grant->money) : Value::null()},
           {"quantity", grant->quantity ? Value::of_number(*grant->quantity) : Value::null()},
           {"duration", duration_record(grant->duration, words_)},
           {"valid", duration_record(grant->valid, words_)},
           {"within", duration_record(grant->within, words_)}}));
    }
    return out.empty() ? Value::null() : Value::of_list(std::move(out));
  }

  // Null where there is no money, or money of two currencies, which has no sum.
  Value total() const {
    std::optional<Money> sum;
    for (const Grant* grant : told_) {
      if (!grant->money) continue;
      if (sum && sum->currency != grant->money->currency) return Value::null();
      sum = sum ? *sum + *grant->money : *grant->money;
    }
    return sum ? Value::of_money(*sum) : Value::null();
  }

  // A new date, while it is still ahead.
  Value next() const {
    const Value revised = fact("revised_promised_at");
    const bool open = miss_.met.is_none() && !miss_.closed;
    if (!open || !revised.is_known()) return Value::null();
    const Date date = revised.type == Type::date ? revised.date() : miss_.zone.date_at(revised.instant());
    if (date < miss_.zone.date_at(in_.as_of)) return Value::null();
    return Value::of_record({{"date", Value::of_date(date)}});
  }

  Record own() const {
    Record out;
    const Schema& schema = in_.project.schema;
    for (std::size_t i = 0; i < schema.size(); ++i) {
      const Field& field = schema.at(static_cast<Slot>(i));
      const bool mine = field.origin == Origin::own || field.origin == Origin::derived;
      if (mine && field.told) out.emplace_back(field.name, or_null(miss_.facts.at(static_cast<Slot>(i))));
    }
    return out;
  }

  const LetterInput& in_;
  const Miss& miss_;
  const Guarantee* guarantee_;  // null: the project has it no longer
  const Shop& shop_;
  std::deque<std::string>& words_;
  std::vector<const Grant*> told_;
};

// A ? marks what a case may lack. What a remedy tells depends on its kind, which a template asks for.
constexpr std::string_view built_in[] = {
    "shop", "shop.name", "shop.signatory", "shop.signatory.name", "shop.signatory.title?",
    "shop.signatory.email?", "shop.phone?", "shop.email?", "shop.hours?", "customer", "customer.name?",
    "customer.first_name?", "customer.email", "customer.locale?", "order", "order.id", "order.placed_at?",
    "order.total?", "order.items?", "order.items[]", "order.items[].name?", "order.items[].quantity?",
    "order.items[].price?", "shipments?", "shipments[]", "shipments[].carrier?", "shipments[].tracking?",
    "shipments[].shipped_at?", "shipments[].delivered_at?", "shipments[].status?", "promise",
    "promise.words?", "promise.due?", "promise.due_date?", "promise.by_date", "promise.met_by",
    "promise.record", "promise.opens?", "miss", "miss.kind",
    "miss.late_days?", "miss.late_hours?", "miss.late_minutes?", "miss.late_business_days?",
    "miss.early_minutes", "miss.met_at?", "miss.guarantee", "miss.open", "miss.misses_before?", "miss.accrues", "remedies?",
    "remedies[]", "remedies[].kind", "remedies[].what", "remedies[].amount", "remedies[].quantity",
    "remedies[].duration", "remedies[].duration.count", "remedies[].duration.unit", "remedies[].valid",
    "remedies[].valid.count", "remedies[].valid.unit", "remedies[].within", "remedies[].within.count",
    "remedies[].within.unit", "total?", "next?", "next.date", "cause", "cause.told?", "before?",
    "before.date"};

std::vector<LetterFactName> built_in_names() {
  std::vector<LetterFactName> names;
  for (std::string_view name : built_in) {
    const bool optional = name.ends_with('?');
    if (optional) name.remove_suffix(1);
    names.push_back({std::string(name), optional});
  }
  return names;
}

// The facts of a record that letters know by another name.
constexpr std::pair<std::string_view, std::string_view> renamed[] = {
    {"customer_name", "customer.name"}, {"first_name", "customer.first_name"}, {"locale", "customer.locale"},
    {"placed_at", "order.placed_at"},   {"order_value", "order.total"},        {"cause_told", "cause.told"},
    {"misses_before", "miss.misses_before"}};

// A case of which only the kind is known.
class KindAlone : public FactSource {
 public:
  KindAlone(Slot slot, Kind kind) : slot_(slot), kind_(kind) {}
  Value at(Slot slot) const override { return slot == slot_ ? Value::of_string(name_of(kind_)) : Value{}; }
  Currency currency() const override { return {}; }

 private:
  Slot slot_;
  Kind kind_;
};

// Whether the rule holds for no kinds but these.
bool is_for(const Condition& when, Slot kind, std::initializer_list<Kind> kinds) {
  if (kind == no_slot) return false;
  for (int i = 0; i < kind_count; ++i) {
    const auto one = static_cast<Kind>(i);
    const bool is_meant = std::find(kinds.begin(), kinds.end(), one) != kinds.end();
    if (!is_meant && holds(when, KindAlone(kind, one)) != Truth::no) return false;
  }
  return true;
}

// Tested in each way the rule can hold, and by a test that nothing does not pass.
bool is_tested(const Condition& when, Slot slot) {
  const auto tests_it = [&](const std::vector<Test>& conjunction) {
    return std::any_of(conjunction.begin(), conjunction.end(), [&](const Test& test) {
      return test.slot == slot && passes(test.expr, Value::null(), Currency{}) != Truth::yes;
    });
  };
  return !when.any.empty() && std::all_of(when.any.begin(), when.any.end(), tests_it);
}

std::string_view letter_name(std::string_view field) {
  for (const auto& [name, path] : renamed)
    if (name == field) return path;
  return field;
}

std::set<std::string> facts_of_shop(const Shop& shop) {
  std::set<std::string> known;
  const auto add = [&](const char* path, const std::string& value) {
    if (!value.empty()) known.insert(path);
  };
  add("shop.phone", shop.phone);
  add("shop.email", shop.email);
  add("shop.hours", shop.hours);
  add("shop.signatory.title", shop.signatory.title);
  add("shop.signatory.email", shop.signatory.email);
  return known;
}

// The optional facts every case of this rule has.
std::set<std::string> guaranteed(const MessageRule& rule, const Project& project) {
  std::set<std::string> known = facts_of_shop(project.shop);
  const Schema& schema = project.schema;
  const Slot kind = schema.find("kind");
  // What was late has its clock; of what never came, or came wrong, it may not be known.
  if (!is_for(rule.when, kind, {Kind::lost, Kind::misdelivered, Kind::damaged, Kind::out_of_stock, Kind::short_}))
    known.insert({"promise.due", "promise.due_date", "miss.late_days", "miss.late_hours", "miss.late_minutes",
                  "miss.late_business_days"});
  if (is_for(rule.when, kind, {Kind::late})) known.insert("miss.met_at");
  const auto says_it_to_all = [](const Guarantee& guarantee) { return guarantee.retired || guarantee.words.contains(""); };
  if (std::all_of(project.guarantees.begin(), project.guarantees.end(), says_it_to_all)) known.insert("promise.words");
  for (std::size_t i = 0; i < schema.size(); ++i)
    if (is_tested(rule.when, static_cast<Slot>(i))) known.emplace(letter_name(schema.at(static_cast<Slot>(i)).name));
  return known;
}

bool is_part(std::string_view path, std::string_view whole) {
  return path.starts_with(whole) && (path.size() == whole.size() || path[whole.size()] == '.' || path[whole.size()] == '[');
}

}  // namespace

LetterFacts letter_facts(const LetterInput& input) {
  LetterFacts facts;
  facts.words = std::make_shared<std::deque<std::string>>();
  facts.record = FactsOfLetter(input, *facts.words).all();
  return facts;
}

std::vector<LetterFactName> letter_fact_names(const Schema& schema) {
  std::vector<LetterFactName> names = built_in_names();
  for (const LetterFactName& name : built_in_names()) {
    if (name.path == "order") names.push_back({"orders", false});
    if (name.path.starts_with("order.")) names.push_back({"orders[]" + name.path.substr(5), name.optional});
  }
  names.push_back({"orders[]", false});
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const Field& field = schema.at(static_cast<Slot>(i));
    if (field.told && (field.origin == Origin::own || field.origin == Origin::derived))
      names.push_back({field.name, field.type.optional});
  }
  return names;
}

std::vector<TemplatePath> unknown_paths(const LetterTemplate& letter, const Schema& schema) {
  std::set<std::string> known;
  for (const LetterFactName& name : letter_fact_names(schema)) known.insert(name.path);
  std::vector<TemplatePath> unknown;
  for (const Template* part : letter.parts())
    std::copy_if(part->paths().begin(), part->paths().end(), std::back_inserter(unknown),
                 [&](const TemplatePath& path) { return !known.contains(path.path); });
  return unknown;
}

void require_known_paths(const LetterTemplate& letter, const Schema& schema) {
  const auto unknown = unknown_paths(letter, schema);
  if (unknown.empty()) return;
  std::string message = fmt::format("a letter has no {}", unknown.front().path);
  for (std::size_t i = 1; i < unknown.size(); ++i) {
    const Where where = unknown[i].where();
    message += fmt::format("{} {} ({}:{}:{})", i == 1 ? ", nor" : ",", unknown[i].path, where.file, where.line, where.column);
  }
  throw Error{unknown.front().where(), message, "amends lint shows each, man amends-templates the names there are"};
}

std::vector<TemplatePath> doubtful_paths(const LetterTemplate& letter, const MessageRule& rule, const Project& project) {
  const std::set<std::string> known = guaranteed(rule, project);
  std::vector<std::string> optional;
  for (const LetterFactName& name : letter_fact_names(project.schema))
    if (name.optional && !known.contains(name.path)) optional.push_back(name.path);
  std::vector<TemplatePath> doubtful;
  for (const Template* part : letter.parts())
    for (const TemplatePath& path : part->paths()) {
      const auto lacks = [&](const std::string& name) {
        const bool asked = path.guarded && name == path.path;
        return is_part(path.path, name) && !asked && !is_part(path.present, name);
      };
      const auto found = std::find_if(optional.begin(), optional.end(), lacks);
      if (found == optional.end()) continue;
      doubtful.push_back(path);
      doubtful.back().path = *found;
    }
  return doubtful;
}

Value duration_record(std::string_view text, std::deque<std::string>& words) {
  const auto parts = split(trimmed(text), ' ');
  const auto count = parts.size() == 2 ? read_decimal(parts[0]) : std::nullopt;
  if (!count) return Value::null();
  std::string_view unit = parts[1];
  if (unit.ends_with('s')) unit.remove_suffix(1);
  return Value::of_record(
      {{"count", Value::of_number(*count)}, {"unit", Value::of_string(words.emplace_back(unit))}});
}

}  // namespace amends
