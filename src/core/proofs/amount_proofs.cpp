#include "core/proofs/amount_proofs.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/functions.h"
#include "core/proofs/amount_range.h"
#include "core/proofs/rule_proofs.h"

namespace amends {
namespace {

// The rules that keep this one from deciding where they match as well.
std::vector<const Boxes*> earlier_rules(const TableModel& table, const RuleModel& rule) {
  std::vector<const Boxes*> all;
  bool is_earlier = true;
  for (const RuleModel& other : table.rules) {
    is_earlier = is_earlier && &other != &rule;
    const bool is_stopped = table.table->hit == HitPolicy::first    ? is_earlier
                            : table.table->hit == HitPolicy::unique ? &other != &rule
                            : table.table->hit == HitPolicy::any    ? &other != &rule && !gives_same(*other.rule, *rule.rule)
                                                                    : false;
    if (is_stopped) all.push_back(&other.boxes);
  }
  return all;
}

// Whether the money of a case can pass 150 percent of the order's value, one rule of each table taken together.
class ModerationProof {
 public:
  ModerationProof(PolicyModel& model, Findings& findings)
      : model_(model), findings_(findings), value_(model.project().schema.find("order_value")) {}

  void run() {
    go(0, model_.space().everything(), {}, {});
    if (left_ == 0)
      findings_.push_back(unfinished({model_.project().file}, "whether tables together pass 150 percent of an order's value"));
    if (large_ || small_) findings_.push_back(large_ ? std::move(*large_) : std::move(*small_));
  }

 private:
  void go(std::size_t next, const Box& box, std::vector<Given> given, std::vector<const Boxes*> taken) {
    if (large_ || left_ == 0) return;
    if (!given.empty()) weigh(box, given, taken);
    for (std::size_t t = next; t < model_.tables().size(); ++t) {
      const TableModel& table = model_.tables()[t];
      for (const RuleModel& rule : table.rules) {
        if (rule.rule->give.empty()) continue;
        for (const Box& part : rule.boxes) {
          Box common;
          if (!meet(model_.space(), box, part, common)) continue;
          std::vector<Given> more = given;
          more.push_back({table.table, rule.rule});
          std::vector<const Boxes*> others = taken;
          const std::vector<const Boxes*> earlier = earlier_rules(table, rule);
          others.insert(others.end(), earlier.begin(), earlier.end());
          go(t + 1, common, std::move(more), std::move(others));
        }
      }
    }
  }

  // As late as the box allows: what grows by the day is at its end.
  void be_late(Witness& witness, const Box& box) const {
    for (const auto& [name, most] : {std::pair{"late_days", std::int64_t{400}}, {"late_business_days", std::int64_t{280}}, {"late_seconds", std::int64_t{400} * 86400}}) {
      const Slot slot = model_.project().schema.find(name);
      const std::optional<std::size_t> axis = model_.space().axis_of(slot);
      if (!axis) {
        witness.set(slot, Value::of_number(Ratio(most)));
        continue;
      }
      const std::vector<Cell>& cells = model_.space().axes()[*axis].cells;
      for (std::size_t i = cells.size(); i-- > 0;) {
        if (!model_.space().has(box, *axis, i)) continue;
        witness.set(slot, Value::of_number(cells[i].part.high ? cells[i].at : std::max(cells[i].at, Ratio(most))));
        break;
      }
    }
  }

  bool passes(const Witness& witness) const {
    if (!is_plausible(model_, witness)) return false;
    const std::optional<Ratio> total = total_of(model_.decided(witness));
    const Ratio value = witness.at(value_).ratio;
    return total && value > Ratio(0) && *total > value * Ratio(3, 2);
  }

  void weigh(const Box& box, const std::vector<Given>& given, const std::vector<const Boxes*>& taken) {
    if (--left_ == 0) return;
    if (model_.search().outside(box, others_of(model_, taken)) != Search::Answer::found) return;
    const Box found = model_.search().found();
    Witness witness = model_.witness(found);
    be_late(witness, found);
    const auto curve = total_curve(model_, given, value_, witness);
    const Curve over = sum(curve.value_or(Curve::constant(Ratio())), scaled(Curve::identity(), Ratio(-3, 2)));
    const Curve rest = with_crossings(over, Curve::constant(Ratio()));
    std::vector<Ratio> values = telling_values(model_, found, value_, rest);
    std::sort(values.begin(), values.end());
    for (auto value = values.rbegin(); value != values.rend(); ++value) {
      if (curve && over.at(*value) <= Ratio(0)) continue;
      Witness moved = witness;
      moved.set_place(value_, *value);
      if (!passes(moved)) continue;
      const bool is_last = value == values.rbegin() && curve && rest.pieces.back().slope > Ratio(0);
      return tell(given, found, moved, is_last);
    }
  }

