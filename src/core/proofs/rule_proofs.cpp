#include "core/proofs/rule_proofs.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

// The example of a case in which rules of one table match.
Counterexample example_of(const PolicyModel& model, const PolicyTable& table, const std::vector<const Rule*>& rules, const Witness& witness,
                          const std::vector<const Box*>& boxes) {
  Counterexample example;
  example.facts = witness.facts(model.completed(model.named(boxes), {&witness}), model.project().shop.zone);
  for (const Rule* rule : rules)
    example.outcomes.push_back(fmt::format("{}/{}: {}", table.name, rule->name, model.given(table, *rule, witness)));
  return example;
}

// Behind a derived fact that is taken as one of its own, the case may be none.
void weaken(const PolicyModel& model, const std::vector<const Box*>& boxes, Finding& finding) {
  const std::string text = proviso(model, boxes);
  if (text.empty()) return;
  finding.severity = finding.severity == "error" ? "warning" : "note";
  finding.message += text;
}

bool matches(const PolicyTable& table, const Rule& rule, const FactSource& facts) {
  return holds(table.when, facts) == Truth::yes && holds(rule.when, facts) == Truth::yes && rule.named.takes(facts);
}

class OverlapProof {
 public:
  OverlapProof(PolicyModel& model, const TableModel& table, Findings& findings) : model_(model), table_(table), findings_(findings) {}

  void run() {
    for (std::size_t j = 1; j < table_.rules.size(); ++j)
      for (std::size_t i = 0; i < j; ++i)
        if (finds(table_.rules[i], table_.rules[j])) break;
  }

 private:
  bool is_unique() const { return table_.table->hit == HitPolicy::unique; }

  bool finds(const RuleModel& a, const RuleModel& b) {
    if (!is_unique() && gives_same(*a.rule, *b.rule)) return false;
    Box common;
    for (const Box& x : a.boxes)
      for (const Box& y : b.boxes)
        if (meet(model_.space(), x, y, common) && is_shown(a, b, x, y, common)) return true;
    return false;
  }

  bool is_shown(const RuleModel& a, const RuleModel& b, const Box& x, const Box& y, const Box& common) {
    const Search::Answer answer = model_.search().outside(common, others_of(model_, {}));
    if (answer == Search::Answer::unfinished) {
      findings_.push_back(unfinished(b.rule->where, fmt::format("whether {} and {} of policy.{} can both match", quoted(a.rule->name),
                                                                quoted(b.rule->name), table_.table->name)));
      return true;
    }
    if (answer == Search::Answer::none) return false;
    const Witness witness = model_.witness(model_.search().found());
    const PolicyTable& table = *table_.table;
    if (!matches(table, *a.rule, witness) || !matches(table, *b.rule, witness)) return false;
    const std::string one = model_.given(table, *a.rule, witness);
    const std::string other = model_.given(table, *b.rule, witness);
    if (!is_unique() && one == other) return false;
    Finding finding{b.rule->where, "error", is_unique() ? "overlap" : "differ", "", "", {}};
    finding.message = fmt::format("{} and {} of policy.{} both match{}", quoted(a.rule->name), quoted(b.rule->name), table.name,
                                  is_unique() ? ", but hit is unique" : " and give different things, but hit is any");
    finding.hint = "narrow one of them, or write hit = \"first\" and put the exception before the rule";
    weaken(model_, {&x, &y}, finding);
    finding.example = example_of(model_, table, {a.rule, b.rule}, witness, {&x, &y});
    findings_.push_back(std::move(finding));
    return true;
  }

  PolicyModel& model_;
  const TableModel& table_;
  Findings& findings_;
};

std::vector<const Boxes*> boxes_before(const TableModel& table, std::size_t rule) {
  std::vector<const Boxes*> all;
  if (table.table->hit != HitPolicy::first) return all;
  for (std::size_t i = 0; i < rule; ++i) all.push_back(&table.rules[i].boxes);
  return all;
}

// found: some box has a case outside the others; unfinished: that could not be said of one.
Search::Answer outside(PolicyModel& model, const Boxes& boxes, const std::vector<const Box*>& others) {
  Search::Answer all = Search::Answer::none;
  for (const Box& box : boxes) {
    const Search::Answer one = model.search().outside(box, others);
    if (one == Search::Answer::found) return one;
    if (one == Search::Answer::unfinished) all = one;
  }
  return all;
}

// The first rule that takes one of the rule's cases.
const Rule* taker(const TableModel& table, const RuleModel& rule, const Witness& witness) {
  for (const RuleModel& other : table.rules)
    if (&other != &rule && matches(*table.table, *other.rule, witness)) return other.rule;
  return nullptr;
}

class NeverProof {
 public:
  NeverProof(PolicyModel& model, const TableModel& table, Findings& findings) : model_(model), table_(table), findings_(findings) {}

