// Holes between the tiers of a policy table, and rows that a decision table under [derived] has not.
#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/proofs/rule_proofs.h"

namespace amends {
namespace {

bool is_tiered(Type type) {
  return type == Type::number || type == Type::percent || type == Type::money || type == Type::date || type == Type::instant || type == Type::duration;
}

Type type_of(const PolicyModel& model, std::size_t axis) {
  return model.project().schema.at(model.space().axes()[axis].slot).type.base;
}

// The first and last cell of a box that is not null.
std::optional<std::pair<std::size_t, std::size_t>> ends_of(const PolicySpace& space, const Box& box, std::size_t axis) {
  std::optional<std::pair<std::size_t, std::size_t>> ends;
  const std::vector<Cell>& cells = space.axes()[axis].cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].is_null || !space.has(box, axis, i)) continue;
    if (!ends) ends.emplace(i, i);
    ends->second = i;
  }
  return ends;
}

std::string value_text(const PolicyModel& model, Slot slot, const Ratio& place) {
  const FieldType& type = model.project().schema.at(slot).type;
  if (type.base == Type::string) return model.finder().word_at(place);
  if (type.base == Type::money) return amount(place, model.finder().domain(slot).currency);
  return print(model.finder().value_at(slot, place), model.project().shop.zone);
}

std::string stretch_text(const PolicyModel& model, Slot slot, const ValueRange& part) {
  const auto value = [&](const Ratio& place) { return value_text(model, slot, place); };
  if (part.is_point()) return value(*part.low);
  if (!part.low) return fmt::format("{} {}", part.high_open ? "<" : "<=", value(*part.high));
  if (!part.high) return fmt::format("{} {}", part.low_open ? ">" : ">=", value(*part.low));
  return fmt::format("{}{}..{}{}", part.low_open ? '(' : '[', value(*part.low), value(*part.high), part.high_open ? ')' : ']');
}

// Neighbouring cells that are in or out together as one stretch; cells that no value falls into are passed over.
std::vector<std::string> tests_in(const PolicyModel& model, const Box& box, std::size_t axis, bool wanted) {
  const Axis& all = model.space().axes()[axis];
  const bool is_text = type_of(model, axis) == Type::string || type_of(model, axis) == Type::boolean;
  std::vector<std::string> tests;
  std::optional<ValueRange> run;
  const auto end_run = [&] {
    if (run) tests.push_back(stretch_text(model, all.slot, *run));
    run.reset();
  };
  for (std::size_t i = 0; i < all.cells.size(); ++i) {
    const Cell& cell = all.cells[i];
    if (model.space().has(box, axis, i) != wanted) {
      end_run();
      continue;
    }
    if (cell.is_null) tests.emplace_back("null");
    else if (is_text) tests.push_back(value_text(model, all.slot, cell.at));
    else if (run) std::tie(run->high, run->high_open) = std::tie(cell.part.high, cell.part.high_open);
    else run = cell.part;
  }
  end_run();
  return tests;
}

// In a sentence: "in [3..7)", "gold or silver", "other than gold".
std::string phrase(const PolicyModel& model, const Box& box, std::size_t axis) {
  std::vector<std::string> tests = tests_in(model, box, axis, true);
  if (std::find(tests.begin(), tests.end(), "any other") != tests.end()) return "other than " + joined(tests_in(model, box, axis, false), " and ");
  for (std::string& test : tests)
    if (test[0] == '[' || test[0] == '(') test = "in " + test;
  return joined(tests, " or ");
}

// A rule that would fill the hole, to be pasted and completed; of a table that stands in a file of its own, what a row of
// it has to test.
std::string rule_text(const PolicyModel& model, const PolicyTable& table, const Box& hole, const std::string& file) {
  const bool is_sheet = file != table.where.file;
  std::vector<Slot> guarded;  // what the table itself tests is no column of its sheet
  if (is_sheet) collect(table.when, guarded);
  std::vector<std::string> tests;
  for (std::size_t axis = 0; axis < model.space().axes().size(); ++axis)
    if (!model.space().is_free(hole, axis) && std::find(guarded.begin(), guarded.end(), model.space().axes()[axis].slot) == guarded.end())
      tests.push_back(fmt::format("{} = {}", model.project().schema.at(model.space().axes()[axis].slot).name, test_text(model, hole, axis)));
  if (is_sheet) return fmt::format("add a row to {}: {}", file, joined(tests, ", "));
  return fmt::format("say what it is worth:\n[[policy.{}.rule]]\nwhen = {{ {} }}\ngive = []", table.name, joined(tests, ", "));
}

class GapProof {
 public:
  GapProof(PolicyModel& model, const TableModel& table, Findings& findings) : model_(model), table_(table), findings_(findings) {
    for (const RuleModel& rule : table.rules) rules_.push_back(&rule.boxes);
  }