  void tell(const std::vector<Given>& given, const Box& box, const Witness& witness, bool is_any_order) {
    const Ratio value = witness.at(value_).ratio;
    if (!is_any_order && (value < units(Money{small_order, witness.currency()}) || (small_ && value <= small_value_))) return;
    small_value_ = value;
    std::vector<std::string> names;
    for (const Given& one : given) names.push_back(fmt::format("{}/{}", one.table->name, one.rule->name));
    Finding finding{given.back().rule->where, is_any_order ? "warning" : "note", "beyond", "", "", {}};
    finding.message = fmt::format("{} can pass 150 percent of the order's value{}", joined(names, " and "),
                                  is_any_order ? "" : fmt::format(", on orders of up to {}", amount(value, witness.currency())));
    finding.message += proviso(model_, {&box});
    finding.hint = "more than that wins no one back: give it of = \"order_value\", max = \"150%\", or less";
    std::vector<Slot> slots = model_.named({&box});
    for (const Slot slot : amount_facts(model_, given)) slots.push_back(slot);
    for (const Slot slot : lateness_facts(model_, given)) slots.push_back(slot);
    slots.push_back(value_);
    std::vector<Slot> once;
    for (const Slot slot : slots)
      if (std::find(once.begin(), once.end(), slot) == once.end()) once.push_back(slot);
    finding.example = Counterexample{witness.facts(model_.completed(once, {&witness}), model_.project().shop.zone), {"in all: " + in_words(model_.decided(witness))}};
    (is_any_order ? large_ : small_) = std::move(finding);
  }

  static constexpr std::int64_t small_order = 1000;  // minor units: what is fixed is much on a small order anyway

  PolicyModel& model_;
  Findings& findings_;
  Slot value_;
  int left_ = 20'000;
  Ratio small_value_;
  std::optional<Finding> large_, small_;
};

// An amount of what may be null.
class PartsProof {
 public:
  PartsProof(PolicyModel& model, const TableModel& table, const RuleModel& rule, Findings& findings)
      : model_(model), table_(table), rule_(rule), findings_(findings) {}

  void run() {
    for (const RemedyRule& remedy : rule_.rule->give) ask(remedy);
  }

 private:
  void ask(const RemedyRule& remedy) {
    if (remedy.choice)
      for (const Choice::Option& option : remedy.choice->options) ask(option.remedy);
    std::vector<Slot> slots;
    for (const std::optional<Expr>* expr : {&remedy.amount, &remedy.of, &remedy.times, &remedy.quantity})
      if (*expr) collect(**expr, slots);
    for (const Slot slot : with_derived(slots, model_.project().derived)) {
      const bool may_be_null = model_.project().schema.at(slot).type.optional && model_.project().derived.of(slot) == nullptr;
      if (may_be_null && told_.insert(slot).second) ask(remedy, slot);
    }
  }

  void ask(const RemedyRule& remedy, Slot slot) {
    const std::optional<std::size_t> axis = model_.space().axis_of(slot);
    for (const Box& box : rule_.boxes) {
      Box without = box;
      if (axis && !model_.space().has(box, *axis, 0)) continue;
      if (axis) model_.space().keep_only(without, *axis, 0);
      if (model_.search().outside(without, others_of(model_, earlier_rules(table_, rule_))) != Search::Answer::found) continue;
      Witness witness = model_.witness(model_.search().found());
      witness.set(slot, Value::null());
      const std::string outcome = model_.given(*table_.table, *rule_.rule, witness);
      if (outcome.starts_with("cannot judge") && outcome.find("null") != std::string::npos) return tell(remedy, slot, box, witness, outcome);
    }
  }

  void tell(const RemedyRule& remedy, Slot slot, const Box& box, const Witness& witness, const std::string& outcome) {
    const Field& field = model_.project().schema.at(slot);
    const bool is_own = field.origin == Origin::own || field.origin == Origin::element;
    Finding finding{remedy.where, is_own ? "warning" : "note", "absent", "", "", {}};
    finding.message = fmt::format("{} of policy.{} computes with {}, which may be absent: such a case cannot be judged", quoted(rule_.rule->name), table_.table->name, field.name);
    finding.message += proviso(model_, {&box});
    finding.hint = fmt::format("test that it is there, {} = \"not(null)\", or write coalesce({}, 0)", field.name, field.name);
    std::vector<Slot> slots = model_.named({&box});
    if (std::find(slots.begin(), slots.end(), slot) == slots.end()) slots.push_back(slot);
    finding.example = Counterexample{witness.facts(model_.completed(slots, {&witness}), model_.project().shop.zone), {fmt::format("{}/{}: {}", table_.table->name, rule_.rule->name, outcome)}};
    findings_.push_back(std::move(finding));
  }

