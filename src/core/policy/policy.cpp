#include "core/policy/policy.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/policy/claim.h"
#include "core/policy/pay_by.h"
#include "core/policy/remedy_rule.h"
#include "core/policy/table_program.h"

namespace amends {
namespace {

using Measure = KindOfRemedy::Measure;

constexpr std::array<std::string_view, 5> hit_names = {"first", "unique", "any", "best", "collect"};
constexpr std::array<std::string_view, 4> measure_names = {"money", "quantity", "duration", "none"};

template <std::size_t N>
std::optional<std::size_t> place_in(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

template <std::size_t N>
std::size_t word_of(const Node& node, std::string_view what, const std::array<std::string_view, N>& names) {
  const std::string& word = string_of(node, what);
  const std::optional<std::size_t> place = place_in(names, word);
  if (!place) fail(node, fmt::format("{} is not a {}", quoted(word), what), suggestion(word, {names.begin(), names.end()}));
  return *place;
}

std::vector<KindOfRemedy> built_in_kinds() {
  std::vector<KindOfRemedy> kinds;
  for (const Word& word : vocabulary().remedies) {
    KindOfRemedy kind;
    kind.name = word.name;
    kind.measure = static_cast<Measure>(place_in(measure_names, word.measure).value_or(3));
    kinds.push_back(std::move(kind));
  }
  return kinds;
}

void read_kind(const Entry& entry, std::vector<KindOfRemedy>& kinds) {
  only_keys(entry.value, {"value", "told", "label"}, "kind " + entry.key);
  auto known = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.name == entry.key; });
  const Node* value = entry.value.find("value");
  if (known == kinds.end()) {
    if (value == nullptr) fail(entry.value, fmt::format("the kind {} does not say what it is counted in", quoted(entry.key)),
                               "add value = \"money\", \"quantity\", \"duration\" or \"none\"");
    known = kinds.insert(kinds.end(), KindOfRemedy{entry.key, Measure::money, "granted", std::nullopt});
  }
  if (const Node* label = entry.value.find("label")) known->label = string_of(*label, "label");
  if (value != nullptr) known->measure = static_cast<Measure>(word_of(*value, "value", measure_names));
  if (const Node* told = entry.value.find("told"))
    known->told = std::array<std::string, 2>{"granted", "issued"}[word_of(*told, "told", std::array<std::string_view, 2>{"granted", "issued"})];
}

void collect(const std::optional<Expr>& expr, std::vector<Slot>& slots) {
  if (expr) amends::collect(*expr, slots);
}

void add_slot(Slot slot, std::vector<Slot>& slots) {
  if (slot != no_slot && std::find(slots.begin(), slots.end(), slot) == slots.end()) slots.push_back(slot);
}

void collect(const Amounts& amounts, std::vector<Slot>& slots) {
  collect(amounts.min, slots);
  collect(amounts.max, slots);
}

void collect(const RemedyRule& remedy, std::vector<Slot>& slots) {
  for (const std::optional<Expr>* expr : {&remedy.amount, &remedy.of, &remedy.times, &remedy.quantity}) collect(*expr, slots);
  collect(remedy.amounts, slots);
  if (remedy.pay_by) amends::collect(remedy.pay_by->when, slots);
  if (!remedy.choice) return;
  add_slot(remedy.choice->by, slots);
  collect(remedy.choice->after, slots);
  for (const Choice::Option& option : remedy.choice->options) collect(option.remedy, slots);
}

void collect(const PolicyTable& table, std::vector<Slot>& slots) {
  amends::collect(table.when, slots);
  collect(table.each, slots);
  if (table.claim) {
    amends::collect(table.claim->at, slots);
    collect(table.claim->opens, slots);
    collect(table.claim->closes, slots);
  }
  if (table.pool) {
    add_slot(table.pool->fact, slots);
    add_slot(table.pool->within.span, slots);
    collect(table.pool->max_count, slots);
  }
  if (table.pay_by) amends::collect(table.pay_by->when, slots);
  collect(table.amounts, slots);
  for (const Rule& rule : table.rules) {
    amends::collect(rule.when, slots);
    add_slot(rule.named.kind, slots);
    for (const RemedyRule& remedy : rule.give) collect(remedy, slots);
  }
}

class PolicyReader {
 public:
  PolicyReader(const Language& language, Currency currency, const Derivations& derived) : language_(language), currency_(currency), derived_(derived) {}

  Policy read(const Node& root) {
    policy_.kinds = built_in_kinds();
    if (const Node* kinds = root.find("kinds"))
      for (const Entry& entry : kinds->entries) read_kind(entry, policy_.kinds);
    if (const Node* policy = root.find("policy")) {
      if (!policy->is_table()) fail(*policy, "policy is made of named tables", "write [[policy.delay.rule]]");
      for (const Entry& entry : policy->entries) read_entry(*policy, entry);
    }
    policy_.hash = hex(sha256(canonical_policy(root)));
    return std::move(policy_);
  }

