// An amount that falls as lateness or gravity grows. From one cell of lateness to the next, another rule can decide
// only where one of the two begins or ends there: these pairs are gone through, each where both can be.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/proofs/amount_proofs.h"
#include "core/proofs/amount_range.h"
#include "core/proofs/lateness_sense.h"
#include "core/proofs/rule_proofs.h"

namespace amends {
namespace {

struct Entry {
  const RuleModel* rule = nullptr;
  std::size_t number = 0;  // of the rule
  const Box* box = nullptr;
};

// From one cell of an axis to the next.
struct Step {
  std::size_t axis, from, to;
  bool is_leap = false;  // over a hole, which is told as one
};

class GrowthProof {
 public:
  GrowthProof(PolicyModel& model, const TableModel& table, Findings& findings) : model_(model), table_(table), findings_(findings) {
    for (std::size_t i = 0; i < table.rules.size(); ++i)
      for (const Box& box : table.rules[i].boxes) entries_.push_back({&table.rules[i], i, &box});
  }

  void run() {
    for (std::size_t axis = 0; axis < model_.space().axes().size(); ++axis) {
      told_.clear();
      for (const Step& step : steps(axis)) across(step);
    }
    if (decisions_left_ < 0)
      findings_.push_back(unfollowed(table_.table->where, fmt::format("whether every amount of policy.{} grows with lateness and gravity (after {} cases)", table_.table->name, most_decisions)));
    for (const RuleModel& rule : table_.rules) inside(*rule.rule);
  }

 private:
  const Field& field(std::size_t axis) const { return model_.project().schema.at(model_.space().axes()[axis].slot); }

  // Cells of lateness one after another; kinds that the table tells apart, gravest last.
  std::vector<Step> steps(std::size_t axis) const {
    std::vector<std::size_t> cells;
    const std::vector<Cell>& all = model_.space().axes()[axis].cells;
    if (field(axis).name == "kind") cells = kinds(axis);
    for (std::size_t i = 0; i < all.size() && is_lateness(field(axis)); ++i)
      if (!all[i].is_null && !all[i].at.is_negative()) cells.push_back(i);
    std::vector<Step> steps;
    for (std::size_t i = 1; i < cells.size(); ++i) {
      if (!is_one_case(axis, cells[i - 1], cells[i])) steps.push_back({axis, cells[i - 1], cells[i]});
      if (const auto beyond = beyond_hole(axis, cells, i)) steps.push_back({axis, cells[i - 1], *beyond, true});
    }
    return steps;
  }

  // Where no rule takes cell i, which is told as a hole, what comes behind it is compared with what came before.
  std::optional<std::size_t> beyond_hole(std::size_t axis, const std::vector<std::size_t>& cells, std::size_t i) const {
    if (!is_hole(axis, cells[i]) || is_hole(axis, cells[i - 1])) return std::nullopt;
    while (i < cells.size() && !is_taken(axis, cells[i])) ++i;
    return i < cells.size() ? std::optional(cells[i]) : std::nullopt;
  }