  void run() {
    for (std::size_t i = 0; i < table_.rules.size(); ++i) ask(i);
  }

 private:
  void ask(std::size_t i) {
    const RuleModel& rule = table_.rules[i];
    const std::string name = fmt::format("{} of policy.{}", quoted(rule.rule->name), table_.table->name);
    const Boxes tested = model_.space().boxes(rule.tested);
    if (tested.empty()) return tell_contradiction(rule, name);
    if (model_.space().boxes(rule.when).empty()) return tell_unnamed(rule, name, tested[0]);
    if (rule.boxes.empty()) {
      tell(rule, name + " never fires: it contradicts the table's when", "correct or remove it");
      return show(model_.space().boxes(rule.when)[0], table_.table->when, "the table's when");
    }
    const Search::Answer possible = outside(model_, rule.boxes, others_of(model_, {}));
    if (possible == Search::Answer::none) return tell(rule, name + " never fires: there is no such case", "correct or remove it");
    const Search::Answer left = outside(model_, rule.boxes, others_of(model_, boxes_before(table_, i)));
    if (left == Search::Answer::unfinished) findings_.push_back(unfinished(rule.rule->where, "whether " + name + " ever fires"));
    if (left != Search::Answer::none) return;
    tell(rule, fmt::format("{} never fires: {} before it take{} all its cases", name, earlier(i), has_one(i) ? "s" : ""), "put it before them, or remove it");
    const Witness witness = model_.witness(rule.boxes[0]);
    if (const Rule* first = taker(table_, rule, witness))
      findings_.back().example = example_of(model_, *table_.table, {first, rule.rule}, witness, {&rule.boxes[0]});
  }

  void tell_unnamed(const RuleModel& rule, const std::string& name, const Box& box) {
    tell(rule, name + " never fires: it gives something, and does not name the kind of its cases", "write the kind into its when, such as kind = \"at_risk\"");
    const Witness witness = model_.witness(box);
    findings_.back().example = Counterexample{witness.facts(model_.named({&box}), model_.project().shop.zone), {fmt::format("{}: no, {}", rule.rule->name, rule.rule->named.why_not(witness))}};
  }

  // A case in which all tests hold but one.
  void tell_contradiction(const RuleModel& rule, const std::string& name) {
    tell(rule, name + " never fires: its own tests never hold together", "correct or remove it");
    if (rule.tests.empty()) return;
    const auto& tests = rule.tests[0];
    for (std::size_t left_out = tests.size(); left_out-- > 0;) {
      Regions rest = {Region{}};
      for (std::size_t i = 0; i < tests.size(); ++i)
        if (i != left_out) rest = both(rest, tests[i].first);
      const Boxes boxes = model_.space().boxes(rest);
      if (!boxes.empty()) return show(boxes[0], rule.rule->when, rule.rule->name);
    }
  }

  void show(const Box& box, const Condition& failed, const std::string& whose) {
    const Witness witness = model_.witness(box);
    const Zone& zone = model_.project().shop.zone;
    findings_.back().example = Counterexample{witness.facts(model_.named({&box}), zone), {fmt::format("{}: no, {}", whose, why_not(failed, witness, zone))}};
  }

  void tell(const RuleModel& rule, std::string message, std::string hint) {
    findings_.push_back({rule.rule->where, "error", "never", std::move(message), std::move(hint), {}});
  }

  std::vector<std::string> takers(std::size_t i) const {
    std::vector<std::string> names;
    Box common;
    for (std::size_t k = 0; k < i; ++k) {
      const auto meets = [&](const Box& a) {
        return std::any_of(table_.rules[k].boxes.begin(), table_.rules[k].boxes.end(),
                           [&](const Box& b) { return meet(model_.space(), a, b, common); });
      };
      const Boxes& mine = table_.rules[i].boxes;
      if (std::any_of(mine.begin(), mine.end(), meets)) names.push_back(quoted(table_.rules[k].rule->name));
    }
    return names;
  }
  bool has_one(std::size_t i) const { return takers(i).size() == 1; }
  std::string earlier(std::size_t i) const {
    std::vector<std::string> names = takers(i);
    const std::size_t all = names.size();
    if (all > 3) names.resize(3);
    return joined(names, " and ") + (all > 3 ? fmt::format(" and {} more", all - 3) : "");
  }

  PolicyModel& model_;
  const TableModel& table_;
  Findings& findings_;
};

class AlwaysProof {
 public:
  AlwaysProof(PolicyModel& model, const TableModel& table, Findings& findings) : model_(model), table_(table), findings_(findings) {}

