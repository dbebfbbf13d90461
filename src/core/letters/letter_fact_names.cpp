#include "core/letters/letter_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"

namespace amends {
namespace {

// A ? marks what a case may lack. What a remedy or an option tells depends on its kind, which a template asks for.
constexpr std::string_view of_letter[] = {
    "shop", "shop.name", "shop.signatory", "shop.signatory.name", "shop.signatory.title?", "shop.signatory.email?",
    "shop.phone?", "shop.email?", "shop.hours?",
    "customer", "customer.name?", "customer.first_name?", "customer.email?", "customer.locale?",
    "remedies?", "summed?", "total?", "together?", "together[]", "together[].kind", "together[].what", "together[].amount",
    "together[].parts", "together[].parts[]", "together[].parts[].order", "together[].parts[].amount", "legal?", "legal[]", "next?", "next.date",
    "before?", "before.date", "before.count", "before.kind?", "today", "orders", "orders[]"};

constexpr std::string_view of_order[] = {
    "id", "placed_at?", "total?", "items?", "items[]", "items[].name?", "items[].quantity?", "items[].price?",
    "items[].status?", "items[].missing?"};

// Beside `order` in a letter of one, under orders[] always.
constexpr std::string_view of_case[] = {
    "shipments?", "shipments[]", "shipments[].carrier?", "shipments[].tracking?", "shipments[].shipped_at?",
    "shipments[].delivered_at?", "shipments[].status?",
    "promise", "promise.words?", "promise.due?", "promise.due_date?", "promise.by_date", "promise.met_by",
    "promise.record", "promise.opens?",
    "miss", "miss.kind", "miss.was?", "miss.late_days?", "miss.late_hours?", "miss.late_minutes?",
    "miss.late_business_days?", "miss.early_minutes", "miss.met_at?", "miss.guarantee", "miss.open", "miss.in_part",
    "miss.misses_before?", "miss.accrues",
    "remedies?", "held", "next?", "next.date", "cause", "cause.told?",
    "missing?", "missing[]", "missing[].name?", "missing[].quantity",
    "choice?", "choice.options", "choice.options[]", "choice.options[].name", "choice.options[].kind",
    "choice.options[].what", "choice.options[].amount", "choice.options[].quantity", "choice.default", "choice.by?",
    "told_before?", "told_before.date", "contact?", "contact.at", "contact.subject?", "contact.replied_at?"};

constexpr std::string_view of_remedy[] = {
    "", ".kind", ".what", ".amount", ".quantity", ".duration", ".duration.count", ".duration.unit", ".valid",
    ".valid.count", ".valid.unit", ".within", ".within.count", ".within.unit"};

constexpr std::string_view in_orders = "orders[].";

class NameList {
 public:
  void add(std::string_view prefix, std::string_view name) {
    const bool optional = name.ends_with('?');
    if (optional) name.remove_suffix(1);
    const std::string path = std::string(prefix) + std::string(name);
    const bool is_known = std::any_of(names_.begin(), names_.end(), [&](const LetterFactName& known) { return known.path == path; });
    if (!is_known) names_.push_back({path, optional});
  }
  void add_remedies(std::string_view prefix, std::string_view list = "remedies[]") {
    for (const std::string_view name : of_remedy) add(std::string(prefix) + std::string(list), name);
  }
  std::vector<LetterFactName> take() { return std::move(names_); }