 private:
  void read_entry(const Node& policy, const Entry& entry) {
    if (entry.key == "cap") {
      for (const Node& node : rows(entry)) policy_.caps.push_back(read_cap(node));
    } else if (entry.key == "approval") {
      for (const Node& node : rows(entry)) policy_.approvals.push_back(read_approval(node));
    } else {
      policy_.tables.push_back(read_table(policy, entry));
    }
  }

  static const std::vector<Node>& rows(const Entry& entry) {
    if (!entry.value.is_array())
      fail(entry.value, fmt::format("there may be several {}s", entry.key), fmt::format("write [[policy.{}]]", entry.key));
    return entry.value.items;
  }

  PolicyTable read_table(const Node& policy, const Entry& entry) {
    const Node& node = entry.value;
    only_keys(node,
              {"hit", "when", "for_each", "manner", "basis", "legal", "pay_by", "claim", "combine", "min", "max", "round", "pay_if", "order", "per", "within",
               "max_count", "rule", "csv"},
              "policy." + entry.key);
    PolicyTable table;
    table.name = entry.key;
    table.where = where_of_key(policy, entry.key);
    if (const Node* hit = node.find("hit")) table.hit = static_cast<HitPolicy>(word_of(*hit, "hit", hit_names));
    if (const Node* when = node.find("when")) table.when = read_condition(*when, language_);
    if (const Node* manner = node.find("manner")) table.manner = read_manner(*manner);
    if (const Node* basis = node.find("basis")) table.basis = read_basis(*basis);
    if (const Node* pay_by = node.find("pay_by")) table.pay_by = read_pay_by(*pay_by, language_);
    if (const Node* legal = node.find("legal")) table.legal = read_legal(*legal);
    table.amounts = read_table_amounts(node, language_);
    table.combine = combines(node);
    if (const Node* each = node.find("for_each")) read_each(*each, table);
    if (const Node* claim = node.find("claim")) table.claim = read_claim(*claim, language_);
    table.pool = read_pool(node, language_);
    const Node* rules = node.find("rule");
    if (rules == nullptr || !rules->is_array() || rules->items.empty())
      fail(node, fmt::format("policy.{} has no rules", entry.key), fmt::format("add [[policy.{}.rule]]", entry.key));
    for (const Node& rule : rules->items) table.rules.push_back(read_rule(rule, table));
    refuse_total(table);
    if (table.combine) refuse_legal(table);
    table.program = std::make_shared<const TableProgram>(table.rules);
    return table;
  }

  // The facts of the elements are known already: derived ones may speak of them.
  void read_each(const Node& node, PolicyTable& table) const {
    table.each = read_expression(node, language_, Type::missing);
    if (table.each->type != Type::list) fail(node, fmt::format("{} is no list", table.each->text), "declare it under [fields] as [\"case?\"] or [ { a = \"number\" } ]");
    const FieldType& element = *table.each->shape->element;
    const bool has_own = std::any_of(element.members.begin(), element.members.end(), [](const Member& member) { return member.name == "nth"; });
    table.nth = has_own ? no_slot : language_.schema->find("nth");
    if (table.nth != no_slot && language_.schema->at(table.nth).origin != Origin::element) table.nth = no_slot;
    if (element.is_case) return;
    if (element.base != Type::record) table.parts.emplace_back("item", language_.schema->find("item"));
    for (const Member& member : element.members) table.parts.emplace_back(member.name, language_.schema->find(member.name));
  }

  static bool combines(const Node& table) {
    const Node* combine = table.find("combine");
    const bool wanted = combine == nullptr || boolean_of(*combine, "combine");
    for (const char* key : {"min", "max", "round", "pay_if", "order"}) {
      if (table.find(key) == nullptr) continue;
      if (!wanted) fail(*combine, fmt::format("{} acts on the sum of the remedies", key), "leave combine out");
      return true;
    }
    return combine != nullptr && wanted;
  }

  Rule read_rule(const Node& node, const PolicyTable& table) {
    only_keys(node, {"name", "when", "give", "why"}, "a rule of policy." + table.name);
    Rule rule;
    rule.where = node.where();
    rule.name = fmt::format("#{}", table.rules.size() + 1);
    if (const Node* name = node.find("name")) rule.name = string_of(*name, "name");
    for (const Rule& other : table.rules)
      if (other.name == rule.name) fail(node, fmt::format("two rules of policy.{} are called {}", table.name, quoted(rule.name)));
    if (const Node* when = node.find("when")) rule.when = read_condition(*when, language_);
    if (const Node* why = node.find("why")) rule.why = string_of(*why, "why");
    const Node* give = node.find("give");
    if (give == nullptr)
      fail(node, fmt::format("the rule {} does not say what it gives", quoted(rule.name)),
           "add give = [ { kind = \"refund\", amount = \"5.00\" } ], or give = [] for nothing");
    if (!give->is_array()) fail(*give, "give is a list of remedies", "write give = [ { ... } ]");
    for (const Node& remedy : give->items) rule.give.push_back(read_remedy(remedy, language_, policy_));
    if (!rule.give.empty()) rule.named = kinds_named_in(table.when, rule.when, *language_.schema, derived_);
    return rule;
  }