  void run() {
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      const RuleModel& rule = table_.rules[i];
      if (outside(model_, rule.boxes, others_of(model_, boxes_before(table_, i))) != Search::Answer::found) continue;
      for (std::size_t c = 0; c < rule.tests.size(); ++c)
        for (std::size_t t = 0; t < rule.tests[c].size(); ++t) ask(i, c, t);
    }
  }

 private:
  // The cases that only this test keeps away.
  Boxes kept_away(const RuleModel& rule, std::size_t conjunction, std::size_t test) const {
    Regions all = table_.when;
    const auto& tests = rule.tests[conjunction];
    for (std::size_t i = 0; i < tests.size(); ++i) all = both(all, i == test ? tests[i].second : tests[i].first);
    return model_.space().boxes(all);
  }

  void ask(std::size_t i, std::size_t conjunction, std::size_t at) {
    const RuleModel& rule = table_.rules[i];
    const Test& test = rule.rule->when.any[conjunction][at];
    if (test.expr.op == Op::anything) return;
    Boxes rest;
    try {
      rest = kept_away(rule, conjunction, at);
    } catch (const Unprovable&) {
      findings_.push_back(unfinished(test.where, fmt::format("whether {} {} says anything", test.fact, test.text)));
      return;
    }
    const bool always = outside(model_, rest, others_of(model_, {})) == Search::Answer::none;
    const bool is_taken = !always && table_.table->hit == HitPolicy::first &&
                          outside(model_, rest, others_of(model_, boxes_before(table_, i))) == Search::Answer::none;
    if (!always && !is_taken) return;
    const char* because = is_taken ? ": earlier rules take all other cases" : rest.empty() && table_.when.size() == 1 && table_.when[0].empty() ? "" : ": no other case comes here";
    Finding finding{test.where, is_taken ? "note" : "warning", "always", fmt::format("{} {} is always true here{}", test.fact, test.text, because), "leave the test out", {}};
    if (is_taken) {
      const Witness witness = model_.witness(rest[0]);
      if (const Rule* first = taker(table_, rule, witness))
        finding.example = example_of(model_, *table_.table, {first}, witness, {&rest[0]});
    }
    findings_.push_back(std::move(finding));
  }

  PolicyModel& model_;
  const TableModel& table_;
  Findings& findings_;
};

}  // namespace

bool gives_same(const Rule& a, const Rule& b) {
  return std::equal(a.give.begin(), a.give.end(), b.give.begin(), b.give.end(),
                    [](const RemedyRule& x, const RemedyRule& y) { return x.text == y.text; });
}

std::vector<const Box*> others_of(const PolicyModel& model, const std::vector<const Boxes*>& more) {
  std::vector<const Box*> all;
  for (const Box& box : model.space().impossible()) all.push_back(&box);
  for (const Boxes* boxes : more)
    for (const Box& box : *boxes) all.push_back(&box);
  return all;
}

std::string proviso(const PolicyModel& model, const std::vector<const Box*>& boxes) {
  const std::vector<std::string> names = model.unreached(boxes);
  return names.empty() ? "" : fmt::format(", if {} can be so", joined(names, " and "));
}

Finding unfinished(const Where& where, const std::string& what) {
  return {where, "note", "unfinished", fmt::format("not proved: {} (after {} steps)", what, Search::steps_of_one), "fewer or simpler tests can be proved", {}};
}

Finding unfollowed(const Where& where, const std::string& what) {
  return {where, "note", "unfinished", fmt::format("not proved: {}", what), "sums, products, min, max, floor and decision tables are followed", {}};
}

void prove_overlaps(PolicyModel& model, Findings& findings) {
  for (const TableModel& table : model.tables()) {
    const bool matters = table.table->hit == HitPolicy::unique || table.table->hit == HitPolicy::any;
    if (table.is_known && matters) OverlapProof(model, table, findings).run();
  }
}

void prove_never(PolicyModel& model, Findings& findings) {
  for (const TableModel& table : model.tables())
    if (table.is_known) NeverProof(model, table, findings).run();
}

void prove_always(PolicyModel& model, Findings& findings) {
  for (const TableModel& table : model.tables())
    if (table.is_known) AlwaysProof(model, table, findings).run();
}

void tell_unreached(const PolicyModel& model, Findings& findings) {
  for (const TableModel& table : model.tables()) {
    if (table.is_known) continue;
    Finding finding = unfinished(table.table->where, fmt::format("policy.{}: {} holds in too many ways", table.table->name, quoted(table.unknown)));
    finding.message = fmt::format("nothing is proved of policy.{}: {} holds in too many ways", table.table->name, quoted(table.unknown));
    findings.push_back(std::move(finding));
  }
  for (const Axis& axis : model.space().axes()) {
    if (!model.finder().is_opaque(axis.slot)) continue;
    const Derivation& derivation = *model.project().derived.of(axis.slot);
    findings.push_back({derivation.where, "note", "unreached",
                        fmt::format("the proof does not reach behind {}: it is taken as a fact of its own", derivation.name),
                        "a derived fact of one other fact, or a decision table, is seen through", {}});
  }
}

}  // namespace amends