  bool is_taken(std::size_t axis, std::size_t cell) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return model_.space().has(*e.box, axis, cell); });
  }

  bool is_hole(std::size_t axis, std::size_t cell) const { return model_.is_hole(*table_.table, axis, cell); }

  std::string word(std::size_t axis, std::size_t cell) const { return model_.finder().word_at(model_.space().axes()[axis].cells[cell].at); }

  // An overdue parcel becomes a late one, and is paid the rest then.
  bool is_one_case(std::size_t axis, std::size_t a, std::size_t b) const {
    return field(axis).name == "kind" && word(axis, a) == "late" && word(axis, b) == "overdue";
  }

  std::vector<std::size_t> kinds(std::size_t axis) const {
    std::vector<std::size_t> cells;
    const std::vector<Cell>& all = model_.space().axes()[axis].cells;
    const std::vector<Word>& words = vocabulary().kinds;
    for (auto kind = words.rbegin(); kind != words.rend(); ++kind)
      for (std::size_t i = 0; i < all.size(); ++i)
        if (!all[i].is_null && word(axis, i) == kind->name && speaks_of(axis, i)) cells.push_back(i);
    return cells;
  }

  bool speaks_of(std::size_t axis, std::size_t cell) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) {
      return !e.rule->rule->give.empty() && !model_.space().is_free(*e.box, axis) && model_.space().has(*e.box, axis, cell);
    });
  }

  bool adds_up() const { return table_.table->hit == HitPolicy::collect || table_.table->hit == HitPolicy::best; }

  // The boxes that hold the cell, with the axis left out.
  Boxes projected(const Step& step, std::size_t cell) const {
    Boxes all(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!model_.space().has(*entries_[i].box, step.axis, cell)) continue;
      all[i] = *entries_[i].box;
      model_.space().free(all[i], step.axis);
    }
    return all;
  }

  void across(const Step& step) {
    const Boxes before = projected(step, step.from);
    const Boxes after = projected(step, step.to);
    const auto changes = [&](std::size_t i) { return before[i].empty() != after[i].empty(); };
    const bool is_any = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) {
      return changes(static_cast<std::size_t>(&e - entries_.data())) || computes_anew(*e.rule->rule);
    });
    if (!is_any) return;
    Boxes never = model_.space().impossible();
    never.insert(never.end(), model_.impossible_kinds().begin(), model_.impossible_kinds().end());
    Boxes impossible;
    for (const Box& box : never)
      if (model_.space().has(box, step.axis, step.from) || model_.space().has(box, step.axis, step.to)) {
        impossible.push_back(box);
        model_.space().free(impossible.back(), step.axis);
      }
    for (std::size_t a = 0; a < entries_.size(); ++a) {
      if (before[a].empty() || entries_[a].rule->rule->give.empty() || told_.contains(entries_[a].number)) continue;
      const bool is_told = step.is_leap || is_hole(step.axis, step.to);
      if (changes(a) && !is_told && falls(step, a, std::nullopt, before, after, impossible)) continue;
      for (std::size_t b = 0; b < entries_.size(); ++b) {
        const bool is_other = entries_[a].rule != entries_[b].rule && (changes(a) || (changes(b) && !adds_up()));
        const bool is_pair = !after[b].empty() && (is_other || (a == b && computes_anew(*entries_[a].rule->rule)));
        if (is_pair && falls(step, a, b, before, after, impossible)) break;
      }
    }
  }

  // Whether an `if` or a table in its amounts can change from cell to cell.
  bool computes_anew(const Rule& rule) const {
    for (const RemedyRule& remedy : rule.give)
      for (const std::optional<Expr>* expr : {&remedy.amount, &remedy.of, &remedy.times, &remedy.amounts.min, &remedy.amounts.max})
        if (*expr && decides(**expr)) return true;
    return false;
  }
  bool decides(const Expr& expr) const {
    if (expr.op == Op::choose || expr.op == Op::rows) return true;
    const Derivation* derivation = expr.op == Op::fact ? model_.project().derived.of(expr.slot) : nullptr;
    if (derivation != nullptr && decides(derivation->expr)) return true;
    return std::any_of(expr.children.begin(), expr.children.end(), [&](const Expr& child) { return decides(child); });
  }

  // Whether entry i, where it matches, keeps rule a from deciding: before it, or beside it where only one may match.
  bool stops(std::size_t i, std::size_t a) const {
    switch (table_.table->hit) {
      case HitPolicy::first: return entries_[i].number < entries_[a].number;
      case HitPolicy::unique: return entries_[i].number != entries_[a].number;
      case HitPolicy::any: return entries_[i].number != entries_[a].number && !gives_same(*entries_[i].rule->rule, *entries_[a].rule->rule);
      default: return false;
    }
  }

  // What must not take the case for rule a to decide before the step, and rule b (or none) after it.
  std::vector<const Box*> others(std::size_t a, std::optional<std::size_t> b, const Boxes& before, const Boxes& after, const Boxes& impossible) const {
    std::vector<const Box*> all;
    for (const Box& box : impossible) all.push_back(&box);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const bool is_starter = before[i].empty() && !after[i].empty();
      if (!before[i].empty() && stops(i, a)) all.push_back(&before[i]);
      if (after[i].empty()) continue;
      const bool stops_none = !b && (adds_up() ? is_starter : true);
      const bool stops_b = b && stops(i, *b);
      if (stops_none || stops_b) all.push_back(&after[i]);
    }
    return all;
  }

  bool falls(const Step& step, std::size_t a, std::optional<std::size_t> b, const Boxes& before, const Boxes& after, const Boxes& impossible) {
    Box common = before[a];
    if (b && !meet(model_.space(), before[a], after[*b], common)) return false;
    const Entry& lower = entries_[a];
    const Entry* upper = b ? &entries_[*b] : nullptr;
    if (!can_fall(step, common, lower, upper)) return false;
    std::vector<const Box*> taken = others(a, b, before, after, impossible);
    Boxes tried;
    tried.reserve(tries);
    for (std::size_t i = 0; i < tries; ++i) {
      const Search::Answer answer = model_.search().outside(common, taken);
      if (answer == Search::Answer::unfinished)
        findings_.push_back(unfinished(lower.rule->rule->where, fmt::format("whether the amount of {} of policy.{} falls as {} grows", quoted(lower.rule->rule->name),
                                                                            table_.table->name, field(step.axis).name)));
      if (answer == Search::Answer::unfinished) told_.insert(lower.number);
      if (answer != Search::Answer::found) return answer == Search::Answer::unfinished;
      tried.push_back(model_.search().found());
      if (is_shown(step, tried.back(), lower, upper)) return true;
      taken.push_back(&tried.back());
    }
    return false;
  }

  struct Pair {
    Witness before, after;
  };

  Pair witnesses(const Step& step, const Box& box) const {
    Box lower = box;
    Box upper = box;
    model_.space().keep_only(lower, step.axis, step.from);
    model_.space().keep_only(upper, step.axis, step.to);
    Pair pair{model_.witness(lower), model_.witness(upper)};
    const Slot slot = model_.space().axes()[step.axis].slot;
    if (field(step.axis).name != "kind") pair.before.set_place(slot, last_of(step));
    return pair;
  }

  // The last value before the step.
  Ratio last_of(const Step& step) const {
    const Axis& axis = model_.space().axes()[step.axis];
    const ValueRange& part = axis.cells[step.from].part;
    const std::optional<Ratio> grid = model_.finder().domain(axis.slot).step;
    if (!part.high || !grid) return part.high && !part.high_open ? *part.high : axis.cells[step.from].at;
    const Ratio last = floor(*part.high / *grid) * *grid;
    return part.high_open && last == *part.high ? last - *grid : last;
  }

  static std::vector<Given> given(const PolicyTable& table, const Entry* entry) {
    if (entry == nullptr) return {};
    return {{&table, entry->rule->rule}};
  }

  Curve difference(const std::optional<Curve>& a, const std::optional<Curve>& b) const { return sum(*a, scaled(*b, Ratio(-1))); }

  // By the curves alone, which costs little, whether rule a can give more than rule b somewhere in the box.
  bool can_fall(const Step& step, const Box& box, const Entry& lower, const Entry* upper) {
    if (upper == nullptr) return true;
    const auto both_rules = std::vector<Given>{{table_.table, lower.rule->rule}, {table_.table, upper->rule->rule}};
    const std::vector<Slot> slots = amount_facts(model_, both_rules);
    if (slots.size() > 1) return true;
    const Slot slot = slots.empty() ? no_slot : slots[0];
    const Pair pair = witnesses(step, box);
    const auto a = total_curve(model_, given(*table_.table, &lower), slot, pair.before);
    const auto b = total_curve(model_, given(*table_.table, upper), slot, pair.after);
    if (!a || !b) return true;
    const Curve rest = difference(a, b);
    if (slots.empty()) return rest.at(Ratio(0)) > Ratio(0);
    for (const Ratio& value : telling_values(model_, box, slot, rest))
      if (rest.at(value) > Ratio(0)) return true;
    return false;
  }

  // Whether the exact amounts do not fall.
  bool is_by_rounding(const Pair& pair, const Entry& lower, const Entry* upper, Slot slot) const {
    const auto before = total_curve(model_, given(*table_.table, &lower), slot, pair.before);
    const auto after = total_curve(model_, given(*table_.table, upper), slot, pair.after);
    if (!before || !after) return false;
    const Ratio at = slot == no_slot ? Ratio(0) : pair.before.at(slot).ratio;
    return before->at(at) <= after->at(at);
  }

  bool is_shown(const Step& step, const Box& box, const Entry& lower, const Entry* upper) {
    Pair pair = witnesses(step, box);
    std::vector<Given> all = given(*table_.table, &lower);
    const std::vector<Given> more = given(*table_.table, upper);
    all.insert(all.end(), more.begin(), more.end());
    const std::vector<Slot> slots = amount_facts(model_, all);
    std::optional<Pair> rounded;
    const auto shows = [&](const Pair& one, Slot slot) {
      if (!is_fall(one)) return false;
      if (!is_by_rounding(one, lower, upper, slot)) return true;
      if (!rounded) rounded.emplace(one);
      return false;
    };
    if (shows(pair, slots.empty() ? no_slot : slots[0])) return tell(step, lower, upper, pair, slots);
    for (const Slot slot : slots) {
      if (model_.project().schema.at(slot).type.base != Type::money && is_lateness(model_.project().schema.at(slot))) continue;
      const auto a = total_curve(model_, given(*table_.table, &lower), slot, pair.before);
      const auto b = total_curve(model_, given(*table_.table, upper), slot, pair.after);
      const Curve rest = a && b ? with_crossings(difference(a, b), Curve::constant(Ratio())) : Curve::identity();
      for (const Ratio& value : telling_values(model_, box, slot, rest)) {
        Pair moved = pair;
        moved.before.set_place(slot, value);
        moved.after.set_place(slot, value);
        if (shows(moved, slot)) return tell(step, lower, upper, moved, slots);
      }
    }
    if (!rounded) return false;
    tell(step, lower, upper, *rounded, slots);
    findings_.back().severity = "note";
    findings_.back().message += ", but only because amounts are rounded";
    findings_.back().hint = "nothing, if pennies do not matter; else round both alike, or once over the table's sum";
    return true;
  }

  bool is_fall(const Pair& pair) {
    if (--decisions_left_ < 0) return false;
    if (!is_plausible(model_, pair.before)) return false;
    const std::optional<Ratio> before = total_of(model_.decided(pair.before));
    const std::optional<Ratio> after = total_of(model_.decided(pair.after));
    return before && after && *after < *before;
  }

  std::string at_step(const Step& step, const Witness& witness) const {
    const auto fact = witness.facts({model_.space().axes()[step.axis].slot}, model_.project().shop.zone)[0];
    return fmt::format("{} = {}", fact.first, fact.second);
  }

  bool tell(const Step& step, const Entry& lower, const Entry* upper, const Pair& pair, const std::vector<Slot>& amounts) {
    told_.insert(lower.number);
    const PolicyTable& table = *table_.table;
    std::vector<const Box*> boxes = {lower.box};
    if (upper != nullptr) boxes.push_back(upper->box);
    const bool is_kind = field(step.axis).name == "kind";
    Finding finding{upper != nullptr ? upper->rule->rule->where : lower.rule->rule->where, "warning", "falls", "", "", {}};
    finding.message = fmt::format("policy.{} gives less as {}: {} after {}", table.name, is_kind ? "the miss is graver" : field(step.axis).name + " grows",
                                  upper != nullptr ? quoted(upper->rule->rule->name) : "no rule", quoted(lower.rule->rule->name));
    if (upper == &lower) finding.message = fmt::format("{} of policy.{} gives less as {}", quoted(lower.rule->rule->name), table.name, is_kind ? "the miss is graver" : field(step.axis).name + " grows");
    finding.hint = upper != nullptr ? "raise the later amount, give it the earlier one as min, or widen the earlier rule" : "say what more than that is worth";
    const std::string text = proviso(model_, boxes);
    if (!text.empty()) finding.severity = "note";
    finding.message += text;
    finding.example = example(step, pair, boxes, amounts);
    findings_.push_back(std::move(finding));
    return true;
  }

  Counterexample example(const Step& step, const Pair& pair, const std::vector<const Box*>& boxes, const std::vector<Slot>& amounts) const {
    std::vector<Slot> slots = model_.named(boxes);
    for (const Slot slot : amounts)
      if (std::find(slots.begin(), slots.end(), slot) == slots.end()) slots.push_back(slot);
    const Slot axis = model_.space().axes()[step.axis].slot;
    if (std::find(slots.begin(), slots.end(), axis) == slots.end()) slots.push_back(axis);
    slots = model_.completed(std::move(slots), {&pair.before, &pair.after});
    std::erase(slots, axis);
    Counterexample shown;
    const auto before = pair.before.facts(slots, model_.project().shop.zone);
    const auto after = pair.after.facts(slots, model_.project().shop.zone);
    std::string also[2];  // measures of one delay go together
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (before[i] == after[i]) shown.facts.push_back(before[i]);
      else also[0] += fmt::format(", {} = {}", before[i].first, before[i].second), also[1] += fmt::format(", {} = {}", after[i].first, after[i].second);
    }
    shown.outcomes.push_back(fmt::format("{}{}: {}", at_step(step, pair.before), also[0], in_words(model_.decided(pair.before))));
    shown.outcomes.push_back(fmt::format("{}{}: {}", at_step(step, pair.after), also[1], in_words(model_.decided(pair.after))));
    return shown;
  }

  // Within one rule: an amount computed from lateness itself.
  void inside(const Rule& rule) {
    for (const RemedyRule& remedy : rule.give) {
      Sense all = Sense::still;
      for (const std::optional<Expr>* expr : {&remedy.amount, &remedy.of, &remedy.times, &remedy.amounts.min, &remedy.amounts.max})
        if (*expr) all = together(all, sense_of(**expr, model_));
      if (all == Sense::still || all == Sense::grows) continue;
      if (!shows_fall(rule, remedy)) findings_.push_back(unfollowed(remedy.where, fmt::format("whether the amount of {} falls as lateness grows", quoted(rule.name))));
    }
  }

  // Tried hour by hour and day by day: what it shows is so; what it does not is said to be unproved.
  bool shows_fall(const Rule& rule, const RemedyRule& remedy) {
    const auto model = std::find_if(table_.rules.begin(), table_.rules.end(), [&](const RuleModel& r) { return r.rule == &rule; });
    if (model->boxes.empty()) return true;
    std::vector<Slot> slots;
    for (const std::optional<Expr>* expr : {&remedy.amount, &remedy.of, &remedy.times, &remedy.amounts.min, &remedy.amounts.max})
      if (*expr) collect(**expr, slots);
    for (const Slot slot : with_derived(slots, model_.project().derived))
      if (is_lateness(model_.project().schema.at(slot)) && model_.project().derived.of(slot) == nullptr && along(rule, remedy, slot, model->boxes[0])) return true;
    return false;
  }

  bool along(const Rule& rule, const RemedyRule& remedy, Slot slot, const Box& box) {
    Witness witness = model_.witness(box);
    std::optional<Ratio> last;
    for (std::int64_t x = 0; x <= 60; ++x) {
      Witness before = witness;
      witness.set_place(slot, Ratio(x));
      if (holds(table_.table->when, witness) != Truth::yes || holds(rule.when, witness) != Truth::yes) continue;
      const Decision decision = model_.decided(witness);
      const std::optional<Ratio> now = total_of(decision);
      if (now && last && *now < *last) {
        Finding finding{remedy.where, "warning", "falls", fmt::format("the amount of {} of policy.{} falls as {} grows", quoted(rule.name), table_.table->name, model_.project().schema.at(slot).name),
                        "write max(0, ...) the other way about, or give it a min", {}};
        std::vector<Slot> slots = model_.named({&box});
        if (std::find(slots.begin(), slots.end(), slot) == slots.end()) slots.push_back(slot);
        slots = model_.completed(std::move(slots), {&before, &witness});
        std::erase(slots, slot);
        Counterexample shown{witness.facts(slots, model_.project().shop.zone), {}};
        for (const Witness* one : {&before, &witness})
          shown.outcomes.push_back(fmt::format("{} = {}: {}", model_.project().schema.at(slot).name, one->facts({slot}, model_.project().shop.zone)[0].second, in_words(model_.decided(*one))));
        finding.example = std::move(shown);
        findings_.push_back(std::move(finding));
        return true;
      }
      last = now;
    }
    return false;
  }

  static constexpr std::size_t tries = 6;
  static constexpr int most_decisions = 5000;  // of a table

  PolicyModel& model_;
  const TableModel& table_;
  Findings& findings_;
  std::vector<Entry> entries_;
  std::set<std::size_t> told_;  // lower rules, on this axis
  int decisions_left_ = most_decisions;
};

}  // namespace

void prove_growth(PolicyModel& model, Findings& findings) {
  for (const TableModel& table : model.tables())
    if (table.is_known) GrowthProof(model, table, findings).run();
}

}  // namespace amends