  PolicyModel& model_;
  const TableModel& table_;
  const RuleModel& rule_;
  Findings& findings_;
  std::set<Slot> told_;
};

// Every amount of money in an expression is in one currency: that of a fact that names its own, or the case's.
class CurrencyReader {
 public:
  explicit CurrencyReader(const PolicyModel& model) : model_(model) {}

  // None: no money, or two that meet; `mixed` then says where.
  std::optional<Currency> of(const Expr& expr, std::string& mixed) const {
    if (expr.op == Op::fact) return of_fact(expr, mixed);
    if (expr.op == Op::literal && expr.type == Type::money) return expr.literal.currency.is_none() ? shop() : expr.literal.currency;
    if (expr.op == Op::in_currency) return shop();
    std::optional<Currency> all;
    for (const Expr& child : expr.children) {
      const std::optional<Currency> one = of(child, mixed);
      if (!one || child.type == Type::boolean) continue;
      if (all && !(*all == *one) && mixed.empty()) mixed = fmt::format("{} meets {} in {}", all->name(), one->name(), expr.text);
      if (!all) all = one;
    }
    return expr.type == Type::money ? all : std::nullopt;
  }

 private:
  Currency shop() const { return model_.project().shop.currency; }

  std::optional<Currency> of_fact(const Expr& expr, std::string& mixed) const {
    if (const Derivation* derivation = model_.project().derived.of(expr.slot)) return of(derivation->expr, mixed);
    const FieldType& type = model_.project().schema.at(expr.slot).type;
    if (type.base != Type::money) return std::nullopt;
    return type.currency.is_none() ? shop() : type.currency;
  }

  const PolicyModel& model_;
};

void find_mixes_in(const PolicyModel& model, const TableModel& table, const RuleModel& rule, const RemedyRule& remedy, Findings& findings) {
  const CurrencyReader currencies(model);
  for (const std::optional<Expr>* expr : {&remedy.amount, &remedy.of, &remedy.amounts.min, &remedy.amounts.max}) {
    if (!*expr || rule.boxes.empty()) continue;
    std::string mixed;
    const std::optional<Currency> one = currencies.of(**expr, mixed);
    const Currency& shop = model.project().shop.currency;
    if (mixed.empty() && one && !(*one == shop)) mixed = fmt::format("{} is in {}, but a case is in {}", (*expr)->text, one->name(), shop.name());
    if (mixed.empty()) continue;
    const Witness witness = model.witness(rule.boxes[0]);
    const std::string outcome = model.given(*table.table, *rule.rule, witness);
    if (!outcome.starts_with("cannot judge")) continue;
    std::vector<Slot> slots = model.named({&rule.boxes[0]});
    for (const Slot slot : amount_facts(model, {{table.table, rule.rule}}))
      if (std::find(slots.begin(), slots.end(), slot) == slots.end()) slots.push_back(slot);
    Finding finding{remedy.where, "error", "currencies", fmt::format("{} of policy.{} mixes currencies: {}", quoted(rule.rule->name), table.table->name, mixed),
                    "declare the fact as money in the case's currency, or compute with an exchange rate of your own", {}};
    finding.example = Counterexample{witness.facts(model.completed(slots, {&witness}), model.project().shop.zone), {fmt::format("{}/{}: {}", table.table->name, rule.rule->name, outcome)}};
    findings.push_back(std::move(finding));
    return;
  }
}

}  // namespace

void prove_moderation(PolicyModel& model, Findings& findings) {
  std::vector<Slot> slots;
  collect(model.project().policy, slots);
  const std::vector<Slot> all = with_derived(std::move(slots), model.project().derived);
  const bool is_asked = std::find(all.begin(), all.end(), model.project().schema.find("order_value")) != all.end();
  if (is_asked || !model.project().sources.empty()) ModerationProof(model, findings).run();
}

void prove_parts(PolicyModel& model, Findings& findings) {
  for (const TableModel& table : model.tables())
    for (const RuleModel& rule : table.rules) PartsProof(model, table, rule, findings).run();
}

void find_currency_mixes(const PolicyModel& model, Findings& findings) {
  for (const TableModel& table : model.tables())
    for (const RuleModel& rule : table.rules)
      for (const RemedyRule& remedy : rule.rule->give) find_mixes_in(model, table, rule, remedy, findings);
}

}  // namespace amends