 private:
  std::vector<LetterFactName> names_;
};

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

// Where a fact of one case stands in letters of this rule.
std::string place_in(const MessageRule& rule, std::string_view fact) {
  if (!rule.several || fact.starts_with("customer.")) return std::string(fact);
  if (fact.starts_with("order.")) fact.remove_prefix(6);
  return std::string(in_orders) + std::string(fact);
}

// The optional facts every case of this rule has.
std::set<std::string> guaranteed(const MessageRule& rule, const Project& project) {
  std::set<std::string> known = facts_of_shop(project.shop);
  if (rule.channel == Channel::email) known.insert("customer.email");
  if (rule.purpose == purpose::granted) known.insert("remedies");
  const Schema& schema = project.schema;
  const Slot kind = schema.find("kind");
  // What was late has its clock; of what never came, or came wrong, it may not be known.
  if (!is_for(rule.when, kind, {Kind::lost, Kind::misdelivered, Kind::damaged, Kind::out_of_stock, Kind::short_}))
    for (const char* fact : {"promise.due", "promise.due_date", "miss.late_days", "miss.late_hours", "miss.late_minutes",
                             "miss.late_business_days"})
      known.insert(place_in(rule, fact));
  if (is_for(rule.when, kind, {Kind::late})) known.insert(place_in(rule, "miss.met_at"));
  const auto says_it_to_all = [](const Guarantee& guarantee) { return guarantee.retired || guarantee.words.contains(""); };
  if (std::all_of(project.guarantees.begin(), project.guarantees.end(), says_it_to_all)) known.insert(place_in(rule, "promise.words"));
  for (std::size_t i = 0; i < schema.size(); ++i)
    if (is_tested(rule.when, static_cast<Slot>(i))) known.insert(place_in(rule, letter_name(schema.at(static_cast<Slot>(i)).name)));
  return known;
}

bool is_part(std::string_view path, std::string_view whole) {
  return path.starts_with(whole) && (path.size() == whole.size() || path[whole.size()] == '.' || path[whole.size()] == '[');
}

}  // namespace

std::vector<LetterFactName> letter_fact_names(const Schema& schema, bool several) {
  NameList names;
  for (const std::string_view name : of_letter) names.add("", name);
  names.add_remedies("");
  names.add_remedies("", "summed[]");
  for (const std::string_view name : of_order) names.add(in_orders, name);
  for (const std::string_view name : of_case) names.add(in_orders, name);
  names.add(in_orders, "given?");
  names.add_remedies(in_orders);
  names.add(in_orders, "apart?");
  names.add_remedies(in_orders, "apart[]");
  if (several) return names.take();
  names.add("", "order");
  for (const std::string_view name : of_order) names.add("order.", name);
  for (const std::string_view name : of_case) names.add("", name);
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const Field& field = schema.at(static_cast<Slot>(i));
    if (field.told && (field.origin == Origin::own || field.origin == Origin::derived))
      names.add("", field.name + (field.type.optional ? "?" : ""));
  }
  return names.take();
}

std::vector<TemplatePath> unknown_paths(const LetterTemplate& letter, const Schema& schema, bool several) {
  std::set<std::string> known;
  for (const LetterFactName& name : letter_fact_names(schema, several)) known.insert(name.path);
  std::vector<TemplatePath> unknown;
  for (const Template* part : letter.parts())
    std::copy_if(part->paths().begin(), part->paths().end(), std::back_inserter(unknown),
                 [&](const TemplatePath& path) { return !known.contains(path.path); });
  return unknown;
}

void require_known_paths(const LetterTemplate& letter, const Schema& schema, bool several) {
  const auto unknown = unknown_paths(letter, schema, several);
  if (unknown.empty()) return;
  std::string message = fmt::format("a letter {}has no {}", several ? "of several orders " : "", unknown.front().path);
  for (std::size_t i = 1; i < unknown.size(); ++i) {
    const Where where = unknown[i].where();
    message += fmt::format("{} {} ({}:{}:{})", i == 1 ? ", nor" : ",", unknown[i].path, where.file, where.line, where.column);
  }
  throw Error{unknown.front().where(), message, "amends lint shows each, man amends-templates the names there are"};
}

std::vector<TemplatePath> doubtful_paths(const LetterTemplate& letter, const MessageRule& rule, const Project& project) {
  const std::set<std::string> known = guaranteed(rule, project);
  std::vector<std::string> optional;
  for (const LetterFactName& name : letter_fact_names(project.schema, rule.several))
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

}  // namespace amends