  void run() {
    for (std::size_t axis = 0; axis < model_.space().axes().size(); ++axis)
      if (is_tiered(type_of(model_, axis))) along(axis);
  }

 private:
  struct Tier {
    const RuleModel* rule;
    const Box* box;
    std::size_t first, last;
  };

  std::vector<Tier> tiers(std::size_t axis) const {
    std::vector<Tier> all;
    for (const RuleModel& rule : table_.rules)
      for (const Box& box : rule.boxes) {
        const auto ends = ends_of(model_.space(), box, axis);
        if (!rule.rule->give.empty() && ends && !model_.space().is_free(box, axis)) all.push_back({&rule, &box, ends->first, ends->second});
      }
    return all;
  }

  void along(std::size_t axis) {
    std::set<std::size_t> told;  // cells where a hole begins
    const std::vector<Tier> all = tiers(axis);
    for (const Tier& below : all)
      for (const Tier& above : all) {
        const bool is_hole = below.rule != above.rule && below.last + 1 < above.first && !told.contains(below.last + 1) && is_alike(below, above);
        if (is_hole && finds(axis, below, above)) told.insert(below.last + 1);
      }
  }

  // Tiers of one ladder test the same facts, and are more than single days.
  bool is_alike(const Tier& a, const Tier& b) const {
    for (std::size_t axis = 0; axis < model_.space().axes().size(); ++axis)
      if (model_.space().is_free(*a.box, axis) != model_.space().is_free(*b.box, axis)) return false;
    return a.first != a.last || b.first != b.last;
  }

  bool finds(std::size_t axis, const Tier& below, const Tier& above) {
    Box one = *below.box;
    Box other = *above.box;
    model_.space().keep_only(one, axis, below.last + 1);
    model_.space().keep_only(other, axis, below.last + 1);
    Box hole;
    if (!meet(model_.space(), one, other, hole)) return false;
    const std::vector<const Box*> others = others_of(model_, rules_);
    const Search::Answer answer = model_.search().outside(hole, others);
    if (answer == Search::Answer::unfinished)
      findings_.push_back(unfinished(table_.table->where, fmt::format("whether policy.{} has a hole between {} and {}", table_.table->name,
                                                                      quoted(below.rule->rule->name), quoted(above.rule->rule->name))));
    if (answer != Search::Answer::found) return answer == Search::Answer::unfinished;
    hole = model_.search().found();
    const Witness witness = model_.witness(hole);
    if (std::any_of(table_.rules.begin(), table_.rules.end(), [&](const RuleModel& rule) { return holds(rule.rule->when, witness) != Truth::no; })) return false;
    tell(axis, below, above, widened(axis, hole, above.first), witness);
    return true;
  }

  // The cells above it that no rule takes either.
  Box widened(std::size_t axis, const Box& hole, std::size_t end) const {
    Box wide = hole;
    const std::size_t start = ends_of(model_.space(), hole, axis)->first;
    for (std::size_t cell = start + 1; cell < end; ++cell) {
      Box next = hole;
      model_.space().keep_only(next, axis, cell);
      Box common;
      const auto taken = [&](const Box& box) { return meet(model_.space(), next, box, common); };
      if (std::any_of(rules_.begin(), rules_.end(), [&](const Boxes* boxes) { return std::any_of(boxes->begin(), boxes->end(), taken); })) break;
      for (std::size_t i = 0; i < wide.size(); ++i) wide[i] |= next[i];
    }
    return wide;
  }

  // Where only whole numbers are named, a hole between two of them may be none.
  bool may_be_none(std::size_t axis, const Box& hole) const {
    const std::vector<Cell>& cells = model_.space().axes()[axis].cells;
    const auto [first, last] = *ends_of(model_.space(), hole, axis);
    const ValueRange& part = cells[first].part;
    return first == last && type_of(model_, axis) == Type::number && part.low && part.high && part.low->is_whole() && *part.low + Ratio(1) == *part.high;
  }

  void tell(std::size_t axis, const Tier& below, const Tier& above, const Box& hole, const Witness& witness) {
    model_.note_hole(*table_.table, axis, ends_of(model_.space(), hole, axis)->first);
    const std::string& fact = model_.project().schema.at(model_.space().axes()[axis].slot).name;
    const bool may_be = may_be_none(axis, hole);
    Finding finding{above.rule->rule->where, may_be ? "note" : "warning", "gap", "", "", {}};
    finding.message = fmt::format("between {} and {} no rule of policy.{} matches: {} {} gives nothing{}", quoted(below.rule->rule->name),
                                  quoted(above.rule->rule->name), table_.table->name, fact, phrase(model_, hole, axis),
                                  may_be ? fmt::format(" (no matter if {} is always whole)", fact) : "");
    finding.message += proviso(model_, {&hole});
    finding.hint = "widen one of them, or " + rule_text(model_, *table_.table, hole, above.rule->rule->where.file);
    finding.example = Counterexample{witness.facts(model_.completed(model_.named({&hole}), {&witness}), model_.project().shop.zone),
                                     {fmt::format("{}: {}", table_.table->name, in_words(model_.decided(witness)))}};
    findings_.push_back(std::move(finding));
  }