  // What a case is owed in all is known only after every table has spoken.
  void refuse_total(const PolicyTable& table) const {
    std::vector<Slot> slots;
    collect(table, slots);
    const bool asks = std::find(slots.begin(), slots.end(), language_.schema->find("total")) != slots.end();
    if (asks)
      throw Error{table.where, fmt::format("policy.{} asks for total, which only approvals know", table.name),
                  "write max = \"...\" to limit the table, or [[policy.approval]]"};
  }

  // Of a sum nobody knows any more which remedies are in it.
  static void refuse_legal(const PolicyTable& table) {
    for (const Rule& rule : table.rules)
      for (const RemedyRule& remedy : rule.give)
        if (!remedy.legal.empty())
          throw Error{remedy.where, fmt::format("policy.{} combines its remedies, and a sum has no legal sentences of its own", table.name),
                      fmt::format("write legal under [policy.{}]", table.name)};
  }

  CapRule read_cap(const Node& node) const {
    only_keys(node, {"per", "within", "max", "when"}, "policy.cap");
    CapRule cap;
    cap.where = node.where();
    const Node* per = node.find("per");
    if (per == nullptr) fail(node, "a cap needs to say per whom", "add per = \"person\", \"order\", \"case\", \"shop\" or \"run\"");
    cap.per = string_of(*per, "per");
    constexpr std::array<std::string_view, 5> known = {"order", "person", "case", "shop", "run"};
    if (!place_in(known, cap.per))
      fail(*per, fmt::format("a cap is not counted per {}", quoted(cap.per)), suggestion(cap.per, {known.begin(), known.end()}));
    read_within(node, cap);
    const Node* max = node.find("max");
    if (max == nullptr) fail(node, "a cap needs a max", "add max = \"100.00\"");
    const std::optional<std::int64_t> minor = read_minor(scalar_of(*max, "max"), currency_);
    if (!minor || *minor < 0)
      fail(*max, fmt::format("{} is not an amount in {}", quoted(max->text), currency_.name()), "write max = \"100.00\"");
    cap.max = Money{*minor, currency_};
    if (const Node* when = node.find("when")) cap.when = read_condition(*when, language_);
    return cap;
  }

  static void read_within(const Node& node, CapRule& cap) {
    const Node* within = node.find("within");
    if (within == nullptr || string_of(*within, "within") == "ever") return;
    cap.within = within->text;
    cap.within_ms = read_duration(cap.within).value_or(0);
    if (cap.within_ms <= 0)
      fail(*within, fmt::format("{} is not a duration", quoted(cap.within)), "write within = \"90 days\", or \"ever\"");
  }

  ApprovalRule read_approval(const Node& node) const {
    only_keys(node, {"when"}, "policy.approval");
    const Node* when = node.find("when");
    if (when == nullptr) fail(node, "an approval needs a condition", "add when = { total = \"> 50.00\" }");
    return {read_condition(*when, language_), node.where()};
  }

  const Language& language_;
  Currency currency_;
  const Derivations& derived_;
  Policy policy_;
};

}  // namespace

const KindOfRemedy* Policy::kind_named(std::string_view name) const {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

LegalSentences legal_of(const Rule& rule, std::string_view kind, std::string_view what) {
  LegalSentences legal;
  const auto add = [&](const RemedyRule& remedy) {
    if (remedy.kind == kind && remedy.what == what) legal.insert(remedy.legal.begin(), remedy.legal.end());
  };
  for (const RemedyRule& remedy : rule.give) {
    add(remedy);
    if (!remedy.choice) continue;
    for (const Choice::Option& option : remedy.choice->options) add(option.remedy);
  }
  return legal;
}

Policy read_policy(const Node& root, const Language& language, Currency currency, const Derivations& derived) {
  return PolicyReader(language, currency, derived).read(root);
}

void collect(const Policy& policy, std::vector<Slot>& slots) {
  for (const PolicyTable& table : policy.tables) collect(table, slots);
  for (const CapRule& cap : policy.caps) collect(cap.when, slots);
  for (const ApprovalRule& approval : policy.approvals) collect(approval.when, slots);
}

namespace {

std::string spelled(const Node& node);

// With its length before it, no text can be taken for another text or for a bare token.
std::string spelled(const std::string& text) { return fmt::format("{}:{}", text.size(), text); }

std::string spelled_table(const Node& node) {
  std::vector<const Entry*> entries;
  for (const Entry& entry : node.entries) entries.push_back(&entry);
  std::sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
  std::string text = "{";
  for (const Entry* entry : entries) text += spelled(entry->key) + "=" + spelled(entry->value) + ",";
  return text + "}";
}

std::string spelled(const Node& node) {
  if (node.is_table()) return spelled_table(node);
  if (!node.is_array()) return (node.is_string() ? "s" : "t") + spelled(node.text);
  std::string text = "[";
  for (const Node& item : node.items) text += spelled(item) + ",";
  return text + "]";
}

}  // namespace

std::string canonical_policy(const Node& root) {
  std::string text;
  for (const char* key : {"policy", "kinds", "fields", "derived", "sets"})
    if (const Node* node = root.find(key)) text += fmt::format("{}={}\n", key, spelled(*node));
  return text;
}

}  // namespace amends
