#include "core/proofs/policy_model.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/records/kinds.h"

namespace amends {
namespace {

void make_plain(PolicyTable& table) {
  table.each.reset();
  table.claim.reset();
  table.pool.reset();
}

}  // namespace

std::string in_words(const Decision& decision) {
  if (!decision.judged) return "cannot judge: " + decision.reason;
  std::vector<std::string> parts;
  for (const OwedRemedy& owed : decision.owed) {
    std::string text = owed.label.empty() ? owed.kind : owed.label;
    if (owed.money) text += " " + print(*owed.money);
    parts.push_back(std::move(text));
  }
  return parts.empty() ? "nothing" : joined(parts, ", ");
}

PolicyModel::PolicyModel(const Project& project)
    : project_(project), finder_(project.schema, project.derived, project.shop.zone, project.shop.currency), plain_(project.policy) {
  for (PolicyTable& table : plain_.tables) make_plain(table);
  tests_kind_ = tests_kind();
  do {
    read();
  } while (!finder_.is_settled());
  space_.emplace(finder_, project.schema, told());
  search_.emplace(*space_);
  lay_out();
}

bool PolicyModel::tests_kind() const {
  std::vector<Slot> slots;
  for (const MessageRule& rule : project_.messages) collect(rule.when, slots);
  for (const PolicyTable& table : project_.policy.tables) {
    collect(table.when, slots);
    for (const Rule& rule : table.rules) collect(rule.when, slots);
  }
  slots = with_derived(std::move(slots), project_.derived);
  return std::find(slots.begin(), slots.end(), project_.schema.find("kind")) != slots.end();
}

// Where no condition speaks of kinds, all cases are of those that need not be named: the space stays without them.
Regions PolicyModel::with_named(Regions when, const NamedKinds& named) {
  if (!tests_kind_ || named.kind == no_slot) return when;
  ValueSet rest = finder_.domain(named.kind).values;
  for (const Kind kind : named_only)
    if (!named.kinds.has(kind)) rest = amends::both(rest, complement(ValueSet::point(finder_.place(Value::of_string(name_of(kind)), Type::string))));
  return both(when, {Region{{named.kind, rest}}});
}

void PolicyModel::read() {
  tables_.clear();
  letters_.clear();
  derived_.clear();
  choices_.clear();
  for (const PolicyTable& table : project_.policy.tables) tables_.push_back(read_table(table));
  for (const MessageRule& rule : project_.messages) {
    if (asked_for(rule) != RuleFor::message) continue;  // what a case gets besides, or instead, of its own letter
    LetterModel letter;
    letter.rule = &rule;
    try {
      letter.when = with_named(finder_.where(rule.when), rule.named);
    } catch (const Unprovable&) {
      letter.is_known = false;
    }
    letters_.push_back(std::move(letter));
  }
  read_derived();
  for (const Derivation& derivation : project_.derived.all) read_choices(derivation.expr);
  for (const PolicyTable& table : project_.policy.tables)
    for (const Rule& rule : table.rules)
      for (const RemedyRule& remedy : rule.give) read_choices(remedy);
}

void PolicyModel::read_choices(const RemedyRule& remedy) {
  for (const std::optional<Expr>* expr : {&remedy.amount, &remedy.of, &remedy.times, &remedy.amounts.min, &remedy.amounts.max})
    if (*expr) read_choices(**expr);
  if (!remedy.choice) return;
  for (const Choice::Option& option : remedy.choice->options) read_choices(option.remedy);
}

// The rows of a table are conditions as well.
void PolicyModel::read_choices(const Expr& expr) {
  for (const Expr& child : expr.children) read_choices(child);
  for (std::size_t i = 0; i + 1 < expr.children.size(); i += 2) {
    if (expr.op != Op::rows && (expr.op != Op::choose || i > 0)) return;
    try {
      choices_.push_back({&expr.children[i], finder_.truth(expr.children[i], true), finder_.truth(expr.children[i], false)});
    } catch (const Unprovable&) {
    }
  }
}

bool PolicyModel::is_cut(const Expr& condition) const {
  return std::any_of(choices_.begin(), choices_.end(), [&](const ChoiceModel& choice) { return choice.condition == &condition; });
}

TableModel PolicyModel::read_table(const PolicyTable& table) {
  TableModel model;
  model.table = &table;
  try {
    model.when = finder_.where(table.when);
    for (const Rule& rule : table.rules) {
      model.unknown = rule.name;
      model.rules.push_back(read_rule(rule));
      both(model.when, model.rules.back().when);
    }
  } catch (const Unprovable&) {
    model.is_known = false;
    model.when.clear();
    model.rules.clear();
  }
  return model;
}

RuleModel PolicyModel::read_rule(const Rule& rule) {
  RuleModel model;
  model.rule = &rule;
  model.tested = finder_.where(rule.when);
  model.when = with_named(model.tested, rule.named);
  for (const std::vector<Test>& conjunction : rule.when.any) {
    model.tests.emplace_back();
    for (const Test& test : conjunction) model.tests.back().emplace_back(finder_.where(test, true), finder_.where(test, false));
  }
  return model;
}

// Several outputs of one table have the same rows.
void PolicyModel::read_derived() {
  for (const Derivation& derivation : project_.derived.all) {
    const bool is_rows = derivation.expr.op == Op::rows;
    const bool is_known = !derived_.empty() && derived_.back().derivation->where.line == derivation.where.line;
    if (!is_rows || is_known) continue;
    RowsModel model;
    model.derivation = &derivation;
    try {
      for (std::size_t i = 0; i + 1 < derivation.expr.children.size(); i += 2)
        model.rows.push_back(finder_.truth(derivation.expr.children[i], true));
    } catch (const Unprovable&) {
      continue;
    }
    derived_.push_back(std::move(model));
  }
}

std::vector<const Regions*> PolicyModel::told() const {
  std::vector<const Regions*> all;
  for (const TableModel& table : tables_) {
    all.push_back(&table.when);
    for (const RuleModel& rule : table.rules) {
      all.push_back(&rule.when);
      for (const auto& conjunction : rule.tests)
        for (const auto& [holds, fails] : conjunction) all.insert(all.end(), {&holds, &fails});
    }
  }
  for (const RowsModel& rows : derived_)
    for (const Regions& row : rows.rows) all.push_back(&row);
  for (const LetterModel& letter : letters_) all.push_back(&letter.when);
  for (const ChoiceModel& choice : choices_) all.insert(all.end(), {&choice.holds, &choice.fails});
  return all;
}

void PolicyModel::lay_out() {
  for (TableModel& table : tables_) {
    table.guard = space_->boxes(table.when);
    for (RuleModel& rule : table.rules) rule.boxes = space_->boxes(both(table.when, rule.when));
  }
  for (RowsModel& rows : derived_)
    for (const Regions& row : rows.rows)
      for (Box& box : space_->boxes(row)) rows.boxes.push_back(std::move(box));
  for (LetterModel& letter : letters_) letter.boxes = space_->boxes(letter.when);
  add_impossible_kinds();
}

namespace {

// Goods without a clock are never late; what is answered or paid is never damaged.
bool may_be(Kind kind, const Guarantee& guarantee) {
  if (guarantee.promises_goods()) return !is_about_time(kind);
  return guarantee.awaits_arrival() || is_about_time(kind);
}

}  // namespace

void PolicyModel::add_impossible_kinds() {
  const Slot kind_slot = project_.schema.find("kind");
  const Slot guarantee_slot = project_.schema.find("guarantee");
  if (project_.guarantees.empty() || kind_slot == no_slot || !space_->axis_of(kind_slot)) return;
  const auto word = [&](std::string_view text) { return ValueSet::point(finder_.place(Value::of_string(text), Type::string)); };
  const bool names_guarantees = guarantee_slot != no_slot && space_->axis_of(guarantee_slot).has_value();
  Regions never;
  for (int number = 0; number < kind_count; ++number) {
    const auto kind = static_cast<Kind>(number);
    const ValueSet itself = word(name_of(kind));
    const auto has_not = [&](const Guarantee& guarantee) { return !may_be(kind, guarantee); };
    if (std::all_of(project_.guarantees.begin(), project_.guarantees.end(), has_not)) never.push_back({{kind_slot, itself}});
    for (const Guarantee& guarantee : project_.guarantees)
      if (names_guarantees && has_not(guarantee)) never.push_back({{kind_slot, itself}, {guarantee_slot, word(guarantee.name)}});
  }
  impossible_kinds_ = space_->boxes(never);
}

Witness PolicyModel::witness(const Box& box) const {
  Witness witness(project_.schema, project_.derived, finder_, project_.shop.currency);
  witness.take(*space_, box);
  return witness;
}

std::vector<Slot> PolicyModel::named(const std::vector<const Box*>& boxes) const {
  std::vector<Slot> slots;
  for (std::size_t axis = 0; axis < space_->axes().size(); ++axis) {
    const bool is_named = std::any_of(boxes.begin(), boxes.end(), [&](const Box* box) { return !space_->is_free(*box, axis); });
    if (is_named) slots.push_back(space_->axes()[axis].slot);
  }
  return slots;
}

namespace {

void add_once(std::vector<Slot>& slots, Slot slot) {
  if (slot != no_slot && std::find(slots.begin(), slots.end(), slot) == slots.end()) slots.push_back(slot);
}

}  // namespace

std::vector<Slot> PolicyModel::completed(std::vector<Slot> slots, const std::vector<const Witness*>& cases) const {
  if (std::any_of(slots.begin(), slots.end(), [&](Slot slot) { return finder_.is_opaque(slot); })) return slots;  // it cannot be told
  const Zone& zone = project_.shop.zone;
  for (const Witness* witness : cases) {
    const std::string wanted = in_words(decided(*witness));
    std::string words;
    for (std::size_t before = slots.size() + 1; before != slots.size();) {
      before = slots.size();
      const Facts told = witness->only(slots, zone);
      const Decision decision = decided(DerivedFacts(told, project_.derived));
      words = in_words(decision);
      if (words == wanted) break;
      for (const std::string& name : decision.missing) add_once(slots, project_.schema.find(name));
    }
    if (words == wanted) continue;
    std::vector<Slot> asked;
    collect(plain_, asked);
    for (const Slot slot : with_derived(std::move(asked), project_.derived))
      if (slot != no_slot && project_.derived.of(slot) == nullptr) add_once(slots, slot);
  }
  return slots;
}

std::vector<std::string> PolicyModel::unreached(const std::vector<const Box*>& boxes) const {
  std::vector<std::string> names;
  for (const Slot slot : named(boxes))
    if (finder_.is_opaque(slot)) names.push_back(project_.schema.at(slot).name);
  return names;
}

Decision PolicyModel::decided(const FactSource& facts) const {
  return decide(plain_, Judging{project_.schema, facts, project_.shop.zone, Instant{}}, false);
}

Decision PolicyModel::decided_by(const PolicyTable& table, const FactSource& facts) const {
  Policy one;
  for (const PolicyTable& plain : plain_.tables)
    if (plain.name == table.name) one.tables.push_back(plain);
  return decide(one, Judging{project_.schema, facts, project_.shop.zone, Instant{}}, false);
}

std::string PolicyModel::given(const PolicyTable& table, const Rule& rule, const FactSource& facts) const {
  Policy one;
  PolicyTable& alone = one.tables.emplace_back();  // without the other rules, of which there may be many
  alone.name = table.name;
  alone.when = table.when;
  alone.manner = table.manner;
  alone.amounts = table.amounts;
  alone.combine = table.combine;
  alone.rules = {rule};
  return in_words(decide(one, Judging{project_.schema, facts, project_.shop.zone, Instant{}}, false));
}

}  // namespace amends