  PolicyModel& model_;
  const TableModel& table_;
  Findings& findings_;
  std::vector<const Boxes*> rules_;
};

class RowsProof {
 public:
  RowsProof(PolicyModel& model, const RowsModel& rows, Findings& findings) : model_(model), rows_(rows), findings_(findings) {}

  void run() {
    Boxes told;
    for (int i = 0; i < 3; ++i) {
      const Search::Answer answer = model_.search().outside(model_.space().everything(), others_of(model_, {&rows_.boxes, &told}));
      if (answer == Search::Answer::unfinished) findings_.push_back(unfinished(rows_.derivation->where, "whether derived." + rows_.derivation->name + " has a row for all there is"));
      if (answer != Search::Answer::found) return;
      told.push_back(model_.search().found());
      tell(told.back());
    }
  }

 private:
  // Rows on both sides of an ordered input, or a word of a closed list left out.
  bool is_inside(const Box& hole) const {
    for (std::size_t axis = 0; axis < model_.space().axes().size(); ++axis) {
      if (model_.space().is_free(hole, axis)) continue;
      const Type type = type_of(model_, axis);
      if (type == Type::boolean) return true;
      if (type == Type::string && ends_of(model_.space(), hole, axis)) return !model_.project().schema.at(model_.space().axes()[axis].slot).type.words.empty();
      const auto ends = ends_of(model_.space(), hole, axis);
      const std::size_t cells = model_.space().axes()[axis].cells.size();
      if (is_tiered(type) && ends && ends->first > 0 && !model_.space().axes()[axis].cells[ends->first - 1].is_null && ends->second + 1 < cells) return true;
    }
    return false;
  }

  void tell(const Box& hole) {
    const Witness witness = model_.witness(hole);
    Fault fault;
    evaluate(rows_.derivation->expr, witness, fault);
    if (fault.reason.empty()) return;
    Finding finding{rows_.derivation->where, is_inside(hole) ? "warning" : "note", "no-row", "", "", {}};
    std::vector<std::string> tests;
    for (const Slot slot : model_.named({&hole}))
      tests.push_back(fmt::format("{} {}", model_.project().schema.at(slot).name, phrase(model_, hole, *model_.space().axis_of(slot))));
    finding.message = fmt::format("{} has no row for {}: a case that asks for it cannot be judged", rows_.derivation->name, joined(tests, ", "));
    finding.hint = "add a row, if there is a rate:\n" + row_text(hole);
    finding.example = Counterexample{witness.facts(model_.completed(model_.named({&hole}), {&witness}), model_.project().shop.zone), {fault.reason}};
    findings_.push_back(std::move(finding));
  }

  std::string row_text(const Box& hole) const {
    std::vector<std::string> cells;
    for (const Expr& test : rows_.derivation->expr.children[0].children) {
      const Expr* tested = &test;
      while (tested->op != Op::fact) tested = &tested->children[0];
      const auto axis = model_.space().axis_of(tested->slot);
      const bool is_free = !axis || model_.space().is_free(hole, *axis);
      cells.push_back(is_free ? "\"-\"" : test_text(model_, hole, *axis));
    }
    return fmt::format("[ {}, \"null\" ],", joined(cells, ", "));
  }

  PolicyModel& model_;
  const RowsModel& rows_;
  Findings& findings_;
};

}  // namespace

std::string test_text(const PolicyModel& model, const Box& box, std::size_t axis) {
  std::vector<std::string> tests = tests_in(model, box, axis, true);
  const bool has_other = std::find(tests.begin(), tests.end(), "any other") != tests.end();
  if (has_other) {
    tests = tests_in(model, box, axis, false);
    return tests.empty() ? quoted("-") : quoted(fmt::format("not({})", joined(tests, ", ")));
  }
  const Type type = type_of(model, axis);
  const auto told = [&](const std::string& test) { return type == Type::boolean && test != "null" ? test : quoted(test); };
  if (tests.size() == 1) return told(tests[0]);
  for (std::string& test : tests) test = told(test);
  return fmt::format("[{}]", joined(tests, ", "));
}

void prove_gaps(PolicyModel& model, Findings& findings) {
  for (const TableModel& table : model.tables())
    if (table.is_known && table.table->hit != HitPolicy::collect) GapProof(model, table, findings).run();
}

void prove_rows(PolicyModel& model, Findings& findings) {
  for (const RowsModel& rows : model.derived()) RowsProof(model, rows, findings).run();
}

}  // namespace amends
